"""`/sessions`: one's own sessions, coming, past and cancelled, and the week of a mentor."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import try_again
from mentorbook.components.booking.mentor_week import figures, mentor_week, shows_week, view_switch
from mentorbook.components.booking.session_actions import NO_VIDEO_ID, session_dialogs
from mentorbook.components.booking.session_card import session_card, session_card_shape
from mentorbook.components.held import VIEWER
from mentorbook.components.pager import address_pager
from mentorbook.components.parts import empty, link, link_button, note, waiting
from mentorbook.components.seen import Seen, asked_for
from mentorbook.components.shell import shell
from mentorbook.presenters.booking.session_days import SessionDay
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.mentor_week import VIEWS, OwnWeek
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
            OwnWeek.load,
        ],
    )


def sessions_page() -> Component:
    """Draw title, tabs and cards, and the links to further pages; for mentors figures, and their week."""
    is_week = shows_week(asked_for("view", VIEWS))
    return shell(
        rx.el.div(
            rx.el.h1(_TITLE),
            rx.cond(VIEWER.is_mentor, view_switch(is_week)),
            link_button("Book a session", href="/", icon_name="plus"),
            class_name="row between wrap sessions-head",
        ),
        rx.cond(VIEWER.is_mentor, figures()),
        rx.cond(is_week, mentor_week(), _listed()),
        session_dialogs(),
        title=_TITLE,
        current="sessions",
        members_only=True,
        width="medium",
    )


def _listed() -> Component:
    return rx.fragment(
        _tabs(),
        rx.match(
            _SEEN.phase,
            ("shown", rx.cond(_SEEN.total > 0, _found(), _nothing())),
            ("failed", _failed()),
            waiting(
                *(session_card_shape() for _ in range(3)),
                label="Loading your sessions",
                class_name="sess-list",
            ),
        ),
        # Not within the list: whoever turns the page keeps the focus while the next one comes.
        address_pager(_SEEN.page, _SEEN.pages),
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
        _SEEN.coming > 0,
        rx.el.span(_SEEN.coming.to_string(), class_name="badge acc num", data_testid="coming-count"),
    )


def _found() -> Component:
    return rx.fragment(
        rx.cond(_SEEN.notice != "", note(_SEEN.notice, id=NO_VIDEO_ID, class_name="sess-note")),
        rx.cond(_SEEN.requests.length() > 0, _requests()),
        rx.foreach(_SEEN.days, _day),
        rx.cond(_SEEN.cards.length() > 0, _list(_SEEN.cards, aria_label="Sessions")),
    )


def _requests() -> Component:
    return rx.el.section(
        rx.el.h2(
            "Waiting for your answer ",
            rx.el.span(_SEEN.request_count, class_name="badge wait num"),
            class_name="h3 sess-day",
            id="requests",
        ),
        _list(_SEEN.requests, heading=rx.el.h3, aria_labelledby="requests"),
        class_name="requests",
        aria_labelledby="requests",
        data_testid="waiting-requests",
    )


def _day(day: rx.Var[SessionDay]) -> Component:
    title = f"day-{day.iso}"
    return rx.el.section(
        rx.el.h2(day.label, class_name="h3 sess-day num", id=title),
        _list(day.cards, heading=rx.el.h3, aria_labelledby=title),
        class_name="by-day",
        aria_labelledby=title,
        data_testid="session-day",
        data_date=day.iso,
    )


def _list(cards: Any, *, heading: Callable[..., Component] = rx.el.h2, **props: Any) -> Component:
    return rx.el.ul(
        rx.foreach(cards, lambda card: session_card(card, heading=heading)), class_name="sess-list", **props
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
        rx.cond(
            VIEWER.is_mentor,
            empty(
                "You have no coming sessions",
                "As soon as somebody books you, it stands here. Your page shows when you are free.",
                link_button("See your page", href=VIEWER.profile, kind="primary"),
                link_button("Find a mentor", href="/"),
                icon_name="calendar-days",
            ),
            _no_bookings(),
        ),
    )


def _no_bookings() -> Component:
    """Say to somebody whom nobody can book how a session comes here."""
    return empty(
        "You have no coming sessions",
        "Choose somebody and a time that suits you both; the session then waits for you here.",
        link_button("Find a mentor", href="/", kind="primary"),
        icon_name="calendar-days",
    )


def _failed() -> Component:
    return empty(
        "Your sessions could not be loaded",
        "They are safe, and nothing has changed. Try again in a moment.",
        try_again(_SEEN, _SEEN.load),
        icon_name="circle-alert",
        role="alert",
    )
