"""Open pages: how long a taken slot stays on them, and how much memory each holds."""

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.bench_http import Row
from mentorbook.domain.views import Account
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.services.people import accounts
from tests.people import a_mentee, a_mentor, a_request
from tests.security.wire import STATES, Served, Tab, an_event, served

MODAL = f"{STATES}booking___booking_modal____booking_modal"
PAGES, ROUNDS, PATIENCE = 100, 10, 30  # seconds


@dataclass
class Page(Tab):
    """A page with the booking modal open. Notes when it last heard something."""

    heard_at: float = 0.0

    def _hear(self, *given: Any) -> None:
        self.heard_at = time.perf_counter()
        super()._hear(*given)


def run() -> list[Row]:
    """Rows of (what, measured, beside, target), on SQLite."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as app:
        mentor, people = a_mentor("Moira"), [a_mentee(f"Page{n}") for n in range(PAGES)]
        bookers = [a_mentee(f"Booker{n}") for n in range(ROUNDS)]
        return asyncio.run(_measure(app, mentor, people, bookers))


async def _measure(app: Served, mentor: Account, people: list[Account], bookers: list[Account]) -> list[Row]:
    async with AsyncExitStack() as stack:
        first = await _open(stack, app, mentor, a_mentee("First"), 0)
        before = memory_of(app.process.pid)
        pages = [await _open(stack, app, mentor, person, n + 1) for n, person in enumerate(people)]
        held = (memory_of(app.process.pid) - before) / PAGES
        delays = [delay for booker in bookers for delay in await _take(app, mentor, booker, [first, *pages])]
    p95 = statistics.quantiles(delays, n=20)[-1]
    return [
        (
            f"a taken slot leaves {PAGES} open pages, p95",
            f"{p95 * 1000:.0f} ms",
            f"median {statistics.median(delays) * 1000:.0f} ms",
            "300 ms",
        ),
        ("memory of a connected page", f"{held:.2f} MiB", f"{PAGES} pages", "0.5 MiB"),
    ]


async def _open(stack: AsyncExitStack, app: Served, mentor: Account, person: Account, number: int) -> Page:
    page = Page(app, _token(person), f"page-{number}")
    await stack.enter_async_context(page)
    path = f"/mentors/{mentor.id}"
    await page.say(
        an_event(f"{STATES}people___mentor_page____mentor_page.arrive", {}, path),
        an_event(
            f"{STATES}booking___booking_modal____booking_modal.open_modal",
            {"mentor_id": str(mentor.id)},
            path,
        ),
    )
    return page


async def _take(app: Served, mentor: Account, booker: Account, pages: list[Page]) -> list[float]:
    """Seconds from the request of a booking until each page has heard of it."""
    at = earliest_slot(None, mentor.id, 60)
    assert at is not None
    async with httpx.AsyncClient(base_url=app.address, cookies={app.cookie: _token(booker)}) as client:
        started = time.perf_counter()
        answer = await client.post("/api/bookings", json=a_request(mentor, at))
        assert answer.status_code == 201, answer.text
        while any(page.heard_at < started for page in pages):
            assert time.perf_counter() < started + PATIENCE, "a page never heard of it"
            await asyncio.sleep(0.005)
    return [page.heard_at - started for page in pages]


def _token(person: Account) -> str:
    return accounts.start_login(person.id, address=None, agent=None)


def memory_of(pid: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} says nothing of its memory")
