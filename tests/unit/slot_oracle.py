"""Slots by brute force: minute after minute of UTC, asking each rule of each minute.

Written from the rules alone and with nothing of the calculator but the calendar it reads. The only conversion
is from UTC to local time, which zoneinfo answers without any choice to make; all else is comparing datetimes.
It is slow and meant to be obviously right.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mentorbook.domain.slots import CalendarException, MentorCalendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)


def oracle_slots(
    calendar: MentorCalendar, *, starts: tuple[datetime, datetime], duration: int, now: datetime
) -> list[datetime]:
    """Lists the slots of a calendar as `open_slots` should."""
    return [
        start
        for start, offered in oracle_grid(calendar, starts=starts, duration=duration, now=now)
        if offered
    ]


def oracle_grid(
    calendar: MentorCalendar, *, starts: tuple[datetime, datetime], duration: int, now: datetime
) -> list[tuple[datetime, bool]]:
    """Lists every start on the grid of the open hours, and whether it is a slot."""
    zone = ZoneInfo(calendar.timezone)
    known: dict[datetime, datetime | None] = {}

    def anchor_of(minute: datetime) -> datetime | None:
        if minute not in known:
            known[minute] = opening_block(calendar, wall_clock(minute, zone))
        return known[minute]

    grid = []
    for minute in minutes(*starts):
        anchor = anchor_of(minute)
        if anchor is None or (wall_clock(minute, zone) - anchor) % HALF_HOUR:
            continue
        offered = (
            minute >= now + timedelta(hours=calendar.min_advance_hours)
            and within_booking_window(calendar, minute, now, zone)
            and clear_of_sessions(calendar, minute, duration)
            and all(anchor_of(minute + after * MINUTE) for after in range(duration))
        )
        grid.append((minute, offered))
    return grid


def minutes(first: datetime, end: datetime) -> Iterator[datetime]:
    """Counts the whole UTC minutes from `first` to before `end`."""
    minute = first.astimezone(UTC).replace(second=0, microsecond=0)
    while minute < end:
        if minute >= first:
            yield minute
        minute += MINUTE


def wall_clock(minute: datetime, zone: ZoneInfo) -> datetime:
    """Reads the date and HH:MM that a clock on the wall shows."""
    return minute.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0, fold=0)


def clear_of_sessions(calendar: MentorCalendar, start: datetime, duration: int) -> bool:
    """S6: the buffer lies free between the session and each live one."""
    buffer = timedelta(minutes=calendar.buffer_minutes)
    end = start + timedelta(minutes=duration)
    return all(
        end + buffer <= busy_start or busy_end + buffer <= start
        for busy_start, busy_end in calendar.busy
        if busy_start < busy_end
    )


def within_booking_window(calendar: MentorCalendar, start: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """S8: the local date is at most so many days after today's."""
    if calendar.max_advance_days is None:
        return True
    return (start.astimezone(zone).date() - now.astimezone(zone).date()).days <= calendar.max_advance_days


def opening_block(calendar: MentorCalendar, wall: datetime) -> datetime | None:
    """S2, S3, S5: tells when the earliest block that opens a wall minute began, or None when it is closed."""
    opened = weekly_begins(calendar, wall, available=True)
    if weekly_begins(calendar, wall, available=False):
        opened = []
    if any(
        exception.start_time is None and is_on(exception, wall.date())
        for exception in calendar.exceptions
        if exception.type != "AVAILABLE"
    ):
        opened = []
    for exception in calendar.exceptions:
        if exception.type == "AVAILABLE":
            opened += exception_begins(calendar, exception, wall)
    for exception in calendar.exceptions:
        is_partial = exception.start_time is not None
        if exception.type != "AVAILABLE" and is_partial and exception_begins(calendar, exception, wall):
            opened = []
    return min(opened, default=None)


def weekly_begins(calendar: MentorCalendar, wall: datetime, *, available: bool) -> list[datetime]:
    """Lists when the weekly blocks that cover a wall minute began."""
    begins = []
    for day in (wall.date(), wall.date() - DAY):
        weekday = day.isoweekday() % 7
        for block in calendar.weekly:
            if block.day == weekday and (block.type == "AVAILABLE") is available:
                begins += begin_if_covered(day, block.start, block.end, wall)
    return begins


def exception_begins(
    calendar: MentorCalendar, exception: CalendarException, wall: datetime
) -> list[datetime]:
    """Lists when the ranges of an exception that cover a wall minute began."""
    if exception.start_time is None or exception.end_time is None:
        if not is_on(exception, wall.date()):
            return []
        # The default hours on this date and no other.
        return begin_if_covered(wall.date(), calendar.default_start, calendar.default_end, wall)
    begins = []
    for day in (wall.date(), wall.date() - DAY):
        if is_on(exception, day):
            begins += begin_if_covered(day, exception.start_time, exception.end_time, wall)
    return begins


def begin_if_covered(day: date, start: str, end: str, wall: datetime) -> list[datetime]:
    """Gives the beginning of the range `start` to `end` of `day` when it covers a wall minute."""
    begins = datetime.combine(day, time.fromisoformat(start))
    if end == "24:00":
        ends = datetime.combine(day + DAY, time.min)
    else:
        ends = datetime.combine(day, time.fromisoformat(end))
        if ends < begins:
            ends += DAY
    return [begins] if begins <= wall < ends else []


def is_on(exception: CalendarException, day: date) -> bool:
    """Tells whether a date is one of an exception's."""
    return exception.start_date <= day <= exception.end_date
