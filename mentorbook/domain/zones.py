"""Time zones: every step between UTC and a wall clock is taken here.

Instants are counted in whole UTC minutes since 1970 (S1). A wall clock is read as HH:MM, its seconds dropped,
so the odd seconds of old local mean times round down: the offset in whole minutes is the floor of the real
one, and at a whole UTC minute that is exact, not an approximation.
"""

import os
import zoneinfo
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = 1440

_EPOCH_ORDINAL = EPOCH.toordinal()
# zoneinfo cannot convert the outermost days of the calendar; outside these minutes the nearest offset holds.
_EARLIEST = (date(1, 1, 3).toordinal() - _EPOCH_ORDINAL) * DAY
_LATEST = (date(9999, 12, 29).toordinal() - _EPOCH_ORDINAL) * DAY
# Files of the database that are not places: this machine's own zone, and a marker for "not set up".
_NOT_CHOICES = frozenset({"Factory", "localtime"})

# Governments change their clocks at short notice, and a machine's own database may be years old. The pinned
# tzdata package is what everybody tests against, so it wins, unless the operator names a database on purpose.
if "PYTHONTZPATH" not in os.environ:
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    found = zoneinfo.available_timezones() - _NOT_CHOICES
    return frozenset(name for name in found if not name.startswith(("posix/", "right/")))


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """List the IANA names a person may choose, sorted."""
    return tuple(sorted(_names()))


def is_zone(name: object) -> bool:
    """Say whether `name` is one of `zone_names`, in exactly that spelling. Never raises."""
    return isinstance(name, str) and name in _names()


def zone(name: str) -> ZoneInfo:
    """Find a zone by its IANA name.

    Only listed names reach the database, so a path, an empty or an endless name is as unknown as a
    misspelling. Raises ValueError.
    """
    if not is_zone(name):
        raise ValueError(f"unknown time zone: {str(name)[:40]!r}")
    return ZoneInfo(name)


def city(name: str) -> str:
    """Return the part of a name that people know: "Buenos Aires" of "America/Argentina/Buenos_Aires"."""
    return name.rpartition("/")[2].replace("_", " ")


def offset_label(name: str, instant: datetime) -> str:
    """Write a zone's offset at an aware `instant` as browsers do: "GMT+5:30", "GMT-8", "GMT".

    Raises ValueError for an unknown zone or a naive instant.
    """
    offset = offset_at(name, minute_of(instant))
    if offset == 0:
        return "GMT"
    hours, minutes = divmod(abs(offset), 60)
    return f"GMT{'+' if offset > 0 else '-'}{hours}" + (f":{minutes:02}" if minutes else "")


def minute_of(instant: datetime) -> int:
    """Return the UTC minute that an aware `instant` lies in. Raises ValueError for a naive one."""
    try:
        since = instant - EPOCH
    except TypeError:
        raise _naive(instant) from None
    return since.days * DAY + since.seconds // 60


def minute_after(instant: datetime) -> int:
    """Return the first whole UTC minute at or after an aware `instant`. Raises ValueError for a naive one."""
    try:
        since = instant - EPOCH
    except TypeError:
        raise _naive(instant) from None
    part = since.seconds % 60 or since.microseconds
    return since.days * DAY + since.seconds // 60 + (1 if part else 0)


def microsecond_of(instant: datetime) -> int:
    """Return an aware `instant` as microseconds since 1970. Raises ValueError for a naive one."""
    try:
        return (instant - EPOCH) // timedelta.resolution
    except TypeError:
        raise _naive(instant) from None


def local_day(name: str, minute: int) -> int:
    """Return the local date of a UTC minute, as days since 1970-01-01."""
    return (minute + offset_at(name, minute)) // DAY


def local_date(name: str, instant: datetime) -> date:
    """Return the local date of an aware `instant`. Raises ValueError for a bad zone or a naive instant."""
    return date.fromordinal(_EPOCH_ORDINAL + local_day(name, minute_of(instant)))


def day_number(day: date) -> int:
    """Return a date as days since 1970-01-01, the unit of `local_day`."""
    return day.toordinal() - _EPOCH_ORDINAL


def offset_at(name: str, minute: int) -> int:
    """Return the offset of local time from UTC, in minutes, at a UTC minute."""
    starts, offsets = _changes(name, _year_of(minute))
    return offsets[max(bisect_right(starts, minute) - 1, 0)]


def offset_periods(name: str, first: int, end: int) -> list[tuple[int, int, int]]:
    """Cut the UTC minutes `[first, end)` where the clock changes: `(first, end, offset)` each, in order."""
    if first >= end:
        return []
    periods: list[tuple[int, int, int]] = []
    for year in range(_year_of(first), _year_of(end - 1) + 1):
        starts, offsets = _changes(name, year)
        for start, offset in zip(starts, offsets, strict=True):
            if start <= first or not periods:
                periods = [(first, end, offset)]
            elif start < end and offset != periods[-1][2]:
                periods[-1:] = [(periods[-1][0], start, periods[-1][2]), (start, end, offset)]
    return periods


def _naive(instant: object) -> ValueError:
    return ValueError(f"an instant is a datetime with a time zone, got {instant!r}")


def _year_of(minute: int) -> int:
    within = min(max(minute, _EARLIEST), _LATEST)
    return date.fromordinal(_EPOCH_ORDINAL + within // DAY).year


@lru_cache(maxsize=4096)
def _changes(name: str, year: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Find the UTC minutes from which each offset holds in a UTC year, and those offsets; cached for good.

    zoneinfo tells no transitions, so each day is probed and a difference narrowed down to its minute. The two
    closest changes on record lie four days apart (Freetown, 1939), so none hides between two probes.
    """
    place = zone(name)
    end = min((date(year, 12, 31).toordinal() - _EPOCH_ORDINAL + 1) * DAY, _LATEST)
    before = max((date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY, _EARLIEST)
    starts, offsets = [before], [_probe(place, before)]
    while before < end - 1:
        after = min(before + DAY, end - 1)
        if (offset := _probe(place, after)) != offsets[-1]:
            low, high = before, after
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _probe(place, middle) == offsets[-1] else (low, middle)
            starts.append(high)
            offsets.append(offset)
        before = after
    return tuple(starts), tuple(offsets)


def _probe(place: ZoneInfo, minute: int) -> int:
    offset = (EPOCH + minute * MINUTE).astimezone(place).utcoffset()
    assert offset is not None  # noqa: S101 - ZoneInfo knows an offset for every instant
    return offset // MINUTE
