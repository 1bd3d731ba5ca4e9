"""The API as a program sees it: one client a person, behind the same gate as in production."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from typing import Any, TypeVar

import httpx
import pytest

from mentorbook.api.app import create_api
from mentorbook.api.gate import Gate
from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.meeting.video_server import video_by
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.api.contract import check_answer
from tests.conftest import Hands, Snapshot
from tests.doubles import RecordingRooms

R = TypeVar("R")
ORIGIN = "http://mentorbook.test"
FOREIGN = "http://evil.test"
MINA = {"email": "mina@people.test", "password": "correct horse battery", "name": "Mina", "timezone": "UTC"}


def gated() -> Gate:
    """The API behind a gate that lets pages of ORIGIN in."""
    return Gate(create_api(), origins=frozenset({ORIGIN}))


def logged_in(person: Account) -> str:
    """The cookie's token of a new log-in, without a password."""
    return accounts.start_login(person.id, address="192.0.2.1", agent="tests")


class Caller:
    """Calls the API as one person, or as nobody. Every answer comes back, errors too."""

    def __init__(self, app: Gate, loop: asyncio.AbstractEventLoop, person: Account | None, host: str) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(host, 1234))
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
        self._loop = loop
        if person is not None:
            self.client.cookies.set(settings.cookie, logged_in(person))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One call, whose answer is held against the document."""
        answer = self.run(self.client.request(method, path, **options))
        check_answer(answer)
        return answer

    def run(self, calls: Coroutine[Any, Any, R]) -> R:
        """Calls of `client`, on the loop that it belongs to."""
        return self._loop.run_until_complete(calls)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A POST of a JSON body."""
        if body is not None:
            options["json"] = body
        return self.request("POST", path, **options)


@pytest.fixture
def rooms() -> Iterator[RecordingRooms]:
    """A video server that the API asks."""
    server = RecordingRooms()
    with video_by(server):
        yield server


class Door:
    """Hands out callers to the tests."""

    def __init__(self, app: Gate, loop: asyncio.AbstractEventLoop) -> None:
        self._app, self._loop = app, loop
        self._callers: list[Caller] = []

    def __call__(self, person: Account | None = None, host: str = "192.0.2.1") -> Caller:
        """A caller who is logged in as this person, or a stranger."""
        caller = Caller(self._app, self._loop, person, host)
        self._callers.append(caller)
        return caller

    def close(self) -> None:
        """Close every caller's client."""
        for caller in self._callers:
            self._loop.run_until_complete(caller.client.aclose())


@pytest.fixture(scope="session")
def app() -> Gate:
    """The API; it holds nothing of a test's own."""
    return gated()


@pytest.fixture
def calling(app: Gate) -> Iterator[Door]:
    """Makes callers: `calling(person)` is logged in, `calling()` is a stranger."""
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        door = Door(app, loop)
        yield door
        door.close()


# `prepared(name, make)`: what `make` makes in an empty database.
Prepare = Callable[[str, Callable[[], Any]], Any]


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, tuple[Snapshot, Any, datetime]]]:
    """What tests of a file have prepared."""
    scenes: dict[str, tuple[Snapshot, Any, datetime]] = {}
    yield scenes
    for snapshot, _, _ in scenes.values():
        snapshot.close()


@pytest.fixture
def prepared(sqlite_db: Database, hands: Hands, kept: dict[str, tuple[Snapshot, Any, datetime]]) -> Prepare:
    """Scenes that many tests of a file begin with: made once, and put back, clock included, for each test."""

    def prepare(name: str, make: Callable[[], Any]) -> Any:
        if name not in kept:
            made = make()
            kept[name] = Snapshot(sqlite_db), made, hands.now
        snapshot, made, hands.now = kept[name]
        snapshot.put_back(sqlite_db)
        return made

    return prepare


def told(answer: httpx.Response) -> dict[str, Any]:
    """An error's body without the request id, which is never the same twice; checks the one shape."""
    body: dict[str, Any] = answer.json()
    assert {"error", "detail", "requestId"} <= body.keys()
    assert body.pop("requestId") == answer.headers["x-request-id"]
    return body


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords are compared instead of hashed; counts the comparisons."""
    checked: list[str] = []

    class Plain:
        def hash(self, password: str) -> str:
            return f"plain:{password}"

        def verify(self, password: str, stored: str) -> bool:
            checked.append(stored)
            return stored == f"plain:{password}"

    monkeypatch.setattr(accounts, "_hasher", Plain())
    return checked
