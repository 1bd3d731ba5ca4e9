"""What a mentor's free times cost beside the number of sessions that are long over: 10², 10⁴ and 10⁶ of them.

python -m benchmarks.bench_old_sessions

One mentor with office hours and fifty coming sessions in a database of their own, once for each number, on
SQLite and on PostgreSQL; the old sessions go straight into the table. Asked are the services, in this
process, with nothing remembered from one question to the next. Prints a table and draws
`docs/images/old-sessions.svg`.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from benchmarks.bench_http import OFFICE, Row, add_old_sessions, book_fifty
from benchmarks.curve_plot import Curve, Panel, draw
from mentorbook.db.engine import connect
from mentorbook.db.migrate import upgrade
from mentorbook.domain.views import Account
from mentorbook.services.availability import published_hours, slots
from mentorbook.services.clock import now
from mentorbook.services.people import mentor_directory
from tests.people import a_mentee, a_mentor
from tests.servers.postgres import fresh_database, running_postgres

NUMBERS = (100, 10_000, 1_000_000)
CALLS, ROUNDS = 40, 5
PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "old-sessions.svg"
# How much more the most old sessions may cost than the fewest: what two runs differ by anyhow.
MOST_GROWTH = 1.5

Measured = dict[str, list[float]]
"""Milliseconds by what was asked, in the order of `NUMBERS`."""


def run() -> list[Row]:
    """Rows of (what, measured, beside, target), on both databases; draws the plot too."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": measure(lambda number: f"sqlite:///{folder}/{number}.db")}
    with running_postgres(durable=True) as url:
        found["PostgreSQL"] = measure(lambda _: fresh_database(url))
    panels = [
        Panel(name, [Curve(what, times) for what, times in each.items()]) for name, each in found.items()
    ]
    draw(PLOT, "Milliseconds, by a mentor's old sessions", NUMBERS, panels)
    return [_row(f"{what} ({name})", times) for name, each in found.items() for what, times in each.items()]


def measure(new_database: Callable[[int], str]) -> Measured:
    """Ask each question beside each number of old sessions."""
    found: Measured = {}
    for number in NUMBERS:
        database = connect(new_database(number))
        upgrade(database)
        mentor, viewer = _fill(number)
        with database.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        for what, ask in _questions(mentor, viewer).items():
            found.setdefault(what, []).append(_least_median(ask))
        database.engine.dispose()
    return found


def _fill(old: int) -> tuple[UUID, Account]:
    """A mentor with that many old sessions and fifty coming ones, and somebody who looks at their page."""
    mentor, mentee = a_mentor(weekly=OFFICE), a_mentee()
    book_fifty(mentor.id, mentee.id)
    add_old_sessions(mentor.id, mentee.id, old)
    return mentor.id, a_mentee()


def _questions(mentor: UUID, viewer: Account) -> dict[str, Callable[[], object]]:
    first = (now() + timedelta(days=1)).date()
    query = slots.SlotQuery(mentor, first, first + timedelta(days=29), "Europe/London", 60)
    return {
        "slots of 30 days": lambda: slots.list_slots(viewer, query),
        "the earliest slot": lambda: slots.earliest_slot(viewer, mentor, 60),
        "the mentor's page": lambda: mentor_directory.profile(viewer, mentor),
    }


def _least_median(ask: Callable[[], object]) -> float:
    """Milliseconds: the least of some medians, since the machine has other work."""
    medians = []
    for _ in range(ROUNDS):
        times = []
        for _ in range(CALLS):
            published_hours._published.clear()
            slots._cache.clear()
            started = time.perf_counter()
            ask()
            times.append(time.perf_counter() - started)
        medians.append(statistics.median(times) * 1000)
    return min(medians)


def _row(what: str, times: list[float]) -> Row:
    grown = times[-1] / times[0]
    numbers = " / ".join(f"{number:,}" for number in NUMBERS)
    measured = " / ".join(f"{each:.2f}" for each in times)
    return (
        f"{what}, beside {numbers} old sessions",
        f"{measured} ms",
        f"{grown:.2f}×{'' if grown <= MOST_GROWTH else '!'}",
        f"≤ {MOST_GROWTH}×",
    )


if __name__ == "__main__":
    for row in run():
        print("  ".join(row))
