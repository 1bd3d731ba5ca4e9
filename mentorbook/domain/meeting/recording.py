"""Recording a session: both agree, each may withdraw, and what has become of it."""

from datetime import datetime
from enum import StrEnum

from mentorbook.domain.schemas import Request
from mentorbook.domain.views import View


class RecordingStatus(StrEnum):
    """What becomes of a recording."""

    OFF = "off"
    STARTING = "starting"
    ON = "on"
    STOPPING = "stopping"
    FAILED = "failed"


class RecordingConsent(Request):
    """Whether the one who sends it agrees to the session being recorded."""

    consent: bool


class RecordingConfig(View):
    """What is kept with the session: who agrees, and what the video server was last heard to do.

    `since` is when it was last told to start; `egress` also one that has failed.
    """

    mentor: bool = False
    mentee: bool = False
    status: RecordingStatus = RecordingStatus.OFF
    egress: str | None = None
    since: datetime | None = None

    @property
    def is_agreed(self) -> bool:
        """Say whether both agree."""
        return self.mentor and self.mentee


class Recording(View):
    """The recording of a session as one of its two people sees it: who agrees, and whether it is going on.

    Without `is_available` it cannot be recorded; one agrees while the room `is_open`. One that failed had
    begun before if it `had_begun`. `other_name` is that of the other of the two.
    """

    is_available: bool
    is_open: bool
    mine: bool
    theirs: bool
    status: RecordingStatus
    had_begun: bool = False
    other_name: str
