"""The socket's door: a tab's state can only be reached with the log-in that it belongs to."""

import asyncio
import contextlib
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

import reflex as rx
from reflex.app import App, EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import BaseState
from reflex_base.registry import RegistrationContext
from reflex_base.utils.exceptions import EventDeserializationError
from socketio.exceptions import ConnectionRefusedError as Refused

from mentorbook.domain.views import Account
from mentorbook.services.offload import call
from mentorbook.services.people.accounts import cookie_hash
from mentorbook.services.people.login_throttle import network
from mentorbook.services.people.logins import in_use
from mentorbook.settings import settings
from mentorbook.state.action import ZONE_COOKIE
from mentorbook.state.socket.events import sanitized_event
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.liveness import answers, cut
from mentorbook.state.socket.login_guard import LoginGuard
from mentorbook.state.socket.tab_limits import VISITOR, TabLimits, TooManyTabs, waits_for
from mentorbook.state.socket.tab_login import all_states

# Events of one tab that wait for their turn; whoever sends more is read no further until some are done.
MOST_WAITING = 5
# How long a socket that seems open has to answer, when its tab connects once more.
ANSWERS_WITHIN_SECONDS = 2.0
_BUSY_SECONDS = 5.0
_LONGEST_TOKEN = 200
# What a page is told about its own request, and what is kept of it.
_KEPT_HEADERS = {b"host": 300, b"origin": 300, b"user-agent": 300}


def install(app: rx.App) -> None:
    """Install the namespace that guards the app's socket, before any client connects."""
    assert app.event_namespace is not None  # noqa: S101 - made with the app
    assert app.sio is not None  # noqa: S101 - made with the app
    # Reflex has no setting for it; the version is pinned, and tests knock at the door with raw sockets.
    app._event_namespace = TabNamespace(app.event_namespace.namespace, app)
    app.sio.register_namespace(app._event_namespace)
    app.add_middleware(LoginGuard(), index=0)


class TabNamespace(EventNamespace):
    """Serve Reflex's side of the socket, with another name for each tab.

    A browser names its tab as it likes, and that name stands in the socket's address. Here the state's
    name is made of it and of the log-in that the socket came with, so that whoever comes with another
    log-in, or none, finds another state, and nothing that is pushed to the first can reach them.
    """

    def __init__(self, namespace: str, app: App) -> None:
        super().__init__(namespace, app)
        self._limits = TabLimits()
        self._lapses: dict[str, asyncio.TimerHandle] = {}
        self._deleting: set[asyncio.Task[None]] = set()
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Connect a tab under the log-in of its cookie, if that is still valid, else as a visitor."""
        scope = environ["asgi.scope"]
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("token", [""])[0]
        if not 1 <= len(asked) <= _LONGEST_TOKEN:
            raise Refused("a page names its tab")
        cookies = _cookies(scope)
        person = await call(in_use, cookies.get(settings.cookie))
        login = cookie_hash(cookies.get(settings.cookie)) if person is not None else ""
        owner = _owner(person)
        try:
            self._limits.enter(sid, owner, network(scope["client"][0] if scope.get("client") else ""))
        except TooManyTabs:
            raise Refused("too many open pages") from None
        try:
            tab = _state_name(owner, login, asked)
            if not await self._is_free(tab):
                # A duplicated tab has its own from now on, and comes back to it by the name it is told.
                asked = str(uuid4())
                await self.emit("new_token", asked, to=sid)
                tab = _state_name(owner, login, asked)
            self._stop_waiting(tab)
            named = {
                **environ,
                "QUERY_STRING": urlencode({"token": tab}),
                "asgi.scope": {**scope, "headers": _headers(scope, login, cookies)},
            }
            await super().on_connect(sid, named, auth)
        except BaseException:
            self._limits.leave(sid)
            raise

    def on_disconnect(self, sid: str) -> asyncio.Task[Any] | None:
        """Keep the tab's state for a while, within the limits."""
        self._limits.leave(sid)
        tab = self.sid_to_token.get(sid)
        done = super().on_disconnect(sid)
        if tab is not None:
            owner = tab.rpartition("-")[0]
            for gone in self._limits.closed(owner, tab):
                self._lapse(gone)
            loop = asyncio.get_running_loop()
            self._lapses[tab] = loop.call_later(waits_for(owner), self._lapse, tab)
        return done

    async def on_event(self, sid: str, data: Any) -> None:
        """Forward an event, reduced to the fields that events have; drop what is no event."""
        owner = self.sid_to_token.get(sid, VISITOR).rpartition("-")[0]
        event = sanitized_event(data, is_known=owner != VISITOR)
        if event is None or not self._is_known(event["name"]):
            # The log's quota tells such errors from faults of ours, and writes them as one short line.
            raise EventDeserializationError("a page sent what is no event of ours")
        await super().on_event(sid, event)
        processor, tab = self.app.event_processor, self.sid_to_token.get(sid, "")
        # The socket is read by whoever waits here, so a flood stays in the sender's own buffers.
        while _waiting(processor, tab) > MOST_WAITING:  # noqa: ASYNC110 - the queues tell nobody
            await asyncio.sleep(0.01)

    async def reconnect(self, tab: str) -> None:
        """Have an open tab connect anew, and so load what it shows: nothing of it is here any more."""
        if (record := self._token_manager.token_to_socket.get(tab)) is not None:
            await cut(self.app, self.namespace, record.sid)

    async def _is_free(self, tab: str) -> bool:
        """Say whether no page holds the tab.

        A connection that was cut may look open for a while: its socket is pinged, and the tab taken over
        when it does not answer.
        """
        record = self._token_manager.token_to_socket.get(tab)
        if record is None or record.instance_id != self._token_manager.instance_id:
            return not await self._token_manager.is_token_connected(tab)
        if await self._answers(record.sid):
            return False
        if (gone := self.on_disconnect(record.sid)) is not None:
            await gone
        await self._token_manager.disconnect_token(tab, record.sid)
        return tab not in self._token_manager.token_to_socket

    async def _answers(self, sid: str) -> bool:
        """Say whether a socket is alive; concurrent callers share one ping."""
        asking = self._asking.get(sid)
        if asking is None:
            asking = asyncio.create_task(answers(self.app, self.namespace, sid, ANSWERS_WITHIN_SECONDS))
            self._asking[sid] = asking
            asking.add_done_callback(lambda _: self._asking.pop(sid, None))
        return await asyncio.shield(asking)

    def _is_known(self, name: str) -> bool:
        with self.app.set_contexts():
            return name in RegistrationContext.get().event_handlers

    def _stop_waiting(self, tab: str) -> None:
        self._limits.opened(tab.rpartition("-")[0], tab)
        if (timer := self._lapses.pop(tab, None)) is not None:
            timer.cancel()

    def _lapse(self, tab: str) -> None:
        """Delete the state of a closed tab, unless the tab has reconnected."""
        self._stop_waiting(tab)
        if tab in self._token_manager.token_to_socket:
            return
        if _waiting(self.app.event_processor, tab):
            # What is still to be done would make the state anew, and nobody would know of it.
            loop = asyncio.get_running_loop()
            self._lapses[tab] = loop.call_later(_BUSY_SECONDS, self._lapse, tab)
            return
        live.forget(tab)
        manager = self.app.state_manager
        token = rx.BaseStateToken(ident=tab, cls=rx.State)
        if isinstance(manager, StateManagerMemory):
            manager._purge_token(token)
        else:
            task = asyncio.get_running_loop().create_task(self._delete(manager, token))
            self._deleting.add(task)
            task.add_done_callback(self._deleting.discard)

    async def _delete(self, manager: Any, token: rx.BaseStateToken) -> None:
        # Another process may have the tab by now.
        if await self._token_manager.is_token_connected(token.ident):
            return
        kinds: list[type[BaseState]] = [rx.State, *all_states()]
        with contextlib.suppress(Exception):
            await manager.redis.delete(*map(token._state_key, kinds))


def _waiting(processor: Any, tab: str) -> int:
    queued = processor._queue.qsize() if processor._queue is not None else 0
    return int(queued + len(processor._token_queues.get(tab, ())))


def _owner(person: Account | None) -> str:
    """Return whose tabs are counted together: an account's, or those of all visitors."""
    return hashlib.sha256(f"owner {person.id}".encode()).hexdigest()[:16] if person else VISITOR


def _state_name(owner: str, login: str, asked: str) -> str:
    """Return the name of a tab's state under a log-in, which cannot be guessed for another's log-in."""
    return f"{owner}-{hashlib.sha256(f'{login} {asked}'.encode()).hexdigest()[:32]}"


def _cookies(scope: dict[str, Any]) -> dict[str, str]:
    lines = (value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    parts = (part.strip().partition("=") for line in lines for part in line.split(";"))
    return {name: value for name, _, value in parts}


def _headers(scope: dict[str, Any], login: str, cookies: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Return the headers that the state keeps: of secret cookies the hashes, which are useless as cookies."""
    kept = [(name, value[: _KEPT_HEADERS[name]]) for name, value in scope["headers"] if name in _KEPT_HEADERS]
    own = [
        (settings.cookie, login),
        (settings.device_cookie, cookie_hash(cookies.get(settings.device_cookie))),
        (ZONE_COOKIE, cookies.get(ZONE_COOKIE, "")[:100]),
    ]
    line = "; ".join(f"{name}={value}" for name, value in own if value)
    return [*kept, (b"cookie", line.encode("latin-1"))]
