"""The books of payments: the one place that takes in what the provider says."""

import logging
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.money import Payment, Refund
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import (
    LIVE_STATUSES,
    PaymentEntryKind,
    PaymentStatus,
    RefundReason,
    RefundStatus,
    SessionStatus,
)
from mentorbook.domain.money.payments import Charge, ChargeStatus, ReturnedMoney
from mentorbook.domain.money.plan import OrderedRefund, PaymentFacts, Step, next_step
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.clock import now
from mentorbook.services.money.paid_holds import confirm_or_give_back
from mentorbook.services.money.payment_orders import add_entry, order_capture

log = logging.getLogger(__name__)


class Known(NamedTuple):
    """By which way a payment goes, and as far as that is known what its provider calls it and where it is
    paid."""

    way: str
    reference: str | None
    url: str | None


def known_as(payment_id: UUID) -> Known | None:
    """Return what is known of a payment; `None` where there is no such payment."""
    with read_transaction() as session:
        payment = session.get(Payment, payment_id)
        return None if payment is None else Known(payment.way, payment.reference, payment.url)


def due(payment_id: UUID) -> Step | None:
    """Return what is to be done with a payment at the provider next, or `None`."""
    with read_transaction() as session:
        payment = session.get_one(Payment, payment_id)
        row = session.get_one(MentoringSession, payment.session_id)
        return next_step(_facts(session, payment, row), now())


def _facts(session: Session, payment: Payment, row: MentoringSession) -> PaymentFacts:
    refunds = _refunds(session, payment)
    return PaymentFacts(
        status=PaymentStatus(payment.status),
        amount_minor=payment.amount_minor,
        is_live=row.held_until is None and row.status in LIVE_STATUSES,
        is_awaited=row.status == SessionStatus.PENDING and row.held_until is not None,
        capture_at=payment.capture_at,
        ordered=[OrderedRefund(each.id, each.amount_minor) for each in refunds if _is_ordered(each)],
    )


def _refunds(session: Session, payment: Payment) -> list[Refund]:
    of_payment = select(Refund).where(col(Refund.payment_id) == payment.id)
    return list(session.scalars(of_payment.order_by(col(Refund.created_at), col(Refund.id))))


def _is_ordered(refund: Refund) -> bool:
    """Say whether a refund has not been asked of the provider; what it works on has a reference already."""
    return refund.status == RefundStatus.ORDERED and refund.reference is None


def opened(payment_id: UUID, reference: str, url: str | None) -> None:
    """Record what the provider calls a payment that it has opened, and where it is paid."""
    with write_transaction() as session:
        payment = session.get_one(Payment, payment_id)
        if payment.reference in (None, reference):
            payment.reference, payment.url, payment.updated_at = reference, url, now()


def not_opened(payment_id: UUID, why: str) -> list[UUID]:
    """Record that the provider opens no payment under this id, so that nobody pays it; returns its people."""
    with read_transaction() as session:
        known = session.get_one(Payment, payment_id)
        people = [known.payer_id, known.mentor_id]
    with write_transaction() as session:
        claims.lock_people(session, people)
        payment = session.get_one(Payment, payment_id)
        session.refresh(payment)
        if payment.status != PaymentStatus.OPEN or payment.reference is not None:
            return []
        payment.status, payment.problem, payment.updated_at = PaymentStatus.CLOSED, why[:300], now()
        session.get_one(MentoringSession, payment.session_id).payment_status = payment.status
        add_entry(session, payment, PaymentEntryKind.CLOSED, payment.amount_minor)
    return people


def refused(payment_id: UUID, why: str) -> None:
    """Record that the provider has refused what a payment was due."""
    with write_transaction() as session:
        payment = session.get_one(Payment, payment_id)
        payment.problem, payment.updated_at = why[:300], now()


def record(payment_id: UUID, charge: Charge) -> list[UUID]:
    """Write down what the provider says of a payment, and let its session follow.

    In any order, and however often it is told: what is known already changes nothing. Returns the people
    whose pages show something new.
    """
    with read_transaction() as session:
        known = session.get(Payment, payment_id)
        if known is None:
            return []
        people = [known.payer_id, known.mentor_id]
    with write_transaction() as session:
        claims.lock_people(session, people)
        payment = session.get_one(Payment, payment_id)
        row = session.get_one(MentoringSession, payment.session_id)
        session.refresh(payment)
        session.refresh(row)
        if not _is_the_same(payment, charge):
            return []
        payment.reference = payment.reference or charge.reference
        change = SessionTransaction(session, row, load_policies(session))
        if not _take_in(change, payment, charge):
            return []
        payment.problem = None
        payment.updated_at = row.updated_at = now()
        row.payment_status = payment.status
    return people


def _is_the_same(payment: Payment, charge: Charge) -> bool:
    """Say whether the charge can be the one of the payment: another is nothing to book, and shown as such."""
    same = (charge.amount_minor, charge.currency.upper()) == (payment.amount_minor, payment.currency)
    if not same or payment.reference not in (None, charge.reference):
        log.error("the provider has another amount or reference for payment %s", payment.id)
        return False
    return True


def _take_in(change: SessionTransaction, payment: Payment, charge: Charge) -> bool:
    before = (payment.status, payment.captured_minor, payment.returned_minor, payment.released_minor)
    is_paid = charge.status in (ChargeStatus.AUTHORISED, ChargeStatus.CAPTURED)
    if payment.status == PaymentStatus.OPEN:
        if is_paid:
            _paid(change, payment, charge)
        elif charge.status in (ChargeStatus.CLOSED, ChargeStatus.VOIDED):
            payment.status = PaymentStatus.CLOSED
            add_entry(change.session, payment, PaymentEntryKind.CLOSED, payment.amount_minor)
    elif payment.status == PaymentStatus.AUTHORISED and charge.status == ChargeStatus.CAPTURED:
        payment.status = PaymentStatus.CAPTURED
        payment.captured_minor = charge.captured_minor
        add_entry(change.session, payment, PaymentEntryKind.CAPTURED, charge.captured_minor)
        _released(change, payment, payment.amount_minor - charge.captured_minor)
    elif payment.status == PaymentStatus.AUTHORISED and charge.status == ChargeStatus.VOIDED:
        payment.status = PaymentStatus.VOIDED
        _released(change, payment, payment.amount_minor)
    known = _refunds(change.session, payment)
    # Ours first: what we asked for and have no answer to is not ordered any more.
    ours = {each.id for each in known}
    in_order = sorted(charge.refunds, key=lambda each: each.refund_id not in ours)
    told = [_take_in_refund(change, payment, each, known) for each in in_order]
    if payment.status == PaymentStatus.CAPTURED and payment.returned_minor == payment.captured_minor:
        payment.status = PaymentStatus.REFUNDED
    elif payment.status == PaymentStatus.REFUNDED and payment.returned_minor < payment.captured_minor:
        # A refund has failed after it was given.
        payment.status = PaymentStatus.CAPTURED
    after = (payment.status, payment.captured_minor, payment.returned_minor, payment.released_minor)
    return before != after or any(told)


def _paid(change: SessionTransaction, payment: Payment, charge: Charge) -> None:
    payment.paid_at = now()
    payment.status = PaymentStatus(charge.status.value)
    payment.captured_minor = charge.captured_minor
    change.row.payment_status, change.row.paid_minor = payment.status, payment.amount_minor
    kind = PaymentEntryKind(charge.status.value)
    add_entry(change.session, payment, kind, payment.amount_minor)
    change.session.flush()
    order_capture(change.session, change.row)
    confirm_or_give_back(change)


def _released(change: SessionTransaction, payment: Payment, amount: int) -> None:
    """Book what the provider let go of an authorisation: for the refunds that were ordered, oldest first.

    What nobody ordered was let go outside, or because the card was held no longer.
    """
    payment.released_minor = amount
    if amount:
        add_entry(change.session, payment, PaymentEntryKind.RELEASED, amount)
    for refund in _refunds(change.session, payment):
        if _is_ordered(refund) and refund.amount_minor <= amount:
            refund.status, refund.is_release, refund.done_at = RefundStatus.DONE, True, now()
            amount -= refund.amount_minor
    if amount:
        outside = Refund(
            payment_id=payment.id,
            amount_minor=amount,
            reason=RefundReason.OUTSIDE,
            status=RefundStatus.DONE,
            is_release=True,
            created_at=now(),
            done_at=now(),
        )
        change.session.add(outside)
        change.row.refunded_minor += amount


def _order_less(change: SessionTransaction, payment: Payment) -> None:
    """Reduce the orders of what was given back at the provider itself: no more goes back than was paid."""
    refunds = [each for each in _refunds(change.session, payment) if each.status != RefundStatus.FAILED]
    excess = sum(each.amount_minor for each in refunds) - payment.amount_minor
    for refund in reversed([each for each in refunds if _is_ordered(each)]):
        if excess <= 0 or refund.reason == RefundReason.OUTSIDE:
            continue
        rest = max(0, refund.amount_minor - excess)
        excess -= refund.amount_minor - rest
        change.row.refunded_minor -= refund.amount_minor - rest
        refund.status, refund.problem = RefundStatus.FAILED, "It was given back at the provider itself"
        add_entry(change.session, payment, PaymentEntryKind.REFUND_FAILED, refund.amount_minor, refund)
        if rest:
            # Under a key of its own: the former may have been asked for in the whole amount.
            again = Refund(
                payment_id=payment.id,
                amount_minor=rest,
                reason=refund.reason,
                note=refund.note,
                ordered_by=refund.ordered_by,
                status=RefundStatus.ORDERED,
                created_at=now(),
            )
            change.session.add(again)
            change.session.flush()
            add_entry(change.session, payment, PaymentEntryKind.REFUND_ORDERED, rest, again)


def _take_in_refund(
    change: SessionTransaction, payment: Payment, told: ReturnedMoney, known: list[Refund]
) -> bool:
    """Book one refund as the provider has it; say whether that was new."""
    refund = next(
        (each for each in known if told.refund_id == each.id or told.reference == each.reference), None
    )
    if refund is None:
        if told.status != RefundStatus.DONE:
            return False
        refund = Refund(
            payment_id=payment.id,
            amount_minor=told.amount_minor,
            reason=RefundReason.OUTSIDE,
            status=RefundStatus.ORDERED,
            reference=told.reference,
            created_at=now(),
        )
        change.session.add(refund)
        change.session.flush()
        change.row.refunded_minor += told.amount_minor
        _order_less(change, payment)
    was_done, refund.reference = refund.status == RefundStatus.DONE, told.reference
    if refund.status == told.status:
        return False
    refund.status = told.status
    if told.status == RefundStatus.DONE:
        refund.done_at = now()
        payment.returned_minor += refund.amount_minor
        add_entry(change.session, payment, PaymentEntryKind.REFUNDED, refund.amount_minor, refund)
    elif told.status == RefundStatus.FAILED:
        refund.problem = told.problem[:300] or None
        change.row.refunded_minor -= refund.amount_minor
        payment.returned_minor -= refund.amount_minor if was_done else 0
        add_entry(change.session, payment, PaymentEntryKind.REFUND_FAILED, refund.amount_minor, refund)
    return True
