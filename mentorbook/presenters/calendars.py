"""Sessions as calendar files (RFC 5545) and invitations (RFC 5546), in UTC, under one UID for life."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Component, Event, Timezone, TimezoneStandard, vCalAddress

from mentorbook import __version__
from mentorbook.domain.booking.session_phase import other_person
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.mail_views import InvitationFacts, MailReader
from mentorbook.domain.text import is_text
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.times import here_words, there_words

# A confirmed session, or one that is over, is a confirmed event.
_EVENT_STATUS = {SessionStatus.PENDING: "TENTATIVE", SessionStatus.CANCELLED: "CANCELLED"}


def calendar_file(booking: Booking, reader_id: UUID) -> bytes:
    """Return the calendar file of one session for its mentor or mentee."""
    return _calendar([_event(booking, reader_id)])


def calendar_of(bookings: Iterable[Booking], reader_id: UUID) -> bytes:
    """Return the calendar of somebody's sessions, for a calendar program that asks for it again and again."""
    events = [_event(each, reader_id) for each in bookings]
    # A calendar must hold something (RFC 5545, 3.6): without sessions, the zone that all times are in.
    return _calendar(events or [_utc()], method="PUBLISH", name="MentorBook")


def calendar_tag(bookings: Sequence[Booking], reader_id: UUID) -> str:
    """Return the tag of what `calendar_of` makes of these sessions, with its quotes, without making it."""
    made = hashlib.sha256(f"{__version__} {reader_id}".encode())
    for each in bookings:
        made.update(each.model_dump_json().encode())
    return f'"{made.hexdigest()[:32]}"'


def feed_address(home: str, secret: str) -> str:
    """Return where a calendar program finds somebody's sessions; whoever has it can read them."""
    return f"{home}/api/calendar/{secret}.ics"


def invitation(
    booking: Booking, reader: MailReader, facts: InvitationFacts, *, organizer: str, written_at: datetime
) -> bytes:
    """Return what puts a session into the reader's calendar, moves it there, or takes it out.

    It names nobody else's address: the organizer is the address that the mail comes from.
    """
    event = Event()
    event.add("uid", event_uid(booking.id))
    event.add("dtstamp", written_at)
    event.add("dtstart", facts.starts_at)
    event.add("dtend", facts.starts_at + timedelta(minutes=facts.minutes))
    event.add("sequence", facts.sequence)
    event.add("status", "CANCELLED" if facts.is_cancelled else "CONFIRMED")
    _describe(event, booking, reader.id, zone=reader.timezone)
    event["organizer"] = _person("MentorBook", organizer)
    attendee = _person(reader.name, reader.email)
    # Who has booked, or is booked, comes: their calendar need not ask.
    for name, value in {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}.items():
        attendee.params[name] = value
    event.add("attendee", attendee, encode=False)
    return _calendar([event], method="CANCEL" if facts.is_cancelled else "REQUEST")


def event_uid(session_id: UUID) -> str:
    """Return the UID that a session has in every calendar, for its whole life."""
    return f"{session_id}@mentorbook"


def _event(booking: Booking, reader_id: UUID) -> Event:
    is_cancelled = booking.status == SessionStatus.CANCELLED
    event = Event()
    event.add("uid", event_uid(booking.id))
    event.add("dtstamp", booking.updated_at)
    event.add("created", booking.created_at)
    event.add("last-modified", booking.updated_at)
    event.add("dtstart", booking.scheduled_at)
    event.add("dtend", booking.ends_at)
    event.add("sequence", booking.reschedule_count + is_cancelled)
    event.add("status", _EVENT_STATUS.get(booking.status, "CONFIRMED"))
    _describe(event, booking, reader_id)
    return event


def _describe(event: Event, booking: Booking, reader_id: UUID, *, zone: str = "") -> None:
    """Say what it is about and where, as long as there is a room; with a `zone` also when, on both clocks."""
    other = other_person(booking, reader_id)
    room = booking.meeting_url if event["status"] != "CANCELLED" else ""
    times = _both_clocks(booking, zone, other.timezone) if zone else ""
    event.add("summary", _text(f"{booking.title} · {other.name}"))
    event.add("description", _text("\n\n".join(filter(None, (times, booking.description, room)))))
    if room:
        event.add("location", room)
        event.add("url", room)


def _both_clocks(booking: Booking, zone: str, there: str) -> str:
    here = here_words(booking.scheduled_at, booking.duration, zone)
    other = there_words(booking.scheduled_at, booking.duration, zone, there)
    return f"{here} · {other}" if other else here


def _utc() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - a zone's own rules have local times
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone = Timezone()
    zone.add("tzid", "UTC")
    zone.add_component(standard)
    return zone


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = _parameter(name)
    return person


def _text(text: str) -> str:
    """Return text that a value may hold: of control characters only tabs and line breaks (RFC 5545, 3.3.11).

    Other signs at which programs break a line are line breaks too.
    """
    broken = "\n".join(text.splitlines())
    return "".join(c for c in broken if c in "\n\t" or unicodedata.category(c) != "Cc")


def _parameter(text: str) -> str:
    """Return text that a parameter may hold: no quote and no control character (RFC 5545, 3.2)."""
    return " ".join("".join(c if is_text(c) and c != '"' else " " for c in text).split())


def _calendar(components: Sequence[Component], *, method: str = "", name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//MentorBook//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        # How often it is worth asking again: what programs read, and what the standard says (RFC 7986).
        calendar.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT30M")
    for component in components:
        calendar.add_component(component)
    return bytes(calendar.to_ical())
