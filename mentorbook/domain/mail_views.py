"""What is known of a mail when it is written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import NoticeTopic
from mentorbook.domain.views import Booking, StoredNotice


class InvitationFacts(BaseModel):
    """What a mail's calendar invitation says of a session, as it stood when the mail was written."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    starts_at: datetime
    minutes: int
    sequence: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class MailReader:
    """Whom a mail is for: where it goes, and whose clock it is written by."""

    id: UUID
    name: str
    email: str
    timezone: str


@dataclass(frozen=True, slots=True)
class MailedNotice:
    """A notice with all that its mail says. `secret` is what the link to the reader's choices holds, and
    `topic` the one by which the reader wants this mail, and can stop it.

    `is_current` while the session still starts when the notice says; `is_correction` where the reader wants
    no mail of this kind, and gets it because an earlier one has put the session into their calendar.
    """

    notice: StoredNotice
    reader: MailReader
    booking: Booking | None
    policies: SessionPolicies
    secret: str
    topic: NoticeTopic
    invitation: InvitationFacts | None = None
    is_current: bool = True
    is_correction: bool = False
