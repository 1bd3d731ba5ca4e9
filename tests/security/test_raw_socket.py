"""A raw socket client may call any handler with anything: nothing changes, nothing leaks."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx
import pytest
import socketio
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import read_transaction
from mentorbook.domain.views import Account, Booking
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.clock import now
from mentorbook.services.outbox import LEASE
from mentorbook.services.people import accounts
from tests.people import a_mentee, a_mentor, a_request
from tests.security.handlers import all_handlers
from tests.security.wire import STATES, Served, Tab, an_event, contents, contents_beside, served

GARBAGE: list[dict[str, Any]] = [
    {},
    {"self": 1},
    {"actor": {"id": "x", "is_admin": True}},
    {"value": None, "form": "text", "text": {"a": [1]}, "name": 7, "iso": [], "start": {}, "by": "up"},
    {"mentor_id": "'; DROP TABLE sessions; --", "minutes": -1, "kind": "\x00", "iso": "9999-99-99"},
    {"form": {"email": {"$ne": 1}, "password": ["x"]}, "text": "x" * 50_000, "by": 10**30, "is_open": {}},
    {"form": {"email": "\ud800", "password": "\x00"}, "name": "\ud800", "start": "\ud800", "by": 1e400},
    {"__class__": "x", "_": 1, "": 2},
]
ROUTES = (
    "/",
    "/sessions",
    "/nowhere",
    "/sessions/00000000-0000-0000-0000-000000000000",
    "/\x00?next=//evil.test",
)


@dataclass(frozen=True)
class Site:
    """The app, and the people of its database."""

    app: Served
    mentor: Account
    stranger: Account
    booking: Booking

    def visit(self, events: list[Any], *, cookie: str | None = None, tab: str = "raw") -> list[Any]:
        """What a tab hears after sending these events."""

        async def run() -> list[Any]:
            async with Tab(self.app, cookie, tab) as client:
                return await client.say(*events)

        return asyncio.run(run())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app, two people with a session, and a stranger."""
    with served(tmp_path_factory.mktemp("raw-socket")) as app:
        mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
        at = earliest_slot(None, mentor.id, 60)
        assert at is not None
        booking = create_booking(mentee, a_request(mentor, at, title="Private matters"))
        # Its mails make secrets of their own. What a worker lost is sent once its lease has ended.
        patience = time.monotonic() + LEASE.total_seconds() + 60
        while waiting := _waiting():
            assert time.monotonic() < patience, f"waited in vain for {waiting}: {app.log.read_text()[-4000:]}"
            time.sleep(0.05)
        yield Site(app, mentor, a_mentee("Stranger"), booking)


def _waiting() -> list[tuple[str, int, str | None]]:
    """What is still to be delivered now: of which kind, how often it was tried, and what it failed of."""
    row = OutboxMessage
    due = (col(row.state) == "waiting", col(row.due_at) <= now())
    with read_transaction() as session:
        found = session.execute(select(col(row.kind), col(row.attempts), col(row.last_error)).where(*due))
        return [tuple(each) for each in found]


def still_works(site: Site) -> None:
    """The server answers, and its own people still get at what is theirs."""
    health = httpx.get(f"{site.app.address}/api/health")
    assert health.status_code == 200
    assert health.json()["database"] == "ok"


@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_garbage_to_every_handler_changes_nothing_and_tells_nothing(site: Site, who: str) -> None:
    cookie = None
    if who == "stranger":
        cookie = accounts.start_login(site.stranger.id, address=None, agent=None)
    own = site.stranger if cookie else None
    before = contents_beside(own)
    events = [
        an_event(name, payload, ROUTES[number % len(ROUTES)])
        for name in all_handlers()
        for number, payload in enumerate(GARBAGE)
    ]
    heard = site.visit(events, cookie=cookie)
    assert len(heard) > len(events) / 10
    assert contents_beside(own) == before
    still_works(site)
    told = repr(heard)
    for leak in ("Traceback", "sqlalchemy", 'File \\"', "pydantic", "argon2", "Private matters"):
        assert leak not in told, told[max(0, told.index(leak) - 300) : told.index(leak) + 300]
    assert site.mentor.email not in told
    assert cookie is None or cookie not in told
    assert cookie is None or cookie not in site.app.log.read_text()


def test_another_persons_session_is_shown_to_nobody_else(site: Site) -> None:
    cookie = accounts.start_login(site.stranger.id, address=None, agent=None)
    path = f"/sessions/{site.booking.id}"
    loads = [name for name in all_handlers() if name.endswith((".load", ".arrive", ".arrive_member"))]
    assert loads
    events = [an_event(name, {}, path) for name in loads]
    assert "Private matters" not in repr(site.visit(events, cookie=cookie))
    owner = accounts.start_login(site.booking.mentee.id, address=None, agent=None)
    assert "Private matters" in repr(site.visit(events, cookie=owner, tab="mine"))


NONSENSE: list[Any] = [
    None,
    7,
    "text",
    "{",
    [],
    {},
    {"name": 1},
    {"name": "x", "payload": "y"},
    {"name": "no.such.handler", "payload": {}},
    {"name": "reflex___state____state._clean", "payload": {}},
    {"name": "reflex___state____state.setvar", "payload": {"var_name": "is_hydrated", "value": 1}},
    {"name": "x" * 10_000, "payload": {}, "router_data": []},
    {"name": "reflex___state____state.hydrate", "payload": {}, "router_data": {"headers": {"cookie": "x"}}},
]


def test_nonsense_on_the_socket_is_shrugged_off(site: Site) -> None:
    cookie = accounts.start_login(site.stranger.id, address=None, agent=None)
    before = contents()
    heard = site.visit(NONSENSE, cookie=cookie, tab="nonsense")
    assert contents() == before
    still_works(site)
    assert "Traceback" not in json.dumps(heard, default=repr)
    assert cookie not in site.app.log.read_text()


def test_half_a_character_is_refused_and_does_not_silence_the_tab(site: Site) -> None:
    write = f"{STATES}booking___booking_modal____booking_modal.write_title"
    half = an_event(write, {"text": "half of \ud83d"}, "/\ud83d")
    heard = site.visit([half, an_event(write, {"text": "whole"})], tab="half")
    said = json.dumps(heard)
    assert "has a broken character; type it again" in said
    assert '"whole"' in said
    assert "half of" not in said


def test_setvar_changes_nobodys_rights(site: Site) -> None:
    setvars = [name for name in all_handlers() if name.endswith(".setvar")]
    assert setvars
    payloads = [
        {"var_name": name, "value": True} for name in ("is_admin", "signed_in", "_mentor", "booked_id")
    ]
    heard = site.visit([an_event(name, payload) for name in setvars for payload in payloads])
    assert '"is_admin": true' not in json.dumps(heard, default=repr)
    still_works(site)


def opens(site: Site, origin: str) -> bool:
    """Whether a page of this origin gets a socket."""

    async def knock() -> None:
        async with aiohttp.ClientSession() as session:
            client = socketio.AsyncClient(reconnection=False, http_session=session)
            await client.connect(
                f"{site.app.address}?token=knocking",
                headers={"Origin": origin},
                transports=["websocket"],
                namespaces=["/_event"],
                socketio_path="/_event",
            )
            await client.disconnect()

    try:
        asyncio.run(knock())
    except socketio.exceptions.ConnectionError:
        return False
    return True


def test_only_our_own_pages_can_open_the_socket(site: Site) -> None:
    assert opens(site, site.app.address)
    assert not opens(site, "http://evil.test")
    assert not opens(site, f"{site.app.address}.evil.test")


def test_every_answer_of_the_whole_app_is_gated(site: Site) -> None:
    for path, status in (("/", 200), ("/api/nothing", 404), ("/api/me", 404), ("/login", 200)):
        answer = httpx.get(site.app.address + path)
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
    for method in ("HEAD", "PATCH", "OPTIONS"):
        assert httpx.request(method, f"{site.app.address}/api/bookings").status_code == 405
    assert httpx.get(f"{site.app.address}/api/nothing").json()["error"] == "not_found"
