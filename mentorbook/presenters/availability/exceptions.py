"""Days off and extra days, as the editor lists them, and which rule wins where two overlap (S3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mentorbook.domain.availability.draft import DraftException
from mentorbook.domain.kinds import BlockType
from mentorbook.presenters.availability.kinds import BLOCK_KINDS
from mentorbook.presenters.dates import MONTHS, long_day

_MOST_NAMED = 3
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ExceptionLine:
    """One exception: its place in the draft, when, what, why, and what of others it overlaps."""

    at: int
    when: str
    what: str
    kind: str
    reason: str
    overlaps: list[str] = field(default_factory=list)


def exception_lines(exceptions: Sequence[DraftException], today: date) -> list[ExceptionLine]:
    """Return a line for each exception that is not over; they come in order of their first dates."""
    return [
        ExceptionLine(
            at,
            dates(each.start_date, each.end_date, today),
            what(each),
            each.type,
            each.reason or "",
            _overlaps(exceptions, at, today),
        )
        for at, each in enumerate(exceptions)
        if each.end_date >= today
    ]


def what(exception: DraftException) -> str:
    """Say what an exception does: `Off all day`, `Open 10:00 – 12:00`, `Break 12:00 – 13:00`."""
    kind = BLOCK_KINDS[exception.type]
    if exception.start_time is not None and exception.end_time is not None:
        after = " the next day" if exception.end_time < exception.start_time else ""
        return f"{kind} {exception.start_time} – {exception.end_time}{after}"
    if exception.type == BlockType.AVAILABLE:
        return "Open, default hours"
    return "Off all day" if exception.type == BlockType.BLOCKED else f"{kind} all day"


def dates(first: date, last: date, today: date) -> str:
    """Write one date or a range of them, with the year where it is not the present one."""
    if first == last:
        return _date(first, today, year=True)
    if (first.year, first.month) == (last.year, last.month):
        return f"{long_day(first)[:3]} {first.day} – {_date(last, today, year=True)}"
    return f"{_date(first, today, year=first.year != last.year)} – {_date(last, today, year=True)}"


def _date(day: date, today: date, *, year: bool) -> str:
    text = f"{long_day(day)[:3]} {day.day} {MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year and day.year != today.year else text


def exception_days(exceptions: Sequence[DraftException], first: date, last: date) -> dict[date, str]:
    """Return what the days of a range are marked as: `off`, `extra` for added hours, `part` for hours off."""
    marks: dict[date, str] = {}
    for each in exceptions:
        if each.type == BlockType.AVAILABLE:
            mark = "extra"
        else:
            mark = "off" if each.start_time is None else "part"
        day = max(first, each.start_date)
        while day <= min(last, each.end_date):
            # Whole days off are seen first, then extra hours, then hours off.
            if _WEIGHT[mark] > _WEIGHT.get(marks.get(day, ""), 0):
                marks[day] = mark
            day += timedelta(days=1)
    return marks


_WEIGHT = {"": 0, "part": 1, "extra": 2, "off": 3}
MARK_WORDS = {"": "", "off": "off", "extra": "extra hours", "part": "partly off"}


def _overlaps(exceptions: Sequence[DraftException], at: int, today: date) -> list[str]:
    """Explain each overlap once, with the exception that wins; not more of them than anybody reads."""
    own, told = exceptions[at], list[str]()
    rank = _rank(own), -at
    first, last = own.start_date - _A_DAY, own.end_date + _A_DAY
    for place, other in enumerate(exceptions):
        if other.start_date > last:
            break  # they are in order of their first dates
        if place == at or other.end_date < first or rank < (_rank(other), -place) or not _meet(own, other):
            continue
        if len(told) == _MOST_NAMED:
            return [*told, "And more like these."]
        told.append(_explained(own, other, today))
    return told


def _rank(exception: DraftException) -> int:
    """Return how strong an exception is by S3: whole days off, then extra hours, then hours off."""
    if exception.type == BlockType.AVAILABLE:
        return 1
    return 0 if exception.start_time is None else 2


def _explained(winner: DraftException, other: DraftException, today: date) -> str:
    on = dates(max(winner.start_date, other.start_date), min(winner.end_date, other.end_date), today)
    beside = f"{on}: also {what(other).lower()}"
    if other.reason:
        beside = f"{beside} ({other.reason})"
    if _rank(winner) == _rank(other):
        return (
            f"{beside}. Both hold."
            if winner.type == BlockType.AVAILABLE
            else f"{beside}. Either closes these hours."
        )
    if winner.type == BlockType.AVAILABLE:
        return f"{beside}. Extra hours win over a day off: these stay open."
    if other.type == BlockType.AVAILABLE:
        return f"{beside}. Hours off win over extra hours: these are closed."
    return f"{beside}, which closes these hours anyway."


def _meet(one: DraftException, other: DraftException) -> bool:
    """Say whether two exceptions have a minute in common; those over midnight reach into the next date."""
    (start, end), (begin, finish) = _minutes(one), _minutes(other)
    for by in (-1, 0, 1):
        days = timedelta(days=by)
        # Whether some date of one has, so many days later, a date of the other.
        first = max(one.start_date, other.start_date - days)
        last = min(one.end_date, other.end_date - days)
        if first <= last and max(start, begin + by * 1440) < min(end, finish + by * 1440):
            return True
    return False


def _minutes(exception: DraftException) -> tuple[int, int]:
    """Return the minutes of an exception since the midnight of each of its dates."""
    if exception.start_time is None or exception.end_time is None:
        return 0, 1440
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (exception.start_time, exception.end_time))
    return start, end if end >= start else end + 1440
