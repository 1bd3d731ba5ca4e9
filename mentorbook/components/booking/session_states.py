"""What a page about one session shows when there is none: the same for other people's as for nobody's."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import button, link_button
from mentorbook.state.booking.addressed_session import AddressedSession


def session_states(state: type[AddressedSession], shown: Component, waits: Component) -> Component:
    """Draw `shown` once the session is loaded, `waits` before, and otherwise what to do."""
    return rx.cond(
        rx.State.is_hydrated,
        rx.match(
            state.phase,
            ("shown", shown),
            ("missing", _missing()),
            ("failed", _failed(state)),
            waits,
        ),
        waits,
    )


def _missing() -> Component:
    return rx.el.div(
        rx.el.h1("There is no such session"),
        rx.el.p("The address may be wrong, or the session belongs to other people."),
        link_button("Your sessions", href="/sessions"),
        class_name="lost",
    )


def _failed(state: type[AddressedSession]) -> Component:
    return rx.el.div(
        rx.el.h1("The session could not be loaded"),
        rx.el.p("Nothing about it has changed. Try again in a moment."),
        button("Try again", on_click=state.load),
        class_name="lost",
        role="alert",
    )
