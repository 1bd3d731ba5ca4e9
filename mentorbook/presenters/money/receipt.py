"""The receipt of one payment, for whoever reads it by their own clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from mentorbook.domain.kinds import PaymentStatus, PaymentWay, RefundStatus
from mentorbook.domain.money.statements import PaymentLine, Receipt, ReturnLine
from mentorbook.presenters.dates import clock, clock_range, day, length, place
from mentorbook.presenters.money.statements import why_words
from mentorbook.presenters.prices import format_amount

_GROUP = 4


@dataclass(frozen=True)
class ReceiptLine:
    """One line of figures, with what it is for and when."""

    words: str
    text: str
    amount: str


@dataclass(frozen=True)
class ReceiptWords:
    """A receipt; `lines` end with what remains."""

    number: str = ""
    session_id: str = ""
    title: str = ""
    when: str = ""
    payer: str = ""
    payer_email: str = ""
    mentor: str = ""
    paid: str = ""
    lines: list[ReceiptLine] = field(default_factory=list)
    remains: ReceiptLine = ReceiptLine("", "", "")
    written: str = ""
    is_demo: bool = False


def receipt_number(payment_id: UUID) -> str:
    """Return the number by which a receipt is named: `MB-1A2B-3C4D-5E6F`."""
    digits = payment_id.hex[: 3 * _GROUP].upper()
    return "-".join(["MB", *(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))])


def receipt_words(receipt: Receipt, *, zone: str) -> ReceiptWords:
    """Return a receipt with every date on the clock of `zone`."""
    end = receipt.starts_at + timedelta(minutes=receipt.duration)
    hours = clock_range(receipt.starts_at, end, zone)
    return ReceiptWords(
        number=receipt_number(receipt.id),
        session_id=str(receipt.session_id),
        title=receipt.title,
        when=f"{day(receipt.starts_at, zone, year=True)}, {hours} {place(zone)} ({length(receipt.duration)})",
        payer=receipt.payer_name,
        payer_email=receipt.payer_email,
        mentor=receipt.mentor_name,
        paid=_at(receipt.paid_at, zone),
        lines=[_first(receipt, zone), *(_back(each, receipt, zone) for each in receipt.returns)],
        remains=_remains(receipt),
        written=_at(receipt.written_at, zone),
        is_demo=receipt.way == PaymentWay.DEMO,
    )


def _at(instant: datetime, zone: str) -> str:
    return f"{day(instant, zone, year=True)}, {clock(instant, zone)} {place(zone)}"


def _first(line: PaymentLine, zone: str) -> ReceiptLine:
    is_held = line.status in (PaymentStatus.AUTHORISED, PaymentStatus.VOIDED)
    words = "Held on the card" if is_held else "Paid"
    return ReceiptLine(words, _at(line.paid_at, zone), format_amount(line.amount_minor, line.currency))


def _back(back: ReturnLine, line: PaymentLine, zone: str) -> ReceiptLine:
    amount, why = format_amount(back.amount_minor, line.currency), why_words(back, line.other_name)
    if back.status == RefundStatus.FAILED:
        # It does not count, so the lines still add up.
        return ReceiptLine("Could not be given back", f"{amount}: {why}", format_amount(0, line.currency))
    if back.status == RefundStatus.ORDERED:
        return ReceiptLine("On its way back", f"Since {_at(back.ordered_at, zone)}: {why}", f"−{amount}")
    words = "Let go, and never taken" if back.is_release else "Given back"
    return ReceiptLine(words, f"{_at(back.done_at or back.ordered_at, zone)}: {why}", f"−{amount}")


def _remains(line: PaymentLine) -> ReceiptLine:
    rest = line.amount_minor - line.returned_minor
    is_held = line.status == PaymentStatus.AUTHORISED and rest
    words = "Taken after the session" if is_held else "Paid in all"
    return ReceiptLine(words, "", format_amount(rest, line.currency))
