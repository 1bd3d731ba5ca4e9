"""What only the server can give: a press shows at once that it was taken, and asks once until the answer."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import EventChain
from reflex_base.vars import VarData
from reflex_base.vars.function import ArgsFunctionOperation, FunctionVar

from mentorbook.components.offline import is_offline, server_button
from mentorbook.components.parts import Kind, icon
from mentorbook.state.people.me import Me

# What this tab has asked for; more than anybody presses before an answer need not be remembered.
_HELD = ClientStateVar.create("awaited", default=[])
_MOST = 20


def answers_of(state: Any, what: str | rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    """Return the vars that are another when a state made with `Answers` has answered `what`, or failed."""
    return state.answered[what].to(str), state.failed


class Awaited:
    """Something that the server is asked for by a press, as this tab knows it.

    It is awaited from the press until one of `answers`, vars of the state that answers, is another, or the
    connection is: an answer that was lost with its connection is not waited for. What was pressed elsewhere
    on the page meanwhile stays awaited.
    """

    def __init__(self, what: str | rx.Var[str], *answers: rx.Var[str]) -> None:
        """Name it by `what`, which nothing else on the page is named by."""
        parts: tuple[Any, ...] = (rx.Var.create(what), *answers, Me.connection)
        held = _HELD.value
        self._data = VarData.merge(*(part._get_all_var_data() for part in (held, *parts)))
        self._held = str(held)
        self._key = f"[{', '.join(str(part) for part in parts)}].join('|')"
        self.is_asked: Any = rx.Var(f"{held!s}.includes({self._key})", _var_data=self._data).to(bool)

    def press(self, *, unless: Any = False) -> Any:
        """Return the event that shows it as awaited; none while `unless` holds."""
        stops = rx.Var.create(unless)
        data = VarData.merge(self._data, stops._get_all_var_data())
        more = f"[...{self._held}.slice(-{_MOST - 1}), {self._key}]"
        held = rx.Var(f"({stops!s} ? {self._held} : {more})", _var_data=data)
        setter = rx.Var("refs['_client_state_setAwaited']", _var_data=data).to(FunctionVar)
        call = setter.call(held)
        return ArgsFunctionOperation.create(args_names=(), return_expr=call).to(FunctionVar, EventChain)


def awaited_button(
    *words: Any,
    asks: Awaited,
    ask: Any,
    kind: Kind = "primary",
    press: Sequence[Any] = (),
    unless: Any = False,
    instead: Any = None,
    off: Any = False,
    asks_when_off: bool = False,
    look: Any = "",
    **props: Any,
) -> Component:
    """Draw a button that asks the server with the event `ask`, shows at once that it has, and asks once.

    `press` happens in the browser at each press. `unless` says that there is nothing to ask for yet: then
    `instead` happens. `off` says that it cannot be pressed; with `asks_when_off` the server is asked all the
    same, which may know of something typed that this page has not heard about yet.
    """
    is_stopped = asks.is_asked | is_offline | unless
    if not asks_when_off:
        is_stopped = is_stopped | off
    events = [
        *press,
        asks.press(unless=is_stopped),
        rx.cond(is_stopped, rx.cond(unless, instead, rx.noop()) if instead else rx.noop(), ask),
    ]
    return _button(*words, asks=asks, kind=kind, off=off, look=look, on_click=events, **props)


def try_again(state: Any, ask: Any) -> Component:
    """Draw the button that loads what could not be loaded, by a state with `Attempts` or `Seen` of one."""
    asks = Awaited(f"{state.get_name()}-again", state.attempt)
    return awaited_button(icon("rotate-cw"), "Try again", asks=asks, ask=ask, kind="plain")


def awaited_submit(*words: Any, asks: Awaited, kind: Kind = "primary", **props: Any) -> Component:
    """Draw the button that submits a form whose `on_submit` is made by `submit_once`."""
    return _button(*words, asks=asks, kind=kind, type="submit", on_click=rx.noop(), **props)


def submit_once(asks: Awaited, submit: Any) -> Callable[[Any], list[Any]]:
    """Return what a form does when it is submitted, by its button or by Enter: it asks once."""
    is_stopped = asks.is_asked | is_offline

    def submitted(form: Any) -> list[Any]:
        return [asks.press(unless=is_stopped), rx.cond(is_stopped, rx.noop(), submit(form))]

    return submitted


def _button(
    *words: Any, asks: Awaited, kind: Kind, on_click: Any, off: Any = False, look: Any = "", **props: Any
) -> Component:
    waits = rx.cond(asks.is_asked, "waits", rx.cond(off, "off", ""))
    return server_button(
        *words,
        kind=kind,
        off=off,
        class_name=rx.Var.create(waits).to(str) + f" {look}" if look else waits,
        aria_busy=rx.cond(asks.is_asked & ~is_offline, "true", "false"),
        on_click=on_click,
        custom_attrs={"data-once": ""},
        **props,
    )
