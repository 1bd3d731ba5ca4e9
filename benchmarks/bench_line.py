"""From the press of a control to the change that it asks for, over lines of 0, 50, 150 and 400 ms.

python -m benchmarks.bench_line

A real Chromium before the real app in a process of its own, and a relay between them that keeps every byte
back for half a round trip, HTTP and WebSocket alike. The page itself measures, from the browser's time stamp
of the click to the first moment at which the document is as it should be: what Playwright needs is not in it.
Each line is travelled twice, by browsers that have never been there, and the quicker of both counts, since
the machine has other work. Prints a table and draws `docs/images/press-to-change.svg`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks.bench_http import Row
from benchmarks.press_journey import WATCH, Journey, Kind, target
from benchmarks.press_plot import Bar, Panel, draw
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.booking import bookings, cancellation
from mentorbook.services.clock import now
from mentorbook.services.people import accounts
from tests.e2e.chromium import find_chromium
from tests.e2e.visitor import DESKTOP, Visitor
from tests.people import a_mentee, a_mentor, a_request
from tests.security.wire import served
from tests.servers.slow_line import SlowLine, slow_line

LINES = (0, 50, 150, 400)  # ms, there and back
ROUNDS = 2
PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "press-to-change.svg"
MENTOR = "Moira"
_TARGETS: dict[Kind, str] = {"known": "50 ms", "asked": "line + 60 ms", "page": "line + 150 ms"}
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
_OPTIONS: dict[str, Any] = {"timezone_id": "UTC", "locale": "en-GB", "reduced_motion": "reduce"}
_HOURS = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in range(7))


@dataclass(frozen=True)
class Measured:
    """One change over one line, in milliseconds; `None` where it never came.

    `sign` is when anything at all showed that the press was taken; of several changes of one press only the
    first has it.
    """

    name: str
    kind: Kind
    line: int
    change: float | None
    sign: float | None

    @property
    def is_met(self) -> bool:
        """Say whether the change came within its target."""
        return self.change is not None and self.change <= target(self.kind, self.line)


def run() -> list[Row]:
    """Rows of (what, measured, beside, target), one a change, over all lines; draws the plot too."""
    found = measure()
    draw(PLOT, [_panel(found, line) for line in LINES])
    names = list(dict.fromkeys(each.name for each in found))
    return [_row([each for each in found if each.name == name]) for name in names]


def measure() -> list[Measured]:
    """Travel over each line."""
    found: list[Measured] = []
    with slow_site() as (line, cookie), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=_ARGUMENTS)
        for milliseconds in LINES:
            line.round_trip = milliseconds / 1000
            found += _quickest(milliseconds, [_travelled(chromium, line, cookie) for _ in range(ROUNDS)])
        chromium.close()
    return found


@contextmanager
def slow_site() -> Iterator[tuple[SlowLine, dict[str, str]]]:
    """The app at the end of a line, and the cookie of a mentee with coming and cancelled sessions."""
    with (
        slow_line() as line,
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), MENTORBOOK_ALLOWED_ORIGINS=line.address) as app,
    ):
        line.server_port = int(app.address.rpartition(":")[2])
        token = accounts.start_login(_fill().id, address=None, agent="benchmark")
        yield line, {"name": app.cookie, "value": token, "url": line.address}


def _fill() -> Account:
    """Some mentors; a mentee with two coming sessions and a cancelled one."""
    person, mentor = a_mentee("Priya"), a_mentor(MENTOR, weekly=_HOURS)
    for number in range(5):
        a_mentor(f"Mentor{number}", weekly=_HOURS)
    noon = now().replace(hour=12, minute=0, second=0, microsecond=0)
    for days in (3, 4, 5):
        last = bookings.create_booking(person, a_request(mentor, noon + timedelta(days=days)), None)
    cancellation.cancel_booking(person, last.id, {"reasonCategory": "schedule_conflict"})
    return person


def _travelled(chromium: Browser, line: SlowLine, cookie: dict[str, str]) -> Journey:
    width, height = DESKTOP
    viewport = ViewportSize(width=width, height=height)
    context = chromium.new_context(base_url=line.address, viewport=viewport, **_OPTIONS)
    visitor = Visitor(context.new_page(), line.address)
    visitor.context.add_cookies([cookie])  # type: ignore[list-item]
    visitor.context.add_init_script(WATCH)
    journey = Journey(visitor, MENTOR)
    try:
        journey.travel()
    finally:
        visitor.context.close()
    return journey


def _quickest(line: int, rounds: list[Journey]) -> list[Measured]:
    return [
        Measured(
            name,
            kind,
            line,
            _least(each.changes[name] for each in rounds),
            _least(each.signs.get(name) for each in rounds),
        )
        for name, kind in rounds[0].kinds.items()
    ]


def _least(values: Iterator[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _row(over_lines: list[Measured]) -> Row:
    name, kind = over_lines[0].name, over_lines[0].kind
    changes = [f"{_words(each.change)}{'' if each.is_met else '!'}" for each in over_lines]
    signs = [_words(each.sign) for each in over_lines if each.sign is not None]
    return (
        f"press: {name}",
        " / ".join(changes) + " ms",
        f"first sign {' / '.join(signs)} ms" if signs else "",
        _TARGETS[kind],
    )


def _words(milliseconds: float | None) -> str:
    return "never" if milliseconds is None else f"{milliseconds:.0f}"


def _panel(found: list[Measured], line: int) -> Panel:
    bars = [
        Bar(each.name, each.change, each.sign, target(each.kind, line)) for each in found if each.line == line
    ]
    return Panel("no delay" if line == 0 else f"{line} ms", bars)


def main() -> None:
    """Print the table; figures that miss their target carry an exclamation mark."""
    rows = [
        ("what", f"press to change, lines of {' / '.join(map(str, LINES))} ms", "beside", "target"),
        *run(),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
