"""Which page of a state the browser's address asks for."""

import re

import reflex as rx

_PLAIN = re.compile(r"[\w-]*", re.ASCII)


def asked_page(state: rx.State, *parameters: str) -> str:
    """Return path and named parameters of the address as one text, as `assets/seen.js` makes it too.

    A parameter that is missing or holds anything but letters, digits, `_` and `-` counts as empty.
    """
    url = state.router.url
    given = (url.query_parameters.get(name, "") for name in parameters)
    return " ".join([url.path, *(value if _PLAIN.fullmatch(value) else "" for value in given)])
