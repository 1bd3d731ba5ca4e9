"""`/sessions`: one's own sessions, coming, past and cancelled."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.session_actions import session_dialogs
from mentorbook.components.booking.session_card import session_card, session_card_shape
from mentorbook.components.parts import button, empty, icon, link, link_button, waiting
from mentorbook.components.seen import Seen, asked_for
from mentorbook.components.shell import shell
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.session_list import TABS, SessionList
from mentorbook.state.people.me import Me

_TITLE = "Your sessions"
_SEEN = Seen(SessionList, "tab", "page")


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        sessions_page,
        route="/sessions",
        title=f"{_TITLE} · MentorBook",
        on_load=[
            Me.arrive_member,
            CancelDialog.arrive,
            RescheduleDialog.arrive,
            SessionList.load,
        ],
    )


def sessions_page() -> Component:
    """Draw title, tabs and cards, and the links to further pages."""
    return shell(
        rx.el.div(
            rx.el.h1(_TITLE),
            link_button("Book a session", href="/", icon_name="plus"),
            class_name="row between wrap sessions-head",
        ),
        _tabs(),
        rx.match(
            _SEEN.phase,
            ("shown", rx.cond(_SEEN.cards.length() > 0, _cards(), _nothing())),
            ("failed", _failed()),
            waiting(
                *(session_card_shape() for _ in range(3)),
                label="Loading your sessions",
                class_name="sess-list",
            ),
        ),
        session_dialogs(),
        title=_TITLE,
        current="sessions",
        members_only=True,
        width="medium",
    )


def _tabs() -> Component:
    return rx.el.nav(
        _tab("coming", "Coming", _count()),
        _tab("past", "Past"),
        _tab("cancelled", "Cancelled"),
        class_name="tabs",
        aria_label="Which sessions",
    )


def _tab(name: str, *words: Any) -> Component:
    return link(
        *words,
        href="/sessions" if name == "coming" else f"/sessions?tab={name}",
        # By the address, which the browser knows before the server has heard of it.
        aria_current=rx.cond(asked_for("tab", TABS) == name, "page", "false"),
    )


def _count() -> Component:
    return rx.cond(
        SessionList.coming > 0,
        rx.el.span(SessionList.coming.to_string(), class_name="badge acc num", data_testid="coming-count"),
    )


def _cards() -> Component:
    return rx.fragment(
        rx.el.ul(rx.foreach(_SEEN.cards, session_card), class_name="sess-list", aria_label="Sessions"),
        rx.cond(_SEEN.pages > 1, _pager()),
    )


def _pager() -> Component:
    here = f"/sessions?tab={_SEEN.tab}&page="
    page, pages = _SEEN.page.to(int), _SEEN.pages.to(int)
    return rx.el.nav(
        rx.cond(
            page > 1,
            link_button("Previous", href=f"{here}{page - 1}", icon_name="arrow-left"),
        ),
        rx.el.span(f"Page {page} of {pages}", class_name="muted small num"),
        rx.cond(page < pages, link_button("Next", icon("arrow-right"), href=f"{here}{page + 1}")),
        class_name="pager",
        aria_label="Pages",
    )


def _nothing() -> Component:
    return rx.match(
        _SEEN.tab,
        (
            "past",
            empty(
                "No past sessions",
                "Sessions move here when they are over.",
                link_button("See coming sessions", href="/sessions"),
                icon_name="history",
            ),
        ),
        (
            "cancelled",
            empty(
                "No cancelled sessions",
                "A session that you or the other person cancels stays on record here.",
                link_button("See coming sessions", href="/sessions"),
                icon_name="calendar-x",
            ),
        ),
        empty(
            "You have no coming sessions",
            "Choose somebody and a time that suits you both; the session then waits for you here.",
            link_button("Find a mentor", href="/", kind="primary"),
            icon_name="calendar-days",
        ),
    )


def _failed() -> Component:
    return empty(
        "Your sessions could not be loaded",
        "They are safe, and nothing has changed. Try again in a moment.",
        button("Try again", on_click=SessionList.load),
        icon_name="circle-alert",
        role="alert",
    )
