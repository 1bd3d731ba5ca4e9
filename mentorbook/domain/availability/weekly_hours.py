"""A mentor's weekly hours as somebody elsewhere reads them: by the reader's own dates."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from mentorbook.domain.availability.intervals import Span, union
from mentorbook.domain.availability.mentor_calendar import MentorCalendar, WeeklyBlock
from mentorbook.domain.availability.opening_hours import open_pieces
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.views import WeeklyRange
from mentorbook.domain.zones import DAY, EPOCH, MINUTE, local_date, local_day, minute_of

Range = tuple[datetime, datetime]


def hours_by_day(
    ranges: Iterable[WeeklyRange], *, mentor_zone: str, viewer_zone: str, now: datetime, days: int = 7
) -> list[tuple[date, list[Range]]]:
    """List the open ranges of each of the viewer's next `days` dates, today first, as instants.

    The mentor's wall-clock ranges become instants in their zone, so a clock change on either side falls
    where it really does. A range is split at the viewer's midnight; those that touch or overlap are one.
    Days without hours are listed too. Raises ValueError for an unknown zone or a naive `now`.
    """
    weekly = [WeeklyBlock(each.day, each.start, each.end, BlockType.AVAILABLE) for each in ranges]
    calendar = MentorCalendar(mentor_zone, weekly)
    today = local_day(viewer_zone, minute_of(now))
    first = _start_of(viewer_zone, today, minute_of(now))
    end = _start_of(viewer_zone, today + days, first + days * DAY)
    open_minutes = union((start, stop) for start, stop, _ in open_pieces(calendar, first, end))
    found: dict[int, list[Range]] = {}
    for span in open_minutes:
        for start, stop in _by_midnight(viewer_zone, span):
            found.setdefault(local_day(viewer_zone, start), []).append((_instant(start), _instant(stop)))
    start_date = local_date(viewer_zone, now)
    return [(start_date + timedelta(later), found.get(today + later, [])) for later in range(days)]


def _by_midnight(zone: str, span: Span) -> list[Span]:
    start, end = span
    parts: list[Span] = []
    while start < end:
        midnight = _start_of(zone, local_day(zone, start) + 1, start + DAY)
        parts.append((start, min(midnight, end)))
        start = parts[-1][1]
    return parts


def _start_of(zone: str, day: int, near: int) -> int:
    """Return the first UTC minute of a local date that begins within two days of the minute `near`."""
    around = range(near - 2 * DAY, near + 2 * DAY)
    return around[bisect_right(around, day - 1, key=lambda minute: local_day(zone, minute))]


def _instant(minute: int) -> datetime:
    return EPOCH + minute * MINUTE
