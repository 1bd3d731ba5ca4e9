"""A session and its room, as a video server tells of it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.timeline import session_timeline
from mentorbook.services.meeting.attendance import (
    take_in,
)
from mentorbook.services.meeting.rooms import room_name
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


@dataclass
class Room:
    """A session tomorrow at noon, for an hour, and its room as the video server sees it."""

    hands: Hands
    mentor: Account = field(default_factory=lambda: a_mentor("Ada"))
    mentee: Account = field(default_factory=lambda: a_mentee("Priya"))
    numbers: Iterator[int] = field(default_factory=itertools.count)
    hours: float = 24

    def __post_init__(self) -> None:
        self.id: UUID = create_booking(self.mentee, a_request(self.mentor, in_hours(self.hours))).id

    def at(self, minutes: float) -> datetime:
        """So many minutes after the start."""
        return in_hours(self.hours + minutes / 60)

    def booking(self) -> Booking:
        """The session as its mentee sees it now."""
        return get_booking(self.mentee, self.id)

    def event(
        self, kind: str, minutes: float, who: Account | None = None, stay: str = "", came: float = 0
    ) -> VideoEvent:
        """An event of the server; `stay` names the connection, which began at `came`."""
        person = Participant(str(who.id), stay, self.at(came)) if who else None
        return VideoEvent(f"EV_{next(self.numbers)}", kind, room_name(self.id), self.at(minutes), person)

    def comes(self, who: Account, minutes: float, stay: str = "") -> VideoEvent:
        """Somebody comes in."""
        name = stay or f"{who.name}-{minutes}"
        return self.event("participant_joined", minutes, who, name, came=minutes)

    def leaves(self, who: Account, minutes: float, came: float, stay: str = "") -> VideoEvent:
        """Somebody leaves who came in at `came`."""
        return self.event("participant_left", minutes, who, stay or f"{who.name}-{came}", came=came)

    def tell(self, *events: VideoEvent) -> None:
        """The server tells, the moment it happens."""
        for each in events:
            self.hands.now = max(self.hands.now, each.at)
            take_in(each)

    def told(self) -> list[tuple[str, str | None]]:
        """The timeline, oldest first."""
        return [(each.action, each.actor_name) for each in session_timeline(self.mentee, self.id)][::-1]

    def pass_until(self, minutes: float) -> None:
        """The worker goes round at so many minutes after the start."""
        self.hands.now = self.at(minutes)
        lifecycle.advance_sessions()
