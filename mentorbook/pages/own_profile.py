"""`/settings/profile`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import icon, link, page_head
from mentorbook.components.people.profile_editor import profile_editor
from mentorbook.components.shell import shell
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentoring import Mentoring
from mentorbook.state.people.own_profile import ProfileEditor

# Of the moment when the page goes: what Reflex sends along is still where it was.
_WHERE = rx.Var("window.location.pathname").to(str)


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        own_profile,
        route="/settings/profile",
        title="Your mentor profile · MentorBook",
        on_load=[Me.arrive_member, Mentoring.load, ProfileEditor.load],
    )


def own_profile() -> Component:
    """Draw what a mentor says about themselves, with the card that it makes."""
    return shell(
        rx.el.nav(
            link(icon("chevron-left"), "Settings", href="/settings"),
            class_name="crumbs",
            aria_label="Breadcrumb",
        ),
        page_head("Your mentor profile", "What mentees read before they book you."),
        profile_editor(),
        rx.el.span(on_unmount=ProfileEditor.depart(_WHERE)),
        title="Your mentor profile",
        current="settings",
        members_only=True,
    )
