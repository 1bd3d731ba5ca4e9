"""The one way into a state: `@action` on every handler that a browser can call."""

import functools
import inspect
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal
from urllib.parse import quote, unquote

import reflex as rx
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from mentorbook.domain.errors import DomainError, NotAuthenticated, NotPermitted, ValidationFailed
from mentorbook.domain.schemas import fields_of
from mentorbook.domain.views import Account
from mentorbook.domain.zone_search import present_name
from mentorbook.domain.zones import is_zone
from mentorbook.presenters.refusals import refusal
from mentorbook.state.socket.tab_login import FORGET_PERSON, cookie, current

log = logging.getLogger(__name__)

ZONE_COOKIE = "mentorbook_zone"
ZONE_SCRIPT = (
    f"document.cookie='{ZONE_COOKIE}='+encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone||'UTC')"
    "+';path=/;max-age=31536000;samesite=lax'"
)

# What pages begin with; see their `on_load`.
_LOADS = ("arrive", "arrive_member", "load")
_A_DAY_MS = 86_400_000

Role = Literal["anyone", "member", "mentor", "admin"]


def action(role: Role = "member") -> Callable[[Callable[..., Any]], Any]:
    """Guard a handler `async def name(self, actor, …)`; the browser calls it without `actor`.

    Any browser can call any public method of any state, with anything, from any page. So this looks the
    actor up by the log-in's hash, checks the role, validates the arguments against their annotations, and
    turns a refusal into what the state's `_refused(error)` returns, or a toast. `actor` is an `Account`,
    or nothing where `role` is "anyone" and nobody is logged in. A handler may yield.

    A handler for anyone that does the same whoever calls it leaves `actor` out, and looks nobody up
    (the guard before it has asked whether the log-in still holds). Raises `TypeError` where a role is asked
    for without an `actor` to have it.
    """

    def guard(handler: Callable[..., Any]) -> Any:
        asks_who = _takes_actor(handler, role)
        wanted = _arguments(handler, skip=2 if asks_who else 1)

        @functools.wraps(handler)
        async def guarded(self: rx.State, /, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            is_let_in = False
            try:
                who = [await _known(self, role)] if asks_who else []
                is_let_in = True
                made = handler(self, *who, **_validated(wanted, args, kwargs))
                if inspect.isasyncgen(made):
                    async for event in made:
                        yield event
                else:
                    yield await made
            except DomainError as error:
                # To whom a page does not belong, it says nothing; theirs is on its way to the log-in.
                if is_let_in or not isinstance(error, NotAuthenticated | NotPermitted):
                    _answer(self)
                yield await _explain(self, error)
            except Exception as error:
                _answer(self)
                yield _apologize(handler.__qualname__, error)

        parameters = list(inspect.signature(handler).parameters.values())
        given = [parameters[0], *parameters[2 if asks_who else 1 :]]
        guarded.__signature__ = inspect.Signature(given)  # type: ignore[attr-defined]
        guarded.__annotations__ = {
            name: hint for name, hint in handler.__annotations__.items() if name not in ("actor", "return")
        }
        guarded.__guarded__ = role  # type: ignore[attr-defined]
        return guarded

    return guard


def _answer(state: rx.State) -> None:
    """Void what the page has drawn by itself: what it asked for was not done, nor will be."""
    fail: Callable[[], None] | None = getattr(state, "_fail", None)
    if fail is not None:
        fail()


def _takes_actor(handler: Callable[..., Any], role: Role) -> bool:
    """Say whether the actor is the first argument. Nowhere else: there a browser would say who it is."""
    names = list(inspect.signature(handler).parameters)[1:]
    takes = names[:1] == ["actor"]
    if "actor" in names[1:] or not (takes or role == "anyone"):
        raise TypeError(f"{handler.__qualname__} must take the actor first")
    return takes


def _arguments(handler: Callable[..., Any], skip: int) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(handler, eval_str=True).parameters.values())[skip:]:
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (parameter.annotation, default)
    return create_model(handler.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)


async def _known(state: rx.State, role: Role) -> Account | None:
    """Return who holds the page. Raises `NotAuthenticated`, `NotPermitted` for those without the role."""
    actor = await current(state)
    if role != "anyone" and actor is None:
        raise NotAuthenticated
    if (role == "mentor" and not (actor and actor.is_mentor)) or (
        role == "admin" and not (actor and actor.is_admin)
    ):
        raise NotPermitted
    return actor


def _validated(wanted: type[BaseModel], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return what the browser sent, by name. Raises `ValidationFailed`."""
    given = dict(zip(wanted.model_fields, args, strict=False)) | kwargs
    if broken := [name for name, value in given.items() if not _can_be_sent([name, value])]:
        named = [name if name in wanted.model_fields else "input" for name in broken]
        raise ValidationFailed(dict.fromkeys(named, "has a broken character; type it again"))
    try:
        values = wanted.model_validate(given)
    except ValidationError as error:
        raise ValidationFailed(fields_of(error)) from None
    return {name: getattr(values, name) for name in wanted.model_fields}


def _can_be_sent(value: Any) -> bool:
    """Say whether what was sent could be sent back: half a surrogate would silence the page for good."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (UnicodeEncodeError, ValueError, RecursionError):
        return False
    return True


def browser_zone(state: rx.State) -> str:
    """Return the browser's own time zone, which the page leaves in a cookie before its socket connects."""
    zone = unquote(cookie(state, ZONE_COOKIE) or "")
    return present_name(zone) if is_zone(zone) else "UTC"


async def _explain(state: rx.State, error: DomainError) -> Any:
    refused: Callable[[DomainError], Awaitable[Any]] | None = getattr(state, "_refused", None)
    if refused is not None and (handled := await refused(error)) is not None:
        return handled or None
    if isinstance(error, NotAuthenticated):
        return log_in_first(state)
    return rx.toast.error(refusal(error).detail)


def log_in_first(state: rx.State) -> Any:
    """Go to the log-in page and come back here afterwards; a full navigation, since the cookie is old."""
    address = state.router.url
    here = f"{address.path}?{address.query}" if address.query else address.path
    return rx.call_script(f"{FORGET_PERSON}; window.location.assign('/login?next={quote(here, safe='/')}')")


def _apologize(name: str, error: Exception) -> Any:
    reference = secrets.token_hex(4)
    log.error("handler %s failed (%s)", name, reference, exc_info=error)
    if name.rpartition(".")[2] in _LOADS:
        # What was to be shown is missing, so these words stay, once a page, and offer the way on.
        return rx.toast.error(
            f"This page could not be loaded. If it stays so, tell us {reference}.",
            id="not-loaded",
            duration=_A_DAY_MS,
            action={"label": "Load again", "on_click": rx.call_script("window.location.reload()")},
        )
    return rx.toast.error(
        f"Something went wrong here, and nothing was changed. Try again; if it stays, tell us {reference}."
    )
