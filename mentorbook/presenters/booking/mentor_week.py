"""A mentor's week as shapes and words: a column a day, everything in it by the minutes of its wall clock.

A day that is an hour shorter or longer shifts nothing: what is at 15:00 stands at 15:00. Where a clock reads
the same times twice, what is before the change takes the left half of the column and what is after it the
right, in `lane` 1 and 2; everything else has the whole of it, in lane 0.
"""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from mentorbook.domain.availability.intervals import Span, union
from mentorbook.domain.availability.mentor_week import (
    DAYS,
    MentorWeek,
    WeekException,
    WeekFigures,
    WeekSession,
    day_pieces,
    monday_of,
    week_spans,
)
from mentorbook.domain.kinds import BlockType, SessionStatus
from mentorbook.domain.wall_clock import local
from mentorbook.domain.zones import DAY, day_number
from mentorbook.presenters.booking.kinds import STATUS_WORDS
from mentorbook.presenters.dates import MONTHS, clock_range, long_day
from mentorbook.presenters.names import first_name

HOUR = 60
# What is shown of a week in which nothing is.
_USUAL_HOURS = (8 * HOUR, 18 * HOUR)
_FEWEST_HOURS = 6
# Below how many minutes a block has room for one line, for two and for three; a line takes as many minutes.
_SIZES = (("low", 35), ("short", 58), ("medium", 75))
_LINE, _EDGES, _MOST_LINES = 17, 10, 4
_EXCEPTION_WORDS: dict[str, str] = {
    BlockType.AVAILABLE: "Extra hours",
    BlockType.BREAK: "Break",
    BlockType.BUFFER: "Buffer",
    BlockType.BLOCKED: "Off",
}


@dataclass(frozen=True)
class Shape:
    """A stretch of one day, in minutes of its wall clock; `kind` is open, added or taken."""

    top: int
    height: int
    lane: int = 0
    kind: str = "open"


@dataclass(frozen=True)
class WeekBlock:
    """What one day has of a session. `state` is coming, waiting, over, or mine, where the mentor is mentee;
    `tag` says in a word what is not plain. `key` is its own, also where a session has several blocks.
    `size` is low, short or medium where one, two or three lines have room; of the title, `lines` have.
    """

    key: str
    id: str
    title: str
    who: str
    time: str
    tag: str
    state: str
    top: int
    height: int
    lane: int = 0
    size: str = ""
    lines: int = 1


@dataclass(frozen=True)
class WeekDay:
    """One date. `hours` says when it is open, `notes` what is different on it."""

    iso: str = ""
    weekday: str = ""
    number: str = ""
    label: str = ""
    is_today: bool = False
    is_over: bool = False
    hours: str = ""
    notes: list[str] = field(default_factory=list)
    ground: list[Shape] = field(default_factory=list)
    blocks: list[WeekBlock] = field(default_factory=list)


@dataclass(frozen=True)
class WeekPage:
    """The week; `first` and `last` are the minutes of the day between which something is, `hours` the full
    hours there. `now` is the minute that it is on `today`, which is empty in any other week."""

    iso: str = ""
    title: str = ""
    zone: str = ""
    back: str = ""
    on: str = ""
    today: str = ""
    now: int = 0
    first: int = 0
    last: int = 0
    hours: list[str] = field(default_factory=list)
    paused: bool = False
    is_empty: bool = False
    days: list[WeekDay] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """What a mentor's page counts, each with the words beside it."""

    coming: str = ""
    coming_words: str = ""
    hours: str = ""
    hours_words: str = ""
    requests: str = ""
    requests_words: str = ""


def week_figures(figures: WeekFigures) -> Figures:
    """Return the figures over a mentor's sessions: `5` `coming`, `6 h of 20 h` `booked this week`."""
    return Figures(
        coming=str(figures.coming),
        coming_words="coming",
        hours=f"{_hours(figures.booked)} of {_hours(figures.open)}",
        hours_words="booked this week",
        requests=str(figures.requests),
        requests_words="to answer",
    )


def week_page(week: MentorWeek) -> WeekPage:
    """Return the week in the zone that it was asked for."""
    zone, first = week.zone, day_number(week.first_day)
    wall = local(week.moment, zone)
    twice = _repeated(zone, week.first_day)
    grounds, notes = _grounds(week, twice), _notes(week, twice)
    blocks = _blocks(week, twice)
    days = [
        _day(
            week.first_day + timedelta(days=index),
            wall.date(),
            grounds[first + index],
            notes[first + index],
            sorted(blocks[first + index], key=lambda block: (block.top, block.lane)),
        )
        for index in range(DAYS)
    ]
    top, bottom = _visible(days)
    return WeekPage(
        iso=week.first_day.isoformat(),
        title=_title(week.first_day),
        zone=zone,
        back=(week.first_day - timedelta(days=DAYS)).isoformat(),
        on=(week.first_day + timedelta(days=DAYS)).isoformat(),
        today=wall.date().isoformat() if monday_of(wall.date()) == week.first_day else "",
        now=wall.hour * HOUR + wall.minute,
        first=top,
        last=bottom,
        hours=[_clock(minute) for minute in range(top, bottom, HOUR)],
        paused=week.is_paused,
        is_empty=not any(day.ground or day.blocks for day in days),
        days=days,
    )


Twice = dict[int, tuple[Span, int]]
"""By date, the wall minutes that its clock reads twice, and the offset from which it does."""


def _repeated(zone: str, first_day: date) -> Twice:
    """Find what the clock of each date of the week reads twice."""
    seen: dict[int, list[tuple[Span, int]]] = defaultdict(list)
    for span in week_spans(zone, first_day):
        for day, wall, offset in day_pieces(zone, span):
            seen[day].append((wall, offset))
    found: Twice = {}
    for day, pieces in seen.items():
        for (before, _), (after, offset) in itertools.pairwise(pieces):
            if after[0] < before[1]:
                found[day] = (after[0], before[1]), offset
    return found


def _shaped(zone: str, span: Span, twice: Twice) -> list[tuple[int, int, int, int]]:
    """Cut a span into `(date, top, height, lane)`; each of its minutes is in exactly one."""
    shapes = []
    for day, (top, bottom), offset in day_pieces(zone, span):
        doubled, later = twice.get(day, ((0, 0), None))
        is_doubled = top < doubled[1] and doubled[0] < bottom
        shapes.append((day, top, bottom - top, (2 if offset == later else 1) if is_doubled else 0))
    return shapes


def _grounds(week: MentorWeek, twice: Twice) -> dict[int, list[Shape]]:
    found: dict[int, list[Shape]] = defaultdict(list)
    stretches = [("open", span) for span in week.open]
    for each in week.exceptions:
        kind = "added" if each.exception.type == BlockType.AVAILABLE else "taken"
        stretches += [(kind, span) for span in each.spans]
    for kind, span in stretches:
        for day, top, height, lane in _shaped(week.zone, span, twice):
            found[day].append(Shape(top, height, lane, kind))
    return found


def _blocks(week: MentorWeek, twice: Twice) -> dict[int, list[WeekBlock]]:
    found: dict[int, list[WeekBlock]] = defaultdict(list)
    for session in week.sessions:
        for number, (day, top, height, lane) in enumerate(_shaped(week.zone, session.span, twice)):
            found[day].append(_block(session, week, number, top, height, lane))
    return found


def _block(
    session: WeekSession, week: MentorWeek, number: int, top: int, height: int, lane: int
) -> WeekBlock:
    is_over = session.ends_at <= week.moment
    state = "mine" if not session.mentors else "waiting" if session.waits else "coming"
    tag = _tag(session, is_over=is_over)
    return WeekBlock(
        key=f"{session.id}-{number}",
        id=str(session.id),
        title=session.title,
        who=f"with {first_name(session.other_name)}",
        time=clock_range(session.starts_at, session.ends_at, week.zone),
        tag=tag,
        state="over" if is_over and not session.waits else state,
        top=top,
        height=height,
        lane=lane,
        size=next((size for size, least in _SIZES if height < least), ""),
        # Beside it stand the time, with whom, and perhaps the tag.
        lines=max(1, min(_MOST_LINES, (height - _EDGES) // _LINE - (3 if tag else 2))),
    )


def _tag(session: WeekSession, *, is_over: bool) -> str:
    if session.waits:
        return "Waits for your answer"
    if session.is_held:
        return "Held for you"
    if session.status == SessionStatus.PENDING:
        return "Not answered" if is_over or session.mentors else "Requested by you"
    if session.status in (SessionStatus.SCHEDULED, SessionStatus.COMPLETED):
        return "" if session.mentors else "You learn"
    return STATUS_WORDS[session.status].label


def _notes(week: MentorWeek, twice: Twice) -> dict[int, list[str]]:
    """Say by date what is different on it: exceptions with their reason, and a change of the clock."""
    found: dict[int, list[str]] = defaultdict(list)
    for each in week.exceptions:
        by_day: dict[int, list[Span]] = defaultdict(list)
        for span in each.spans:
            for day, wall, _ in day_pieces(week.zone, span):
                by_day[day].append(wall)
        for day, walls in by_day.items():
            found[day].append(_exception_words(each, union(walls)))
    for day, (doubled, _) in twice.items():
        found[day].append(f"The clock goes back from {_clock(doubled[1])} to {_clock(doubled[0])}")
    for day, (skipped, until) in _skipped(week).items():
        found[day].append(f"The clock goes forward from {_clock(skipped)} to {_clock(until)}")
    return found


def _skipped(week: MentorWeek) -> dict[int, Span]:
    """Find what the clock of each date of the week leaves out between two times of it."""
    found: dict[int, Span] = {}
    before: tuple[int, Span] | None = None
    for span in week_spans(week.zone, week.first_day):
        for day, wall, _ in day_pieces(week.zone, span):
            if before is not None and before[0] == day and before[1][1] < wall[0]:
                found[day] = before[1][1], wall[0]
            before = day, wall
    return found


def _exception_words(each: WeekException, walls: list[Span]) -> str:
    what = each.reason or _EXCEPTION_WORDS.get(each.exception.type, each.exception.type.capitalize())
    is_whole = walls == [(0, DAY)]
    if is_whole and each.exception.type == BlockType.AVAILABLE:
        return f"{what}, open all day"
    when = "all day" if is_whole else ", ".join(_range(wall) for wall in walls)
    return f"{what}, {when}"


def _day(day: date, today: date, ground: list[Shape], notes: list[str], blocks: list[WeekBlock]) -> WeekDay:
    opens = union((shape.top, shape.top + shape.height) for shape in ground if shape.kind == "open")
    return WeekDay(
        iso=day.isoformat(),
        weekday=f"{day:%a}",
        number=str(day.day),
        label=f"{'Today, ' if day == today else ''}{long_day(day)}",
        is_today=day == today,
        is_over=day < today,
        hours=f"Open {', '.join(_range(each) for each in opens)}" if opens else "Closed",
        notes=notes,
        ground=sorted(ground, key=lambda shape: shape.kind != "open"),
        blocks=blocks,
    )


def _visible(days: list[WeekDay]) -> Span:
    """Return the full hours between which something is, at least six of them."""
    spans = [(block.top, block.top + block.height) for day in days for block in day.blocks]
    spans += [
        (shape.top, shape.top + shape.height) for day in days for shape in day.ground if shape.kind != "taken"
    ]
    spans = spans or [_USUAL_HOURS]
    top = min(start for start, _ in spans) // HOUR * HOUR
    bottom = -(-max(end for _, end in spans) // HOUR) * HOUR
    top = max(0, min(top, bottom - _FEWEST_HOURS * HOUR))
    return top, max(bottom, top + _FEWEST_HOURS * HOUR)


def _title(first: date) -> str:
    """Return `11 – 17 January 2027`, with both months or years where they differ."""
    last = first + timedelta(days=DAYS - 1)
    start = str(first.day)
    if (first.month, first.year) != (last.month, last.year):
        start += f" {MONTHS[first.month - 1]}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start} – {last.day} {MONTHS[last.month - 1]} {last.year}"


def _hours(minutes: int) -> str:
    return f"{round(minutes / HOUR, 1):g} h"


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02}:{minute % HOUR:02}"


def _range(wall: Span) -> str:
    return f"{_clock(wall[0])}–{_clock(wall[1])}"
