"""The shapes that the time step shows: a month of days, a day of slots."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from mentorbook.domain.wording import MONTHS, clock, long_day, same_clock

_WEEKS = Calendar(firstweekday=0)
_PARTS_OF_DAY = ((5, "Night"), (12, "Morning"), (18, "Afternoon"), (24, "Evening"))


@dataclass(frozen=True)
class DayCell:
    """One cell of the month; cells of other months are empty. `state` is free, none or chosen."""

    date: str
    number: str
    label: str
    state: str
    today: bool
    tab_stop: bool


@dataclass(frozen=True)
class SlotCell:
    """One start on the chosen day; `state` is free, chosen or gone."""

    start: str
    time: str
    there: str
    label: str
    state: str


@dataclass(frozen=True)
class SlotGroup:
    """The slots of one part of the day."""

    label: str
    slots: list[SlotCell]


def wire(instant: datetime) -> str:
    """An instant as `data-start` carries it: `2026-11-24T09:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def month_label(month: str) -> str:
    """`November 2026` for `2026-11`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def month_dates(month: str) -> tuple[date, date]:
    """First and last date of a month."""
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def shifted(month: str, by: int) -> str:
    """The month so many months later."""
    year, number = (int(part) for part in month.split("-"))
    whole = year * 12 + number - 1 + by
    return f"{whole // 12:04}-{whole % 12 + 1:02}"


def month_cells(month: str, free: dict[str, int], chosen: str, today: str) -> list[DayCell]:
    """Whole weeks from Monday; `free` counts the free slots by date. One free day is the tab stop."""
    first, _ = month_dates(month)
    stop = chosen if chosen in free and chosen.startswith(month) else next(iter(sorted(free)), "")
    cells = []
    for day in _WEEKS.itermonthdates(first.year, first.month):
        iso = day.isoformat()
        if day.month != first.month:
            cells.append(DayCell("", "", "", "other", False, False))
            continue
        count = free.get(iso, 0)
        state = "chosen" if iso == chosen else "free" if count else "none"
        said = f"{count} free time{'s' if count != 1 else ''}" if count else "nothing free"
        words = long_day(datetime.combine(day, datetime.min.time()))
        cells.append(DayCell(iso, str(day.day), f"{words}, {said}", state, iso == today, iso == stop))
    return cells


def slot_groups(
    starts: list[datetime], gone: set[datetime], chosen: datetime | None, *, zone: str, there: str, name: str
) -> list[SlotGroup]:
    """The day's slots by part of the day, with the mentor's clock beside when it reads differently."""
    groups: dict[str, list[SlotCell]] = {}
    for start in sorted({*starts, *gone}):
        state = "gone" if start in gone else "chosen" if start == chosen else "free"
        part, cell = _slot(start, state, zone, there, name)
        groups.setdefault(part, []).append(cell)
    return [SlotGroup(label, slots) for label, slots in groups.items()]


# The same slots are drawn again and again, on many pages at once when one of them is taken.
@lru_cache(maxsize=4096)
def _slot(start: datetime, state: str, zone: str, there: str, name: str) -> tuple[str, SlotCell]:
    time = clock(start, zone)
    part = next(label for end, label in _PARTS_OF_DAY if int(time[:2]) < end)
    beside = "" if same_clock(zone, there, start) else f"{clock(start, there)} {name}"
    if state == "gone":
        return part, SlotCell(wire(start), time, "just taken", f"{time}, just taken", state)
    return part, SlotCell(wire(start), time, beside, f"{time}, {beside}" if beside else time, state)
