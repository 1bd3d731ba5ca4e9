"""`/mentors/[mentor_id]`: one mentor."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import open_dialog
from mentorbook.components.ahead import loaded_ahead
from mentorbook.components.awaited import try_again
from mentorbook.components.booking.booking_modal import booking_modal
from mentorbook.components.parts import blocked_button, button, empty, icon, link, link_button
from mentorbook.components.people.mentor_profile import (
    SEEN_MENTOR,
    about,
    offer,
    profile_head,
    profile_shape,
    weekly_hours,
)
from mentorbook.components.shell import shell
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentor_page import ProfilePage


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        mentor,
        route="/mentors/[mentor_id]",
        title="Mentor · MentorBook",
        on_load=[Me.arrive, BookingModal.arrive, ProfilePage.arrive],
    )


def mentor() -> Component:
    """Draw a mentor's page, and the booking modal over it."""
    return shell(
        rx.el.nav(
            link(icon("chevron-left"), "All mentors", href="/"), class_name="crumbs", aria_label="Breadcrumb"
        ),
        rx.match(
            SEEN_MENTOR.phase,
            ("loading", profile_shape()),
            ("missing", _missing()),
            ("failed", _failed()),
            _profile(),
        ),
        rx.el.span(on_unmount=[ProfilePage.depart, BookingModal.depart]),
        current="mentors",
    )


def _profile() -> Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(profile_head(), about(), weekly_hours(), class_name="stack-l"),
            offer(_book()),
            class_name="profile",
        ),
        rx.cond(
            Me.signed_in & (SEEN_MENTOR.details.blocked == ""),
            rx.fragment(
                booking_modal(),
                loaded_ahead(
                    BookingModal.prepare,
                    of=SEEN_MENTOR.details.id,
                    when=(ProfilePage.details.id == SEEN_MENTOR.details.id)
                    & (ProfilePage.phase == "shown")
                    & ~BookingModal.is_open,
                ),
            ),
        ),
    )


def _book() -> Component:
    """Draw the button to the modal, or to the log-in first, or say why booking is not possible."""
    words = "Book a session"
    same = {"data_testid": "book-session", "id": "book-session", "class_name": "wide"}
    shown = SEEN_MENTOR.details.id
    can_book = rx.cond(
        Me.signed_in,
        button(
            words,
            kind="primary",
            on_click=open_dialog("book"),
            # What was loaded ahead may have been voided by a change meanwhile.
            on_mouse_enter=_prepare(),
            on_focus=_prepare(),
            **same,
        ),
        link_button(words, kind="primary", href=f"/login?next=/mentors/{shown}%3Fbook", **same),
    )
    cannot = rx.fragment(
        blocked_button(words, reason_id="why-not", **same),
        rx.el.p(SEEN_MENTOR.details.blocked, id="why-not", class_name="small muted"),
    )
    return rx.el.div(rx.cond(SEEN_MENTOR.details.blocked, cannot, can_book), class_name="col")


def _prepare() -> Any:
    return rx.cond(BookingModal.loading & ~BookingModal.is_open, BookingModal.prepare, rx.noop())


def _missing() -> Component:
    return rx.el.div(
        rx.el.p("404", class_name="code"),
        rx.el.h1("There is no such mentor"),
        rx.el.p("The address may be mistyped, or the mentor has left. Others have time for you."),
        link_button("Find a mentor", href="/", kind="primary"),
        class_name="lost",
    )


def _failed() -> Component:
    return empty(
        "This mentor could not be loaded",
        "Nothing is lost. Try again in a moment.",
        try_again(ProfilePage, ProfilePage.arrive),
        icon_name="cloud-off",
        is_page=True,
        role="alert",
    )
