"""Sessions as calendar files (RFC 5545)."""

from typing import Any

from icalendar import Calendar, Event

from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.booking_queries import get_booking

# A confirmed session, or one that is over, is a confirmed event.
_EVENT_STATUS = {SessionStatus.PENDING: "TENTATIVE", SessionStatus.CANCELLED: "CANCELLED"}


def calendar_file(actor: Account, booking_id: Any) -> bytes:
    """Return the actor's session as an iCalendar file, with UTC times and one UID for its whole life.

    Raises `NotFound`.
    """
    return render(actor, get_booking(actor, booking_id))


def render(actor: Account, booking: Booking) -> bytes:
    """Render the iCalendar file of a session for its mentor or mentee."""
    other = booking.mentee if actor.id == booking.mentor.id else booking.mentor
    event = Event()
    event.add("uid", f"{booking.id}@mentorbook")
    event.add("dtstamp", booking.created_at)
    event.add("dtstart", booking.scheduled_at)
    event.add("dtend", booking.ends_at)
    event.add("sequence", booking.reschedule_count)
    event.add("summary", f"{booking.title} · {other.name}")
    event.add("description", "\n\n".join(filter(None, (booking.description, booking.meeting_url))))
    event.add("url", booking.meeting_url)
    event.add("status", _EVENT_STATUS.get(booking.status, "CONFIRMED"))
    calendar = Calendar()
    calendar.add("prodid", "-//MentorBook//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
