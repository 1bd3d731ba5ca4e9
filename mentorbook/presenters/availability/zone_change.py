"""What another time zone does to weekly hours: read as before, or held at the same moments."""

from dataclasses import dataclass, field

from mentorbook.domain.availability.hours_draft import HoursDraft, in_zone
from mentorbook.domain.availability.week_editing import Day, Week, default_block, wall_time
from mentorbook.presenters.availability.kinds import IN_ORDER, WEEKDAYS
from mentorbook.presenters.dates import place

_MOST_DAYS = 7


@dataclass(frozen=True)
class ReadDay:
    """The open hours of a weekday in words: as they are, with the wall times kept, with the instants kept."""

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

    Without hours, or where both clocks read alike now, there is nothing to ask.
    """
    if not minutes or not any(day.is_enabled for day in draft.week):
        return None
    default = default_block(draft.schedule)
    before = hours_by_day(draft.week, wall_range(default.start, default.end) if default else "")
    after = hours_by_day(in_zone(draft, zone, minutes).week, "")
    days = [
        ReadDay(WEEKDAYS[day], before[day], before[day], after[day])
        for day in IN_ORDER
        if before[day] or after[day]
    ]
    return ZoneChange(zone, place(zone), place(draft.schedule.timezone), days[:_MOST_DAYS])


def hours_by_day(week: Week, default: str) -> list[str]:
    """Write the open blocks of each weekday: `09:00 – 12:00, 13:00 – 17:00`; empty for a day without any."""
    return [_hours(day, default) if day.is_enabled else "" for day in week]


def _hours(day: Day, default: str) -> str:
    opened = (wall_range(each.start, each.end) for each in day.blocks if each.type == "AVAILABLE")
    return ", ".join(opened) if day.blocks else default


def wall_range(start: int, end: int) -> str:
    """Write two minutes of a day as `09:00 – 12:00`."""
    return f"{wall_time(start)} – {wall_time(end, is_end=True)}"
