"""`/settings/payments`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.money.statement import statement
from mentorbook.components.parts import icon, link, page_head
from mentorbook.components.shell import shell
from mentorbook.state.money.statements import Payments
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        payments,
        route="/settings/payments",
        title="Payments · MentorBook",
        on_load=[Me.arrive_member, Payments.load],
    )


def payments() -> Component:
    """Draw what one has paid and earned."""
    return shell(
        rx.el.nav(
            link(icon("chevron-left"), "Settings", href="/settings"),
            class_name="crumbs",
            aria_label="Breadcrumb",
        ),
        page_head("Payments", "What you paid for sessions, what came back, and a receipt for each."),
        statement(),
        title="Payments",
        current="settings",
        members_only=True,
        width="medium",
    )
