"""The lobby of a session's room, for one reader at one moment."""

from dataclasses import dataclass, field
from datetime import datetime

from mentorbook.domain.booking.policies import ROOM_OPENS, ROOM_STAYS
from mentorbook.domain.booking.session_phase import is_confirmed, is_live, other_person
from mentorbook.domain.kinds import MEDIA_OF, SessionStatus
from mentorbook.domain.spoken_lengths import spoken
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.phrases import NO_VIDEO, answer_words, room_opens_words
from mentorbook.presenters.booking.session_details import other_clock_words
from mentorbook.presenters.dates import clock, clock_range, day, distance, place, when
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.reader import Reader


@dataclass(frozen=True)
class Lobby:
    """One session before its room, and what the room shows of it.

    `tone` is open, early or closed, `presence` is here, away or nothing, `media` what may be sent there.
    Instants are milliseconds since 1970, and `as_of` is the server's present among them: what is left is
    counted from it, not from the clock of whoever looks. `may_check` where camera and microphone can be tried
    although the room is closed, `may_write` while the two can write to each other, with or without a room.
    """

    id: str = ""
    title: str = ""
    name: str = ""
    first_name: str = ""
    initials: str = ""
    picture: str = ""
    here: str = ""
    there: str = ""
    meeting: str = "video"
    media: list[str] = field(default_factory=list)
    status: str = ""
    tone: str = "closed"
    may_check: bool = False
    may_write: bool = False
    presence: str = ""
    head: str = ""
    lines: list[str] = field(default_factory=list)
    as_of: int = 0
    opens_at: int = 0
    starts_at: int = 0
    ends_at: int = 0
    closes_at: int = 0


def lobby(booking: Booking, reader: Reader, *, other_is_in: bool = False) -> Lobby:
    """Return the lobby of the room as the reader sees it."""
    other = other_person(booking, reader.id)
    start, end, zone = booking.scheduled_at, booking.ends_at, reader.zone
    tone, head, *lines = _said(booking, reader)
    return Lobby(
        id=str(booking.id),
        title=booking.title,
        name=other.name,
        first_name=first_name(other.name),
        initials=initials(other.name),
        picture=other.picture or "",
        here=f"{day(start, zone)}, {clock_range(start, end, zone)} {place(zone)}",
        there=other_clock_words(booking, reader),
        meeting=booking.meeting_type.value,
        media=[source.value for source in MEDIA_OF[booking.meeting_type]],
        status=booking.status.value,
        tone=tone,
        may_check=is_live(booking, reader.now),
        may_write=_may_write(booking),
        presence="here" if other_is_in else "away" if tone == "open" else "",
        head=head,
        lines=lines,
        as_of=_milliseconds(reader.now),
        opens_at=_milliseconds(start - ROOM_OPENS) if tone == "early" and reader.video else 0,
        starts_at=_milliseconds(start),
        ends_at=_milliseconds(end),
        closes_at=_milliseconds(end + ROOM_STAYS),
    )


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _said(booking: Booking, reader: Reader) -> tuple[str, ...]:
    if booking.status == SessionStatus.CANCELLED:
        return "closed", "This session was cancelled.", "There is no room for it."
    join = booking.actions.get("join")
    if join is not None and join.allowed and reader.video:
        return "open", "The room is open.", *_until(booking, reader)
    if not is_live(booking, reader.now):
        ended = when(booking.ends_at, reader.zone, reader.now)
        closed = ", and its room is closed" if reader.video else ""
        return "closed", "This session is over.", f"It ended {ended}{closed}."
    if not is_confirmed(booking, reader.now):
        after = "The room is prepared once the session is confirmed." if reader.video else NO_VIDEO
        return "early", "This session is not confirmed yet.", answer_words(booking, reader), after
    if not reader.video:
        return "closed", NO_VIDEO, *_instead(booking, reader)
    opens = booking.scheduled_at - ROOM_OPENS
    if opens > reader.now:
        away = distance(opens, reader.now).replace("now", "in less than a minute")
        return "early", room_opens_words(booking, reader), f"That is {away}."
    return "closed", "This room is not for you to join.", "Only the two people of a session can join it."


def _until(booking: Booking, reader: Reader) -> tuple[str, ...]:
    closes = clock(booking.ends_at + ROOM_STAYS, reader.zone)
    if booking.ends_at <= reader.now:
        return (f"The planned time is over. The room closes at {closes}.",)
    return (f"You can join until {closes}.",)


def _may_write(booking: Booking) -> bool:
    """Say whether messages are taken now, which needs no video server."""
    join = booking.actions.get("join")
    return booking.status != SessionStatus.CANCELLED and join is not None and join.allowed


def _instead(booking: Booking, reader: Reader) -> tuple[str, ...]:
    name = first_name(other_person(booking, reader.id).name)
    if not MEDIA_OF[booking.meeting_type]:
        since = "now" if _may_write(booking) else f"from {spoken(ROOM_OPENS)} before the start"
        return (f"You and {name} need none: you write to each other on this page, {since}.",)
    return (
        f"{name} sees the same page. The session itself takes place: agree on another way to meet.",
        "Whoever runs MentorBook can set up a video server, on their own machine with “make livekit”. The "
        "room is here as soon as that is done.",
    )
