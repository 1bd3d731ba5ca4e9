"""What mentees would see of a draft: a month, and a day with the reason for each hour that is not offered."""

from calendar import Calendar
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mentorbook.domain.availability.closed_hours import ClosedBy, ClosedHour
from mentorbook.domain.availability.draft import DraftException
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.spoken_lengths import spoken_hours
from mentorbook.domain.wall_clock import same_clock
from mentorbook.presenters.availability.exceptions import MARK_WORDS, dates, exception_days
from mentorbook.presenters.availability.kinds import BLOCK_KINDS, WEEKDAYS
from mentorbook.presenters.booking.slot_calendar import local_iso_date, month_dates, month_label, wire
from mentorbook.presenters.dates import clock, clock_range, long_day
from mentorbook.presenters.names import first_name

_WEEKS = Calendar(firstweekday=0)


@dataclass(frozen=True)
class PreviewCell:
    """One cell of the month; those of other months are empty. `state` is free, none, other or chosen."""

    date: str
    number: str
    label: str
    state: str
    mark: str = ""
    is_reached: bool = False


@dataclass(frozen=True)
class PreviewSlot:
    """A time that is offered."""

    start: str
    time: str


@dataclass(frozen=True)
class PreviewRun:
    """Times of a day that follow each other: all offered, or all not, and then why."""

    key: str
    slots: list[PreviewSlot] = field(default_factory=list)
    times: str = ""
    why: str = ""


@dataclass(frozen=True)
class Mentor:
    """How the mentor's own hours read: in their zone, with sessions of so many minutes."""

    zone: str
    minutes: int
    buffer: int
    notice: float
    window: int | None


@dataclass(frozen=True)
class AlwaysClosed:
    """Why mentees see no times at all, and where that is changed; all of it empty where they see some.

    `rule` is what stands beside the switch for taking bookings while that is on.
    """

    why: str = ""
    place: str = ""
    href: str = ""
    rule: str = ""


_ALWAYS = {
    ClosedBy.PAUSED: AlwaysClosed(
        "You are paused: mentees see no times.", "Rules", "/availability?tab=rules"
    ),
    ClosedBy.NOT_BOOKABLE: AlwaysClosed(
        "Your profile says that mentees may not book you, so they see no times, whatever your hours are.",
        "Your profile",
        "/settings/profile",
        "On here, but your profile says that mentees may not book you.",
    ),
}


def preview_cells(starts: Iterable[datetime], month: str, zone: str) -> list[PreviewCell]:
    """Return the month in whole weeks, with how many times each day offers."""
    counts = Counter(local_iso_date(start, zone) for start in starts)
    first, _ = month_dates(month)
    cells = []
    for day in _WEEKS.itermonthdates(first.year, first.month):
        if day.month != first.month:
            cells.append(PreviewCell("", "", "", "other"))
            continue
        count = counts[day.isoformat()]
        said = f"{count} time{'s' if count != 1 else ''} offered" if count else "nothing offered"
        state = "free" if count else "none"
        cells.append(PreviewCell(day.isoformat(), str(day.day), f"{long_day(day)}, {said}", state))
    return cells


def preview_sum(offered: int, published: int, month: str) -> str:
    """Say how much a month offers, and how much more or less that is than what is published."""
    times = f"{offered} time{'s' if offered != 1 else ''} in {month_label(month).partition(' ')[0]}"
    if offered == published:
        return f"{times}, as published."
    more = "more" if offered > published else "fewer"
    return f"{times}, {abs(offered - published)} {more} than published."


Explained = tuple[datetime, ClosedHour | None, str]


def always_closed(explained: Sequence[Explained]) -> AlwaysClosed:
    """Say why nothing at all is offered, from any day that is explained."""
    closed = explained[0][1] if explained else None
    return _ALWAYS.get(closed.by, AlwaysClosed()) if closed is not None else AlwaysClosed()


def preview_runs(explained: Sequence[Explained], zone: str, mentor: Mentor, today: date) -> list[PreviewRun]:
    """Return the starts of a day, each with why it is not offered and with whom the session there is.

    What follows each other for the same reason is one run. Times are read in `zone`, those of the mentor's
    hours in theirs.
    """
    runs: list[tuple[object, list[datetime], ClosedHour | None, str]] = []
    for start, closed, met in explained:
        if closed is not None and closed.by is ClosedBy.OFF_THE_GRID:
            continue  # between two starts that are offered
        key = closed and (closed.by, closed.exception, closed.block, closed.busy, closed.at > start)
        if runs and runs[-1][0] == key:
            runs[-1][1].append(start)
        else:
            runs.append((key, [start], closed, met))
    return [_run(starts, closed, met, zone, mentor, today) for _, starts, closed, met in runs]


def _run(
    starts: list[datetime], closed: ClosedHour | None, met: str, zone: str, mentor: Mentor, today: date
) -> PreviewRun:
    key = wire(starts[0])
    if closed is None:
        return PreviewRun(key, [PreviewSlot(wire(start), clock(start, zone)) for start in starts])
    first, last = clock(starts[0], zone), clock(starts[-1], zone)
    times = first if first == last else f"{first} – {last}"
    return PreviewRun(key, [], times, why_not(closed, starts[0], met, zone, mentor, today))


def why_not(closed: ClosedHour, start: datetime, met: str, zone: str, mentor: Mentor, today: date) -> str:
    """Say why a start is not offered: `break, 12:00 – 13:00 your time`."""
    yours = "" if same_clock(zone, mentor.zone, start) else " your time"
    what = _what(closed, met, mentor, yours, today)
    if closed.at == start:
        return what
    if closed.by is ClosedBy.NO_HOURS:
        return f"{mentor.minutes} minutes would end outside your hours"
    return f"{mentor.minutes} minutes would run into {what}"


def _what(closed: ClosedHour, met: str, mentor: Mentor, yours: str, today: date) -> str:
    if closed.by is ClosedBy.EXCEPTION and closed.exception is not None:
        each = closed.exception
        on, kind = dates(each.start_date, each.end_date, today), BLOCK_KINDS[each.type].lower()
        if each.start_time is None:
            return f"day off, {on}" if each.type == BlockType.BLOCKED else f"{kind} all day, {on}"
        return f"{kind} on {on}, {each.start_time} – {each.end_time}{yours}"
    if closed.by is ClosedBy.BLOCK and closed.block is not None:
        block = closed.block
        return (
            f"{BLOCK_KINDS[block.type].lower()} on {WEEKDAYS[block.day]}s, {block.start} – {block.end}{yours}"
        )
    if closed.by in (ClosedBy.BOOKED, ClosedBy.BUFFER) and closed.busy is not None:
        times = clock_range(*closed.busy, mentor.zone)
        session = f"your session with {first_name(met)}" if met else "a session of yours"
        if closed.by is ClosedBy.BOOKED:
            return f"{session}, {times}{yours}"
        return f"the buffer of {mentor.buffer} minutes around {session}, {times}{yours}"
    return {
        ClosedBy.PAUSED: "you are paused",
        ClosedBy.NOT_BOOKABLE: "your profile says that mentees may not book you",
        ClosedBy.PAST: "over",
        ClosedBy.NOTICE: f"less than {spoken_hours(mentor.notice)} ahead, your notice",
        ClosedBy.WINDOW: f"more than {mentor.window} days ahead, your booking window",
    }.get(closed.by, "outside your hours")


def exception_cells(
    exceptions: Sequence[DraftException], month: str, first: str, last: str
) -> list[PreviewCell]:
    """Return the month in whole weeks, with the days that have exceptions marked.

    `state` is chosen for the days from `first` to `last`, dates as text.
    """
    begin, end = month_dates(month)
    marks = exception_days(exceptions, begin, end)
    # Tab comes to the chosen days, or to the first of a month without any.
    reached = max(first, begin.isoformat()) if first[:7] <= month <= (last or first)[:7] else ""
    reached = reached or begin.isoformat()
    cells = []
    for day in _WEEKS.itermonthdates(begin.year, begin.month):
        if day.month != begin.month:
            cells.append(PreviewCell("", "", "", "other"))
            continue
        iso, mark = day.isoformat(), marks.get(day, "")
        state = "chosen" if first and first <= iso <= (last or first) else "free"
        said = f"{long_day(day)}, {MARK_WORDS[mark]}" if mark else long_day(day)
        cells.append(PreviewCell(iso, str(day.day), said, state, mark, iso == reached))
    return cells
