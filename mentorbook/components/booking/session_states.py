"""What a page about one session shows when there is none: the same for other people's as for nobody's."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import try_again
from mentorbook.components.parts import link_button
from mentorbook.components.seen import Seen


def session_states(seen: Seen, shown: Component, waits: Component) -> Component:
    """Draw `shown` once the session is loaded, `waits` before, and otherwise what to do."""
    return rx.match(
        seen.phase,
        ("shown", shown),
        ("missing", _missing()),
        ("failed", _failed(seen)),
        waits,
    )


def _missing() -> Component:
    return rx.el.div(
        rx.el.h1("There is no such session"),
        rx.el.p("The address may be wrong, or the session belongs to other people."),
        link_button("See your sessions", href="/sessions"),
        class_name="lost",
    )


def _failed(seen: Seen) -> Component:
    return rx.el.div(
        rx.el.h1("The session could not be loaded"),
        rx.el.p("Nothing about it has changed. Try again in a moment."),
        try_again(seen, seen.load),
        class_name="lost",
        role="alert",
    )
