"""Whose page it is: everything a tab's state holds belongs to the log-in that it was loaded under."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import reflex as rx
from reflex.state import BaseState
from reflex_base.event import Event

from mentorbook.domain.views import Account
from mentorbook.services.offload import call
from mentorbook.services.people.accounts import account_by_login
from mentorbook.settings import settings

# With these a page asks for its whole state: nothing of it is in the browser yet.
HYDRATES = {f"{rx.State.get_full_name()}.{name}" for name in ("hydrate", "hydrate_and_load")}

# Drafts are kept in the tab under a log-in (see `drafts`), and go with it; so does what is on show
# (`assets/held.js`).
FORGET_PERSON = (
    "Object.keys(sessionStorage).filter((key) => key.includes('.draft'))"
    ".forEach((key) => sessionStorage.removeItem(key)); window.mentorbookForget?.()"
)

_known: ContextVar[dict[str, Account | None] | None] = ContextVar("known", default=None)


class TabLogin(rx.State):
    """Keep the person and roles that the tab's state was loaded under; nothing while the state is new."""

    _loaded_by: str | None = None


async def is_of_login(root: BaseState) -> bool:
    """Say whether the state was loaded under its socket's present log-in; bind a new state to that one."""
    tab, loader = await root.get_state(TabLogin), _as_text(await current(root))
    if tab._loaded_by is None:
        tab._loaded_by = loader
    return tab._loaded_by == loader


async def reset_tab(root: BaseState) -> None:
    """Reset everything that the tab's state holds, and keep only the page's address."""
    for kind in all_states():
        # States that live in Redis come one by one: what is not there cannot be forgotten.
        await root.get_state(kind)
    root.reset()  # type: ignore[no-untyped-call]


def reload_page() -> list[Event]:
    """Have the browser load its page anew, with the cookie that it has by now and nothing that was typed."""
    return Event.from_event_type(rx.call_script(f"{FORGET_PERSON}; window.location.reload()"))


def all_states(below: type[BaseState] = rx.State) -> Iterator[type[BaseState]]:
    """List every state class below one."""
    for child in below.get_substates():
        yield child
        yield from all_states(child)


def _as_text(account: Account | None) -> str:
    return f"{account.id} {account.is_mentor} {account.is_admin}" if account else ""


async def current(state: BaseState) -> Account | None:
    """Return the account whose browser holds this page, by the log-in that its socket came with."""
    login, known = cookie(state, settings.cookie), _known.get()
    if not login:
        return None
    if known is None:
        return await call(account_by_login, login)
    if login not in known:
        known[login] = await call(account_by_login, login)
    return known[login]


def forget_login_lookups() -> None:
    """Clear the log-in lookups: the rest of this event asks the database for the account only once more."""
    _known.set({})


@contextmanager
def cached_login_lookups(known: Mapping[str, Account | None] | None = None) -> Iterator[None]:
    """Cache log-in lookups while the block runs: several parts may need the account, one query is enough.

    Log-ins that are in `known` are not queried at all.
    """
    before = _known.set(dict(known or {}))
    try:
        yield
    finally:
        _known.reset(before)


def cookie(state: Any, name: str) -> str | None:
    """Return a cookie that the page's socket came with; of the log-in's only the hash is available here."""
    # `router` would put all of the page's address together, and the attribute wrap the headers in a proxy,
    # several times for every page that is reloaded.
    for part in state.get_value("rx_router_headers").cookie.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return str(value)
    return None
