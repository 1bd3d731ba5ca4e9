"""The app at the other end of a raw socket: clients that speak its protocol but are no browser."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import socketio
from sqlalchemy import text

from mentorbook.db.engine import connect, read_transaction
from mentorbook.db.metadata import metadata
from mentorbook.domain.views import Account
from tests.conftest import forget

STATES = "reflex___state____state.mentorbook___state___"
# A handler that anybody may call, and two answers that nothing else gives.
ECHO = f"{STATES}people___account_forms____registration.choose_zone"
ECHOES = ("Pacific/Chatham", "Asia/Kathmandu")
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Served:
    """The app in its own process; this process is connected to its database."""

    address: str
    log: Path
    process: "subprocess.Popen[str]"

    @property
    def cookie(self) -> str:
        """Name of the log-in cookie."""
        return f"mentorbook_{self.address.rpartition(':')[2]}"

    def stand_at(self, moment: datetime) -> None:
        """Let its clock stand at a moment."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{moment.isoformat()}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "ready"


@contextmanager
def served(folder: Path, *options: str, **environment: str) -> Iterator[Served]:
    """Starts the app over a new database in `folder`, and ends it."""
    log = folder / "log"
    command = [sys.executable, "-m", "tests.security.served", str(folder), *options]
    pipe = subprocess.PIPE
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=errors, text=True, env=os.environ | environment
        ) as process,
    ):
        assert process.stdout is not None
        address = ""
        for line in process.stdout:
            if line.startswith("serving "):
                address = line.removeprefix("serving ").strip()
                break
        assert address, log.read_text()
        forget()
        database = connect(f"sqlite:///{folder / 'e2e.db'}")
        try:
            yield Served(address, log, process)
        finally:
            database.close()
            forget()
            process.communicate()


class PlainPacket(socketio.packet.Packet):
    """Writes JSON as any client may; an app that was made in this process changes what the library does."""

    json = json


def an_event(name: str, payload: Any, path: str = "/") -> dict[str, Any]:
    """An event as the frontend would send it."""
    router = {"pathname": path, "asPath": path, "query": {"next": "//evil.test"}}
    return {"name": name, "payload": payload, "router_data": router}


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a visitor must not change."""
    skipped = {"worker_beats", "outbox"}
    with read_transaction() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in metadata.tables
            if name not in skipped
        }


def contents_beside(person: Account | None) -> dict[str, list[tuple[Any, ...]]]:
    """`contents` without the rows that name a person: their own, which they may change."""
    own = person.id.hex if person else ""
    return {
        name: [row for row in rows if not own or all(own != str(value).replace("-", "") for value in row)]
        for name, rows in contents().items()
    }


@dataclass
class Tab:
    """One tab that stays open. Its handlers run one after the other, so an echo comes after their answers."""

    app: Served
    cookie: str | None = None
    name: str = "raw"
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[Any] = field(default_factory=list)
    _echoes: int = 0
    _awaited: str = ECHOES[0]
    _echo: asyncio.Event = field(default_factory=asyncio.Event)
    _client: Any = None

    async def __aenter__(self) -> "Tab":
        self._client = socketio.AsyncClient(reconnection=False, serializer=PlainPacket)
        self._client.on("*", self._hear, namespace="/_event")
        headers = dict(self.headers)
        if self.cookie:
            headers["Cookie"] = f"{self.app.cookie}={self.cookie}"
        await self._client.connect(
            f"{self.app.address}?token={self.name}",
            headers=headers,
            transports=["websocket"],
            namespaces=["/_event"],
            socketio_path="/_event",
            wait_timeout=PATIENCE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.disconnect()

    def fall_silent(self) -> None:
        """As if the line were cut where neither side notices: nothing that comes is answered any more."""

        async def ignore(_packet: Any) -> None:
            """No pong."""

        self._client.eio._receive_packet = ignore

    def _hear(self, *given: Any) -> None:
        self.heard.append(given)
        if self._awaited in json.dumps(given, default=repr):
            self._echo.set()

    async def until(self, text: str) -> list[Any]:
        """Wait until something with this text has come; returns all that has come since the last words."""
        self._awaited = text
        if text not in json.dumps(self.heard, default=repr):
            self._echo.clear()
            await asyncio.wait_for(self._echo.wait(), PATIENCE)
        return list(self.heard)

    async def say(self, *events: Any) -> list[Any]:
        """Send events and wait until all are dealt with; returns what came back for them."""
        self.heard.clear()
        self._echo.clear()
        self._echoes += 1
        self._awaited = ECHOES[self._echoes % 2]
        for event in (*events, an_event(ECHO, {"name": self._awaited})):
            await self._client.emit("event", event, namespace="/_event")
        await asyncio.wait_for(self._echo.wait(), PATIENCE)
        return list(self.heard)
