"""What an address without a page shows."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import link_button
from mentorbook.components.shell import shell
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(not_found, route="404", title="Not found · MentorBook", on_load=[Me.arrive])


def not_found() -> Component:
    """Say that there is nothing at the address, and where to go."""
    return shell(
        rx.el.div(
            rx.el.p("404", class_name="code"),
            rx.el.h1("There is nothing at this address"),
            rx.el.p("It may be mistyped, or what was here has been removed."),
            rx.el.div(
                link_button("Find a mentor", href="/", kind="primary"),
                rx.cond(Me.signed_in, link_button("See your sessions", href="/sessions")),
                class_name="row",
            ),
            class_name="lost",
        )
    )
