"""Which dialog the page's address names, and the way out of it."""

from typing import Any
from urllib.parse import parse_qs

import reflex as rx

# What an address may have open over its page; everything else in the query is the page's own.
DIALOGS = ("book", "cancel", "reschedule", "edit", "decline", "no-show")


def asked_dialog(state: rx.State, name: str) -> str | None:
    """Return what the address says of a dialog, perhaps nothing more than its name; `None` without it."""
    found = parse_qs(state.router.url.query, keep_blank_values=True).get(name)
    return found[-1] if found else None


def leave_dialog() -> Any:
    """Return the event that closes the open dialog in the browser, because it has done its work."""
    return rx.call_script("window.mentorbookAddress?.close(true)")
