"""`/register`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.people.account_forms import register_foot, register_form
from mentorbook.components.shell import shell
from mentorbook.state.people.account_forms import Registration
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        register,
        route="/register",
        title="Create an account · MentorBook",
        on_load=[Me.arrive, Registration.arrive],
    )


def register() -> Component:
    """Draw the form of a new account."""
    return shell(register_form(), register_foot(), width="narrow")
