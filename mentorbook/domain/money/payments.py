"""What MentorBook and a payment provider tell each other; amounts are integer minor units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from mentorbook.domain.kinds import RefundStatus

# The test card that the demo's form is filled in with; it pays everything, and no money moves.
DEMO_CARD = "4242 4242 4242 4242"


class ChargeStatus(StrEnum):
    """How a charge stands with the provider."""

    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """A charge to open; `payment_id` is the key, so that opening it again opens the same.

    With `is_authorisation` the amount is only held on the card. The payer comes back to `return_url`.
    After `pay_until` nothing is paid any more, where the provider can see to that.
    """

    payment_id: UUID
    amount_minor: int
    currency: str
    is_authorisation: bool
    title: str
    payer_email: str
    return_url: str
    pay_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenedCharge:
    """A charge that waits for its payer; `url` is where they pay, unless that is here."""

    reference: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnedMoney:
    """A refund as the provider has it; `refund_id` is ours, or nothing when it was not ordered by us."""

    reference: str
    amount_minor: int
    status: RefundStatus
    refund_id: UUID | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as the provider has it; `payment_id` is ours, or nothing when it was not opened by us.

    What was released of an authorisation stands in no refund: it is the amount less what was captured.
    """

    reference: str
    payment_id: UUID | None
    status: ChargeStatus
    amount_minor: int
    currency: str
    created_at: datetime
    captured_minor: int = 0
    refunds: tuple[ReturnedMoney, ...] = ()

    @property
    def returned_minor(self) -> int:
        """Return what has been given back of what was captured."""
        return sum(each.amount_minor for each in self.refunds if each.status == RefundStatus.DONE)


@dataclass(frozen=True, slots=True)
class ChargeEvent:
    """What a provider calls about: an event's own id, and the payment it is about, if it is one of ours."""

    id: str
    payment_id: UUID | None
