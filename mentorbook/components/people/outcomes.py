"""What came of what a section asked the server for."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.parts import note


def problem(words: Any) -> Component:
    """Show what went wrong with the whole attempt; always there, so that it is announced when it fills."""
    return rx.el.div(
        rx.cond(words, note(words, tone="bad", tab_index=-1, custom_attrs={"data-problem": "true"})),
        role="alert",
        class_name="problem",
    )


def told(words: Any, test_id: str, *, look: str = "told") -> Component:
    """Say what has just happened; always there, so that it is announced when it fills."""
    return rx.el.div(
        rx.cond(words, note(words, tone="ok")), role="status", class_name=look, data_testid=test_id
    )


def not_loaded(what: str, *, asks: Awaited, ask: Any) -> Component:
    """Say that `what` could not be loaded, with the button that tries again."""
    return rx.el.div(
        note(f"{what} could not be loaded.", tone="bad", role="alert"),
        rx.el.div(awaited_button("Try again", asks=asks, ask=ask, kind="plain"), class_name="row"),
        class_name="stack",
    )
