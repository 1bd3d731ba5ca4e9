"""`/admin/sessions`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.admin_places import admin_tabs
from mentorbook.components.admin.admins_only import admins_only
from mentorbook.components.admin.session_panel import session_panel
from mentorbook.components.admin.session_table import admin_table
from mentorbook.components.parts import page_head
from mentorbook.components.shell import shell
from mentorbook.state.admin.session_panel import SessionPanel
from mentorbook.state.admin.session_table import SessionTable
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        admin_sessions,
        route="/admin/sessions",
        title="All sessions · MentorBook",
        on_load=[Me.arrive_member, SessionTable.load, SessionPanel.load],
    )


def admin_sessions() -> Component:
    """Draw the table of every session, for admins."""
    return shell(
        admins_only(
            admin_tabs("all-sessions"),
            page_head(
                "All sessions",
                "Open one for its details and its audit trail. ",
                SessionTable.zone_note,
            ),
            rx.el.div(
                admin_table(),
                session_panel(),
                class_name=rx.cond(SessionPanel.is_open, "admin-page beside", "admin-page"),
            ),
        ),
        title="All sessions",
        current="all-sessions",
        members_only=True,
        width="wide",
    )
