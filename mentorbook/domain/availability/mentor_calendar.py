"""What a mentor tells us about their time, checked once so that the calculator need not ask again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mentorbook.domain.availability.intervals import Span, union
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.zones import minute_after, minute_of, zone

_TYPES = tuple(BlockType)

# Later than the calendar has years for; beyond it a number of hours no longer fits the arithmetic.
_MOST_HOURS = 1e12
_WALL_TIMES = {f"{minute // 60:02}:{minute % 60:02}": minute for minute in range(1440)}


def wall_minute(text: str, *, is_end: bool = False) -> int:
    """Read "HH:MM" as minutes since midnight; an end may also be "24:00" (S2). Raises ValueError."""
    if is_end and text == "24:00":
        return 1440
    if not isinstance(text, str) or text not in _WALL_TIMES:
        raise ValueError(f"a wall time is written HH:MM, got {text!r}")
    return _WALL_TIMES[text]


@dataclass(frozen=True, slots=True)
class WeeklyBlock:
    """A wall-clock range of every week, in the mentor's zone (S2).

    `day` is 0 for Sunday to 6 for Saturday. An end before the start runs into the next date; an end equal to
    the start is empty. Raises ValueError.
    """

    day: int
    start: str
    end: str
    type: str

    def __post_init__(self) -> None:
        if not _is_whole(self.day) or not 0 <= self.day <= 6:
            raise ValueError(f"a day of the week is 0 (Sunday) to 6, got {self.day!r}")
        _check_type(self.type)
        wall_minute(self.start)
        wall_minute(self.end, is_end=True)


@dataclass(frozen=True, slots=True)
class CalendarException:
    """A change to the week on the dates from `start_date` to `end_date`, both included (S3).

    Without times it covers whole dates; with both times it covers that range on each of them. Raises
    ValueError.
    """

    start_date: date
    end_date: date
    type: str
    start_time: str | None = None
    end_time: str | None = None

    def __post_init__(self) -> None:
        for day in (self.start_date, self.end_date):
            if not isinstance(day, date) or isinstance(day, datetime):
                raise ValueError(f"an exception's dates are plain dates, got {day!r}")
        if self.end_date < self.start_date:
            raise ValueError(f"an exception ends on {self.end_date}, before it starts on {self.start_date}")
        _check_type(self.type)
        if self.start_time is not None and self.end_time is not None:
            wall_minute(self.start_time)
            wall_minute(self.end_time, is_end=True)
        elif self.start_time is not None or self.end_time is not None:
            raise ValueError("an exception has both a start and an end time, or neither for a full day")


@dataclass(frozen=True, slots=True)
class MentorCalendar:
    """All that decides when a mentor can be booked; immutable, and compared by what was passed in.

    `busy` holds `(start, end)` of live sessions, aware and without buffers (S6); an empty one occupies
    nothing. `max_advance_days` of None means no window (S8). Raises ValueError.
    """

    timezone: str
    weekly: Sequence[WeeklyBlock]
    exceptions: Sequence[CalendarException] = ()
    busy: Sequence[tuple[datetime, datetime]] = ()
    buffer_minutes: int = 0
    min_advance_hours: float = 0.5
    max_advance_days: int | None = 60
    default_start: str = "09:00"
    default_end: str = "21:00"
    occupied: tuple[Span, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        zone(self.timezone)
        wall_minute(self.default_start)
        wall_minute(self.default_end, is_end=True)
        if not _is_whole(self.buffer_minutes) or self.buffer_minutes < 0:
            raise ValueError(f"a buffer is a number of minutes from 0, got {self.buffer_minutes!r}")
        if not 0 <= self.min_advance_hours <= _MOST_HOURS:
            raise ValueError(f"a notice is a number of hours from 0, got {self.min_advance_hours!r}")
        days = self.max_advance_days
        if days is not None and (not _is_whole(days) or days < 0):
            raise ValueError(f"a booking window is a number of days from 0, or None, got {days!r}")
        # Tuples, so that a caller's list that changes later cannot change a calendar.
        for name in ("weekly", "exceptions", "busy"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "occupied", _occupied(self.busy))


def _occupied(busy: Sequence[tuple[datetime, datetime]]) -> tuple[Span, ...]:
    """Turn live sessions into sorted UTC minutes.

    A minute that a session touches with a part of a second is occupied, so rounding never frees time.
    """
    spans = []
    for start, end in busy:
        span = (minute_of(start), minute_after(end))
        if end < start:
            raise ValueError(f"a busy interval ends at {end}, before it starts at {start}")
        if start != end:
            spans.append(span)
    return tuple(union(spans))


def _check_type(kind: str) -> None:
    if kind not in _TYPES:
        raise ValueError(f"a block is one of {', '.join(BlockType)}, got {kind!r}")


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
