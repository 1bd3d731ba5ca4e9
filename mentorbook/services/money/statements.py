"""What somebody has paid, and what a mentor has earned."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col

from mentorbook.db.aliases import shared_alias
from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment, Refund
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import no_such
from mentorbook.domain.kinds import LIVE_STATUSES, PaymentStatus, PaymentWay, RefundReason, RefundStatus
from mentorbook.domain.money.statements import (
    Earning,
    EarningPage,
    EarningTotal,
    MoneySums,
    MoneyTotal,
    PaymentLine,
    PaymentPage,
    Receipt,
    ReturnLine,
)
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.services.clock import now
from mentorbook.services.spreadsheets import MOST_ROWS

PAGE_SIZE = 25
# What was never paid stands in no statement.
MADE = (
    PaymentStatus.AUTHORISED,
    PaymentStatus.CAPTURED,
    PaymentStatus.REFUNDED,
    PaymentStatus.VOIDED,
)
_payer, _mentor = shared_alias(User), shared_alias(User)

_RETURNED = (
    select(func.coalesce(func.sum(col(Refund.amount_minor)), 0))
    .where(col(Refund.payment_id) == col(Payment.id), col(Refund.status) != RefundStatus.FAILED)
    .correlate(Payment)
    .scalar_subquery()
)
# What was never taken from the card stands among what was given back.
_LEFT = col(Payment.amount_minor) - _RETURNED


def own_payments(actor: Account, page: int = 1) -> PaymentPage:
    """List one page of what the actor has paid, 25 a page, latest first."""
    where = [col(Payment.payer_id) == actor.id]
    with read_transaction() as session:
        rows = load_payments(session, where, page=page)
        returns = returns_of(session, [col(Payment.id).in_([row[0].id for row in rows])])
        totals, total = totals_of(session, where)
    return PaymentPage(
        payments=[PaymentLine(**line_of(row, returns)) for row in rows],
        totals=totals,
        page=page,
        pages=pages_of(total),
        total=total,
    )


def receipt(actor: Account, payment_id: Any) -> Receipt:
    """Return the receipt of a payment, to its payer and to admins. Raises `NotFound`."""
    identifier = as_uuid(payment_id)
    with read_transaction() as session:
        rows = load_payments(session, [col(Payment.id) == identifier]) if identifier else []
        if not rows or (rows[0][0].payer_id != actor.id and not actor.is_admin):
            raise no_such("payment")
        (row,) = rows
        payer, mentor = row[2], row[3]
        returns = returns_of(session, [col(Payment.id) == row[0].id])
        return Receipt(
            **line_of(row, returns),
            payer_name=payer.name,
            payer_email=payer.email,
            mentor_name=mentor.name,
            written_at=now(),
        )


def own_earnings(actor: Account, page: int = 1) -> EarningPage:
    """List one page of what the actor's mentees have paid for, 25 a page, latest session first.

    Only what is left after what was given back; a session of which nothing is left is not listed.
    """
    with read_transaction() as session:
        earnings = _earnings(session, actor, page=page, most=PAGE_SIZE)
        totals, total = _earned_totals(session, actor)
    return EarningPage(earnings=earnings, totals=totals, page=page, pages=pages_of(total), total=total)


def own_sums(actor: Account) -> MoneySums:
    """Return what the actor has paid and earned altogether."""
    with read_transaction() as session:
        paid, _ = totals_of(session, [col(Payment.payer_id) == actor.id])
        earned, _ = _earned_totals(session, actor)
    return MoneySums(paid=paid, earned=earned)


def every_earning(actor: Account) -> list[Earning]:
    """List what the actor's mentees have paid for, latest session first, as `own_earnings` does."""
    with read_transaction() as session:
        return _earnings(session, actor, page=1, most=MOST_ROWS)


def _earned_by(actor: Account) -> list[ColumnElement[bool]]:
    return [col(Payment.mentor_id) == actor.id, col(Payment.status).in_(MADE), _LEFT > 0]


def _is_earned(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a payment is the mentor's: it was taken, and its session is over."""
    row = MentoringSession
    is_over = or_(col(row.ends_at) <= moment, col(row.status).not_in(LIVE_STATUSES))
    return and_(col(Payment.status) == PaymentStatus.CAPTURED, is_over)


def _earned_totals(session: Session, actor: Account) -> tuple[list[EarningTotal], int]:
    is_earned = _is_earned(now())
    sums = session.execute(
        select(
            col(Payment.currency),
            func.count(),
            func.sum(case((is_earned, _LEFT), else_=0)),
            func.sum(case((is_earned, 0), else_=_LEFT)),
        )
        .join(MentoringSession, col(MentoringSession.id) == col(Payment.session_id))
        .where(*_earned_by(actor))
        .group_by(col(Payment.currency))
        .order_by(col(Payment.currency))
    ).all()
    totals = [
        EarningTotal(currency=currency, earned_minor=earned, expected_minor=expected)
        for currency, _, earned, expected in sums
    ]
    return totals, sum(row[1] for row in sums)


def _earnings(session: Session, actor: Account, *, page: int, most: int) -> list[Earning]:
    rows = session.execute(
        select(
            MentoringSession,
            col(User.name),
            col(Payment.currency),
            col(Payment.way),
            _is_earned(now()),
            _LEFT,
        )
        .join_from(Payment, MentoringSession, col(MentoringSession.id) == col(Payment.session_id))
        .join(User, col(User.id) == col(Payment.payer_id))
        .where(*_earned_by(actor))
        .order_by(col(MentoringSession.scheduled_at).desc(), col(Payment.id))
        .limit(most)
        .offset((page - 1) * most)
    )
    return [
        Earning(
            session_id=row.id,
            title=row.title,
            mentee_name=name,
            starts_at=row.scheduled_at,
            currency=currency,
            amount_minor=left,
            way=PaymentWay(way),
            is_earned=bool(is_earned),
        )
        for row, name, currency, way, is_earned, left in rows
    ]


def pages_of(total: int) -> int:
    """Return how many pages there are, at least one."""
    return max(1, -(-total // PAGE_SIZE))


def load_payments(
    session: Session, where: Sequence[ColumnElement[bool]], *, page: int = 1, most: int = PAGE_SIZE
) -> Sequence[Any]:
    """Load one page of payments that were made, with their session, payer and mentor; latest first."""
    query = (
        select(Payment, MentoringSession, _payer, _mentor)
        .join(MentoringSession, col(MentoringSession.id) == col(Payment.session_id))
        .join(_payer, col(_payer.id) == col(Payment.payer_id))
        .join(_mentor, col(_mentor.id) == col(Payment.mentor_id))
        .where(col(Payment.status).in_(MADE), *where)
        .order_by(col(Payment.created_at).desc(), col(Payment.id))
        .limit(most)
        .offset((page - 1) * most)
    )
    return session.execute(query).all()


def returns_of(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[UUID, list[ReturnLine]]:
    """Return what was given back of payments, or is to be, oldest first; in one statement."""
    found: dict[UUID, list[ReturnLine]] = defaultdict(list)
    query = select(Refund).join(Payment, col(Payment.id) == col(Refund.payment_id)).where(*where)
    for row in session.scalars(query.order_by(col(Refund.created_at), col(Refund.id))):
        found[row.payment_id].append(
            ReturnLine(
                amount_minor=row.amount_minor,
                reason=RefundReason(row.reason),
                status=RefundStatus(row.status),
                is_release=row.is_release,
                note=row.note,
                ordered_at=row.created_at,
                done_at=row.done_at,
            )
        )
    return found


def line_of(loaded: Any, returns: dict[UUID, list[ReturnLine]]) -> dict[str, Any]:
    """Return what every statement says of a payment, as the fields of `PaymentLine`."""
    payment, row, _, mentor = loaded
    lines = returns[payment.id]
    return {
        "id": payment.id,
        "session_id": row.id,
        "title": row.title,
        "other_name": mentor.name,
        "starts_at": row.scheduled_at,
        "duration": row.duration,
        "paid_at": payment.paid_at or payment.created_at,
        "currency": payment.currency,
        "amount_minor": payment.amount_minor,
        "taken_minor": payment.captured_minor,
        "returned_minor": sum(each.amount_minor for each in lines if each.status != RefundStatus.FAILED),
        "status": PaymentStatus(payment.status),
        "way": PaymentWay(payment.way),
        "returns": lines,
    }


def totals_of(session: Session, where: Sequence[ColumnElement[bool]]) -> tuple[list[MoneyTotal], int]:
    """Return the sums of payments that were made, by currency, and how many they are."""
    sums = session.execute(
        select(
            col(Payment.currency),
            func.count(),
            func.sum(col(Payment.amount_minor)),
            func.sum(_RETURNED),
        )
        .where(col(Payment.status).in_(MADE), *where)
        .group_by(col(Payment.currency))
        .order_by(col(Payment.currency))
    ).all()
    totals = [
        MoneyTotal(currency=currency, paid_minor=paid, returned_minor=back, kept_minor=paid - back)
        for currency, _, paid, back in sums
    ]
    return totals, sum(row[1] for row in sums)
