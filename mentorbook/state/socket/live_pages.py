"""Open pages follow what others do: a page subscribes to people and is reloaded when one of them changes."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Container, Coroutine, Mapping, Set
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast
from uuid import UUID

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from mentorbook.domain.views import Account
from mentorbook.services.change_feed import EVERYBODY
from mentorbook.services.offload import call
from mentorbook.services.people.accounts import accounts_by_logins
from mentorbook.settings import settings
from mentorbook.state.socket.events_first import Courtesy
from mentorbook.state.socket.shared_questions import SharedAnswers, SharedQuestions, asking_together
from mentorbook.state.socket.tab_login import (
    cached_login_lookups,
    cookie,
    is_of_login,
    reload_page,
    reset_tab,
)

log = logging.getLogger(__name__)

TABS_AT_ONCE = 50
# So long what the services have said is good for the pages that are told next, and what is known of log-ins
# for a tab whose handler kept the others' answers waiting.
_KNOWN_FOR_SECONDS = 0.25
# A tab that has not begun to be reloaded by then is busy.
_BEGINS_WITHIN_SECONDS = 0.02
# So many turns of the loop, and one more, come between two tabs that are drawn: what arrives is known then.
_TURNS_BETWEEN = 3
# So long the tabs that are reloaded side by side wait, all in all, for events that are in flight.
_PATIENCE_SECONDS = 0.05
_SETTLES_WITHIN_SECONDS = 0.5


class Followed(Protocol):
    """What a state class has to have so that its pages follow what others do."""

    async def _follow(self) -> None:
        """Read what the state shows from the database, by the permissions of who holds the page now."""


class Reconnecting(Protocol):
    """What can have tabs connect anew: the socket's namespace (`tabs.py`)."""

    async def reconnect(self, tab: str) -> None:
        """Have an open tab connect anew."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What tabs that are reloaded side by side share: who holds their log-ins, and what they ask."""

    holders: Mapping[str, Account | None]
    asked_at: float
    questions: SharedQuestions
    turn: asyncio.Lock
    """Held by the tab that is being drawn and sent: other work of the loop comes between two of them."""
    courtesy: Courtesy

    def holders_now(self) -> Mapping[str, Account | None]:
        """Return accounts by the hash of their log-in, or none if they were read too long ago to push by."""
        fresh = asyncio.get_running_loop().time() - self.asked_at < _KNOWN_FOR_SECONDS
        return self.holders if fresh else {}


class Live:
    """Keep which tabs of this process follow which people, and reload them. Only used on the event loop.

    A tab that has lost its connection keeps what it follows, and is reloaded when it is back; the socket's
    door, which knows for how long closed tabs are waited for, has it forgotten.
    """

    def __init__(self) -> None:
        self._follows: dict[str, dict[type[rx.State], frozenset[UUID]]] = {}
        self._people: dict[str, frozenset[UUID]] = {}
        self._tabs: dict[UUID, set[str]] = defaultdict(set)
        self._missed: dict[str, set[type[rx.State]]] = {}
        self._waiting: dict[str, set[type[rx.State]]] = {}
        self._logins: dict[str, str] = {}
        self._app: rx.App | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._drainer: asyncio.Task[None] | None = None
        self._pending: set[UUID] = set()
        self._answers = SharedAnswers(_KNOWN_FOR_SECONDS)

    def start(self, app: rx.App) -> None:
        """Begin to publish to the tabs of this app, on the running loop."""
        self._app, self._loop = app, asyncio.get_running_loop()

    def clear(self) -> None:
        """Remove all subscriptions of all tabs."""
        for known in (self._follows, self._people, self._tabs, self._missed, self._waiting, self._logins):
            known.clear()

    def follow(self, state: rx.State, people: list[UUID]) -> None:
        """Have the page's tab follow exactly these people through this state class, and no others.

        `people` are ids as `services/change_feed.py` announces them; none ends it.
        """
        token, kind = state.router.session.client_token, _class_of(state)
        kinds = self._follows.setdefault(token, {})
        kinds.pop(kind, None)
        if people:
            kinds[kind] = frozenset([*people, EVERYBODY])
            # A tab keeps the log-in that its socket came with. It is looked at again before anything is sent.
            self._logins[token] = cookie(state, settings.cookie) or ""
        self._index(token)
        if missed := self._missed.pop(token, None):
            # The tab is back: what it did not hear meanwhile is shown now, except what is loading anyway.
            self._spawn(self._reload(token, missed - {kind}))

    def changed(self, people: frozenset[UUID]) -> None:
        """Reload the pages of everybody who follows one of these people: the feed's listener.

        Callable from any thread. Whoever changes something announces it (`services/change_feed.py`) instead.
        """
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._schedule, people)

    def clock_reached(self, person: UUID) -> None:
        """Reload the pages of this process that follow a person, because only the clock has changed them."""
        if self._loop is not None:
            self._schedule({person})

    async def settled(self) -> None:
        """Return when no page is being told of a change any more, at the latest after half a second.

        For whatever can wait while somebody looks at a page.
        """
        drainer = self._drainer
        if drainer is not None and drainer.get_loop() is asyncio.get_running_loop():
            await asyncio.wait([drainer], timeout=_SETTLES_WITHIN_SECONDS)

    def _index(self, token: str) -> None:
        """Update the index from people to tabs for one tab."""
        wanted = frozenset[UUID]().union(*self._follows.get(token, {}).values())
        before = self._people.pop(token, frozenset())
        for person in before - wanted:
            self._tabs[person].discard(token)
            if not self._tabs[person]:
                del self._tabs[person]
        for person in wanted - before:
            self._tabs[person].add(token)
        if wanted:
            self._people[token] = wanted

    def _schedule(self, people: Set[UUID]) -> None:
        # Never inside the handler that made the change: it holds its own tab's lock.
        self._pending |= people
        # What pages have been told of so far may not hold any more.
        self._answers.forget()
        drainer = self._drainer
        # One of a loop that has ended may never have begun.
        is_gone = drainer is None or drainer.done() or drainer.get_loop() is not asyncio.get_running_loop()
        if is_gone:
            self._drainer = self._spawn(self._drain())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _drain(self) -> None:
        while self._pending:
            people, self._pending = self._pending, set()
            assert self._app is not None  # noqa: S101 - set with the loop that this runs on
            # Reflex's contexts, once for all tabs that are reloaded: each would set up its own.
            with self._app.set_contexts():
                await self._publish(people)
        self._answers.forget()

    async def _publish(self, people: set[UUID]) -> None:
        open_tabs = self._open_tabs()
        due: dict[str, set[type[rx.State]]] = {}
        for token in set[str]().union(*(self._tabs.get(person, ()) for person in people)):
            kinds = {kind for kind, followed in self._follows[token].items() if followed & people}
            if token in open_tabs:
                due[token] = kinds
            else:
                self._missed.setdefault(token, set()).update(kinds)
        # Some at a time, so that whoever does something else meanwhile is served between them.
        waiting = list(due.items())
        for first in range(0, len(waiting), TABS_AT_ONCE):
            await self._reload_together(waiting[first : first + TABS_AT_ONCE])

    async def _reload_together(self, tabs: list[tuple[str, set[type[rx.State]]]]) -> None:
        """Reload some tabs concurrently: shared queries run once, also that for the log-ins' accounts."""
        asked_at = asyncio.get_running_loop().time()
        try:
            logins = {self._logins.get(token, "") for token, _ in tabs}
            holders = await call(accounts_by_logins, logins - {""})
        except Exception:
            log.exception("it could not be asked who holds the open tabs; each asks by itself")
            holders = {}
        assert self._app is not None  # noqa: S101 - tabs of its are open
        courtesy = Courtesy(self._app, {token for token, _ in tabs}, _PATIENCE_SECONDS)
        questions = SharedQuestions(courtesy.let_pass, self._answers)
        together = SideBySide(holders, asked_at, questions, asyncio.Lock(), courtesy)
        begun = []
        with questions.gathering():
            for token, kinds in tabs:
                begun.append(self._spawn(self._reload(token, kinds, together)))
                await courtesy.let_pass()
        await self._reloaded({token: task for (token, _), task in zip(tabs, begun, strict=True)})

    async def _reloaded(self, begun: dict[str, asyncio.Task[None]]) -> None:
        """Return when these tabs are reloaded, but for those that are busy with events of their own.

        A busy tab is reloaded after its event, and keeps no other from it; nor does one that takes too long.
        """
        left, done = set(begun), asyncio.Event()

        def one_less(token: str, _reload: asyncio.Task[None]) -> None:
            left.discard(token)
            if left <= self._waiting.keys():
                done.set()

        for token, task in begun.items():
            task.add_done_callback(partial(one_less, token))
        for patience in (_BEGINS_WITHIN_SECONDS, _KNOWN_FOR_SECONDS):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), patience)
            if left <= self._waiting.keys():
                return

    def forget(self, token: str) -> None:
        """Remove all subscriptions of a tab that is gone or begins with a new state."""
        self._follows.pop(token, None)
        self._logins.pop(token, None)
        self._index(token)
        self._missed.pop(token, None)

    def _open_tabs(self) -> Container[str]:
        """Return the tabs that are connected now. Reflex builds this at each call: ask once a round."""
        namespace = self._app.event_namespace if self._app else None
        return namespace.token_to_sid if namespace is not None else ()

    async def _reload(
        self, token: str, kinds: set[type[rx.State]], together: "SideBySide | None" = None
    ) -> None:
        assert self._app is not None  # noqa: S101 - a tab of its is open
        if not kinds:
            return
        if (waiting := self._waiting.get(token)) is not None:
            # Whoever waits for this tab already reloads these as well.
            waiting.update(kinds)
            return
        self._waiting[token], is_begun = set(kinds), False
        whole = rx.BaseStateToken(ident=token, cls=next(iter(kinds)))
        try:
            async with AsyncExitStack() as turn, self._app.modify_state(whole) as root:
                kinds, is_begun = self._waiting.pop(token, kinds), True
                if root.rx_router_session.client_token != token:
                    # The tab slept so long that its state is gone: what it shows would stay as it is.
                    self.forget(token)
                    self._spawn(self._begin_anew(token))
                    return
                with (
                    cached_login_lookups(together.holders_now() if together else None),
                    asking_together(together.questions if together else None),
                ):
                    if not await is_of_login(root):
                        # Logged out, or of another role by now: nothing of theirs is shown any more.
                        self.forget(token)
                        await reset_tab(root)
                        await self._send(token, reload_page())
                        return
                    for kind in kinds:
                        await self._one(root, kind)
                if together:
                    # Left when `modify_state` has drawn and sent what changed.
                    await turn.enter_async_context(together.turn)
                    for _ in range(_TURNS_BETWEEN):
                        await asyncio.sleep(0)
                    await together.courtesy.let_pass()
        except Exception:
            log.exception("a tab could not be reloaded")
        finally:
            if not is_begun:
                self._waiting.pop(token, None)

    async def _begin_anew(self, token: str) -> None:
        """Have a tab whose state is gone connect once more, as it would to a server that was restarted."""
        assert self._app is not None  # noqa: S101 - a tab of its is open
        await cast(Reconnecting, self._app.event_namespace).reconnect(token)

    async def _send(self, token: str, events: list[Event]) -> None:
        assert self._app is not None  # noqa: S101 - a tab of its is open
        if (namespace := self._app.event_namespace) is not None:
            await namespace.emit_update(StateUpdate(events=events), token)

    async def _one(self, root: Any, kind: type[rx.State]) -> None:
        try:
            await cast(Followed, await root.get_state(kind))._follow()
        except Exception:
            # What cannot be reloaded must not keep the rest, and other pages, from it.
            log.exception("a page could not be reloaded")


def _class_of(state: rx.State) -> type[rx.State]:
    return cast(type[rx.State], getattr(type(state), "__wrapped__", type(state)))


live = Live()
