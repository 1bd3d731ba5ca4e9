"""The frame around every page: skip link, header, main, and the bar at the bottom of a phone."""

from typing import Any, Literal

import reflex as rx
from reflex.components.component import Component
from reflex_components_core.el.elements import inline

from mentorbook.components.address import address_keeper
from mentorbook.components.admin.admin_places import ADMIN_PLACES, AdminName
from mentorbook.components.bell import bell, unread_count
from mentorbook.components.held import VIEWER
from mentorbook.components.parts import icon, link, skeleton, waiting
from mentorbook.components.people.account_menu import HEADER, account_menu, log_in_links
from mentorbook.components.routing import routing
from mentorbook.state.people.me import Me

# The link that led to a page is gone with the page before it; without this the focus would be nowhere.
_TAKE_FOCUS = (
    "window.mentorbookArrived ? document.activeElement === document.body"
    " && document.getElementById('main')?.focus() : window.mentorbookArrived = true"
)

Place = AdminName | Literal["", "mentors", "sessions", "availability", "notifications", "settings"]
_ADMIN_NAMES = {place.name for place in ADMIN_PLACES}
Width = Literal["", "wide", "medium", "narrow"]


def shell(
    *children: Any,
    title: str = "",
    current: Place = "",
    members_only: bool = False,
    width: Width = "",
    waits: Component | None = None,
) -> Component:
    """Draw a page in its frame.

    A page for members shows `waits`, by default its `title` over empty cards, until the viewer's log-in is
    known; while a server that was restarted asks for it anew, the page stays as it is. Otherwise `title` is
    not shown: a page writes its own heading, with `page_head`.
    """
    body: Any = rx.fragment(*children)
    if members_only:
        # What is typed is of the account that typed it: for another the page is drawn anew.
        body = rx.cond(
            VIEWER.ready & VIEWER.signed_in,
            rx.fragment(*children, key=VIEWER.account),
            waits if waits is not None else _shape(title),
        )
    return rx.fragment(
        inline.A.create(  # a plain anchor: `rx.el.a` would go by the router
            "Skip to the content", href="#main", class_name="skip"
        ),
        _header(current),
        rx.el.main(
            body,
            id="main",
            tab_index=-1,
            class_name=f"page {width}".strip(),
            data_ready=rx.cond(Me.ready, "true", "false"),
            on_mount=rx.call_script(_TAKE_FOCUS),
        ),
        rx.cond(VIEWER.signed_in, _bottom_bar(current)),
        address_keeper(),
        routing(),
    )


def shell_while_loading() -> Component:
    """Draw the frame of a page that one begins with, while its code is under way.

    For the pages that are not drawn when they are built, because their address names a person or a session.
    """
    waits = skeleton("36px", "36px", is_round=True)
    return rx.fragment(
        rx.el.header(
            rx.el.div(brand(), rx.el.div(class_name="grow"), waits, class_name="frame"), class_name="top"
        ),
        rx.el.main(_shape(""), class_name="page", data_ready="false"),
    )


def _shape(title: str) -> Component:
    cards = (rx.el.div(skeleton("40%"), skeleton("65%"), class_name="card col") for _ in range(3))
    heading = rx.el.h1(title) if title else skeleton("220px", "26px")
    return rx.el.div(heading, waiting(*cards, class_name="stack"), class_name="stack-l")


def brand() -> Component:
    """Draw mark and name, as the link to the first page."""
    return link(
        rx.el.span(icon("calendar-check"), class_name="mark"), "MentorBook", href="/", class_name="brand"
    )


def _header(current: Place) -> Component:
    nav = rx.el.nav(
        _nav_link("Mentors", "/", is_current=current == "mentors"),
        rx.cond(VIEWER.signed_in, _nav_link("Sessions", "/sessions", is_current=current == "sessions")),
        rx.cond(
            VIEWER.has_hours, _nav_link("Availability", "/availability", is_current=current == "availability")
        ),
        rx.cond(VIEWER.is_admin, _admin_places(current)),
        class_name="nav",
        aria_label="Main",
    )
    person = rx.cond(
        VIEWER.signed_in,
        rx.el.div(bell(), account_menu(), class_name="row", style={"gap": "16px"}),
        rx.cond(VIEWER.ready, log_in_links(), skeleton("36px", "36px", is_round=True)),
    )
    return rx.el.header(
        rx.el.div(brand(), nav, rx.el.div(class_name="grow"), person, class_name="frame"),
        class_name="top",
        id=HEADER,
    )


def _admin_places(current: Place) -> Component:
    """Draw the places of admins, each by itself, or as one where the header has no room for all."""
    each = (
        _nav_link(place.words, place.href, is_current=place.name == current, class_name="admin-each")
        for place in ADMIN_PLACES
    )
    is_one = current in _ADMIN_NAMES
    return rx.fragment(
        *each, _nav_link("Admin", "/admin/sessions", is_current=is_one, class_name="admin-one")
    )


def _nav_link(words: str, href: str, *, is_current: bool, **props: Any) -> Component:
    return link(words, href=href, **_current(is_current), **props)


def _current(is_current: bool) -> dict[str, str]:
    return {"aria_current": "page"} if is_current else {}


def _bottom_bar(current: Place) -> Component:
    places = (
        ("mentors", "search", "Mentors", "/"),
        ("sessions", "calendar-days", "Sessions", "/sessions"),
        ("notifications", "bell", "Alerts", "/notifications"),
        ("settings", "user-round", "You", "/settings"),
    )
    admin = link(
        icon("shield"),
        "Admin",
        href="/admin/sessions",
        **_current(current in _ADMIN_NAMES),
    )
    hours = link(icon("calendar-clock"), "Hours", href="/availability", **_current(current == "availability"))
    return rx.el.nav(
        *(
            link(
                icon(symbol),
                words,
                unread_count() if place == "notifications" else rx.fragment(),
                href=href,
                **_current(place == current),
            )
            for place, symbol, words, href in places
        ),
        rx.cond(VIEWER.has_hours, hours),
        rx.cond(VIEWER.is_admin, admin),
        class_name="bar",
        aria_label="Places",
    )
