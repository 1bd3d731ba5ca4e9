"""Statements of what somebody has paid and earned, by their own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.kinds import PaymentStatus, PaymentWay, RefundReason, RefundStatus
from mentorbook.domain.money.statements import (
    Earning,
    EarningTotal,
    MoneyTotal,
    PaymentLine,
    ReturnLine,
)
from mentorbook.presenters.dates import clock, length, moment, short_date
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_amount

NOTHING_IS_PAID_HERE = {
    PaymentWay.FREE: "Every session is free here, so there is nothing to pay.",
    PaymentWay.SETTLE: "Nothing is paid in MentorBook: mentees and mentors settle it between them.",
}
# `{mentor}` is the mentor's first name.
WHY_WORDS = {
    RefundReason.CANCELLED: "the session was cancelled",
    RefundReason.DECLINED: "{mentor} declined",
    RefundReason.EXPIRED: "{mentor} did not answer in time",
    RefundReason.MENTOR_ABSENT: "{mentor} did not come",
    RefundReason.PAID_TOO_LATE: "the time was given to somebody else before it was paid",
    RefundReason.SHORTENED: "the session was made shorter",
    RefundReason.BY_HAND: "an admin gave it back",
    RefundReason.OUTSIDE: "the payment provider gave it back",
}


@dataclass(frozen=True)
class PaymentRow:
    """One payment in a statement; `returns` says line by line what came back and why."""

    id: str
    session_id: str
    title: str
    other: str
    session: str
    paid: str
    amount: str
    status: str
    tone: str
    returns: list[str]


@dataclass(frozen=True)
class EarningRow:
    """What a mentor has from one session."""

    session_id: str
    title: str
    mentee: str
    day: str
    time: str
    amount: str
    status: str
    tone: str


@dataclass(frozen=True)
class Sum:
    """Sums of one currency, each with its label: of two or three figures."""

    currency: str
    figures: list[tuple[str, str]]


def payment_row(line: PaymentLine, *, zone: str, now: datetime) -> PaymentRow:
    """Return the row of a payment as its payer reads it."""
    status, tone = status_words(line, card="your card")
    return PaymentRow(
        id=str(line.id),
        session_id=str(line.session_id),
        title=line.title,
        other=line.other_name,
        session=f"{moment(line.starts_at, zone, now)} · {length(line.duration)}",
        paid=moment(line.paid_at, zone, now),
        amount=format_amount(line.amount_minor, line.currency),
        status=status,
        tone=tone,
        returns=return_lines(line, zone=zone, now=now),
    )


def earning_row(earning: Earning, *, zone: str, now: datetime) -> EarningRow:
    """Return the row of what a session brings its mentor."""
    words, tone = ("Earned", "ok") if earning.is_earned else ("Expected", "wait")
    return EarningRow(
        session_id=str(earning.session_id),
        title=earning.title,
        mentee=earning.mentee_name,
        day=short_date(earning.starts_at, zone, now),
        time=clock(earning.starts_at, zone),
        amount=format_amount(earning.amount_minor, earning.currency),
        status=words,
        tone=tone,
    )


def status_words(line: PaymentLine, *, card: str) -> tuple[str, str]:
    """Return how a payment stands, and the tone of that; `card` is whose card it is."""
    if line.returned_minor >= line.amount_minor:
        return "Given back", ""
    if line.returned_minor:
        return f"{format_amount(line.returned_minor, line.currency)} given back", "acc"
    if line.status == PaymentStatus.AUTHORISED:
        return f"Held on {card}, taken after the session", "wait"
    return "Paid", "ok"


def return_lines(line: PaymentLine, *, zone: str, now: datetime) -> list[str]:
    """Return what came back of a payment and why, a sentence each, oldest first."""
    said = [_returned(each, line, zone=zone, now=now) for each in line.returns]
    rest = line.amount_minor - line.returned_minor
    if said and rest > 0 and line.status == PaymentStatus.AUTHORISED:
        said.append(f"{format_amount(rest, line.currency)} is held on the card until it is taken.")
    return said


def _returned(back: ReturnLine, line: PaymentLine, *, zone: str, now: datetime) -> str:
    amount, why = format_amount(back.amount_minor, line.currency), why_words(back, line.other_name)
    if back.status == RefundStatus.FAILED:
        return f"{amount} could not be given back: {why}. An admin sees to it."
    if back.status == RefundStatus.ORDERED:
        return f"{amount} is on its way back: {why}."
    day = short_date(back.done_at or back.ordered_at, zone, now)
    if back.is_release:
        return f"{amount} let go on {day}, and never taken from the card: {why}."
    return f"{amount} given back on {day}: {why}."


def why_words(back: ReturnLine, mentor: str) -> str:
    """Say why money came back, as part of a sentence, with what the admin wrote who gave it back."""
    why = WHY_WORDS[back.reason].format(mentor=first_name(mentor))
    note = (back.note or "").rstrip(".")
    return f"{why}, “{note}”" if note else why


def payment_sums(totals: Sequence[MoneyTotal]) -> list[Sum]:
    """Return the sums of payments, a currency each; what was given back only where something was."""
    return [
        Sum(
            each.currency,
            [("Paid", format_amount(each.paid_minor, each.currency)), *_given_back(each)],
        )
        for each in totals
    ]


def _given_back(total: MoneyTotal) -> list[tuple[str, str]]:
    if not total.returned_minor:
        return []
    return [
        ("Given back", format_amount(total.returned_minor, total.currency)),
        ("What remains", format_amount(total.kept_minor, total.currency)),
    ]


def earning_sums(totals: Sequence[EarningTotal]) -> list[Sum]:
    """Return the sums of what a mentor has earned, and expects of sessions to come."""
    return [
        Sum(
            each.currency,
            [
                ("Earned", format_amount(each.earned_minor, each.currency)),
                ("Expected", format_amount(each.expected_minor, each.currency)),
            ],
        )
        for each in totals
    ]
