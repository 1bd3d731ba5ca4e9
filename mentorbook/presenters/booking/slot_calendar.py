"""The calendar of the slot selector: the days of a month, the slots of each day, what became of a slot.

A month is `2026-11` and a day `2026-11-24`, both by the reader's clock. A page is sent whole months, so that
it can go from day to day by itself: a slot travels as `start|time|time there|state`, all else once a month.
"""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from mentorbook.domain.byte_cache import remembered
from mentorbook.domain.hashed_once import HashedOnce
from mentorbook.domain.wall_clock import local, same_clock
from mentorbook.presenters.booking.times import other_day
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.presenters.dates import MONTHS, clock, clock_range, day, long_day, place, short_date, when
from mentorbook.presenters.names import first_name

_WEEKS = Calendar(firstweekday=0)
_PARTS_OF_DAY = ((5, "Night"), (12, "Morning"), (18, "Afternoon"), (24, "Evening"))


# A page of which more days than this changed is sent the whole month.
MOST_CHANGED_DAYS = 8


class LoadedMonth(NamedTuple):
    """The slots of a month as they were loaded: for how long a session, by whose clock.

    `gone` are slots that have been taken while the page was open. A tuple, which a state hands out as it is:
    what it wraps to see it change would hold the page's whole state in the caches here.
    """

    month: str
    minutes: int
    zone: str
    free: tuple[datetime, ...]
    gone: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class DayCell:
    """One cell of the month; cells of other months are empty. `state` is free, none or other."""

    date: str
    number: str
    label: str
    state: str
    today: bool


@dataclass(frozen=True)
class SlotGroup:
    """The slots of one part of the day, each as `start|time|time there|state`.

    The time there is empty where both clocks read alike; `state` is free or gone.
    """

    label: str
    slots: list[str]


@dataclass(frozen=True)
class Day:
    """One day: its name in full and in short, and its slots."""

    title: str
    short: str
    groups: list[SlotGroup]


@dataclass(frozen=True)
class Month(CachedJson):
    """A month in whole weeks, and the slots of its days; before anything is loaded it is nameless.

    `first` is the first day with a free slot, `name` and `place` are whose the time there is.
    """

    month: str = ""
    minutes: int = 0
    zone: str = ""
    first: str = ""
    name: str = ""
    place: str = ""
    cells: list[DayCell] = field(default_factory=list)
    days: dict[str, Day] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangedDay(CachedJson):
    """How a day of a loaded month stands since the month was sent: its cell's look and label, its slots."""

    state: str
    label: str
    day: Day


@dataclass(frozen=True)
class MonthGrid:
    """The bare grid of a month, drawn until its slots come; there is no month to go to where it is empty."""

    title: str
    previous: str
    following: str
    blanks: list[int]
    numbers: list[int]


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


@lru_cache(maxsize=64)
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


@lru_cache(maxsize=8)
def month_grids(first: str, ahead: int) -> dict[str, MonthGrid]:
    """Return the grids of a month and of so many after it, by month."""
    months = [shifted(first, by) for by in range(ahead + 1)]
    grids = {}
    for place_in_row, month in enumerate(months):
        begin, end = month_dates(month)
        grids[month] = MonthGrid(
            title=month_label(month),
            previous=months[place_in_row - 1] if place_in_row else "",
            following=months[place_in_row + 1] if place_in_row < ahead else "",
            blanks=list(range(begin.weekday())),
            numbers=list(range(1, end.day + 1)),
        )
    return grids


# The same slots are shown again and again, on many pages at once when one of them is taken.
@lru_cache(maxsize=16_384)
def local_iso_date(instant: datetime, zone: str) -> str:
    """Return the date of an instant in a zone, as `2026-11-24`."""
    return local(instant, zone).date().isoformat()


# By the minute, and the same on most of the pages that lose a mentor's first slot.
@lru_cache(maxsize=512)
def earliest_words(start: datetime, zone: str, minute: datetime) -> str:
    """Say when a mentor is free first; `minute` is the present one."""
    return when(start, zone, minute)


def on_day(slots: tuple[datetime, ...], day: str, zone: str) -> tuple[datetime, ...]:
    """Return those of the slots that start on a day of the zone."""
    return _by_day(slots, zone).get(day, ()) if slots else ()


def by_month(slots: tuple[datetime, ...], zone: str) -> dict[str, tuple[datetime, ...]]:
    """Sort slots, in order of time, into the months of the zone that they start in."""
    return _by_month(slots, zone) if slots else {}


def _weigh_days(key: tuple[tuple[datetime, ...], str], days: dict[str, tuple[datetime, ...]]) -> int:
    return 1_000 + 80 * len(key[0]) + 250 * len(days)


# Many pages show the same slots, and each of them asks for several days.
@remembered(4 * 2**20, _weigh_days)
def _by_day(slots: tuple[datetime, ...], zone: str) -> dict[str, tuple[datetime, ...]]:
    days: dict[str, list[datetime]] = {}
    for slot in slots:
        days.setdefault(local_iso_date(slot, zone), []).append(slot)
    return {day: tuple(starts) for day, starts in days.items()}


# The months that a service lists together are parted on every page that shows them.
@remembered(4 * 2**20, _weigh_days)
def _by_month(slots: tuple[datetime, ...], zone: str) -> dict[str, tuple[datetime, ...]]:
    months: dict[str, list[datetime]] = {}
    for slot in slots:
        months.setdefault(local_iso_date(slot, zone)[:7], []).append(slot)
    return {month: HashedOnce(starts) for month, starts in months.items()}


def month_view(loaded: LoadedMonth | None, *, there: str, mentor: str, now: datetime) -> Month:
    """Return a loaded month, or a nameless one; `there` is the zone of the mentor of that name."""
    if loaded is None:
        return Month()
    return _month(loaded, there, first_name(mentor), local_iso_date(now, loaded.zone))


def _weigh_month(key: tuple[LoadedMonth, str, str, str], month: Month) -> int:
    slots = len(key[0].free) + len(key[0].gone)
    return 4_000 + 300 * slots + 2_500 * len(month.cells)


# When a slot is taken, the month is the same on most of the pages that lose it.
@remembered(11 * 2**20, _weigh_month)
def _month(loaded: LoadedMonth, there: str, name: str, today: str) -> Month:
    free, gone = _by_day(loaded.free, loaded.zone), _by_day(loaded.gone, loaded.zone)
    first, _ = month_dates(loaded.month)
    cells, days = [], {}
    for each in _WEEKS.itermonthdates(first.year, first.month):
        if each.month != first.month:
            cells.append(DayCell("", "", "", "other", False))
            continue
        iso = each.isoformat()
        cells.append(_cell(each, len(free.get(iso, ())), iso == today))
        days[iso] = _day(each, free.get(iso, ()), gone.get(iso, ()), loaded.zone, there, today)
    return Month(
        month=loaded.month,
        minutes=loaded.minutes,
        zone=loaded.zone,
        first=min(free, default=""),
        name=name,
        place=place(there),
        cells=cells,
        days=days,
    )


def is_mended(sent: LoadedMonth | None, loaded: LoadedMonth) -> bool:
    """Say whether a month that was sent becomes the loaded one when some of its days are sent anew."""
    if sent is None or sent[:3] != loaded[:3]:
        return False
    before, after = _by_day(sent.free, sent.zone), _by_day(loaded.free, loaded.zone)
    is_same_first = min(before, default="") == min(after, default="")
    return is_same_first and len(_changes(sent, loaded)) <= MOST_CHANGED_DAYS


def changed_days(
    months: Sequence[tuple[LoadedMonth | None, LoadedMonth | None]], *, there: str, now: datetime
) -> dict[str, ChangedDay]:
    """Return the days that are not as they were sent, by date, of months as sent and as loaded since."""
    days: dict[str, ChangedDay] = {}
    for sent, loaded in months:
        if sent is None or loaded is None or sent is loaded or sent == loaded:
            continue
        today = local_iso_date(now, loaded.zone)
        for iso in _changes(sent, loaded):
            free = on_day(loaded.free, iso, loaded.zone)
            gone = on_day(loaded.gone, iso, loaded.zone)
            days[iso] = _changed_day(iso, free, gone, loaded.zone, there, today)
    return days


def _weigh_changes(key: tuple[LoadedMonth, LoadedMonth], dates: tuple[str, ...]) -> int:
    return 1_000 + 80 * sum(len(each.free) + len(each.gone) for each in key) + 100 * len(dates)


# Each page asks twice: whether to send these days instead of the month, and which.
@remembered(2 * 2**20, _weigh_changes)
def _changes(sent: LoadedMonth, loaded: LoadedMonth) -> tuple[str, ...]:
    """Return the dates on which two loads of a month differ, in order."""
    free, gone = (
        (_by_day(before, sent.zone), _by_day(after, sent.zone))
        for before, after in ((sent.free, loaded.free), (sent.gone, loaded.gone))
    )
    dates = {date for each in (*free, *gone) for date in each}
    return tuple(sorted(date for date in dates if any(b.get(date) != a.get(date) for b, a in (free, gone))))


def _weigh_changed_day(
    key: tuple[str, tuple[datetime, ...], tuple[datetime, ...], str, str, str], _day: ChangedDay
) -> int:
    return 6_000 + 400 * (len(key[1]) + len(key[2]))


# The day of a slot that has been taken is the same on most of the pages that lose it.
@remembered(2**20, _weigh_changed_day)
def _changed_day(
    iso: str,
    free: tuple[datetime, ...],
    gone: tuple[datetime, ...],
    zone: str,
    there: str,
    today: str,
) -> ChangedDay:
    each = date.fromisoformat(iso)
    cell = _cell(each, len(free), False)
    return ChangedDay(cell.state, cell.label, _day(each, free, gone, zone, there, today))


def _cell(date: date, count: int, is_today: bool) -> DayCell:
    said = f"{count} free time{'s' if count != 1 else ''}" if count else "nothing free"
    words = long_day(datetime.combine(date, datetime.min.time()))
    state = "free" if count else "none"
    return DayCell(date.isoformat(), str(date.day), f"{words}, {said}", state, is_today)


def _day(
    date: date,
    free: tuple[datetime, ...],
    gone: tuple[datetime, ...],
    zone: str,
    there: str,
    today: str,
) -> Day:
    wall = datetime.combine(date, datetime.min.time())
    short = f"{long_day(wall)[:3]} {date.day} {MONTHS[date.month - 1][:3]}"
    if str(date.year) != today[:4]:
        short = f"{short} {date.year}"
    groups: dict[str, list[str]] = {}
    for start in sorted({*free, *gone}):
        part, slot = _slot(start, zone, there)
        groups.setdefault(part, []).append(f"{slot}|{'gone' if start in gone else 'free'}")
    return Day(long_day(wall), short, [SlotGroup(label, slots) for label, slots in groups.items()])


# The same slots are drawn again and again, on many pages at once when one of them is taken.
@lru_cache(maxsize=4096)
def _slot(start: datetime, zone: str, there: str) -> tuple[str, str]:
    time, on_day = clock(start, zone), other_day(start, zone, there)
    part = next(label for end, label in _PARTS_OF_DAY if int(time[:2]) < end)
    beside = "" if same_clock(zone, there, start) else f"{on_day}{clock(start, there)}"
    return part, f"{wire(start)}|{time}|{beside}"


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
