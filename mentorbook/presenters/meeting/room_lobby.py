"""The lobby of a session's room, for one reader at one moment."""

from dataclasses import dataclass, field

from mentorbook.domain.booking.policies import ROOM_OPENS
from mentorbook.domain.booking.session_phase import is_confirmed, is_live, other_person
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.phrases import NO_VIDEO, answer_words, room_opens_words
from mentorbook.presenters.booking.session_details import other_clock_words
from mentorbook.presenters.dates import clock_range, day, distance, place, when
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.reader import Reader


@dataclass(frozen=True)
class Lobby:
    """One session before its room; `tone` is open, early or closed."""

    id: str = ""
    title: str = ""
    name: str = ""
    initials: str = ""
    picture: str = ""
    here: str = ""
    there: str = ""
    meeting: str = "video"
    tone: str = "closed"
    head: str = ""
    lines: list[str] = field(default_factory=list)


def lobby(booking: Booking, reader: Reader) -> Lobby:
    """Return the lobby of the room as the reader sees it."""
    other = other_person(booking, reader.id)
    start, zone = booking.scheduled_at, reader.zone
    tone, head, *lines = _said(booking, reader)
    return Lobby(
        id=str(booking.id),
        title=booking.title,
        name=other.name,
        initials=initials(other.name),
        picture=other.picture or "",
        here=f"{day(start, zone)}, {clock_range(start, booking.ends_at, zone)} {place(zone)}",
        there=other_clock_words(booking, reader),
        meeting=booking.meeting_type.value,
        tone=tone,
        head=head,
        lines=lines,
    )


def _said(booking: Booking, reader: Reader) -> tuple[str, ...]:
    if booking.status == SessionStatus.CANCELLED:
        return "closed", "This session was cancelled.", "There is no room for it."
    if not is_live(booking, reader.now):
        ended = when(booking.ends_at, reader.zone, reader.now)
        closed = ", and its room is closed" if reader.video else ""
        return "closed", "This session is over.", f"It ended {ended}{closed}."
    if not is_confirmed(booking, reader.now):
        after = "The room is prepared once the session is confirmed." if reader.video else NO_VIDEO
        return "early", "This session is not confirmed yet.", answer_words(booking, reader), after
    if not reader.video:
        return "closed", NO_VIDEO, _same_page(booking, reader)
    opens = booking.scheduled_at - ROOM_OPENS
    if opens > reader.now:
        away = distance(opens, reader.now).replace("now", "in less than a minute")
        return "early", room_opens_words(booking, reader), f"That is {away}.", _prepared(booking)
    head = "Meeting inside MentorBook is not available on this server yet."
    return "open", head, _prepared(booking), _same_page(booking, reader)


def _prepared(booking: Booking) -> str:
    return f"The room “session-{booking.id}” {'has been' if booking.video_ready else 'is being'} prepared."


def _same_page(booking: Booking, reader: Reader) -> str:
    return f"{first_name(other_person(booking, reader.id).name)} sees the same page."
