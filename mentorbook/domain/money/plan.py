"""What is to be done with a payment at its provider next: one pure function of what the tables hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mentorbook.domain.kinds import PaymentStatus

# A card is held for seven days; the rest is for a provider that is down when it is to be captured.
AUTHORISED_AHEAD = timedelta(days=6)
HELD_ON_CARD = timedelta(days=6, hours=12)


@dataclass(frozen=True, slots=True)
class OrderedRefund:
    """A refund that the provider has not given yet, in minor units."""

    id: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as the tables have it, with the refunds that are ordered and not given, oldest first.

    `is_awaited` while the session is still held for it, `is_live` while it is booked and not over.
    """

    status: PaymentStatus
    amount_minor: int
    is_awaited: bool
    capture_at: datetime | None
    ordered: Sequence[OrderedRefund] = ()
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """Have an open payment be paid no more."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Take so much of what is held on the card, and release the rest."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give back so much of what was taken."""

    refund_id: UUID
    amount_minor: int


Step = Close | Capture | GiveBack


def next_step(payment: PaymentFacts, now: datetime) -> Step | None:
    """Return what the provider is to be asked for next, or `None` when nothing is due.

    What is given back of an amount that is only held on the card is not captured in the first place.
    """
    match payment.status:
        case PaymentStatus.OPEN:
            return None if payment.is_awaited else Close()
        case PaymentStatus.AUTHORISED:
            is_due = payment.capture_at is not None and payment.capture_at <= now
            if not is_due and (payment.is_live or not payment.ordered):
                # While the session is to take place, the card is left alone.
                return None
            return Capture(payment.amount_minor - sum(each.amount_minor for each in payment.ordered))
        case PaymentStatus.CAPTURED if payment.ordered:
            first = payment.ordered[0]
            return GiveBack(first.id, first.amount_minor)
    return None


def is_authorised_first(starts_at: datetime, now: datetime) -> bool:
    """Say whether a payment is held on the card until the session is over, rather than taken at once."""
    return starts_at <= now + AUTHORISED_AHEAD


def capture_due(ends_at: datetime, authorised_at: datetime) -> datetime:
    """Return when an authorised amount is taken: when the session is over, or before the card lets it go."""
    return min(ends_at, authorised_at + HELD_ON_CARD)
