"""`/forgot`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.people.account_links import forgot_foot, forgot_form
from mentorbook.components.shell import shell
from mentorbook.state.people.me import Me
from mentorbook.state.people.password_reset import Forgot


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        forgot,
        route="/forgot",
        title="Forgot your password? · MentorBook",
        on_load=[Me.arrive, Forgot.arrive],
    )


def forgot() -> Component:
    """Draw the form that asks for a link."""
    return shell(forgot_form(), forgot_foot(), width="narrow")
