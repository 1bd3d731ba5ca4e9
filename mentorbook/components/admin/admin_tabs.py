"""The places of admins, for windows whose header has no room for them."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import link


def admin_tabs(current: str) -> Component:
    """Draw the ways between the pages of admins; `current` is the one that is shown."""
    places = (
        ("all-sessions", "All sessions", "/admin/sessions"),
        ("payments", "Payments", "/admin/payments"),
        ("people", "People", "/admin/people"),
        ("policies", "Policies", "/admin/policies"),
        ("system", "System", "/admin/system"),
    )
    return rx.el.nav(
        *(
            link(words, href=href, **({"aria_current": "page"} if place == current else {}))
            for place, words, href in places
        ),
        class_name="tabs narrow-only",
        aria_label="Admin",
    )
