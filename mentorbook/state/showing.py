"""What is set on a state is sent to the browser, changed or not; this sets only what differs."""

from typing import Any

import reflex as rx


def show(state: rx.State, **values: Any) -> None:
    """Set those variables of the state that are not so already: for pages that are reloaded often."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)
