"""What is ordered of the payment provider in a transaction, for the worker to carry out after it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from mentorbook.db.money import Payment, PaymentEntry, Refund
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import (
    MessageKind,
    PaymentEntryKind,
    PaymentStatus,
    RefundReason,
    RefundStatus,
)
from mentorbook.domain.money.plan import capture_due
from mentorbook.services import outbox
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.clock import now
from mentorbook.services.outbox import NewMessage

PAID = (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)


def follow_ordered(payment: Payment) -> NewMessage:
    """Return the message that has the provider asked for whatever the payment is due."""
    return _message(MessageKind.PAYMENT_FOLLOW, payment, None)


def capture_ordered(payment: Payment) -> NewMessage:
    """Return the message that has an authorised amount taken when that is due."""
    return _message(MessageKind.PAYMENT_CAPTURE, payment, payment.capture_at)


def _message(kind: MessageKind, payment: Payment, at: datetime | None) -> NewMessage:
    # Without a stream: what is due is read when it is done, under a lock, and in whatever order.
    return NewMessage(
        kind, {"paymentId": str(payment.id)}, f"{kind}:{uuid4()}", session_id=payment.session_id, at=at
    )


def open_payment(session: Session, session_id: UUID) -> Payment | None:
    """Return the payment of a session that its payer has not made yet, if one was begun."""
    return _of_session(session, session_id, (PaymentStatus.OPEN,))


def paid_payment(session: Session, session_id: UUID) -> Payment | None:
    """Return the payment of a session that was made, if there is one of which not all was given back."""
    return _of_session(session, session_id, PAID)


def _of_session(session: Session, session_id: UUID, statuses: tuple[PaymentStatus, ...]) -> Payment | None:
    query = select(Payment).where(col(Payment.session_id) == session_id, col(Payment.status).in_(statuses))
    return session.scalars(query.order_by(col(Payment.created_at))).first()


def promised_back(session: Session, payment_id: UUID) -> int:
    """Return how much of a payment was given back or is to be, in minor units."""
    total = select(func.sum(col(Refund.amount_minor))).where(
        col(Refund.payment_id) == payment_id, col(Refund.status) != RefundStatus.FAILED
    )
    return session.scalar(total) or 0


def order_refund(
    change: SessionTransaction,
    reason: RefundReason,
    amount_minor: int | None = None,
    *,
    ordered_by: UUID | None = None,
    note: str | None = None,
) -> int:
    """Order a refund of the session's payment in the open transaction: of all that is left, or of an amount.

    Never more than is left of what was paid. Returns the amount in minor units, 0 where nothing was paid.
    """
    if change.row.payment_status is None:
        return 0
    payment = paid_payment(change.session, change.row.id)
    if payment is None:
        return 0
    left = payment.amount_minor - promised_back(change.session, payment.id)
    amount = left if amount_minor is None else min(left, amount_minor)
    if amount <= 0:
        return 0
    refund = Refund(
        payment_id=payment.id,
        amount_minor=amount,
        reason=reason,
        note=note,
        ordered_by=ordered_by,
        status=RefundStatus.ORDERED,
        created_at=now(),
    )
    change.session.add(refund)
    change.session.flush()
    add_entry(change.session, payment, PaymentEntryKind.REFUND_ORDERED, amount, refund)
    change.row.refunded_minor += amount
    outbox.add_messages(change.session, [follow_ordered(payment)])
    return amount


def order_capture(session: Session, row: MentoringSession) -> None:
    """Order that an authorised payment is taken when the session, as it stands now, is over."""
    payment = paid_payment(session, row.id) if row.payment_status else None
    if payment is None or payment.status != PaymentStatus.AUTHORISED:
        return
    payment.capture_at = capture_due(row.ends_at, payment.paid_at or now())
    outbox.drop_messages(session, row.id, MessageKind.PAYMENT_CAPTURE)
    outbox.add_messages(session, [capture_ordered(payment)])


def add_entry(
    session: Session,
    payment: Payment,
    kind: PaymentEntryKind,
    amount_minor: int,
    refund: Refund | None = None,
) -> None:
    """Write what happened into the books of a payment; nothing is ever changed there."""
    session.add(
        PaymentEntry(
            payment_id=payment.id,
            refund_id=refund.id if refund else None,
            kind=kind,
            amount_minor=amount_minor,
            created_at=now(),
        )
    )
