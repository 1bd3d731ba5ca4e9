"""What another time zone does to weekly hours: read as before, or held at the same moments."""

from dataclasses import dataclass, field

from mentorbook.domain.availability.draft import DraftException
from mentorbook.domain.availability.hours_draft import HoursDraft, in_zone, shifted_exception
from mentorbook.domain.availability.week_editing import Day, Week, default_block, wall_time
from mentorbook.domain.kinds import BlockType
from mentorbook.presenters.availability.kinds import IN_ORDER, WEEKDAYS
from mentorbook.presenters.dates import MONTHS, place

_MOST_EXCEPTIONS = 5


@dataclass(frozen=True)
class ReadDay:
    """Hours of a weekday or an exception: as they are, with the wall times kept, with the instants kept."""

    name: str
    before: str
    wall_times: str
    instants: str


@dataclass(frozen=True)
class ZoneChange:
    """A zone that was chosen, by its name and its city, and how the week reads before and after.

    Nameless while nothing is to be asked.
    """

    zone: str = ""
    city: str = ""
    city_before: str = ""
    days: list[ReadDay] = field(default_factory=list)


def zone_change(draft: HoursDraft, zone: str, minutes: int) -> ZoneChange | None:
    """Return what to ask about a new zone whose clocks read so much later; `None` where it changes nothing.

    Without hours, or where both clocks read alike now, there is nothing to ask: both answers are one.
    """
    partial = [at for at, each in enumerate(draft.exceptions) if each.start_time is not None]
    if not minutes or not (partial or any(day.is_enabled for day in draft.week)):
        return None
    default = default_block(draft.schedule)
    before = hours_by_day(draft.week, wall_range(default.start, default.end) if default else "")
    moved = in_zone(draft, zone, minutes)
    after = hours_by_day(moved.week, "")
    days = [
        ReadDay(WEEKDAYS[day], before[day], before[day], after[day])
        for day in IN_ORDER
        if before[day] or after[day]
    ]
    # In the order of the draft, not of the moved ones: those that cross midnight may change places.
    days += [_read_exception(draft.exceptions[at], minutes) for at in partial[:_MOST_EXCEPTIONS]]
    return ZoneChange(zone, place(zone), place(draft.schedule.timezone), days)


def _read_exception(exception: DraftException, minutes: int) -> ReadDay:
    moved = shifted_exception(exception, minutes)
    before = _times(exception)
    return ReadDay(_day(exception), before, before, f"{_day(moved)}, {_times(moved)}")


def _day(exception: DraftException) -> str:
    return f"{exception.start_date.day} {MONTHS[exception.start_date.month - 1][:3]}"


def _times(exception: DraftException) -> str:
    return f"{exception.start_time} – {exception.end_time}"


def hours_by_day(week: Week, default: str) -> list[str]:
    """Write the open blocks of each weekday: `09:00 – 12:00, 13:00 – 17:00`; empty for a day without any."""
    return [_hours(day, default) if day.is_enabled else "" for day in week]


def _hours(day: Day, default: str) -> str:
    opened = (wall_range(each.start, each.end) for each in day.blocks if each.type == BlockType.AVAILABLE)
    return ", ".join(opened) if day.blocks else default


def wall_range(start: int, end: int) -> str:
    """Write two minutes of a day as `09:00 – 12:00`."""
    return f"{wall_time(start)} – {wall_time(end, is_end=True)}"
