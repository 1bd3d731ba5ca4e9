"""`/admin/policies`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.admin_places import admin_tabs
from mentorbook.components.admin.admins_only import admins_only
from mentorbook.components.admin.policy_form import policy_form
from mentorbook.components.parts import page_head
from mentorbook.components.shell import shell
from mentorbook.state.admin.policy_form import PolicyForm
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        admin_policies,
        route="/admin/policies",
        title="Policies · MentorBook",
        on_load=[Me.arrive_member, PolicyForm.load],
    )


def admin_policies() -> Component:
    """Draw the form of the policies that apply to every session."""
    return shell(
        admins_only(
            admin_tabs("policies"),
            page_head(
                "Session policies",
                "They apply to every session from the moment you save; each still gives back what was said "
                "when it was booked.",
            ),
            policy_form(),
        ),
        title="Session policies",
        current="policies",
        members_only=True,
        width="medium",
    )
