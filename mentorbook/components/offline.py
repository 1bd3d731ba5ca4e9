"""What every page says while the server is out of reach."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import icon


def offline_note() -> Component:
    """Draw a note over every page, from the first failed connection until the next that works."""
    return rx.fragment(_note())


@rx.memo
def _note() -> Component:
    return rx.connection_banner(
        rx.el.div(
            icon("wifi-off"),
            rx.el.span(
                rx.el.strong("MentorBook cannot be reached. "),
                "What you typed is kept. This page tries again by itself.",
            ),
            class_name="offline",
            role="alert",
            data_testid="offline-note",
        )
    )
