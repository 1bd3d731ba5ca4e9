"""Open pages: how long a taken slot stays on them, what that costs the server and whoever does something else
meanwhile, and how much memory each page holds.

python -m benchmarks.bench_pages

The pages are bare sockets: they note when a message came and do not read it, so that next to nothing of what
is measured is the client's. It shares the machine with the server all the same; the server's own processor
time stands beside.
"""

import asyncio
import json
import os
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.bench_http import Row
from mentorbook.domain.views import Account
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.services.people import accounts
from tests.people import a_mentee, a_mentor, a_request
from tests.security.wire import ECHO, ECHOES, STATES, Served, an_event, served

MODAL = f"{STATES}booking___booking_modal____booking_modal"
# How many pages there are, and within how many milliseconds the slot is to leave 95% of them.
TARGETS = {100: 150, 500: 600}
ROUNDS, PATIENCE = 10, 60  # seconds
_QUIET_EVENTS, _PAUSE, _BETWEEN_EVENTS = 40, 0.3, 0.02


@dataclass
class Page:
    """The socket of one page. Notes when it last heard something."""

    socket: aiohttp.ClientWebSocketResponse
    heard_at: float = 0.0
    _awaited: str = ""
    _turn: int = 0
    _found: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Keep the socket open and note what comes."""
        async for message in self.socket:
            if message.data == "2":
                await self.socket.send_str("3")
                continue
            self.heard_at = time.perf_counter()
            if self._awaited and self._awaited in message.data:
                self._awaited = ""
                self._found.set()

    async def say(self, *events: Any) -> float:
        """Send events, wait until all are dealt with; returns the seconds that took."""
        self._turn += 1
        self._awaited = ECHOES[self._turn % 2]
        self._found.clear()
        started = time.perf_counter()
        for event in (*events, an_event(ECHO, {"name": self._awaited})):
            await self.socket.send_str("42/_event," + json.dumps(["event", event]))
        await asyncio.wait_for(self._found.wait(), PATIENCE)
        return time.perf_counter() - started


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
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as app:
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
    app: Served, mentor: Account, people: list[Account], bookers: list[Account]
) -> tuple[float, list[float], list[Round]]:
    """MiB a page, seconds of somebody else's events while nothing happens, and the rounds."""
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        other = await _connect(stack, client, app, a_mentee("Other"), "other")
        pages = [await _open(stack, client, app, mentor, a_mentee("First"), "first")]
        before = memory_of(app.process.pid)
        for number, person in enumerate(people):
            pages.append(await _open(stack, client, app, mentor, person, f"page-{number}"))
        held = (memory_of(app.process.pid) - before) / len(people)
        quiet = [await other.say() for _ in range(_QUIET_EVENTS)]
        rounds = [await _take(client, app, mentor, booker, pages, other) for booker in bookers]
    return held, quiet, rounds


async def _connect(
    stack: AsyncExitStack, client: aiohttp.ClientSession, app: Served, person: Account, name: str
) -> Page:
    """A page's socket, with the log-in of a person."""
    address = f"{app.address.replace('http', 'ws', 1)}/_event/?EIO=4&transport=websocket&token={name}"
    headers = {"Cookie": f"{app.cookie}={_token(person)}"}
    socket = await stack.enter_async_context(client.ws_connect(address, headers=headers))
    await socket.receive_str()
    await socket.send_str("40/_event,")
    while not (await socket.receive_str()).startswith("40/_event"):
        pass
    page = Page(socket)
    listening = asyncio.create_task(page.listen())
    stack.callback(listening.cancel)
    return page


async def _open(
    stack: AsyncExitStack,
    client: aiohttp.ClientSession,
    app: Served,
    mentor: Account,
    person: Account,
    name: str,
) -> Page:
    """A mentor's page with the booking modal open."""
    page = await _connect(stack, client, app, person, name)
    path = f"/mentors/{mentor.id}"
    await page.say(
        an_event(f"{STATES}people___mentor_page____profile_page.arrive", {}, path),
        an_event(f"{MODAL}.arrive", {}, f"{path}?book"),
    )
    return page


async def _take(
    client: aiohttp.ClientSession,
    app: Served,
    mentor: Account,
    booker: Account,
    pages: list[Page],
    other: Page,
) -> Round:
    """Book the mentor's earliest slot, and wait until each page has heard of it."""
    at = earliest_slot(None, mentor.id, 60)
    assert at is not None
    headers = {"Cookie": f"{app.cookie}={_token(booker)}"}
    await asyncio.sleep(_PAUSE)
    others: list[float] = []

    async def do_something_else() -> None:
        while any(page.heard_at < started for page in pages):
            others.append(await other.say())
            await asyncio.sleep(_BETWEEN_EVENTS)

    processor, started = processor_of(app.process.pid), time.perf_counter()
    booking = a_request(mentor, at)
    async with client.post(f"{app.address}/api/bookings", json=booking, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
    busy = asyncio.create_task(do_something_else())
    while any(page.heard_at < started for page in pages):
        assert time.perf_counter() < started + PATIENCE, "a page never heard of it"
        await asyncio.sleep(0.002)
    spent = processor_of(app.process.pid) - processor
    await busy
    return Round([page.heard_at - started for page in pages], spent, others)


def _token(person: Account) -> str:
    return accounts.start_login(person.id, address=None, agent=None)


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
