"""The slot calculator: the only place that decides when a mentor can be booked.

The slot list, the booking check, the reschedule check and the availability preview all ask here, so what is
shown is what is accepted. Pure: no clock, no database. The rules are S1 to S10 of the design.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from mentorbook.domain.availability.intervals import Piece, Span, union
from mentorbook.domain.availability.mentor_calendar import CalendarException, MentorCalendar, WeeklyBlock
from mentorbook.domain.availability.opening_hours import open_pieces
from mentorbook.domain.zones import (
    DAY,
    EPOCH,
    local_day,
    microsecond_of,
    minute_after,
    minute_of,
    offset_periods,
)

__all__ = ["STEP", "CalendarException", "MentorCalendar", "WeeklyBlock", "grid_starts", "open_slots"]

STEP = 30
"""Minutes between two slots (S5)."""

# Adding a ready-made step to a midnight is far cheaper than building each datetime from its parts. Two days
# of them, because slots of one local date, which is no longer than a day, may begin late on one UTC date and
# end on the next.
_MINUTES = [timedelta(minutes=minute) for minute in range(2 * DAY)]
_MICROSECONDS_PER_MINUTE = 60_000_000
_MICROSECONDS_PER_HOUR = 60 * _MICROSECONDS_PER_MINUTE
_NEVER = 1 << 62


def open_slots(
    calendar: MentorCalendar, *, starts: tuple[datetime, datetime], duration: int, now: datetime
) -> list[datetime]:
    """List the instants at which a session of `duration` minutes can start, sorted, each once, in UTC.

    `starts` is half-open and on the start alone: a session may end after it (S9). An empty or inverted window
    holds no slot. Instants may be in any zone and off the minute. Raises ValueError for naive ones or a bad
    duration.
    """
    return _instants(_offered(calendar, _window(starts), _checked(duration), now))


def grid_starts(
    calendar: MentorCalendar, *, starts: tuple[datetime, datetime], duration: int, now: datetime
) -> list[tuple[datetime, bool]]:
    """List every start in the mentor's open hours, and whether it is offered; the offered are `open_slots`.

    The others are taken, too soon (S7), too far ahead (S8), or leave no room for the session (S10); which of
    these, it does not say. Units, zones and errors as in `open_slots`.
    """
    window = _window(starts)
    offered = set(_minutes(_offered(calendar, window, _checked(duration), now)))
    grid = open_pieces(calendar, *window)
    return [
        (instant, minute in offered) for instant, minute in zip(_instants(grid), _minutes(grid), strict=True)
    ]


def _offered(calendar: MentorCalendar, window: Span, duration: int, now: datetime) -> list[Piece]:
    """Compute where sessions may start: within each piece, on the half hours counted from its anchor."""
    offered: list[Piece] = []
    for first, end in _bookable(calendar, window, now):
        pieces = open_pieces(calendar, first, end - 1 + duration)
        taken = iter(_taken_starts(calendar, first, end, duration))
        taken_from, taken_to = next(taken)
        for (at, closes, anchor), run_end in zip(pieces, _run_ends(pieces), strict=True):
            # Pieces end where the last session of the window would, so this keeps starts before `end` too.
            latest = run_end - duration
            stop = closes if closes <= latest else latest + 1
            while taken_from < stop:
                if at < taken_from:
                    offered.append((at, taken_from, anchor))
                if at < taken_to:
                    at = taken_to
                if at >= stop:
                    # This session may reach into the next piece as well: keep it.
                    break
                taken_from, taken_to = next(taken)
            if at < stop:
                offered.append((at, stop, anchor))
    return offered


def _bookable(calendar: MentorCalendar, window: Span, now: datetime) -> list[Span]:
    """Narrow the query window to what notice (S7) and booking window (S8) allow.

    The booking window ends on a local date, and where a clock steps back over midnight a date is left and
    entered again. So it is taken from each stretch with one offset by itself, and there may be more than one
    span.
    """
    first, end = max(window[0], _earliest_start(calendar, now)), window[1]
    if calendar.max_advance_days is None:
        return [(first, end)] if first < end else []
    after = (local_day(calendar.timezone, minute_of(now)) + calendar.max_advance_days + 1) * DAY
    # No zone is a whole day away from UTC, so this is late enough; it spares a look at the years beyond.
    periods = offset_periods(calendar.timezone, first, min(end, after + DAY))
    return union((start, min(stop, after - offset)) for start, stop, offset in periods)


def _taken_starts(calendar: MentorCalendar, first: int, end: int, duration: int) -> list[Span]:
    """List the starts that would meet a live session or its buffer (S6), and a last span never reached.

    The mentor needs the buffer between two sessions once, not once for each, so widening the live session by
    it is the whole rule.
    """
    buffer, occupied = calendar.buffer_minutes, calendar.occupied
    low = bisect_right(occupied, first - buffer, key=lambda span: span[1])
    high = bisect_left(occupied, end + duration + buffer, key=lambda span: span[0])
    before = buffer + duration - 1
    taken = [(start - before, stop + buffer) for start, stop in occupied[low:high]]
    return [*taken, (_NEVER, _NEVER)]


def _run_ends(pieces: Sequence[Piece]) -> list[int]:
    """Return for each piece where the open time it belongs to ends: touching pieces are one (S4, S10)."""
    ends: list[int] = []
    next_start = run_end = -_NEVER
    for start, end, _ in reversed(pieces):
        if end != next_start:
            run_end = end
        next_start = start
        ends.append(run_end)
    ends.reverse()
    return ends


def _earliest_start(calendar: MentorCalendar, now: datetime) -> int:
    """Return the first whole minute that keeps the notice; seconds and their parts count (S7)."""
    notice = round(calendar.min_advance_hours * _MICROSECONDS_PER_HOUR)
    return -(-(microsecond_of(now) + notice) // _MICROSECONDS_PER_MINUTE)


def _window(starts: tuple[datetime, datetime]) -> Span:
    return minute_after(starts[0]), minute_after(starts[1])


def _checked(duration: int) -> int:
    if not isinstance(duration, int) or isinstance(duration, bool) or duration <= 0:
        raise ValueError(f"a duration is a whole number of minutes above 0, got {duration!r}")
    return duration


def _minutes(pieces: Iterable[Piece]) -> Iterator[int]:
    """Yield a piece's half hours, counted from its anchor (S5), in UTC minutes."""
    for start, end, anchor in pieces:
        yield from range(start + (anchor - start) % STEP, end, STEP)


def _instants(pieces: Iterable[Piece]) -> list[datetime]:
    """Return the `_minutes` as datetimes.

    One flat comprehension and slices of ready-made steps, because a year has thousands of slots, and building
    their datetimes one by one takes longer than finding them.
    """
    return [
        midnight + step
        for start, end, anchor in pieces
        for first in (start + (anchor - start) % STEP,)
        if first < end
        for midnight in (_midnight(first // DAY),)
        for step in _MINUTES[first % DAY : first % DAY + end - first : STEP]
    ]


@lru_cache(maxsize=4096)
def _midnight(day: int) -> datetime:
    return EPOCH + timedelta(days=day)
