"""A tab of an app in this very process, which is talked to like one at the other end of a socket.

What lies between a socket and a handler is left out: the door, the guard of tabs, the limits. Those have
tests of their own, and each table that is gone through here is gone through by one role over the wire too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

from reflex.state import BaseState

from mentorbook.state.socket.live_pages import live
from tests.security.handlers import all_handlers
from tests.state.harness import Page


class Talks(Protocol):
    """A tab, wherever its app is."""

    async def say(self, *events: Any) -> list[Any]:
        """Send events as a page would; what came back for them."""


class TabAtHand:
    """A tab of this process, with the log-in's cookie or none."""

    def __init__(self, cookie: str | None, name: str) -> None:
        _handlers()  # imports every state first: a page has those that there are when it is made
        self._page = Page(cookie=cookie, tab=name)

    async def say(self, *events: Any) -> list[Any]:
        """Have each event's handler run to its end; returns what came back for them."""
        for event in events:
            state, handler = _handlers()[event["name"]]
            self._page.go(event["router_data"]["pathname"])
            await self._page.send(state, handler, **event["payload"])  # type: ignore[arg-type]
        return self._page.heard()


@contextmanager
def following_nobody() -> Iterator[None]:
    """No tab of another test follows anybody, and none of these does afterwards."""
    live.clear()
    try:
        yield
    finally:
        live.clear()


@cache
def _handlers() -> dict[str, tuple[type[BaseState], str]]:
    return all_handlers()
