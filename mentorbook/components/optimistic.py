"""Facts that are drawn the moment they are pressed, in the browser, until the server says otherwise."""

from typing import Any

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import EventChain
from reflex_base.vars import VarData
from reflex_base.vars.function import ArgsFunctionOperation, FunctionVar


def worked_out_once(name: str, value: Any) -> Any:
    """Return a var that is worked out once in each component that uses it, under a name that no other has.

    For what many parts of a component show: written out in each of them, it would fill the page's script.
    """
    hook = VarData.merge(value._get_all_var_data(), VarData(hooks={f"const {name} = {value!s}": None}))
    return rx.Var(name, _var_data=hook).to(value._var_type)


class Optimistic:
    """Facts of a state as this tab shows them: as pressed last, or as the server has set them since.

    The state's `turn` is another whenever the server sets one of the facts by itself, for example because it
    refuses what was pressed. What was pressed under an earlier turn is void: the state's own facts show
    again. The handler that a press calls sets the same facts, so that a later turn finds them there.
    """

    def __init__(self, name: str, turn: Any, **facts: Any) -> None:
        """Hold facts under a name that no other has, each with the var of the state that it stands for."""
        # No turn is null: before anything is pressed, the state's facts show.
        held = ClientStateVar.create(f"{name}_pressed", default={"turn": None})
        pressed = held.value
        self.name = name
        self._turn = turn
        self._facts = {fact: rx.Var.create(value) for fact, value in facts.items()}
        own = rx.Var.create(dict(self._facts))
        data = VarData.merge(pressed._get_all_var_data(), turn._get_all_var_data(), own._get_all_var_data())
        shown = rx.Var(f"{pressed!s}?.turn === {turn!s} ? {pressed!s} : {own!s}", _var_data=data)
        self._shown = worked_out_once(name, shown)
        self._data = self._shown._get_all_var_data()
        self._setter = rx.Var(
            f"refs['_client_state_set{held._getter_name.capitalize()}']", _var_data=self._data
        ).to(FunctionVar)

    def __getattr__(self, fact: str) -> Any:
        """Return a fact as it is shown, as a var for components."""
        if fact.startswith("_") or fact not in self._facts:
            raise AttributeError(fact)
        return rx.Var(f"{self._shown!s}.{fact}", _var_data=self._data).to(self._facts[fact]._var_type)

    def press(self, **changes: Any) -> Any:
        """Return the event that shows these facts, and all others as they are shown now."""
        changed = rx.Var.create({"turn": self._turn, **changes})
        facts = rx.Var(f"({{...{self._shown!s}, ...{changed!s}}})", _var_data=changed._get_all_var_data())
        call = self._setter.call(facts)
        return ArgsFunctionOperation.create(args_names=(), return_expr=call).to(FunctionVar, EventChain)
