"""What only admins are shown; everybody else finds nothing there."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.held import VIEWER
from mentorbook.components.parts import empty, link_button


def admins_only(*children: Component) -> Component:
    """Draw the children for an admin, and for others the same as for a page that does not exist."""
    return rx.cond(
        VIEWER.is_admin,
        rx.fragment(*children),
        empty(
            "There is nothing here",
            "The address may be mistyped, or the page is not yours to see.",
            link_button("Find a mentor", href="/", kind="primary"),
            icon_name="compass",
            is_page=True,
        ),
    )
