"""The list of everybody's payments, for an admin by their own clock."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.money.statements import AdminPayment
from mentorbook.presenters.dates import moment
from mentorbook.presenters.money.refund_dialog import left_of
from mentorbook.presenters.money.statements import return_lines, status_words
from mentorbook.presenters.prices import format_amount


@dataclass(frozen=True)
class AdminPaymentRow:
    """One payment; `problem` is what the provider refused last, `refund` names the button, if any."""

    id: str
    session_id: str
    title: str
    payer: str
    email: str
    mentor: str
    paid: str
    amount: str
    status: str
    tone: str
    returns: list[str]
    problem: str
    reference: str
    refund: str


def admin_payment_row(line: AdminPayment, *, zone: str, now: datetime) -> AdminPaymentRow:
    """Return the row of a payment."""
    status, tone = status_words(line, card="the card")
    amount = format_amount(line.amount_minor, line.currency)
    can_refund = left_of(line) > 0
    return AdminPaymentRow(
        id=str(line.id),
        session_id=str(line.session_id),
        title=line.title,
        payer=line.payer_name,
        email=line.payer_email,
        mentor=line.other_name,
        paid=moment(line.paid_at, zone, now),
        amount=amount,
        status=status,
        tone=tone,
        returns=return_lines(line, zone=zone, now=now),
        problem=f"The provider refused: {line.problem}" if line.problem else "",
        reference=line.reference or "",
        refund=f"Give money back to {line.payer_name}, who paid {amount}" if can_refund else "",
    )
