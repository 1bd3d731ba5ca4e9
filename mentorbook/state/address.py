"""Which page and which dialog the browser's address asks for, and the way out of a dialog."""

import re
from typing import Any
from urllib.parse import parse_qs

import reflex as rx

# What an address may have open over its page; everything else in the query is the page's own.
DIALOGS = ("book", "cancel", "reschedule", "edit", "decline", "no-show", "mentor-absent", "change", "refund")

_PLAIN = re.compile(r"[\w-]*", re.ASCII)


def asked_dialog(state: rx.State, name: str) -> str | None:
    """Return what the address says of a dialog, perhaps nothing more than its name; `None` without it."""
    found = parse_qs(state.router.url.query, keep_blank_values=True).get(name)
    return found[-1] if found else None


def leave_dialog() -> Any:
    """Return the event that closes the open dialog in the browser, because it has done its work."""
    return rx.call_script("window.mentorbookAddress?.close(true)")


def asked_page(state: rx.State, *parameters: str) -> str:
    """Return path and named parameters of the address as one text, as `assets/seen.js` makes it too.

    A parameter that is missing or holds anything but letters, digits, `_` and `-` counts as empty.
    """
    url = state.router.url
    given = (url.query_parameters.get(name, "") for name in parameters)
    return " ".join([url.path, *(value if _PLAIN.fullmatch(value) else "" for value in given)])
