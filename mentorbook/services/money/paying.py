"""Pay for a session that is held."""

import logging
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.money import Payment
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.entity_tags import IfMatch
from mentorbook.domain.errors import (
    CardRefused,
    HoldLapsed,
    InvalidStatus,
    NotPermitted,
    PaymentUnavailable,
    RateLimited,
)
from mentorbook.domain.kinds import PaymentEntryKind, PaymentStatus, PaymentWay, Provider, SessionStatus
from mentorbook.domain.money.payments import Charge, ChargeStatus
from mentorbook.domain.money.plan import is_authorised_first
from mentorbook.domain.ports import CardDeclined, PaymentProvider, PaymentRefused, ProviderDown
from mentorbook.domain.views import Account, Paid
from mentorbook.services import outbox, provider_health
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import refuse_too_many
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.booking.session_transaction import if_unchanged, refuse_if_changed
from mentorbook.services.clock import now
from mentorbook.services.money import books
from mentorbook.services.money.charge_orders import charge_order
from mentorbook.services.money.payment_orders import add_entry, open_payment
from mentorbook.services.money.payment_steps import booked
from mentorbook.services.money.provider import payment_provider
from mentorbook.services.offload import call
from mentorbook.services.rate_counters import ceilings

log = logging.getLogger(__name__)

# Each asks the provider, and a card that is tried may be somebody else's.
MOST_TRIES, COUNTED_FOR = 10, 60  # seconds

_NO_PROVIDER = "No payment provider is set up here at the moment. Your time is held until it lapses."
_ANOTHER_WAY = "How sessions are paid has changed since you began. Give the time back and book it again."
_REFUSED = "The payment provider does not take this payment. Give the time back and choose it again."


async def pay(
    actor: Account, booking_id: Any, card: str | None = None, condition: IfMatch | None = None
) -> Paid:
    """Pay for a session that is held for the actor: with a card, or at the address that is returned.

    Its mentee only. A session that is paid already is returned as it is, so that it may be asked twice; one
    that was paid at the address meanwhile is booked. The `condition` is that of the moment the payment
    begins. Raises `NotFound`, `NotPermitted`, `ChangedMeanwhile`, `InvalidStatus`, `HoldLapsed`,
    `CardRefused`, `RateLimited`, and `PaymentUnavailable` when the provider does not do its part.
    """
    provider = payment_provider()
    await call(_count, actor)
    begin = partial(_begin, actor, booking_id, provider.way if provider else None)
    payment_id = await call(if_unchanged, condition, begin)
    if payment_id is None or provider is None:
        return Paid(booking=await call(get_booking, actor, booking_id))
    asked_at = now()
    try:
        url = await _pay(provider, payment_id, card)
    except CardDeclined as declined:
        raise CardRefused(str(declined)) from None
    except ProviderDown as error:
        log.warning("a payment could not be made: %s", error)
        await call(provider_health.is_down, Provider.PAYMENTS, str(error), asked_at)
        raise PaymentUnavailable from None
    except PaymentRefused as error:
        log.warning("payment %s was refused: %s", payment_id, error)
        raise PaymentUnavailable(_REFUSED, retry_after=60) from None
    await call(outbox.provider_answered, Provider.PAYMENTS)
    return Paid(booking=await call(get_booking, actor, booking_id), url=url)


async def _pay(provider: PaymentProvider, payment_id: UUID, card: str | None) -> str | None:
    """Open the payment and pay it, as far as that is done here; return where the rest is done."""
    known = await call(books.known_as, payment_id)
    reference, url = (known.reference, known.url) if known else (None, None)
    if reference is None:
        opened = await provider.open(await call(charge_order, payment_id))
        await call(books.opened, payment_id, opened.reference, opened.url)
        reference, url = opened.reference, opened.url
    charge = await _present(provider, reference, card)
    await booked(payment_id, charge)
    return url if charge.status == ChargeStatus.OPEN else None


async def _present(provider: PaymentProvider, reference: str, card: str | None) -> Charge:
    if card is None or provider.card_form is None:
        return await provider.charge(reference)
    return await provider.card_form.present(reference, card)


def _count(actor: Account) -> None:
    counted = f"pays {actor.id}"
    if ceilings().add(counted, COUNTED_FOR) > MOST_TRIES:
        raise RateLimited(ceilings().left(counted), "You have tried to pay very often. Wait a minute.")


def require_payer(actor: Account, booking_id: Any) -> None:
    """Raise `NotFound` or `NotPermitted` unless the actor is the one who pays for this session."""
    with read_transaction() as session:
        _payable(session, actor, booking_id)


def _payable(session: Session, actor: Account, booking_id: Any) -> MentoringSession:
    row = access_booking(session, actor, booking_id)
    if row.mentee_id != actor.id:
        raise NotPermitted("Only the mentee pays for a session.")
    return row


def _begin(actor: Account, booking_id: Any, way: PaymentWay | None) -> UUID | None:
    """Return the payment that the session waits for, begun if there is none; `None` when it is paid."""
    with write_transaction() as session:
        row = _payable(session, actor, booking_id)
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        session.refresh(row)
        refuse_if_changed(session, row, actor)
        if row.held_until is None:
            if row.payment_status is None:
                raise InvalidStatus("This session is not waiting to be paid.")
            return None
        begun = open_payment(session, row.id)
        if row.status != SessionStatus.PENDING or row.held_until <= now():
            raise HoldLapsed
        if way is None:
            raise PaymentUnavailable(_NO_PROVIDER, retry_after=3600)
        if begun is not None and begun.way != way:
            raise PaymentUnavailable(_ANOTHER_WAY, retry_after=600)
        if begun is not None:
            return begun.id
        # Before anything is asked of the provider: what is paid there is booked, however many that makes.
        refuse_too_many(session, actor, and_being_paid=True)
        return _new_payment(session, row, actor, way).id


def _new_payment(session: Session, row: MentoringSession, actor: Account, way: PaymentWay) -> Payment:
    moment = now()
    mentor = session.scalars(select(col(User.name)).where(col(User.id) == row.mentor_id)).one()
    payment = Payment(
        session_id=row.id,
        payer_id=actor.id,
        mentor_id=row.mentor_id,
        title=f"{row.duration} minutes with {mentor}",
        payer_email=actor.email,
        way=way,
        amount_minor=row.price_minor,
        currency=row.currency,
        is_authorisation=is_authorised_first(row.scheduled_at, moment),
        status=PaymentStatus.OPEN,
        created_at=moment,
        updated_at=moment,
    )
    session.add(payment)
    session.flush()
    add_entry(session, payment, PaymentEntryKind.OPENED, payment.amount_minor)
    row.payment_status, row.payment_way = payment.status, payment.way
    return payment
