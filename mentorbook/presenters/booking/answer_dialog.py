"""The questions that a mentor is asked once before a request is declined or a no-show marked."""

from dataclasses import dataclass

from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.times import here_words
from mentorbook.presenters.names import first_name
from mentorbook.presenters.reader import Reader

NOT_LOADED = "The session could not be loaded. Close this, and try again in a moment."
DECLINE_TITLE, NO_SHOW_TITLE = "Decline this request?", "Mark a no-show?"


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
        f"It goes on record that {name} did not come, {name} is told, and the session is over. "
        "This cannot be taken back.",
        f"{name} came",
        "Mark no-show",
    )


def _about(booking: Booking, reader: Reader) -> str:
    when = here_words(booking.scheduled_at, booking.duration, reader.zone)
    return f"{booking.title}, with {booking.mentee.name}. {when}."


_DONE = {
    "accept": "Accepted",
    "decline": "Declined",
    "no-show": "Marked as a no-show",
}


def done_words(action: str, booking: Booking) -> str:
    """Return the message after the mentor has answered: `Accepted. Priya has been told.`"""
    return f"{_DONE[action]}. {first_name(booking.mentee.name)} has been told."
