"""Any browser can call any public method of any state: so each is behind `@action`."""

import dis
import inspect
from typing import Any

import pytest
import reflex as rx
from reflex.config import get_config

from mentorbook.state.action import action
from tests.probes import probe
from tests.security.handlers import all_handlers, all_states

# What Reflex itself puts on every state. `setvar` reaches methods named `set_*`, of which there are none.
BUILT_IN = {"setvar"}
BUILT_IN_OF_THE_ROOT = {"hydrate", "hydrate_and_load", "set_is_hydrated", "setvar"}
SECRETS = ("password", "token", "cookie", "ticket", "secret", "hash")
HARMLESS = {"shows_password", "password_error"}


def test_there_are_states_to_look_at() -> None:
    names = {state.__name__ for state in all_states()}
    assert {"BookingModal", "Me", "LogIn", "SessionList"} <= names
    assert len(all_handlers()) > 40


def test_every_handler_is_guarded() -> None:
    naked = [
        wire
        for wire, (state, name) in all_handlers().items()
        if name not in BUILT_IN and not hasattr(state.event_handlers[name].fn, "__guarded__")
    ]
    assert naked == []


def test_a_naked_handler_would_be_found() -> None:
    """Positive control."""

    @probe
    class Naked(rx.State):
        def come_in(self) -> None:
            """For everybody."""

    assert "come_in" in Naked.event_handlers
    assert not hasattr(Naked.event_handlers["come_in"].fn, "__guarded__")


def test_no_public_method_stands_beside_the_handlers() -> None:
    """A public function that is no handler today is one keystroke from being one."""
    for state in all_states():
        public = {name for name, value in vars(state).items() if callable(value) and not name.startswith("_")}
        assert public <= set(state.event_handlers) | {"Config"}, state


def test_handlers_ask_for_a_role_that_exists() -> None:
    for state, name in all_handlers().values():
        if name not in BUILT_IN:
            role = state.event_handlers[name].fn.__guarded__
            assert role in ("anyone", "member", "mentor", "admin")


def test_nothing_is_named_like_a_setter() -> None:
    assert [wire for wire, (_, name) in all_handlers().items() if name.startswith("set_")] == []


def test_reflex_adds_no_setters_of_its_own() -> None:
    assert not get_config().state_auto_setters

    @probe
    class Plain(rx.State):
        value: str = ""

    assert set(Plain.event_handlers) == BUILT_IN


def test_the_root_has_only_what_reflex_needs() -> None:
    assert set(rx.State.event_handlers) == BUILT_IN_OF_THE_ROOT


def test_no_variable_holds_a_secret() -> None:
    for state in all_states():
        names = set(state.vars) | {name for name in state.get_fields() if name}
        assert [n for n in names if any(word in n for word in SECRETS) and n not in HARMLESS] == []


@pytest.mark.parametrize("wire", sorted(all_handlers()))
def test_a_guarded_handler_names_the_types_it_takes(wire: str) -> None:
    state, name = all_handlers()[wire]
    function = state.event_handlers[name].fn
    if name not in BUILT_IN:
        assert set(arguments_of(function)) <= set(function.__annotations__)


def arguments_of(function: Any) -> list[str]:
    """What a browser may send to a guarded handler: all that its own function takes but page and actor."""
    code = function.__wrapped__.__code__
    return [name for name in code.co_varnames[1 : code.co_argcount] if name != "actor"]


@pytest.mark.parametrize("wire", sorted(all_handlers()))
def test_no_browser_says_who_it_is(wire: str) -> None:
    state, name = all_handlers()[wire]
    function = state.event_handlers[name].fn
    assert "actor" not in inspect.signature(function).parameters
    assert "actor" not in function.__annotations__


def test_a_handler_takes_the_actor_only_to_use_it() -> None:
    """For anyone, that is; a role has to be asked for whatever the handler does."""
    idle = []
    for wire, (state, name) in all_handlers().items():
        function = state.event_handlers[name].fn
        if name not in BUILT_IN and function.__guarded__ == "anyone":
            code = function.__wrapped__.__code__
            used = any(step.argval == "actor" for step in dis.get_instructions(code))
            if "actor" in code.co_varnames[: code.co_argcount] and not used:
                idle.append(wire)
    assert idle == []


async def _with_role(self: Any, text: str) -> None:
    """Takes nobody."""


async def _with_actor_last(self: Any, text: str, actor: Any) -> None:
    """Would have the browser say who it is."""


@pytest.mark.parametrize(
    ("role", "handler"),
    [("member", _with_role), ("mentor", _with_role), ("admin", _with_role), ("anyone", _with_actor_last)],
)
def test_a_role_without_somebody_to_have_it_is_refused(role: Any, handler: Any) -> None:
    with pytest.raises(TypeError, match="must take the actor first"):
        action(role)(handler)
    action("anyone")(_with_role)
