"""What a list is asked for stands in the address as the browser has it, from the first letter that is typed.

Every link of the list is made of that address, so none of them loses what was typed or chosen a moment ago,
however long the line; the state follows, by what its handlers are told and by the address.
"""

from typing import Any

import reflex as rx
from reflex_base.event import EventChain
from reflex_base.vars import VarData
from reflex_base.vars.function import ArgsFunctionOperation, FunctionVar
from reflex_components_core.el.elements.forms import Input

_LIBRARY = "$/public/list_address.js"
_ADDRESS = "list_address"


class AddressField(Input):
    """A text field whose text is a `parameter` of the address; `on_change` hears of it after `pause` ms."""

    library = _LIBRARY
    tag = "AddressField"

    parameter: rx.Var[str]
    pause: rx.Var[int]


address_field = AddressField.create


def _var(expression: str, *parts: rx.Var[Any]) -> rx.Var[Any]:
    own = VarData(
        hooks={f"const {_ADDRESS} = useListAddress();": None},
        imports={_LIBRARY: [rx.ImportVar(tag=tag) for tag in ("useListAddress", "addressOf", "isWaiting")]},
    )
    data = VarData.merge(own, *(part._get_all_var_data() for part in parts))
    return rx.Var(expression, _var_data=data)


def asked(parameter: str) -> rx.Var[str]:
    """Return what the address says for a parameter; empty where it says nothing."""
    return _var(f"({_ADDRESS}.asked['{parameter}'] ?? '')").to(str)


def address_with(**changes: Any) -> rx.Var[str]:
    """Return the address with some parameters changed; those that are empty leave it."""
    values = rx.Var.create(dict(changes))
    return _var(f"addressOf({_ADDRESS}.path, {{...{_ADDRESS}.asked, ...{values!s}}})", values).to(str)


def address_of(path: str, **values: Any) -> rx.Var[str]:
    """Return a path with these parameters, without the empty ones."""
    query = rx.Var.create(dict(values))
    return _var(f"addressOf('{path}', {query!s})", query).to(str)


def waits_for(answered: Any) -> rx.Var[bool]:
    """Say whether a state has yet to answer for the address; `answered` is for what it has."""
    return _var(f"isWaiting({_ADDRESS}, {answered!s})", answered).to(bool)


def ask(**changes: Any) -> Any:
    """Return the event that writes parameters into the address, in the browser; the empty ones leave it."""
    values = rx.Var.create(dict(changes))
    data = VarData.merge(values._get_all_var_data(), VarData(imports={_LIBRARY: [rx.ImportVar(tag="ask")]}))
    call = rx.Var(f"ask({values!s})", _var_data=data)
    return ArgsFunctionOperation.create(args_names=(), return_expr=call).to(FunctionVar, EventChain)
