"""Why an hour of a mentor's calendar is not offered, as a fact that names what stands in the way.

For the mentor, who may know what it is. What mentees are told is in `not_offered.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mentorbook.domain.availability.intervals import Span, union
from mentorbook.domain.availability.mentor_calendar import (
    CalendarException,
    MentorCalendar,
    WeeklyBlock,
    wall_minute,
)
from mentorbook.domain.availability.opening_hours import open_pieces
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.slots import open_slots
from mentorbook.domain.zones import DAY, EPOCH, MINUTE, local_date, minute_after, minute_of, offset_at

_EPOCH_DATE = date(1970, 1, 1)


class ClosedBy(StrEnum):
    """What stands in the way, the nearest to the mentor's hand first."""

    PAUSED = "paused"
    # The mentor's profile says that they take no bookings, whatever their hours are.
    NOT_BOOKABLE = "not_bookable"
    PAST = "past"
    # An exception of one of the types that take time away; a block of the week that does.
    EXCEPTION = "exception"
    BLOCK = "block"
    NO_HOURS = "no_hours"
    BOOKED = "booked"
    BUFFER = "buffer"
    NOTICE = "notice"
    WINDOW = "window"
    # Open hours, but no half hour of theirs (S5).
    OFF_THE_GRID = "off_the_grid"


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """What stands in the way, and since which minute of the session: at its start, unless it runs into it.

    `exception` or `block` is the one that takes the time away; `busy` is the session that is there.
    """

    by: ClosedBy
    at: datetime
    exception: CalendarException | None = None
    block: WeeklyBlock | None = None
    busy: tuple[datetime, datetime] | None = None


def why_closed(
    calendar: MentorCalendar,
    starts: Sequence[datetime],
    duration: int,
    now: datetime,
    *,
    always: ClosedBy | None = None,
) -> list[ClosedHour | None]:
    """Return for each start why `open_slots` does not list it for sessions of `duration` minutes.

    `None` stands for a start that is listed. Instants are aware. `always` is what stands in the way of every
    hour: the mentor takes no bookings at all. Slots and open hours are worked out once for all starts.
    """
    if not starts:
        return []
    if always is not None:
        return [ClosedHour(always, at) for at in starts]
    window = (min(starts), max(starts) + timedelta(microseconds=1))
    offered = set(open_slots(calendar, starts=window, duration=duration, now=now))
    last = minute_after(window[1] + timedelta(minutes=duration))
    opened = union((opens, closes) for opens, closes, _ in open_pieces(calendar, minute_of(window[0]), last))
    return [None if at in offered else _why_closed(calendar, opened, at, duration, now) for at in starts]


def _why_closed(
    calendar: MentorCalendar, opened: list[Span], at: datetime, duration: int, now: datetime
) -> ClosedHour:
    if at <= now:
        return ClosedHour(ClosedBy.PAST, at)
    end = at + timedelta(minutes=duration)
    closed = _first_closed(opened, minute_of(at), minute_after(end))
    if closed is not None:
        return _closed_minute(calendar, at, closed)
    if busy := _first_within(calendar, at, end, timedelta()):
        return ClosedHour(ClosedBy.BOOKED, max(at, busy[0]), busy=busy)
    if busy := _first_within(calendar, at, end, timedelta(minutes=calendar.buffer_minutes)):
        return ClosedHour(ClosedBy.BUFFER, at, busy=busy)
    if at < now + timedelta(hours=calendar.min_advance_hours):
        return ClosedHour(ClosedBy.NOTICE, at)
    days = calendar.max_advance_days
    today = local_date(calendar.timezone, now)
    if days is not None and (local_date(calendar.timezone, at) - today).days > days:
        return ClosedHour(ClosedBy.WINDOW, at)
    return ClosedHour(ClosedBy.OFF_THE_GRID, at)


def _first_closed(opened: list[Span], first: int, end: int) -> int | None:
    """Return the first minute of `[first, end)` that is in no open span, if there is one."""
    for opens, closes in opened:
        if first < opens:
            break
        first = max(first, closes)
    return first if first < end else None


def _first_within(
    calendar: MentorCalendar, start: datetime, end: datetime, around: timedelta
) -> tuple[datetime, datetime] | None:
    """Return the first live session that, with so much time around it, meets the half-open interval."""
    met = [each for each in calendar.busy if each[0] - around < end and start < each[1] + around]
    return min((each for each in met if each[0] < each[1]), default=None)


def _closed_minute(calendar: MentorCalendar, start: datetime, minute: int) -> ClosedHour:
    """Explain a minute that is not open, by the order of S3."""
    wall = minute + offset_at(calendar.timezone, minute)
    at = max(EPOCH + minute * MINUTE, start)
    partial = next(_partial(calendar, wall), None)
    if partial is not None:
        return ClosedHour(ClosedBy.EXCEPTION, at, exception=partial)
    whole = next(_whole_days(calendar, wall), None)
    if whole is not None:
        return ClosedHour(ClosedBy.EXCEPTION, at, exception=whole)
    block = next(_removing_blocks(calendar, wall), None)
    if block is not None:
        return ClosedHour(ClosedBy.BLOCK, at, block=block)
    return ClosedHour(ClosedBy.NO_HOURS, at)


def _partial(calendar: MentorCalendar, wall: int) -> Iterator[CalendarException]:
    for each in calendar.exceptions:
        if each.type == BlockType.AVAILABLE or each.start_time is None or each.end_time is None:
            continue
        for day in (wall // DAY, wall // DAY - 1):
            is_on = each.start_date <= _EPOCH_DATE + timedelta(day) <= each.end_date
            if is_on and _covers(each.start_time, each.end_time, wall - day * DAY):
                yield each


def _whole_days(calendar: MentorCalendar, wall: int) -> Iterator[CalendarException]:
    """Find the exceptions that take the whole date away from hours that there would be."""
    on = _EPOCH_DATE + timedelta(wall // DAY)
    if next(_opening_blocks(calendar, wall), None) is None:
        return
    for each in calendar.exceptions:
        if (
            each.type != BlockType.AVAILABLE
            and each.start_time is None
            and each.start_date <= on <= each.end_date
        ):
            yield each


def _opening_blocks(calendar: MentorCalendar, wall: int) -> Iterator[WeeklyBlock]:
    return (each for each in _blocks_over(calendar, wall) if each.type == BlockType.AVAILABLE)


def _removing_blocks(calendar: MentorCalendar, wall: int) -> Iterator[WeeklyBlock]:
    return (each for each in _blocks_over(calendar, wall) if each.type != BlockType.AVAILABLE)


def _blocks_over(calendar: MentorCalendar, wall: int) -> Iterator[WeeklyBlock]:
    """Find the weekly blocks that cover a wall minute, counted from 1970-01-01, a Thursday."""
    for day in (wall // DAY, wall // DAY - 1):
        for block in calendar.weekly:
            if block.day == (day + 4) % 7 and _covers(block.start, block.end, wall - day * DAY):
                yield block


def _covers(start: str, end: str, minute: int) -> bool:
    """Say whether a wall range covers a minute, counted from the midnight of the date it begins on (S2)."""
    first, last = wall_minute(start), wall_minute(end, is_end=True)
    return first <= minute < (last if first <= last else last + DAY)
