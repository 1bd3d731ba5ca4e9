"""In what the payment provider and the tables differ, in words for an admin, by their own clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.kinds import DifferenceKind, PaymentStatus
from mentorbook.domain.money.statements import PaymentComparison, PaymentDifferenceState
from mentorbook.presenters.dates import distance, moment
from mentorbook.presenters.prices import format_amount


@dataclass(frozen=True)
class DifferenceLine:
    """One difference: what it is, since when, the provider's name of the payment; `href` is its session."""

    words: str
    since: str
    reference: str
    href: str


DIFFERENCE_WORDS: dict[DifferenceKind, Callable[[PaymentDifferenceState], str]] = {
    DifferenceKind.UNKNOWN_HERE: lambda it: (
        f"The provider has {_minor(it.theirs, it)} of a payment that no session here knows of."
    ),
    DifferenceKind.UNKNOWN_THERE: lambda it: "The provider does not know a payment that we have.",
    DifferenceKind.AMOUNT: lambda it: (
        f"We have a payment of {_amount(it.ours)}, and the provider one of {_amount(it.theirs)}."
    ),
    DifferenceKind.STATUS: lambda it: (
        f"By our books the payment is {_status(it.ours)}, by the provider’s {_status(it.theirs)}."
    ),
    DifferenceKind.CAPTURED: lambda it: (
        f"{_minor(it.ours, it)} was taken by our books, and {_minor(it.theirs, it)} by the provider’s."
    ),
    DifferenceKind.RETURNED: lambda it: (
        f"{_minor(it.ours, it)} was given back by our books, and {_minor(it.theirs, it)} by the provider’s."
    ),
    DifferenceKind.NEITHER_BOOKED_NOR_BACK: lambda it: (
        f"{_minor(it.ours, it)} was paid for a session that was never booked, and is not on its way back."
    ),
    DifferenceKind.REFUSED: lambda it: (
        f"The provider refused what the payment is due: {_sentence(it.theirs)}"
    ),
    DifferenceKind.NOT_GIVEN_BACK: lambda it: (
        f"{_minor(it.ours, it)} was to be given back, and the provider could not: {_sentence(it.theirs)}"
        " Give it back once more, or another way."
    ),
}


_STATUS_WORDS = {
    PaymentStatus.OPEN: "not made yet",
    PaymentStatus.AUTHORISED: "held on the card",
    PaymentStatus.CAPTURED: "taken",
    PaymentStatus.REFUNDED: "given back",
    PaymentStatus.VOIDED: "let go",
    PaymentStatus.CLOSED: "closed",
}


def _status(said: str) -> str:
    return _STATUS_WORDS[PaymentStatus(said)] if said in list(PaymentStatus) else said


def _amount(said: str) -> str:
    """Write what the tables or the provider say: `6000 GBP`."""
    minor, _, currency = said.partition(" ")
    return format_amount(int(minor), currency) if minor.isdigit() and currency else said


def _minor(said: str, it: PaymentDifferenceState) -> str:
    return _amount(f"{said} {it.currency}")


def _sentence(said: str) -> str:
    return f"{said.rstrip('.') or 'nobody knows why'}."


def difference_line(it: PaymentDifferenceState, *, zone: str, now: datetime) -> DifferenceLine:
    """Return a difference in words."""
    return DifferenceLine(
        words=DIFFERENCE_WORDS[it.kind](it),
        since=f"Since {moment(it.found_at, zone, now)}",
        reference=it.reference,
        href=f"/sessions/{it.session_id}" if it.session_id else "",
    )


def comparison_words(comparison: PaymentComparison, *, zone: str, now: datetime) -> str:
    """Say when payments are compared, and how the comparison stands that was asked for."""
    every = "Payments are compared with the provider every hour."
    if comparison.is_awaited:
        return f"{every} A worker is asked to do it now."
    if comparison.begun_at is None:
        return every
    ago = distance(comparison.begun_at, now)
    when = "just now" if ago == "now" else f"{ago}, {moment(comparison.begun_at, zone, now)}"
    return f"{every} Last asked for and begun {when}."
