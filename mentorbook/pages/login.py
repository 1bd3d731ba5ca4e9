"""`/login`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.people.account_forms import log_in_foot, log_in_form
from mentorbook.components.shell import shell
from mentorbook.state.people.account_forms import LogIn
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(login, route="/login", title="Log in · MentorBook", on_load=[Me.arrive, LogIn.arrive])


def login() -> Component:
    """Draw the form for e-mail and password."""
    return shell(log_in_form(), log_in_foot(), width="narrow")
