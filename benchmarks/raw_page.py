"""A page without a browser: a bare socket that notes when a message came and does not read it, so that next
to nothing of what is measured is the client's."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.security.wire import ECHO, ECHOES, an_event

PATIENCE = 60  # seconds


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
        """Send events, wait until all are dealt with; returns the seconds that took.

        The page stays where the last of them was: one that seems to be elsewhere follows nobody any more.
        """
        self._turn += 1
        self._awaited = ECHOES[self._turn % 2]
        self._found.clear()
        started = time.perf_counter()
        path = events[-1]["router_data"]["asPath"] if events else "/"
        for event in (*events, an_event(ECHO, {"name": self._awaited}, path)):
            await self.socket.send_str("42/_event," + json.dumps(["event", event]))
        await asyncio.wait_for(self._found.wait(), PATIENCE)
        return time.perf_counter() - started


async def connect(
    stack: AsyncExitStack, client: aiohttp.ClientSession, address: str, cookie: str, name: str
) -> Page:
    """Open a page's socket under a log-in, given as the whole cookie; it closes with the stack."""
    socket = await stack.enter_async_context(
        client.ws_connect(
            f"{address.replace('http', 'ws', 1)}/_event/?EIO=4&transport=websocket&token={name}",
            headers={"Cookie": cookie},
        )
    )
    await socket.receive_str()
    await socket.send_str("40/_event,")
    while not (await socket.receive_str()).startswith("40/_event"):
        pass
    page = Page(socket)
    listening = asyncio.create_task(page.listen())
    stack.callback(listening.cancel)
    return page
