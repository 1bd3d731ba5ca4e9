"""What was seen a moment ago is drawn at once, in the browser, and refreshed when the server answers."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex_base.vars import VarData

from mentorbook.state.people.me import Me

_LIBRARY = "$/public/seen.js"


class Seen:
    """A state, attribute by attribute, as it is to be drawn at the address that the browser is at.

    The state has `asked` (`state/address.py`, with the same `by`) and `phase`. While it still holds another
    page, what this tab has shown at the address before takes its place, or `phase` is loading.
    """

    def __init__(self, state: type[rx.State], *by: str) -> None:
        self._state = state
        own: list[rx.Var[Any]] = [
            rx.Var.create(each) for each in (state.phase, Me.email, rx.State.is_hydrated)
        ]
        phase, person, settled = own
        self._name, self._source = f"seen_{state.__name__}", str(phase).rpartition(".")[0]
        call = f"useSeen('{state.__name__}', {list(by)}, {person!s}, {settled!s}, {self._source})"
        self._data = VarData.merge(
            *(each._get_all_var_data() for each in own),
            VarData(
                hooks={f"const {self._name} = {call};": None},
                imports={_LIBRARY: [rx.ImportVar(tag="useSeen")]},
            ),
        )

    def __getattr__(self, name: str) -> Any:
        """Return a var of the state as it is to be drawn, or one of its handlers."""
        var = getattr(self._state, name)
        if not isinstance(var, rx.Var):
            return var
        return rx.Var(
            _js_expr=str(var).replace(f"{self._source}.", f"{self._name}.", 1),
            _var_type=var._var_type,
            _var_data=self._data,
        ).guess_type()


def asked_for(parameter: str, choices: Sequence[str]) -> rx.Var[str]:
    """Return, in the browser, what the address says for a parameter; anything but `choices` is the first."""
    return rx.Var(
        _js_expr=f"choiceOf(address_query, '{parameter}', {list(choices)})",
        _var_type=str,
        _var_data=VarData(
            hooks={"const [address_query] = useSearchParams();": None},
            imports={
                "react-router": [rx.ImportVar(tag="useSearchParams")],
                _LIBRARY: [rx.ImportVar(tag="choiceOf")],
            },
        ),
    ).guess_type()
