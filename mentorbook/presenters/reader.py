"""Who reads: everything about a person and a moment that words depend on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mentorbook.domain.booking.policies import SessionPolicies


@dataclass(frozen=True, slots=True)
class Reader:
    """A person, their zone, the moment, the policies that apply, and whether there is a video server."""

    id: UUID
    zone: str
    now: datetime
    policies: SessionPolicies
    video: bool
