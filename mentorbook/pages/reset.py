"""`/reset`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.people.account_links import reset_card
from mentorbook.components.shell import shell
from mentorbook.state.people.me import Me
from mentorbook.state.people.password_reset import PasswordReset


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        reset,
        route="/reset",
        title="Choose a new password · MentorBook",
        on_load=[Me.arrive, PasswordReset.arrive],
    )


def reset() -> Component:
    """Draw the form for a new password."""
    return shell(reset_card(), width="narrow")
