"""Sentences about one session that several pages and dialogs say."""

from datetime import datetime

from mentorbook.domain.booking.actions import Decision
from mentorbook.domain.booking.policies import ROOM_OPENS, SessionPolicies
from mentorbook.domain.booking.session_phase import is_held, is_waiting
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Booking
from mentorbook.presenters.dates import clock, short_date, when
from mentorbook.presenters.names import first_name
from mentorbook.presenters.reader import Reader

NO_VIDEO = "No video server is set up, so there is no room to join yet."


def moves_words(booking: Booking, policies: SessionPolicies) -> str:
    """Return `1 / 2`: how often the session was moved, of how often it may be; empty where none may be."""
    most = policies.max_reschedules_per_session
    return f"{booking.reschedule_count} / {most}" if most else ""


def room_opens_words(booking: Booking, reader: Reader) -> str:
    """Return `The room opens on Tue at 14:20.`"""
    date, _, time = when(booking.scheduled_at - ROOM_OPENS, reader.zone, reader.now).rpartition(" ")
    date = date.rstrip(",")
    return f"The room opens {date if date.startswith('to') else f'on {date}'} at {time}."


def answer_words(booking: Booking, reader: Reader) -> str:
    """Say until when a request may be answered, or a held time paid, and what the time does meanwhile."""
    if booking.held_until is not None:
        if not is_held(booking, reader.now):
            return "It was not paid in time, so the time is free again."
        until = when(booking.held_until, reader.zone, reader.now)
        return f"The time is held for you until {until} while you pay. Nobody is told before."
    if booking.expires_at is None or not is_waiting(booking, reader.now):
        return "Nobody answered this request in time."
    until = when(booking.expires_at, reader.zone, reader.now)
    if booking.mentor.id == reader.id:
        return f"You have until {until} to answer. The time is held for {first_name(booking.mentee.name)}."
    held = " The time is held for you." if booking.mentee.id == reader.id else ""
    return f"{first_name(booking.mentor.name)} has until {until} to answer.{held}"


def refusal_words(decision: Decision, reader: Reader) -> str:
    """Say why something is not possible, with the time since when; empty when it is possible."""
    if decision.error is None:
        return ""
    since = f" ({when(decision.since, reader.zone, reader.now)})" if decision.since else ""
    return f"{decision.error.detail.removesuffix('.')}{since}."


def overtaken_words(booking: Booking, reader: Reader, seen: datetime) -> str:
    """Say what happened to a session while its dialog was open; empty when nothing that matters here."""
    if booking.status not in (SessionStatus.PENDING, SessionStatus.SCHEDULED):
        return f"This session is {booking.status.spoken} meanwhile. There is nothing left to change."
    return moved_words(booking, reader, seen)


def moved_words(booking: Booking, reader: Reader, seen: datetime) -> str:
    """Say that a session is no longer at the start that was seen; empty when it is."""
    if booking.scheduled_at == seen:
        return ""
    zone, to = reader.zone, booking.scheduled_at
    return (
        f"This session was moved meanwhile, from {short_date(seen, zone, reader.now)}, "
        f"{clock(seen, zone)} to {short_date(to, zone, reader.now)}, {clock(to, zone)}."
    )
