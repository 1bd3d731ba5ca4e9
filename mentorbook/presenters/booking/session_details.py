"""One session in full, and what has happened to it, for one reader at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mentorbook.domain.booking.policies import policy_times
from mentorbook.domain.booking.refunds import refund_now
from mentorbook.domain.booking.session_phase import (
    is_confirmed,
    is_held,
    is_live,
    is_waiting,
    other_person,
)
from mentorbook.domain.views import Booking, TimelineEvent
from mentorbook.domain.wall_clock import local, same_clock
from mentorbook.presenters.booking.payment_words import payment_words
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.booking.policy_bar import PolicyPart, moving_words, policy_bar_parts, refund_words
from mentorbook.presenters.booking.timeline import TimelineLine, timeline
from mentorbook.presenters.dates import clock_range, day, distance, place, short_date
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader


@dataclass(frozen=True)
class SessionDetails:
    """What the page of a session shows beyond its card."""

    crumb: str = ""
    here: str = ""
    there: str = ""
    distance: str = ""
    headline: str = ""
    profile: str = ""
    mentee: str = ""
    meeting: str = "video"
    notes: str = ""
    price: str = ""
    charged: str = ""
    room: str = ""
    policy: list[PolicyPart] = field(default_factory=list)
    back: str = ""
    moving: str = ""
    happened: list[TimelineLine] = field(default_factory=list)


def session_details(booking: Booking, reader: Reader, events: Sequence[TimelineEvent] = ()) -> SessionDetails:
    """Return the page of a session as the reader sees it; `events` are those of the session, newest first."""
    is_mentor, is_mentee = booking.mentor.id == reader.id, booking.mentee.id == reader.id
    stands = any(holds(booking, reader.now) for holds in (is_held, is_waiting, is_confirmed))
    has_plans = is_mentee and stands and booking.scheduled_at > reader.now
    return SessionDetails(
        crumb=short_date(booking.scheduled_at, reader.zone, reader.now),
        here=_here(booking, reader),
        there=other_clock_words(booking, reader),
        distance=distance_words(booking, reader.now),
        headline="Your mentee" if is_mentor else booking.mentor_headline,
        profile="" if is_mentor else f"/mentors/{booking.mentor.id}",
        mentee="" if is_mentor or is_mentee else booking.mentee.name,
        meeting=booking.meeting_type.value,
        notes=booking.description or "",
        price=_price(booking),
        charged=payment_words(booking, reader),
        room=_room(booking, reader),
        policy=policy_bar_parts(booking, reader) if has_plans else [],
        back=_back(booking, reader) if has_plans else "",
        moving=_moving(booking, reader) if has_plans else "",
        happened=timeline(booking, reader, events),
    )


def _here(booking: Booking, reader: Reader) -> str:
    start, zone = booking.scheduled_at, reader.zone
    return f"{day(start, zone, year=True)}, {clock_range(start, booking.ends_at, zone)} {place(zone)}"


def other_clock_words(booking: Booking, reader: Reader) -> str:
    """Return the other person's clock, with the date where it differs; empty where both read the same."""
    start, zone = booking.scheduled_at, other_person(booking, reader.id).timezone
    if same_clock(reader.zone, zone, start):
        return ""
    differs = local(start, zone).date() != local(start, reader.zone).date()
    date = f"{day(start, zone)}, " if differs else ""
    return f"{date}{clock_range(start, booking.ends_at, zone)} {place(zone)}"


def distance_words(booking: Booking, now: datetime) -> str:
    """Return `in 2 days`, `now` from start to end, `9 days ago` after it."""
    if booking.scheduled_at <= now < booking.ends_at:
        return "now"
    return distance(booking.scheduled_at if booking.scheduled_at > now else booking.ends_at, now)


def _price(booking: Booking) -> str:
    if not booking.price_minor:
        return "Free"
    return f"{format_minor(booking.price_minor, booking.currency)} for {booking.duration} minutes"


def _room(booking: Booking, reader: Reader) -> str:
    if not is_live(booking, reader.now):
        return ""
    if not reader.video:
        return NO_VIDEO
    if not is_confirmed(booking, reader.now):
        done = "paid" if booking.held_until is not None else "confirmed"
        return f"The room is prepared once the session is {done}."
    return "The room is ready." if booking.video_ready else "The room is being prepared."


def _back(booking: Booking, reader: Reader) -> str:
    """Say what cancelling gives back; nothing of a request, which costs nothing to withdraw."""
    if not is_confirmed(booking, reader.now):
        return ""
    refund = refund_now(booking, reader.policies, reader.now)
    return refund_words(booking.price_minor, booking.currency, refund, zone=reader.zone, now=reader.now)


def _moving(booking: Booking, reader: Reader) -> str:
    times = policy_times(reader.policies, booking.scheduled_at)
    return moving_words(reader.policies, times, booking.reschedule_count, zone=reader.zone, now=reader.now)
