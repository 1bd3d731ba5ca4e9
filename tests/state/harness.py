"""A page without a browser: calls handlers the way Reflex's event processor does, and keeps what they say."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import reflex as rx
from reflex.istate.data import RouterData
from reflex_base.event import Event
from reflex_base.event.processor import EventProcessor
from reflex_base.event.processor.base_state_processor import _prepare_event_payload
from reflex_base.utils.format import json_dumps

from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from mentorbook.state.socket.live_pages import live

S = TypeVar("S", bound=rx.State)


class Page:
    """One tab: its own states, the cookie its socket came with, and everything handlers sent to it."""

    def __init__(
        self,
        person: Account | None = None,
        *,
        path: str = "/",
        tab: str = "tab",
        zone: str | None = None,
        cookie: str | None = None,
    ) -> None:
        self.token = tab
        self.events: list[Event] = []
        self.deltas: list[dict[str, Any]] = []
        if cookie is None and person is not None:
            cookie = accounts.start_login(person.id, address=None, agent=None)
        self.cookie = cookie
        # Of the cookie only the hash gets past the socket's door.
        cookies = [f"{settings.cookie}={accounts.cookie_hash(cookie)}"] if cookie else []
        cookies += [f"mentorbook_zone={zone}"] if zone else []
        # The root is only ever made by Reflex itself, which says so with an argument that has no type.
        self.root: rx.State = cast(Any, rx.State)(_reflex_internal_init=True)
        self._headers = {"cookie": "; ".join(["other=1", *cookies]), "user-agent": "tests"}
        self.go(path)

    def go(self, path: str) -> None:
        """Be on another page of the app."""
        router = {
            "headers": self._headers,
            "token": self.token,
            "ip": "192.0.2.1",
            "pathname": path,
            "asPath": path,
        }
        self.root.router = RouterData.from_router_data(router)

    def state(self, kind: type[S]) -> S:
        """The tab's state of a class."""
        return cast(S, self.root.get_substate(kind.get_full_name().split(".")))

    async def send(self, kind: type[rx.State], handler: str, /, **payload: Any) -> list[Event]:
        """Call a handler as the socket would; the events that it sent to the browser."""
        sent: list[Event] = []
        registered = kind.event_handlers[handler]
        made = registered.fn(self.state(kind), **_prepare_event_payload(registered, payload))
        async for each in made:
            if each:
                sent += Event.from_event_type(each)
            await self._report()
        await self._report()
        self.events += sent
        return sent

    async def visit(self, kind: type[rx.State], path: str) -> list[Event]:
        """Come to an address, and let a state load what it names."""
        self.go(path)
        return await self.send(kind, "arrive")

    def come(self, kind: type[rx.State], path: str) -> str:
        """`visit` without a loop."""
        return words(asyncio.run(self.visit(kind, path)))

    async def _report(self) -> None:
        """What changed goes to the browser: after each part of a handler, and at its end."""
        if delta := await self.root._get_resolved_delta():
            self.deltas.append(delta)
        cast(Any, self.root)._clean()

    def do(self, kind: type[rx.State], handler: str, /, **payload: Any) -> str:
        """`send` without a loop; everything that was sent, as one text to look into."""
        return words(asyncio.run(self.send(kind, handler, **payload)))

    def heard(self) -> list[Any]:
        """What the browser got since it was last asked, as it goes over the wire: changes, then events."""
        said = [{"name": event.name, "payload": str(event.payload)} for event in self.events]
        got: list[Any] = json.loads(json_dumps([*self.deltas, *said]))
        self.deltas.clear()
        self.events.clear()
        return got


def words(events: list[Event]) -> str:
    """What events say, as one text."""
    return "\n".join(f"{event.name} {event.payload}" for event in events)


def visible(state: rx.State) -> dict[str, Any]:
    """Everything of a state that a browser gets to see."""
    return {name: getattr(state, name) for name in state.base_vars}


class Tabs:
    """Stands in for the running app: knows which tabs are open, and lends their states one at a time."""

    def __init__(self, *pages: Page) -> None:
        self.pages = {page.token: page for page in pages}
        self.locks = {token: asyncio.Lock() for token in self.pages}
        self.event_namespace = SimpleNamespace(
            token_to_sid=dict.fromkeys(self.pages, "sid"), reconnect=self._reconnect
        )
        self.event_processor = EventProcessor()
        self.loaned: list[str] = []
        self.reconnected: list[str] = []
        self.sent: Callable[[str], object] = lambda tab: None
        """Called with each tab whose changes would be drawn and sent."""

    def set_contexts(self) -> nullcontext[None]:
        """The contexts of Reflex are not needed here."""
        return nullcontext()

    def close(self, page: Page) -> None:
        """The tab is gone."""
        del self.event_namespace.token_to_sid[page.token]

    def open(self, page: Page) -> None:
        """The tab is back."""
        self.event_namespace.token_to_sid[page.token] = "sid"

    async def _reconnect(self, tab: str) -> None:
        self.reconnected.append(tab)

    def modify_state(self, token: Any) -> "_Loan":
        """The tab's states, under the tab's lock, as `rx.App.modify_state` gives them."""
        self.loaned.append(token.ident)
        return _Loan(self.locks[token.ident], self.pages[token.ident], self)


class _Loan:
    def __init__(self, lock: asyncio.Lock, page: Page, tabs: Tabs) -> None:
        self._lock, self._page, self._tabs = lock, page, tabs

    async def __aenter__(self) -> rx.State:
        await self._lock.acquire()
        return self._page.root

    async def __aexit__(self, *_: object) -> None:
        self._tabs.sent(self._page.token)
        self._lock.release()


@contextmanager
def publishing(tabs: Tabs) -> Iterator[None]:
    """Changes reach these tabs while the block runs. Inside a running loop."""
    live.start(cast(rx.App, tabs))
    try:
        yield
    finally:
        live._app = live._loop = None


async def settled() -> None:
    """Wait until every change that was published has reached its tabs."""
    await asyncio.sleep(0)
    while live._tasks:
        await asyncio.gather(*live._tasks)
        await asyncio.sleep(0)
