"""Many instants as text on the wall clock of a zone: what a month of slots is mostly made of."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from mentorbook.domain.zones import DAY, EPOCH, offset_periods

_TIMES = [f"T{minute // 60:02}:{minute % 60:02}:00" for minute in range(DAY)]
_EPOCH_ORDINAL = EPOCH.toordinal()


def wall_texts(zone: str, minutes: Sequence[int]) -> list[str]:
    """Write UTC minutes (since 1970), sorted, as RFC 3339 text with the zone's offset, in the same order:
    `2026-11-24T14:30:00+05:30`. Raises ValueError for an unknown zone."""
    if not minutes:
        return []
    texts: list[str] = []
    first = 0
    for _, until, offset in offset_periods(zone, minutes[0], minutes[-1] + 1):
        stop = bisect_left(minutes, until, first)
        suffix = _suffix(offset)
        texts += [
            _date(day) + _TIMES[time] + suffix
            for day, time in [divmod(minute + offset, DAY) for minute in minutes[first:stop]]
        ]
        first = stop
    return texts


@lru_cache(maxsize=1024)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH_ORDINAL + day).isoformat()


def _suffix(offset: int) -> str:
    if offset == 0:
        return "Z"
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"
