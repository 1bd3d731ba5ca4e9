"""`/admin/system`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.admin_places import admin_tabs
from mentorbook.components.admin.admins_only import admins_only
from mentorbook.components.admin.system import system_overview
from mentorbook.components.parts import page_head
from mentorbook.components.shell import shell
from mentorbook.state.admin.system import SystemPage
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        admin_system,
        route="/admin/system",
        title="System · MentorBook",
        on_load=[Me.arrive_member, SystemPage.load],
    )


def admin_system() -> Component:
    """Draw what delivers mail, rooms and reminders, and what it could not deliver."""
    return shell(
        admins_only(
            admin_tabs("system"),
            page_head(
                "System",
                "What delivers mail, rooms and reminders and takes payments, and what it could not do.",
            ),
            system_overview(),
        ),
        title="System",
        current="system",
        members_only=True,
        width="medium",
    )
