"""The questions asked once before a request is declined, a no-show marked, or an absence reported."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mentorbook.domain.booking.session_phase import other_person
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.times import here_words
from mentorbook.presenters.dates import clock
from mentorbook.presenters.names import first_name
from mentorbook.presenters.reader import Reader

NOT_LOADED = "The session could not be loaded. Close this, and try again in a moment."
DECLINE_TITLE, NO_SHOW_TITLE = "Decline this request?", "Mark a no-show?"
ABSENT_TITLE = "Report that your mentor did not come?"


@dataclass(frozen=True)
class AskWords:
    """A question that is asked once: what it is about, what follows, and the two answers."""

    title: str = ""
    about: str = ""
    follows: str = ""
    keep: str = ""
    confirm: str = ""


def decline_words(booking: Booking, reader: Reader) -> AskWords:
    """Return the words of the dialog in which a mentor declines a request."""
    name = first_name(booking.mentee.name)
    return AskWords(
        DECLINE_TITLE,
        _about(booking, reader),
        f"{name} is told, and the time is free again.",
        "Keep the request",
        "Decline",
    )


def no_show_words(booking: Booking, reader: Reader) -> AskWords:
    """Return the words of the dialog in which a mentor marks a no-show."""
    name = first_name(booking.mentee.name)
    return AskWords(
        NO_SHOW_TITLE,
        _about(booking, reader),
        f"{_evidence(booking.mentor_attended_at, name, reader)}"
        f"It goes on record that {name} did not come, {name} is told, and the session is over. "
        "This cannot be taken back.",
        f"{name} came",
        "Mark no-show",
    )


def absent_words(booking: Booking, reader: Reader) -> AskWords:
    """Return the words of the dialog in which a mentee reports that the mentor did not come."""
    name = first_name(booking.mentor.name)
    return AskWords(
        ABSENT_TITLE,
        _about(booking, reader),
        f"{_evidence(booking.mentee_attended_at, name, reader)}"
        f"It goes on record, the admins look into it, and {name} is told. This cannot be taken back.",
        f"{name} came",
        "Report it",
    )


def _evidence(came_at: datetime | None, other: str, reader: Reader) -> str:
    """Say what the room knows, where the reader was in it; of a session held elsewhere it knows nothing."""
    return (
        f"You were in the room from {clock(came_at, reader.zone)}, but {other} was not. " if came_at else ""
    )


def _about(booking: Booking, reader: Reader) -> str:
    when = here_words(booking.scheduled_at, booking.duration, reader.zone)
    return f"{booking.title}, with {other_person(booking, reader.id).name}. {when}."


_DONE = {
    "accept": "Accepted",
    "decline": "Declined",
    "no-show": "Marked as a no-show",
    "mentor-absent": "Reported to the admins",
}


def done_words(action: str, booking: Booking, reader: UUID) -> str:
    """Return the message after the reader has answered: `Accepted. Priya has been told.`"""
    return f"{_DONE[action]}. {first_name(other_person(booking, reader).name)} has been told."
