"""What was seen a moment ago is drawn at once, in the browser, and refreshed when the server answers."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex_base.vars import VarData

from mentorbook.components.held import VIEWER, Substitute

_LIBRARY = "$/public/seen.js"


class Seen(Substitute):
    """A state, attribute by attribute, as it is to be drawn at the address that the browser is at.

    The state has `asked` (`state/address.py`, with the same `by`) and `phase`. While it still holds another
    page, what this tab has shown at the address before takes its place, or `phase` is loading.
    """

    def __init__(self, state: type[rx.State], *by: str) -> None:
        own: list[rx.Var[Any]] = [
            rx.Var.create(each) for each in (state.phase, VIEWER.account, rx.State.is_hydrated)
        ]
        _, person, settled = own
        call = f"useSeen('{state.__name__}', {list(by)}, {person!s}, {settled!s}, $)"
        imports = {_LIBRARY: [rx.ImportVar(tag="useSeen")]}
        super().__init__(state, f"seen_{state.__name__}", imports, call, *own)


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
