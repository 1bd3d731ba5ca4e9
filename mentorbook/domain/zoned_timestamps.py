"""Many instants as text on the wall clock of a zone: what a month of slots is mostly made of."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from mentorbook.domain.zones import DAY, EPOCH, minute_of, offset_periods

_TIMES = [f"T{minute // 60:02}:{minute % 60:02}:00" for minute in range(DAY)]
_EPOCH_ORDINAL = EPOCH.toordinal()


def wall_writer(zone: str, first: datetime, last: datetime) -> Callable[[int], str]:
    """A function from UTC minutes (since 1970) between two instants to RFC 3339 text with the zone's offset:
    `2026-11-24T14:30:00+05:30`. Raises ValueError for an unknown zone or a naive instant."""
    periods = offset_periods(zone, minute_of(first), minute_of(last) + 1)
    until = [end for _, end, _ in periods]
    offsets = [(offset, _suffix(offset)) for _, _, offset in periods]
    if len(periods) == 1:
        (offset, suffix) = offsets[0]

        def write_plain(minute: int) -> str:
            day, time = divmod(minute + offset, DAY)
            return _date(day) + _TIMES[time] + suffix

        return write_plain

    def write(minute: int) -> str:
        index = next(n for n, end in enumerate(until) if minute < end)
        day, time = divmod(minute + offsets[index][0], DAY)
        return _date(day) + _TIMES[time] + offsets[index][1]

    return write


@lru_cache(maxsize=1024)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH_ORDINAL + day).isoformat()


def _suffix(offset: int) -> str:
    if offset == 0:
        return "Z"
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"
