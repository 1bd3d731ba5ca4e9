"""What every page says while the server is out of reach, and what its buttons say then."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.vars import VarData
from reflex_components_core.core.banner import has_connection_errors

from mentorbook.components.parts import Kind, button, icon

_LOST = rx.Var(
    "line_lost",
    _var_data=VarData(
        hooks={"const line_lost = useLineLost();": None},
        imports={"$/public/line.js": [rx.ImportVar(tag="useLineLost")]},
    ),
).to(bool)
# From when the line is lost, or connecting fails, until the next connection; known in the browser alone.
is_offline: rx.Var[bool] = has_connection_errors | _LOST

# Short, so that it fits where the button's own words were.
_OFFLINE, _WHY = "Offline", "Connection lost. This works again as soon as MentorBook can be reached."


def offline_note() -> Component:
    """Draw a note over every page and whatever is open on it, for as long as the connection is lost.

    It belongs beside the theme, not in it: dialogs and popovers stand after the theme's box, and hide all
    of it from screen readers but what was a live region before they opened.
    """
    return rx.fragment(_note())


@rx.memo
def _note() -> Component:
    words = rx.el.div(
        icon("wifi-off"),
        rx.el.span(
            rx.el.strong("MentorBook cannot be reached. "),
            "What you typed is kept. This page tries again by itself.",
        ),
        class_name="offline",
        data_testid="offline-note",
    )
    return rx.el.div(
        rx.cond(is_offline, words), role="alert", aria_live="assertive", class_name="offline-place"
    )


def server_button(
    *words: Any, kind: Kind = "plain", on_click: Any, off: Any = False, why: str = "", **props: Any
) -> Component:
    """Draw a button for what only the server can do: while it is out of reach, the button says so instead.

    It keeps its place and its size, and the focus. `off` says that it cannot be pressed for another reason,
    which is `why`. Several events, in a list, ask `is_offline` themselves.
    """
    pressed = on_click if isinstance(on_click, list) else rx.cond(is_offline, rx.noop(), on_click)
    return button(
        rx.el.span(
            rx.el.span(*words, class_name=rx.cond(is_offline, "unsaid", "")),
            rx.cond(is_offline, rx.el.span(_OFFLINE)),
            class_name="either",
        ),
        kind=kind,
        on_click=pressed,
        aria_disabled=rx.cond(is_offline | off, "true", "false"),
        title=rx.cond(is_offline, _WHY, rx.cond(off, why, "")),
        **props,
    )
