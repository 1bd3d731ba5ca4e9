"""`/confirm`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.people.account_links import confirm_card
from mentorbook.components.shell import shell
from mentorbook.state.people.email_confirmation import EmailConfirmation
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        confirm,
        route="/confirm",
        title="Confirm your address · MentorBook",
        on_load=[Me.arrive, EmailConfirmation.arrive],
    )


def confirm() -> Component:
    """Draw what the link would do, and the button that does it."""
    return shell(confirm_card(), width="narrow")
