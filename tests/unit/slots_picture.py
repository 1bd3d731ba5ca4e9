"""Draws the picture of `docs/SLOTS.md`: `python -m tests.unit.slots_picture` writes docs/images/slots.svg.

What is a slot, and why another half hour is none, is asked of the product itself. The days are past, so that
no new rule of a clock changes them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from mentorbook.domain.availability.closed_hours import ClosedBy, why_closed
from mentorbook.domain.slots import STEP, CalendarException, MentorCalendar, WeeklyBlock, open_slots
from mentorbook.domain.wall_clock import local
from mentorbook.domain.zones import EPOCH, MINUTE, minute_of, offset_periods

PATH = Path(__file__).resolve().parents[2] / "docs" / "images" / "slots.svg"
ZONE, VIEWER = "Europe/Berlin", "Asia/Kathmandu"
TUESDAY = date(2026, 10, 6)
NIGHTS = ((date(2026, 3, 29), "The night the clock goes forward"), (date(2026, 10, 25), "… and back"))
LENGTH, BUFFER, NOTICE = 60, 15, 2.0
SAID = {
    ClosedBy.NOTICE: "notice",
    ClosedBy.BUFFER: "buffer",
    ClosedBy.BOOKED: "booked",
    ClosedBy.BLOCK: "break",
    ClosedBy.EXCEPTION: "exception",
    ClosedBy.NO_HOURS: "no hours",
}
HOUR = timedelta(hours=1)
_LEFT, _HOUR, _LANE = 150, 76, 34
_STYLE = """
    svg { background: #fff; color: #1c2024; font: 12px Inter, system-ui, sans-serif; }
    text { fill: currentColor; } .quiet { fill: #60646c; } .head { font-weight: 600; font-size: 14px; }
    .tiny { font-size: 10.5px; } .grid { stroke: #e0e1e6; } .mark { stroke: #cd2b31; stroke-width: 1.5; }
    .open { fill: #d3f0d8; stroke: #46a758; } .away { fill: #fdd8d8; stroke: #ce2c31; }
    .busy { fill: #cfdcff; stroke: #3e63dd; } .near { fill: #eef2ff; stroke: #3e63dd; stroke-dasharray: 3 2; }
    .soon { fill: #f0f0f3; stroke: #8b8d98; } .slot { fill: #5b5bd6; } .on { fill: #fff; font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      svg { background: #111113; color: #edeef0; } .quiet { fill: #b0b4ba; } .grid { stroke: #2e3135; }
      .mark { stroke: #ff9592; } .open { fill: #16361f; stroke: #46a758; }
      .away { fill: #4a1618; stroke: #e5484d; } .busy { fill: #1d2e62; stroke: #5472e4; }
      .near { fill: #182449; stroke: #5472e4; } .soon { fill: #2e3135; stroke: #777b84; }
      .slot { fill: #8e8cff; } .on { fill: #111113; }
    }"""


def at(day: date, wall: str) -> datetime:
    """The instant of a wall time of the mentor's."""
    return datetime.combine(day, time.fromisoformat(wall), ZoneInfo(ZONE)).astimezone(UTC)


NOW = at(TUESDAY, "06:40")
BOOKED = at(TUESDAY, "10:30"), at(TUESDAY, "11:15")
WEEKLY = (
    WeeklyBlock(2, "08:00", "18:00", "AVAILABLE"),
    WeeklyBlock(2, "12:30", "13:00", "BREAK"),
)
EXCEPTIONS = (
    CalendarException(TUESDAY, TUESDAY, "BLOCKED", "16:00", "17:00"),
    CalendarException(TUESDAY, TUESDAY, "AVAILABLE", "19:00", "20:30"),
)
CALENDAR = MentorCalendar(
    ZONE, WEEKLY, EXCEPTIONS, busy=(BOOKED,), buffer_minutes=BUFFER, min_advance_hours=NOTICE
)
FIRST, LAST = at(TUESDAY, "07:30"), at(TUESDAY, "21:00")


def slots() -> list[datetime]:
    """What is offered on the Tuesday."""
    return open_slots(CALENDAR, starts=(FIRST, LAST), duration=LENGTH, now=NOW)


def night(day: date) -> list[datetime]:
    """What is offered in the small hours of a night on which the clock changes, for half an hour."""
    hours = replace(CALENDAR, weekly=(WeeklyBlock(0, "01:00", "04:00", "AVAILABLE"),), exceptions=(), busy=())
    begin = at(day, "00:00")
    return open_slots(hours, starts=(begin, begin + 6 * HOUR), duration=30, now=begin - 24 * HOUR)


def picture() -> str:
    """The whole of it, as SVG."""
    width, height = _LEFT + round(13.5 * _HOUR) + 20, 430
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-label="From a mentor\'s hours to the slots of a day">',
        f"<style>{_STYLE}\n  </style>",
        *_tuesday(),
        *_night(*NIGHTS[0], left=_LEFT),
        *_night(*NIGHTS[1], left=_LEFT + 6 * _HOUR),
    ]
    return "\n  ".join(parts) + "\n</svg>\n"


def _tuesday() -> Iterator[str]:
    yield _text(8, 22, f"A Tuesday in Berlin, sessions of {LENGTH} minutes", "head")
    for hour in range(8, 22):
        x = _x(at(TUESDAY, f"{hour:02}:00"))
        yield f'<line x1="{x}" x2="{x}" y1="54" y2="{_y(6) - 8}" class="grid"/>'
        yield _text(x, 46, f"{hour:02}:00", "quiet tiny", "middle")
    for lane, name in enumerate(
        ("weekly hours", "exceptions", "booked, and buffer", "too soon: notice", "slots", "in Kathmandu")
    ):
        yield _text(8, _y(lane) + 16, name)
    for block in WEEKLY:
        yield from _span(0, at(TUESDAY, block.start), at(TUESDAY, block.end), block.type)
    for each in EXCEPTIONS:
        assert each.start_time
        assert each.end_time
        yield from _span(1, at(TUESDAY, each.start_time), at(TUESDAY, each.end_time), each.type)
    buffer = BUFFER * MINUTE
    yield from _span(2, BOOKED[0] - buffer, BOOKED[1] + buffer, "", "near")
    yield from _span(2, *BOOKED, "session", "busy")
    yield from _span(3, FIRST, NOW + NOTICE * HOUR, "", "soon")
    yield _text(_x(NOW + NOTICE * HOUR) + 6, _y(3) + 16, "06:40 now + 2 h", "quiet tiny")
    offered = slots()
    for start in offered:
        yield from _slot(_x(start), _y(4), f"{local(start, ZONE):%H:%M}")
        yield _text(_x(start) + _HOUR / 4, _y(5) + 16, f"{local(start, VIEWER):%H:%M}", "tiny num", "middle")
    yield from _reasons(offered)


def _reasons(offered: list[datetime]) -> Iterator[str]:
    """Say in the lane of the slots why the other half hours of the day are none."""
    begin = at(TUESDAY, "08:00")
    count = int((LAST - begin) / (STEP * MINUTE))
    half_hours = [begin + number * STEP * MINUTE for number in range(count)]

    def reason(start: datetime) -> str:
        (closed,) = why_closed(CALENDAR, [start], LENGTH, NOW)
        assert (closed is None) == (start in offered)
        return SAID[closed.by] if closed else ""

    for said, group in groupby(half_hours, key=reason):
        starts = list(group)
        if said:
            x = (_x(starts[0]) + _x(starts[-1]) + _HOUR / 2) / 2
            yield _text(x, _y(4) + 16, said, "quiet tiny", "middle")


def _night(day: date, title: str, left: int) -> Iterator[str]:
    top, begin = 300, at(day, "01:00")
    yield _text(left, top, title, "head")
    yield _text(left, top + 18, "hours 01:00 – 04:00, sessions of 30 minutes", "quiet")
    if left == _LEFT:
        yield _text(8, top + 56, "slots")
        yield _text(8, top + 92, "elapsed time")
    starts = night(day)

    def x(instant: datetime) -> float:
        return left + (instant - begin) / HOUR * _HOUR

    for start in starts:
        wall = f"{local(start, ZONE):%H:%M}"
        yield from _slot(x(start), top + 40, wall)
    end = starts[-1] + STEP * MINUTE
    yield f'<line x1="{x(begin)}" x2="{x(end)}" y1="{top + 80}" y2="{top + 80}" class="grid"/>'
    for hour in range(int((end - begin) / HOUR) + 1):
        yield _text(x(begin) + hour * _HOUR, top + 94, f"{hour} h", "quiet tiny", "middle")
    for change, _, _ in offset_periods(ZONE, minute_of(begin), minute_of(end))[1:]:
        where = EPOCH + change * MINUTE
        before, after = local(where - MINUTE, ZONE) + MINUTE, local(where, ZONE)
        yield f'<line x1="{x(where)}" x2="{x(where)}" y1="{top + 30}" y2="{top + 84}" class="mark"/>'
        yield _text(x(where), top + 112, f"{before:%H:%M} becomes {after:%H:%M}", "tiny", "middle")


def _x(instant: datetime) -> float:
    return round(_LEFT + (instant - FIRST) / HOUR * _HOUR, 1)


def _y(lane: int) -> int:
    return 58 + lane * _LANE


def _span(lane: int, start: datetime, end: datetime, words: str, look: str = "") -> Iterator[str]:
    look = look or ("open" if words == "AVAILABLE" else "away")
    x, wide = _x(start), _x(end) - _x(start)
    yield f'<rect x="{x}" y="{_y(lane)}" width="{wide:.1f}" height="24" rx="5" class="{look}"/>'
    if words:
        # A long one has others over it.
        yield _text(x + min(wide, 2 * _HOUR) / 2, _y(lane) + 16, words, "tiny", "middle")


def _slot(x: float, y: float, words: str) -> Iterator[str]:
    wide = _HOUR / 2 - 2
    yield f'<rect x="{x + 1:.1f}" y="{y}" width="{wide}" height="24" rx="5" class="slot"/>'
    yield _text(x + _HOUR / 4, y + 16, words, "on tiny", "middle")


def _text(x: float, y: float, words: str, look: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" class="{look}" text-anchor="{anchor}">{escape(words)}</text>'


if __name__ == "__main__":
    PATH.write_text(picture())
