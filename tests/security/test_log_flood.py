"""What a stranger sends to the socket costs a few short log lines, and none that looks like another's."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.security.wire import PATIENCE, STATES, Served, Tab, an_event, served

FORGED = "x\n2026-11-26 00:00:00,000 INFO mentorbook.api.auth: admin@mentorbook.test logged in"
HUGE = "A" * 50_000
ROOT = "reflex___state____state"
ON_LOAD = f"{ROOT}.reflex___state____on_load_internal_state.on_load_internal"
REPORT = f"{ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
HOSTILE: list[Any] = [
    {"name": f"no.such.handler{FORGED}", "payload": {}},
    {"name": HUGE, "payload": {}},
    {"name": "x", "payload": HUGE},
    None,
    FORGED,
    HUGE,
    [1] * 15_000,
    an_event(REPORT, {"info": FORGED + HUGE, "component_stack": FORGED}),
    an_event(f"{ROOT}.hydrate", {"zzz": HUGE}),
    an_event(f"{ROOT}.setvar", {"var_name": FORGED, "value": HUGE}),
    {"name": f"{ROOT}.hydrate", "payload": {}, "router_data": [HUGE]},
    an_event(ON_LOAD, {"q": FORGED, "\u2028": 1}),
]
RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (WARNING|ERROR) \w[\w.]*: ")
CUT_OFF = 2_000_000  # bytes; more than the socket takes


def say_one_by_one(app: Served, events: list[Any]) -> None:
    """Send each event over a socket of its own, since some of them end it."""

    async def run() -> None:
        for number, event in enumerate(events):
            async with Tab(app, None, f"flood{number}") as tab:
                await tab.say(event)

    asyncio.run(run())


@pytest.fixture
def written(tmp_path: Path) -> str:
    """The log of an app to which strangers have sent each hostile event, and one thirty times."""
    with served(tmp_path) as app:
        say_one_by_one(app, HOSTILE)
        size = app.log.stat().st_size
        (tmp_path / "twelve").write_bytes(app.log.read_bytes())
        say_one_by_one(app, [HOSTILE[0]] * 30)
        assert httpx.get(f"{app.address}/api/health").status_code == 200
        # Positive control: the events did get there, and were noticed.
        assert size > 500
    return app.log.read_text()


def test_a_dozen_hostile_events_are_a_few_short_lines(written: str, tmp_path: Path) -> None:
    twelve = (tmp_path / "twelve").read_text()
    assert len(HOSTILE) == 12
    assert len(twelve) < 20_000
    assert "client 127.0.0.1" in twelve
    assert "a page sent what is no event of ours" in twelve
    assert "a page reports" in twelve
    for line in written.splitlines():
        assert RECORD.match(line), line
        assert len(line) < 500
    assert "Traceback" not in written
    assert not [line for line in written.splitlines() if line.startswith("2026-11-26 00:00:00,000")]
    assert "x\\n2026-11-26 00:00:00,000 INFO" in written
    # The rest of the events of that kind were counted, and no more than that.
    unknown = [line for line in written.splitlines() if "no event of ours" in line]
    assert 1 <= len(unknown) <= 3
    assert re.search(r"left out \d+ more like this: engineio.server:\d+", written)


def test_a_message_that_is_too_long_ends_the_socket_quietly(tmp_path: Path) -> None:
    async def run(app: Served) -> None:
        async with Tab(app, None, "long") as tab:
            await tab._client.emit("event", an_event(f"{STATES}x", {"x": "A" * CUT_OFF}), namespace="/_event")
            await asyncio.wait_for(tab._client.wait(), PATIENCE)

    with served(tmp_path) as app:
        asyncio.run(run(app))
        assert httpx.get(f"{app.address}/api/health").status_code == 200
    log = app.log.read_text()
    assert len(log) < 2_000, log[:3_000]
    assert all(RECORD.match(line) for line in log.splitlines())
