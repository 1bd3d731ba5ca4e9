"""Open pages: how long a taken slot stays on them, what that costs the server and whoever does something else
meanwhile, and how much memory each page holds.

python -m benchmarks.bench_pages

The pages are bare sockets (`raw_page.py`), all in this process; whoever does something else has one of their
own (`other_user.py`). Both share the machine with the server; its own processor time stands beside.
"""

import asyncio
import os
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.bench_http import Row
from benchmarks.other_user import OtherUser, other_user
from benchmarks.raw_page import PATIENCE, Page, connect
from benchmarks.real_server import real_server
from mentorbook.domain.views import Account
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.services.people import accounts
from tests.people import a_mentee, a_mentor, a_request
from tests.security.wire import STATES, an_event
from tests.servers.serving import Serving

MODAL = f"{STATES}booking___booking_modal____booking_modal"
# How many pages there are, and within how many milliseconds the slot is to leave 95% of them.
TARGETS = {100: 150, 500: 600}
ROUNDS = 10
_QUIET, _PAUSE = 1.0, 0.3  # seconds


@dataclass
class Round:
    """One slot taken: seconds until each page heard of it, the server's processor time, and how long the
    events of somebody else took meanwhile."""

    delays: list[float]
    processor: float
    others: list[float]


def run() -> list[Row]:
    """Rows of (what, measured, beside, target), on SQLite."""
    return [row for pages, most in TARGETS.items() for row in _rows(pages, most)]


def _rows(count: int, most: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, real_server(Path(folder)) as app:
        mentor, people = a_mentor("Moira"), [a_mentee(f"Page{n}") for n in range(count)]
        bookers = [a_mentee(f"Booker{n}") for n in range(ROUNDS)]
        held, quiet, rounds = asyncio.run(_measure(app, mentor, people, bookers))
    delays = [delay for each in rounds for delay in each.delays]
    processor = statistics.median(each.processor for each in rounds)
    quickest = min(_p95(each.delays) for each in rounds)
    others = [seconds for each in rounds for seconds in each.others]
    return [
        (
            f"a taken slot leaves {count} open pages, p95",
            f"{_p95(delays) * 1000:.0f} ms",
            f"{quickest * 1000:.0f} ms in the quietest round, server's processor {processor * 1000:.0f} ms",
            f"{most} ms",
        ),
        (
            "another user's event meanwhile, median",
            f"{statistics.median(others) * 1000:.1f} ms",
            f"{statistics.median(quiet) * 1000:.1f} ms when nothing else happens",
            "1.5×",
        ),
        ("memory of a connected page", f"{held:.2f} MiB", f"{count} pages", "0.5 MiB"),
    ]


def _p95(delays: list[float]) -> float:
    return statistics.quantiles(delays, n=20)[-1]


async def _measure(
    app: Serving, mentor: Account, people: list[Account], bookers: list[Account]
) -> tuple[float, list[float], list[Round]]:
    """MiB a page, seconds of somebody else's events while nothing happens, and the rounds."""
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        other = stack.enter_context(other_user(app.address, _cookie(app, a_mentee("Other"))))
        pages = [await _open(stack, client, app, mentor, a_mentee("First"), "first")]
        before = memory_of(app.pid)
        for number, person in enumerate(people):
            pages.append(await _open(stack, client, app, mentor, person, f"page-{number}"))
        held = (memory_of(app.pid) - before) / len(people)
        other.begin()
        await asyncio.sleep(_QUIET)
        quiet = other.end()
        rounds = [await _take(client, app, mentor, booker, pages, other) for booker in bookers]
    return held, quiet, rounds


async def _open(
    stack: AsyncExitStack,
    client: aiohttp.ClientSession,
    app: Serving,
    mentor: Account,
    person: Account,
    name: str,
) -> Page:
    """A mentor's page with the booking modal open."""
    page = await connect(stack, client, app.address, _cookie(app, person), name)
    path = f"/mentors/{mentor.id}"
    await page.say(
        an_event(f"{STATES}people___mentor_page____profile_page.arrive", {}, path),
        an_event(f"{MODAL}.arrive", {}, f"{path}?book"),
    )
    return page


async def _take(
    client: aiohttp.ClientSession,
    app: Serving,
    mentor: Account,
    booker: Account,
    pages: list[Page],
    other: OtherUser,
) -> Round:
    """Book the mentor's earliest slot, and wait until each page has heard of it."""
    at = earliest_slot(None, mentor.id, 60)
    assert at is not None
    headers = {"Cookie": _cookie(app, booker)}
    await asyncio.sleep(_PAUSE)
    processor, started = processor_of(app.pid), time.perf_counter()
    booking = a_request(mentor, at)
    async with client.post(f"{app.address}/api/bookings", json=booking, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
    other.begin()
    while any(page.heard_at < started for page in pages):
        assert time.perf_counter() < started + PATIENCE, "a page never heard of it"
        await asyncio.sleep(0.002)
    others = other.end()
    spent = processor_of(app.pid) - processor
    return Round([page.heard_at - started for page in pages], spent, others)


def _cookie(app: Serving, person: Account) -> str:
    return f"{app.cookie}={accounts.start_login(person.id, address=None, agent=None)}"


def memory_of(pid: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} says nothing of its memory")


def processor_of(pid: int) -> float:
    """Seconds of processor time that a process has used, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for row in run():
        print("  ".join(row))
