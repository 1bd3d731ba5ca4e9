"""A mentor's page: who they are, when they are there, and whether the reader can book them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from mentorbook.domain.availability.weekly_hours import Range, hours_by_day
from mentorbook.domain.byte_cache import remembered
from mentorbook.domain.views import MentorProfile, WeeklyRange
from mentorbook.domain.wall_clock import local, same_clock
from mentorbook.domain.zones import local_date
from mentorbook.domain.zones import zone as zone_of
from mentorbook.presenters.dates import clock, clock_range, day, length, place, when
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.people.mentor_card import next_free_words
from mentorbook.presenters.prices import format_rate


@dataclass(frozen=True)
class OpenRange:
    """Open hours on the viewer's clock, and on the mentor's where it reads differently."""

    here: str
    there: str


@dataclass(frozen=True)
class OpenDay:
    """One of the viewer's dates; `none` is what stands there without hours."""

    iso: str
    label: str
    ranges: list[OpenRange]
    none: str = "Not there"


@dataclass(frozen=True)
class MentorDetails:
    """What the page shows; `blocked` says why the reader cannot book, or nothing."""

    id: str = ""
    name: str = ""
    first_name: str = ""
    initials: str = ""
    headline: str = ""
    bio: str = ""
    expertise: list[str] = field(default_factory=list)
    rate: str = ""
    usual_length: str = ""
    city: str = ""
    time_there: str = ""
    differs: bool = False
    asks_first: bool = False
    next_line: str = ""
    next_there: str = ""
    is_free: bool = False
    blocked: str = ""
    picture: str = ""


def mentor_details(mentor: MentorProfile, is_own: bool, zone: str, now: datetime) -> MentorDetails:
    """Return the mentor for a reader in `zone`, who may be the mentor: then it is their own page."""
    city, next_there = place(mentor.timezone), ""
    if mentor.next_slot and not same_clock(zone, mentor.timezone, mentor.next_slot):
        next_there = f"{_there(mentor.next_slot, zone, mentor.timezone, now)} {city}"
    return MentorDetails(
        id=str(mentor.id),
        name=mentor.name,
        first_name=first_name(mentor.name),
        initials=initials(mentor.name),
        headline=mentor.headline,
        bio=mentor.bio,
        expertise=mentor.expertise,
        rate=format_rate(mentor.rate, mentor.currency),
        usual_length=length(mentor.default_session_duration),
        city=city,
        time_there=clock(now, mentor.timezone),
        differs=not same_clock(zone, mentor.timezone, now),
        asks_first=mentor.requires_confirmation,
        next_line=next_free_words(mentor, zone, now).partition(" · ")[0],
        next_there=next_there,
        is_free=mentor.next_slot is not None,
        blocked=_why_blocked(mentor, is_own),
        picture=mentor.picture or "",
    )


def open_week(mentor: MentorProfile, zone: str, now: datetime) -> list[OpenDay]:
    """List the coming week of the mentor's open hours, by the dates of `zone`; also days without hours.

    Of today only what is still to come: of hours that have begun, the rest.
    """
    ranges = tuple((each.day, each.start, each.end) for each in mentor.weekly_hours)
    (today, spans), *others = _open_days(ranges, mentor.timezone, zone, local_date(zone, now))
    left = [
        _left(line, span, mentor.timezone, zone, now) for line, span in zip(today.ranges, spans, strict=True)
    ]
    kept = [line for line in left if line is not None]
    none = "No more today" if today.ranges else today.none
    return [replace(today, ranges=kept, none=none), *(day for day, _ in others)]


def _left(line: OpenRange, span: Range, mentor_zone: str, zone: str, now: datetime) -> OpenRange | None:
    """Return what is left of open hours: all, the rest of what has begun, or nothing."""
    start, end = span
    if start >= now:
        return line
    if end <= now:
        return None
    return OpenRange(_until(end, zone), _until(end, mentor_zone) if line.there else "")


def _until(end: datetime, zone: str) -> str:
    return f"until {'midnight' if local(end, zone).time() == time(0) else clock(end, zone)}"


def _why_blocked(mentor: MentorProfile, is_own: bool) -> str:
    """Say why this reader cannot book this mentor; empty when they can."""
    if is_own:
        return "This is your own page. Others book you here."
    if not mentor.is_available:
        return f"{first_name(mentor.name)} takes no bookings at the moment. Choose another mentor for now."
    return ""


def _there(instant: datetime, here: str, there: str, now: datetime) -> str:
    """Return the mentor's clock at a moment, with the day where it is another one."""
    same_date = local(instant, here).date() == local(instant, there).date()
    return clock(instant, there) if same_date else when(instant, there, now)


OpenDays = tuple[tuple[OpenDay, tuple[Range, ...]], ...]


def _weigh(key: tuple[tuple[tuple[int, str, str], ...], str, str, date], days: OpenDays) -> int:
    return 5_000 + 300 * len(key[0]) + 1_300 * sum(len(day.ranges) for day, _ in days)


# The week of a mentor is drawn anew on every page that shows it whenever one of their slots is taken.
@remembered(8 * 2**20, _weigh)
def _open_days(
    ranges: tuple[tuple[int, str, str], ...], mentor_zone: str, zone: str, today: date
) -> OpenDays:
    weekly = [WeeklyRange(day=day, start=start, end=end) for day, start, end in ranges]
    noon = datetime.combine(today, time(12), zone_of(zone)).astimezone(UTC)
    week = hours_by_day(weekly, mentor_zone=mentor_zone, viewer_zone=zone, now=noon)
    days = []
    for later, (there, spans) in enumerate(week):
        label = "Today" if later == 0 else f"{there:%a} {there.day} {there:%b}"
        lines = [_open_range(span, mentor_zone, zone) for span in spans]
        days.append((OpenDay(there.isoformat(), label, lines), tuple(spans)))
    return tuple(days)


def _open_range(span: Range, mentor_zone: str, zone: str) -> OpenRange:
    """Return open hours on both clocks, with the mentor's day where it is another one."""
    start, end = span
    first, is_same = local(start, zone), same_clock(zone, mentor_zone, start)
    weekday = "" if local(start, mentor_zone).date() == first.date() else f"{day(start, mentor_zone)[:3]} "
    if first.time() == local(end, zone).time() == time(0):
        return OpenRange("all day", "" if is_same else f"from {weekday}{clock(start, mentor_zone)}")
    there = "" if is_same else f"{weekday}{clock_range(start, end, mentor_zone)}"
    return OpenRange(clock_range(start, end, zone), there)
