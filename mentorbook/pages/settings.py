"""`/settings`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.account_forms import settings_form
from mentorbook.components.parts import page_head
from mentorbook.components.shell import shell
from mentorbook.state.account import ProfileForm
from mentorbook.state.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        settings,
        route="/settings",
        title="Settings · MentorBook",
        on_load=[Me.arrive_member, ProfileForm.arrive],
    )


def settings() -> Component:
    """What people may change about themselves."""
    return shell(
        page_head("Settings", "Who you are to others, and whose clock you read."),
        settings_form(),
        title="Settings",
        current="settings",
        members_only=True,
        width="narrow",
    )
