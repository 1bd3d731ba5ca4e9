"""A mentor's week on somebody's wall clock: which minutes it has, which of them are open, what is booked.

A week begins on a Monday. Spans are whole UTC minutes, half-open; open ones come from the calculator itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from mentorbook.domain.availability.intervals import Span, union
from mentorbook.domain.availability.mentor_calendar import CalendarException, MentorCalendar
from mentorbook.domain.availability.opening_hours import open_pieces
from mentorbook.domain.kinds import BlockType, SessionStatus
from mentorbook.domain.zones import DAY, day_number, minute_after, minute_of, offset_periods

DAYS = 7
# Around the dates of a week, in which the week lies whatever the offset and however the date line moves.
_SLACK = 2 * DAY
# What the tables of a calendar reach, with room for the slack.
EARLIEST, LATEST = date(1970, 1, 12), date(9998, 11, 1)


@dataclass(frozen=True, slots=True)
class WeekSession:
    """A session of the week. `mentors` where the mentor of the week is its mentor, not its mentee; `waits`
    while it is a request that they may answer, `is_held` while they are still to pay for it."""

    id: UUID
    title: str
    other_name: str
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    mentors: bool
    waits: bool
    is_held: bool = False

    @property
    def span(self) -> Span:
        """Return the minutes that it takes."""
        return minute_of(self.starts_at), minute_after(self.ends_at)

    @property
    def is_booked(self) -> bool:
        """Say whether it is an hour of mentoring that somebody has booked, also when nobody came."""
        return self.mentors and self.status not in (SessionStatus.PENDING, SessionStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class WeekException:
    """An exception that touches the week, why the mentor made it, and the minutes that it is about."""

    exception: CalendarException
    reason: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """Sessions that come, in either role, and requests that wait; minutes of this week that are booked, and
    that are open or booked."""

    coming: int
    requests: int
    booked: int
    open: int


@dataclass(frozen=True, slots=True)
class MentorWeek:
    """The week from `first_day`, a Monday in `zone`, as it is at `moment`; the figures are of this week.

    `open` are the hours of the mentor. `is_paused` says that nobody can book them at present.
    """

    first_day: date
    zone: str
    moment: datetime
    sessions: tuple[WeekSession, ...]
    open: tuple[Span, ...]
    exceptions: tuple[WeekException, ...]
    figures: WeekFigures
    is_paused: bool


def monday_of(day: date) -> date:
    """Return the first day of the week that a date is in."""
    return day - timedelta(days=day.weekday())


def week_bounds(first_day: date) -> Span:
    """Return UTC minutes that the week from a date lies within, in any zone."""
    first = day_number(first_day) * DAY
    return first - _SLACK, first + DAYS * DAY + _SLACK


def week_spans(zone: str, first_day: date) -> list[Span]:
    """List the UTC minutes of the seven dates from `first_day` in a zone, whatever its clock does there."""
    first = day_number(first_day) * DAY
    return union(
        (max(start, first - offset), min(end, first + DAYS * DAY - offset))
        for start, end, offset in offset_periods(zone, *week_bounds(first_day))
    )


def day_pieces(zone: str, span: Span) -> Iterator[tuple[int, Span, int]]:
    """Cut a span where a date of the zone ends and where its clock changes: `(date, wall minutes, offset)`.

    Each minute of the span is in exactly one piece; wall minutes count from the date's midnight, 0 to 1440.
    """
    for start, end, offset in offset_periods(zone, *span):
        for day in range((start + offset) // DAY, (end + offset - 1) // DAY + 1):
            midnight = day * DAY
            yield day, (max(start + offset - midnight, 0), min(end + offset - midnight, DAY)), offset


def open_spans(calendar: MentorCalendar, within: Span) -> list[Span]:
    """List the minutes that the calculator has open within a span."""
    return union((start, end) for start, end, _ in open_pieces(calendar, *within))


def exception_spans(calendar: MentorCalendar, exception: CalendarException, within: Span) -> list[Span]:
    """List the minutes that an exception is about, within a span.

    Asked of the calculator: they are what the exception would open in a calendar that has nothing else.
    """
    opens = exception
    if exception.start_time is None and exception.type != BlockType.AVAILABLE:
        opens = replace(exception, start_time="00:00", end_time="24:00")
    alone = replace(calendar, weekly=(), exceptions=(replace(opens, type=BlockType.AVAILABLE),), busy=())
    return open_spans(alone, within)


def common(first: Iterable[Span], second: Sequence[Span]) -> list[Span]:
    """List the minutes that are in both."""
    return union((max(a, c), min(b, d)) for a, b in first for c, d in second)


def total(spans: Iterable[Span]) -> int:
    """Count the minutes of spans that do not overlap."""
    return sum(end - start for start, end in spans)


def hours_of_week(
    sessions: Iterable[WeekSession], opens: Iterable[Span], week: Sequence[Span]
) -> tuple[int, int]:
    """Return the minutes of a week that are booked, and those that are open or booked.

    Whoever is booked outside their hours, for these were others then, has that much more of a week.
    """
    booked = common((each.span for each in sessions if each.is_booked), week)
    return total(booked), total(union([*booked, *common(opens, week)]))
