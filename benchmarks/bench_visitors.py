"""What strangers can make the process keep: memory after floods of sockets without a log-in."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import socketio

from benchmarks.bench_http import Row
from benchmarks.bench_pages import memory_of
from tests.security.wire import STATES, Served, Tab, an_event, served

ARRIVE = f"{STATES}people___mentor_directory____mentor_directory.arrive"
HYDRATE = "reflex___state____state.hydrate"
SOCKETS, VISITS = 40, 1_000


def run() -> list[Row]:
    """Rows of (what, measured, beside, target)."""
    floods: list[tuple[str, Callable[[Served], Coroutine[Any, Any, None]]]] = [
        (f"{SOCKETS} sockets, 900 kB each, then gone", _too_long),
        (f"{SOCKETS} sockets, 60 kB each, then gone", _long),
        (f"{VISITS} visitors who come and go", _visits),
    ]
    return [_measured(what, flood) for what, flood in floods]


def _measured(what: str, flood: Callable[[Served], Coroutine[Any, Any, None]]) -> Row:
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as app:
        asyncio.run(_arrive(app, "warm"))
        before = memory_of(app.process.pid)
        asyncio.run(flood(app))
        after = memory_of(app.process.pid)
    return what, f"+{after - before:.0f} MiB", f"{before:.0f} MiB before", ""


async def _arrive(app: Served, name: str) -> None:
    async with Tab(app, None, name) as page:
        await page.say(
            an_event(HYDRATE, {}),
            an_event(f"{STATES}people___mentor_directory____mentor_directory.arrive", {}),
        )


async def _visits(app: Served) -> None:
    for number in range(VISITS):
        await _arrive(app, f"visit-{number}")


async def _long(app: Served) -> None:
    await _send_paths(app, 60_000)


async def _too_long(app: Served) -> None:
    await _send_paths(app, 900_000)


async def _send_paths(app: Served, size: int) -> None:
    clients = [socketio.AsyncClient(reconnection=False) for _ in range(SOCKETS)]
    for number, client in enumerate(clients):
        await client.connect(
            f"{app.address}?token=flood-{number}",
            transports=["websocket"],
            namespaces=["/_event"],
            socketio_path="/_event",
        )
        event: dict[str, Any] = an_event(HYDRATE, {}, "/" + "x" * size)
        await client.emit("event", event, namespace="/_event")
    await asyncio.sleep(2)
    for client in clients:
        await client.disconnect()
    await asyncio.sleep(1)
