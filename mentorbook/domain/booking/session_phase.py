"""How a session stands at a moment: its status and the clock together."""

from datetime import datetime
from uuid import UUID

from mentorbook.domain.kinds import LIVE_STATUSES, SessionStatus
from mentorbook.domain.views import Booking, Person


def is_live(booking: Booking, now: datetime) -> bool:
    """Say whether the session is still to come or going on; `now` is aware."""
    return booking.status in LIVE_STATUSES and booking.ends_at > now


def is_waiting(booking: Booking, now: datetime) -> bool:
    """Say whether the mentor may still answer the request."""
    return booking.held_until is None and _is_pending(booking, now)


def is_held(booking: Booking, now: datetime) -> bool:
    """Say whether the time is held for its mentee, who has not paid yet."""
    return booking.held_until is not None and _is_pending(booking, now)


def _is_pending(booking: Booking, now: datetime) -> bool:
    in_time = booking.expires_at is None or booking.expires_at > now
    return booking.status is SessionStatus.PENDING and is_live(booking, now) and in_time


def is_confirmed(booking: Booking, now: datetime) -> bool:
    """Say whether the session will take place or is taking place."""
    is_agreed = booking.status in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)
    return is_agreed and booking.ends_at > now


def other_person(booking: Booking, reader: UUID) -> Person:
    """Return the other person of the session; a reader who is neither of the two is shown the mentor."""
    return booking.mentee if booking.mentor.id == reader else booking.mentor
