"""The pages of admins, as every way to them names them: the header, the account's menu, the tabs."""

from typing import Literal, NamedTuple

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import link

AdminName = Literal["policies", "all-sessions", "payments", "people", "system"]


class AdminPlace(NamedTuple):
    """A page of admins: `name` is what `shell` knows it by, `in_menu` its words among one's own pages."""

    name: AdminName
    icon: str
    words: str
    in_menu: str
    href: str


ADMIN_PLACES = (
    AdminPlace("policies", "scale", "Policies", "Policies", "/admin/policies"),
    AdminPlace("all-sessions", "table-2", "All sessions", "All sessions", "/admin/sessions"),
    AdminPlace("payments", "banknote", "Payments", "All payments", "/admin/payments"),
    AdminPlace("people", "users-round", "People", "People", "/admin/people"),
    AdminPlace("system", "activity", "System", "System", "/admin/system"),
)


def admin_tabs(current: AdminName) -> Component:
    """Draw the ways between the pages of admins, for windows whose header has no room for them.

    `current` is the one that is shown.
    """
    return rx.el.nav(
        *(
            link(place.words, href=place.href, **({"aria_current": "page"} if place.name == current else {}))
            for place in ADMIN_PLACES
        ),
        class_name="tabs narrow-only",
        aria_label="Admin",
    )
