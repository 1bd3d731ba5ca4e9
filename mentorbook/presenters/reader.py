"""Who reads: everything about a person and a moment that words depend on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import PaymentWay


@dataclass(frozen=True, slots=True)
class Reader:
    """A person, their zone, the moment, the policies that apply, whether there is a video server, and how
    sessions that are booked now are paid."""

    id: UUID
    zone: str
    now: datetime
    policies: SessionPolicies
    video: bool
    way: PaymentWay = PaymentWay.SETTLE
