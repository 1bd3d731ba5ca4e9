"""Everybody's payments, for admins, and what the provider says differently."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment, PaymentDifference
from mentorbook.domain.errors import NotFound, NotPermitted
from mentorbook.domain.kinds import DifferenceKind
from mentorbook.domain.money.statements import (
    AdminPayment,
    AdminPaymentPage,
    PaymentDifferenceState,
    ReturnLine,
)
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.services.money.payment_orders import PAID
from mentorbook.services.money.statements import (
    line_of,
    load_payments,
    pages_of,
    returns_of,
    totals_of,
)

MOST_DIFFERENCES = 100


def list_all_payments(actor: Account, page: int = 1) -> AdminPaymentPage:
    """List one page of everybody's payments, 25 a page, latest first. Raises `NotPermitted`."""
    require_admin(actor)
    where: list[ColumnElement[bool]] = []
    with read_transaction() as session:
        rows = load_payments(session, where, page=page)
        returns = returns_of(session, [col(Payment.id).in_([row[0].id for row in rows])])
        totals, total = totals_of(session, where)
    return AdminPaymentPage(
        payments=[admin_payment(row, returns) for row in rows],
        totals=totals,
        page=page,
        pages=pages_of(total),
        total=total,
    )


def payment_of_session(actor: Account, session_id: Any) -> AdminPayment:
    """Return the payment of a session: the one in force, or else the latest that was made.

    Raises `NotPermitted`, and `NotFound` where none was made.
    """
    require_admin(actor)
    with read_transaction() as session:
        rows = load_payments(session, [col(Payment.session_id) == as_uuid(session_id)])
        if not rows:
            raise NotFound("Nothing was paid for this session here.")
        row = next((each for each in rows if each[0].status in PAID), rows[0])
        return admin_payment(row, returns_of(session, [col(Payment.id) == row[0].id]))


def admin_payment(row: Any, returns: dict[UUID, list[ReturnLine]]) -> AdminPayment:
    """Return a payment that was loaded as admins see it."""
    payment, _, payer, _ = row
    return AdminPayment(
        **line_of(row, returns),
        payer_name=payer.name,
        payer_email=payer.email,
        reference=payment.reference,
        problem=payment.problem,
    )


def payment_differences(actor: Account) -> list[PaymentDifferenceState]:
    """List in what the provider and the tables differ, the oldest 100. Raises `NotPermitted`."""
    require_admin(actor)
    with read_transaction() as session:
        return differences_of(session)


def differences_of(session: Session) -> list[PaymentDifferenceState]:
    """Load in what the provider and the tables differ, the oldest 100; in one statement."""
    rows = session.execute(
        select(PaymentDifference, col(Payment.session_id))
        .outerjoin(Payment, col(Payment.id) == col(PaymentDifference.payment_id))
        .order_by(col(PaymentDifference.found_at), col(PaymentDifference.id))
        .limit(MOST_DIFFERENCES)
    ).all()
    return [
        PaymentDifferenceState(
            reference=row.reference,
            session_id=session_id,
            kind=DifferenceKind(row.kind),
            ours=row.ours,
            theirs=row.theirs,
            currency=row.currency,
            found_at=row.found_at,
        )
        for row, session_id in rows
    ]


def require_admin(actor: Account) -> None:
    """Raise `NotPermitted` for anybody but an admin."""
    if not actor.is_admin:
        raise NotPermitted("Only admins can see everybody's payments.")
