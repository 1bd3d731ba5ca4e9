"""The calendar of the slot selector: a month of days, a day of slots, what became of a slot.

A month is `2026-11` and a day `2026-11-24`, both by the reader's clock.
"""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from mentorbook.domain.byte_cache import remembered
from mentorbook.domain.wall_clock import local, same_clock
from mentorbook.presenters.booking.times import other_day
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.presenters.dates import MONTHS, clock, clock_range, day, long_day, place, short_date, when
from mentorbook.presenters.names import first_name

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


@dataclass(frozen=True)
class Month(CachedJson):
    """The month on show, in whole weeks; before the first month there is nothing to go back to."""

    title: str = ""
    is_first: bool = True
    days: list[DayCell] = field(default_factory=list)


@dataclass(frozen=True)
class Day(CachedJson):
    """The day on show and its slots; without a title none is on show."""

    title: str = ""
    slots: list[SlotGroup] = field(default_factory=list)


@dataclass(frozen=True)
class ChosenSlot:
    """The chosen slot: its day and times here, the times there if they differ, and all of it in one line."""

    day: str = ""
    times: str = ""
    times_there: str = ""
    line: str = ""


@dataclass(frozen=True)
class LostSlot:
    """A chosen slot that is gone: its time, why, and the nearest free one (empty when there is none)."""

    time: str = ""
    why: str = ""
    nearest: str = ""


def wire(instant: datetime) -> str:
    """Write an instant as `data-start` carries it: `2026-11-24T09:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def month_label(month: str) -> str:
    """Return `November 2026` for `2026-11`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def month_dates(month: str) -> tuple[date, date]:
    """Return the first and last date of a month."""
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def shifted(month: str, by: int) -> str:
    """Return the month so many months later."""
    year, number = (int(part) for part in month.split("-"))
    whole = year * 12 + number - 1 + by
    return f"{whole // 12:04}-{whole % 12 + 1:02}"


# The same slots are shown again and again, on many pages at once when one of them is taken.
@lru_cache(maxsize=16_384)
def local_iso_date(instant: datetime, zone: str) -> str:
    """Return the date of an instant in a zone, as `2026-11-24`."""
    return local(instant, zone).date().isoformat()


def on_day(slots: Sequence[datetime], day: str, zone: str) -> tuple[datetime, ...]:
    """Return those of the slots that start on a day of the zone."""
    return _by_day(tuple(slots), zone).get(day, ()) if slots else ()


def _weigh_days(key: tuple[tuple[datetime, ...], str], days: dict[str, tuple[datetime, ...]]) -> int:
    return 1_000 + 80 * len(key[0]) + 250 * len(days)


# Many pages show the same slots, and each of them asks for several days.
@remembered(4 * 2**20, _weigh_days)
def _by_day(slots: tuple[datetime, ...], zone: str) -> dict[str, tuple[datetime, ...]]:
    days: dict[str, list[datetime]] = {}
    for slot in slots:
        days.setdefault(local_iso_date(slot, zone), []).append(slot)
    return {day: tuple(starts) for day, starts in days.items()}


def month_view(free: Sequence[datetime], month: str, day: str, *, zone: str, now: datetime) -> Month:
    """Return the month with its free slots counted by day; empty before it is loaded (`month` is empty)."""
    if not month:
        return Month()
    return _month(tuple(free), month, day, zone, local_iso_date(now, zone))


def _weigh_month(key: tuple[tuple[datetime, ...], str, str, str, str], month: Month) -> int:
    return 2_000 + 60 * len(key[0]) + 1_500 * len(month.days)


# When a slot is taken, the month is the same on most of the pages that lose it.
@remembered(8 * 2**20, _weigh_month)
def _month(free: tuple[datetime, ...], month: str, day: str, zone: str, today: str) -> Month:
    counts = {date: len(slots) for date, slots in _by_day(free, zone).items()}
    return Month(month_label(month), month <= today[:7], month_cells(month, counts, day, today))


def day_view(
    free: Sequence[datetime],
    gone: Sequence[datetime],
    chosen: datetime | None,
    day: str,
    month: str,
    *,
    zone: str,
    there: str,
    mentor: str,
) -> Day:
    """Return the slots of a day, also those just gone; `there` is the zone of the mentor of that name."""
    title = long_day(datetime.fromisoformat(day)) if day and day.startswith(month) else ""
    return _day(
        title, on_day(free, day, zone), on_day(gone, day, zone), chosen, zone, there, first_name(mentor)
    )


_DayParts = tuple[str, tuple[datetime, ...], tuple[datetime, ...], datetime | None, str, str, str]


def _weigh_day(key: _DayParts, _day: Day) -> int:
    return 4_000 + 2_500 * (len(key[1]) + len(key[2]))


# As the month: the same on most pages that lose a slot.
@remembered(8 * 2**20, _weigh_day)
def _day(
    title: str,
    free: tuple[datetime, ...],
    gone: tuple[datetime, ...],
    chosen: datetime | None,
    zone: str,
    there: str,
    name: str,
) -> Day:
    return Day(title, slot_groups(free, set(gone), chosen, zone=zone, there=there, name=name))


def chosen_slot(start: datetime, minutes: int, *, zone: str, there: str, now: datetime) -> ChosenSlot:
    """Return a slot on the reader's clock and, where it reads differently, on the mentor's."""
    end, differs = start + timedelta(minutes=minutes), not same_clock(zone, there, start)
    line = f"{short_date(start, zone, now)}, {clock(start, zone)} {place(zone)}"
    on_day = other_day(start, zone, there)
    return ChosenSlot(
        day=day(start, zone),
        times=clock_range(start, end, zone),
        times_there=f"{on_day}{clock_range(start, end, there)} {place(there)}" if differs else "",
        line=f"{line} · {on_day}{clock(start, there)} {place(there)}" if differs else line,
    )


def lost_slot(
    start: datetime, nearest: datetime | None, *, is_too_soon: bool, zone: str, now: datetime
) -> LostSlot:
    """Say which slot is gone and why; `is_too_soon` when its notice ran out and nobody has taken it."""
    why = "can no longer be booked at such short notice" if is_too_soon else "was just taken"
    if nearest is None:
        instead = ""
    elif local_iso_date(nearest, zone) == local_iso_date(start, zone):
        instead = clock(nearest, zone)
    else:
        instead = when(nearest, zone, now)
    return LostSlot(clock(start, zone), why, instead)


def month_cells(month: str, free: dict[str, int], chosen: str, today: str) -> list[DayCell]:
    """List whole weeks from Monday; `free` counts the free slots by date. One free day is the tab stop."""
    first, _ = month_dates(month)
    stop = chosen if chosen in free and chosen.startswith(month) else next(iter(sorted(free)), "")
    cells = []
    for each in _WEEKS.itermonthdates(first.year, first.month):
        iso = each.isoformat()
        if each.month != first.month:
            cells.append(DayCell("", "", "", "other", False, False))
            continue
        count = free.get(iso, 0)
        state = "chosen" if iso == chosen else "free" if count else "none"
        said = f"{count} free time{'s' if count != 1 else ''}" if count else "nothing free"
        words = long_day(datetime.combine(each, datetime.min.time()))
        cells.append(DayCell(iso, str(each.day), f"{words}, {said}", state, iso == today, iso == stop))
    return cells


def slot_groups(
    starts: Sequence[datetime],
    gone: set[datetime],
    chosen: datetime | None,
    *,
    zone: str,
    there: str,
    name: str,
) -> list[SlotGroup]:
    """Group the day's slots by part of the day, with the mentor's clock beside when it reads differently."""
    groups: dict[str, list[SlotCell]] = {}
    for start in sorted({*starts, *gone}):
        state = "gone" if start in gone else "chosen" if start == chosen else "free"
        part, cell = _slot(start, state, zone, there, name)
        groups.setdefault(part, []).append(cell)
    return [SlotGroup(label, slots) for label, slots in groups.items()]


# The same slots are drawn again and again, on many pages at once when one of them is taken.
@lru_cache(maxsize=4096)
def _slot(start: datetime, state: str, zone: str, there: str, name: str) -> tuple[str, SlotCell]:
    time, on_day = clock(start, zone), other_day(start, zone, there)
    part = next(label for end, label in _PARTS_OF_DAY if int(time[:2]) < end)
    beside = "" if same_clock(zone, there, start) else f"{on_day}{clock(start, there)} {name}"
    if state == "gone":
        return part, SlotCell(wire(start), time, "just taken", f"{time}, just taken", state)
    return part, SlotCell(wire(start), time, beside, f"{time}, {beside}" if beside else time, state)
