"""Opening hours: from the mentor's wall clock to the UTC minutes that are open (S2 to S4).

Hours are worked out per local date as wall minutes 0 to 1440, where no clock change exists, and then laid
over the stretches of UTC time that share an offset. So only UTC is ever converted to local time: a wall time
that is skipped is never reached, and one that happens twice is reached twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mentorbook.domain.availability.intervals import Piece, Span, cut, earliest_anchors, shifted, union
from mentorbook.domain.availability.mentor_calendar import (
    CalendarException,
    MentorCalendar,
    WeeklyBlock,
    wall_minute,
)
from mentorbook.domain.byte_cache import remembered
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.zones import DAY, day_number, minute_after, minute_of, offset_periods

_SUNDAY = 3
"""1970-01-04, the first Sunday of the days that are counted from 1970-01-01."""


def open_pieces(calendar: MentorCalendar, first: int, end: int) -> list[Piece]:
    """List the open UTC minutes in `[first, end)`, sorted; no piece crosses a local date or a clock change.

    A piece's anchor is where the block that opened it starts, taken at the piece's own offset: so anchor + k
    × 30 is a reading of the wall clock, not elapsed time (S5).
    """
    days, week = _plain_week(tuple(calendar.weekly))
    changed: Mapping[int, _Change] = {}
    if calendar.exceptions:
        changed = _changed_days(calendar, (first - DAY) // DAY, (end + DAY) // DAY)
    pieces: list[Piece] = []
    for start, stop, offset in offset_periods(calendar.timezone, first, end):
        first_day, last_day = (start + offset) // DAY, (stop + offset - 1) // DAY
        period: list[Piece] = []
        for sunday in range(first_day - (first_day - _SUNDAY) % 7, last_day + 1, 7):
            hours = week
            if changed and not changed.keys().isdisjoint(range(sunday, sunday + 7)):
                hours = _changed_week(days, changed, sunday)
            period += shifted(hours, sunday * DAY - offset)
        pieces += _within(period, start, stop)
    return pieces


def is_open_throughout(calendar: MentorCalendar, start: datetime, end: datetime) -> bool:
    """Say whether every minute from `start` to `end`, both aware, is open (S10)."""
    first, last = minute_of(start), minute_after(end)
    covered = union((opens, closes) for opens, closes, _ in open_pieces(calendar, first, last))
    return covered == [(first, last)]


def _within(pieces: list[Piece], start: int, stop: int) -> list[Piece]:
    """Keep what sorted, disjoint pieces have in `[start, stop)`."""
    low = bisect_right(pieces, start, key=lambda piece: piece[1])
    high = bisect_left(pieces, stop, key=lambda piece: piece[0])
    kept = pieces[low:high]
    if kept:
        opens, closes, anchor = kept[0]
        kept[0] = (max(opens, start), closes, anchor)
        opens, closes, anchor = kept[-1]
        kept[-1] = (opens, min(closes, stop), anchor)
    return kept


def _on_dates(start: int, end: int) -> list[tuple[int, Piece]]:
    """Split a wall range at midnight: `(0, piece)` on its own date and `(1, piece)` on the next.

    The part after midnight keeps its anchor on the evening before, as minutes before midnight, because an
    overnight block counts its half hours through (S5). The next date is the calendar's, even where a zone
    jumped over a date.
    """
    if start <= end:
        return [(0, (start, end, start))]
    return [(0, (start, DAY, start)), (1, (0, end, start - DAY))]


def _weigh(
    key: tuple[tuple[WeeklyBlock, ...]], week: tuple[Sequence[Sequence[Piece]], Sequence[Piece]]
) -> int:
    # A block that takes away is kept too, in the key.
    return 2_000 + 300 * len(key[0]) + 1_000 * len(week[1])


@remembered(8 * 2**20, _weigh)
def _plain_week(
    weekly: tuple[WeeklyBlock, ...],
) -> tuple[Sequence[Sequence[Piece]], Sequence[Piece]]:
    """Compute the week without exceptions: AVAILABLE blocks less BREAK, BUFFER and BLOCKED ones (S3).

    Given for each day, Sunday first, and as one list from Sunday's midnight. Cached, because a mentor's week
    changes far less often than it is asked for.
    """
    opening: list[list[Piece]] = [[] for _ in range(7)]
    removed: list[list[Span]] = [[] for _ in range(7)]
    for block in weekly:
        for later, piece in _on_dates(wall_minute(block.start), wall_minute(block.end, is_end=True)):
            day = (block.day + later) % 7
            if block.type == BlockType.AVAILABLE:
                opening[day].append(piece)
            else:
                removed[day].append(piece[:2])
    days = [
        earliest_anchors(cut(pieces, union(holes))) for pieces, holes in zip(opening, removed, strict=True)
    ]
    week = tuple(piece for day, hours in enumerate(days) for piece in shifted(hours, day * DAY))
    return tuple(tuple(hours) for hours in days), week


@dataclass(slots=True)
class _Change:
    """What the exceptions do to one date."""

    is_off: bool = False
    added: list[Piece] = field(default_factory=list)
    removed: list[Span] = field(default_factory=list)

    def apply(self, hours: Sequence[Piece]) -> list[Piece]:
        """Apply the exceptions to the plain week in the order of S3.

        A weekly block anchors only what it still opens: where a full day off or a break took its minutes and
        an AVAILABLE exception gives them back, that exception is the block that slots are counted from (S5).
        """
        kept = [] if self.is_off else hours
        return cut(earliest_anchors([*kept, *self.added]), union(self.removed))


def _changed_week(
    days: Sequence[Sequence[Piece]], changed: Mapping[int, _Change], sunday: int
) -> list[Piece]:
    """Compute one week with its exceptions, from the midnight of the Sunday it begins on."""
    pieces: list[Piece] = []
    for later, hours in enumerate(days):
        change = changed.get(sunday + later)
        pieces += shifted(change.apply(hours) if change else hours, later * DAY)
    return pieces


def _changed_days(calendar: MentorCalendar, first: int, last: int) -> dict[int, _Change]:
    """Collect what exceptions do to the local dates from `first` to `last`, and to no others.

    A full-day AVAILABLE exception opens the default hours on its date; default hours that run overnight stop
    at that midnight, because a full-day exception acts on its own date only (S3).
    """
    default = _on_dates(wall_minute(calendar.default_start), wall_minute(calendar.default_end, is_end=True))
    changes: dict[int, _Change] = {}
    for exception in calendar.exceptions:
        pieces = default[:1]
        if exception.start_time is not None and exception.end_time is not None:
            pieces = _on_dates(
                wall_minute(exception.start_time), wall_minute(exception.end_time, is_end=True)
            )
        # A range that began the evening before the first date may still run into it.
        for day in range(
            max(day_number(exception.start_date), first - 1), min(day_number(exception.end_date), last) + 1
        ):
            for later, piece in pieces:
                _note(changes.setdefault(day + later, _Change()), exception, piece)
    return changes


def _note(change: _Change, exception: CalendarException, piece: Piece) -> None:
    if exception.type == BlockType.AVAILABLE:
        change.added.append(piece)
    elif exception.start_time is None:
        change.is_off = True
    else:
        change.removed.append(piece[:2])
