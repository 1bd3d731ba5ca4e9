"""`/sessions/[session_id]`: one session in full."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.ahead import loaded_ahead
from mentorbook.components.booking.edit_dialog import edit_dialog
from mentorbook.components.booking.session_actions import session_actions, session_dialogs, session_reasons
from mentorbook.components.booking.session_card import session_badge
from mentorbook.components.booking.session_details import SEEN_SESSION, session_details
from mentorbook.components.booking.session_states import session_states
from mentorbook.components.meeting.room_chat import session_chat
from mentorbook.components.money.held_session import held_session
from mentorbook.components.parts import hidden, icon, link, skeleton, waiting
from mentorbook.components.shell import shell
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.edit_dialog import EditDialog
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.session_page import SessionPage
from mentorbook.state.meeting.room_chat import RoomChat
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        session_page,
        route="/sessions/[session_id]",
        title="Session · MentorBook",
        on_load=[
            Me.arrive_member,
            CancelDialog.arrive,
            RescheduleDialog.arrive,
            EditDialog.arrive,
            SessionPage.load,
            RoomChat.load,
        ],
    )


def session_page() -> Component:
    """Draw the session, or say that there is none."""
    return shell(
        session_states(
            SEEN_SESSION,
            rx.el.div(
                _head(),
                session_details(SEEN_SESSION, held_session(SEEN_SESSION)),
                session_chat(),
                class_name="stack",
            ),
            _shape(),
        ),
        session_dialogs(),
        loaded_ahead(
            RescheduleDialog.prepare(SessionPage.card.id),
            of=SessionPage.card.id,
            when=(SessionPage.phase == "shown")
            & (SessionPage.card.reschedule == "on")
            & ~RescheduleDialog.is_open,
        ),
        edit_dialog(),
        rx.el.span(on_unmount=EditDialog.depart),
        current="sessions",
        members_only=True,
        width="medium",
        waits=_shape(),
    )


def _head() -> Component:
    card, details = SEEN_SESSION.card, SEEN_SESSION.details
    return rx.el.div(
        _crumbs(rx.el.span("/", aria_hidden="true"), rx.el.span(details.crumb, aria_current="page")),
        rx.el.div(rx.el.h1(card.title, class_name="sess-title"), session_badge(card), class_name="sess-head"),
        rx.el.p(
            rx.el.span(details.here, class_name="session-here"),
            rx.cond(details.there != "", rx.el.span(details.there)),
            rx.el.span(details.distance),
            class_name="session-when muted num",
        ),
        session_actions(card, _calendar()),
        session_reasons(card),
        class_name="session-top",
        data_testid="session-details",
        data_session_id=card.id,
        data_status=card.status,
    )


def _crumbs(*here: Component) -> Component:
    return rx.el.nav(
        link("Sessions", href="/sessions"),
        *here,
        class_name="crumbs row num",
        aria_label="Breadcrumb",
    )


def _calendar() -> Component:
    return rx.cond(
        SEEN_SESSION.card.join != "",
        rx.el.a(
            icon("calendar-plus"),
            "Add to calendar",
            href=f"/api/bookings/{SEEN_SESSION.card.id}/calendar.ics",
            download="session.ics",
            reload_document=True,
            class_name="btn",
            data_testid="add-to-calendar",
        ),
    )


def _shape() -> Component:
    return rx.el.div(
        rx.el.div(_crumbs(), rx.el.h1(hidden("Session")), class_name="session-top"),
        waiting(
            skeleton("min(380px, 90%)", "30px"),
            skeleton("min(460px, 100%)"),
            rx.el.div(
                rx.el.div(skeleton("100%", "220px"), skeleton("100%", "120px"), class_name="stack"),
                skeleton("100%", "220px"),
                class_name="session-grid",
            ),
            label="Loading the session",
            class_name="stack",
        ),
    )
