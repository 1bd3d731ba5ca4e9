"""Money that an admin gives back by hand."""

from functools import partial
from typing import Any

from sqlmodel import Session

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.domain.errors import InvalidStatus, NotPermitted, ValidationFailed
from mentorbook.domain.kinds import AuditAction, NoticeKind, RefundReason
from mentorbook.domain.money.prices import payable_step
from mentorbook.domain.schemas import RefundPayment, parse
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking import idempotency
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.booking_queries import kept_for_replay, load_booking
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.booking.session_transaction import SessionTransaction, refuse_if_changed
from mentorbook.services.money.payment_orders import order_refund, paid_payment, promised_back


def require_refunder(actor: Account, booking_id: Any) -> None:
    """Raise `NotPermitted` unless the actor is an admin, `NotFound` where there is no such session.

    For callers that have not parsed the request yet.
    """
    _require_admin(actor)
    with read_transaction() as session:
        access_booking(session, actor, booking_id)


def _require_admin(actor: Account) -> None:
    if not actor.is_admin:
        raise NotPermitted("Only admins can give money back by hand.")


def refund_by_hand(
    actor: Account,
    booking_id: Any,
    request: RefundPayment | dict[str, Any],
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    key: str | None = None,
) -> Booking:
    """Give money back of a session's payment, with a reason that stays on record; admins only.

    Never more than is left of what was paid; under one idempotency `key`, once. Raises `NotPermitted`,
    `NotFound`, `ValidationFailed`, `IdempotencyMismatch`, `ChangedMeanwhile` (see `if_unchanged`), and
    `InvalidStatus` where nothing is left.
    """
    _require_admin(actor)
    idempotency.check_key(key)
    wanted = parse(RefundPayment, request)
    mark = idempotency.fingerprint(f"refund_by_hand {booking_id}", wanted)
    with write_transaction() as session:
        row = access_booking(session, actor, booking_id)
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        session.refresh(row)
        anew = partial(load_booking, session)
        first = idempotency.replay(session, actor.id, key, mark, Booking, anew, row.id)
        if first is not None:
            return first
        refuse_if_changed(session, row, actor)
        change = SessionTransaction(session, row, load_policies(session))
        _give_back(session, change, actor, wanted, origin)
        booking = change.updated_booking()
        idempotency.store_answer(session, actor.id, key, mark, kept_for_replay(booking))
    change_feed.announce([booking.mentor_id, booking.mentee_id, change_feed.SESSIONS])
    return booking


def _give_back(
    session: Session, change: SessionTransaction, actor: Account, wanted: RefundPayment, origin: Origin
) -> None:
    payment = paid_payment(session, change.row.id)
    left = payment.amount_minor - promised_back(session, payment.id) if payment else 0
    if left <= 0:
        raise InvalidStatus("Nothing is left of what was paid for this session.")
    if wanted.amount_minor > left:
        raise ValidationFailed({"amountMinor": f"must be 1 to {left}: that is left of what was paid"})
    step = payable_step(payment.currency) if payment else 1
    if wanted.amount_minor % step:
        why = f"must be a multiple of {step}, since cards carry no smaller amounts"
        raise ValidationFailed({"amountMinor": why})
    given_back = order_refund(
        change, RefundReason.BY_HAND, wanted.amount_minor, ordered_by=actor.id, note=wanted.reason
    )
    change.audit(AuditEntry(AuditAction.REFUNDED, actor.id, origin, reason_details=wanted.reason))
    change.notify(mentee=NoticeKind.MONEY_RETURNED, given_back=given_back)
