"""Any browser can call any public method of any state: so each is behind `@action`."""

import pytest
import reflex as rx
from reflex.config import get_config

from tests.probes import probe
from tests.security.handlers import all_handlers, all_states

# What Reflex itself puts on every state. `setvar` reaches methods named `set_*`, of which there are none.
BUILT_IN = {"setvar"}
BUILT_IN_OF_THE_ROOT = {"hydrate", "hydrate_and_load", "set_is_hydrated", "setvar"}
SECRETS = ("password", "token", "cookie", "ticket", "secret", "hash")
HARMLESS = {"shows_password", "password_error"}


def test_there_are_states_to_look_at() -> None:
    names = {state.__name__ for state in all_states()}
    assert {"Booking", "Me", "LogIn", "SessionList"} <= names
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
        code = function.__wrapped__.__code__
        arguments = code.co_varnames[2 : code.co_argcount]
        assert set(arguments) <= set(function.__annotations__)
