"""One session beside the table of all: at the side on wide screens, in its place on a phone."""

import reflex as rx
from reflex.components.component import Component
from reflex_base.event import key_event
from reflex_components_core.el.elements.sectioning import Aside

from mentorbook.components.awaited import try_again
from mentorbook.components.booking.session_card import session_badge
from mentorbook.components.booking.session_details import session_details
from mentorbook.components.list_address import address_with
from mentorbook.components.parts import icon, link, link_button, skeleton, waiting
from mentorbook.state.admin.session_panel import PANEL, SessionPanel

_CLOSED = address_with(session="")


class _Panel(Aside):
    """An `aside` that hears keys, which Reflex's does not."""

    on_key_down: rx.EventHandler[key_event]


def session_panel() -> Component:
    """Draw the panel while the address names a session; Escape closes it, like its button."""
    return rx.cond(
        SessionPanel.is_open,
        _Panel.create(
            link(
                icon("x", class_name="wide-only"),
                icon("chevron-left", class_name="narrow-only"),
                rx.el.span("All sessions"),
                href=_CLOSED,
                class_name="btn s g panel-close",
                aria_label="Close, back to all sessions",
                data_testid="close-panel",
            ),
            rx.match(
                SessionPanel.phase,
                ("shown", _shown()),
                ("missing", _missing()),
                ("failed", _failed()),
                waiting(
                    skeleton("70%", "24px"),
                    skeleton("100%", "180px"),
                    skeleton("100%", "180px"),
                    label="Loading the session",
                    class_name="stack",
                ),
            ),
            id=PANEL,
            tab_index=-1,
            class_name="admin-panel stack",
            aria_label="The session",
            data_testid="session-panel",
            on_key_down=lambda key: rx.cond(key == "Escape", rx.redirect(_CLOSED), rx.noop()),
        ),
    )


def _shown() -> Component:
    card, details = SessionPanel.card, SessionPanel.details
    return rx.el.div(
        rx.el.div(rx.el.h2(card.title, class_name="sess-title"), session_badge(card), class_name="sess-head"),
        rx.el.p(
            rx.el.span(details.here, class_name="session-here"),
            rx.cond(details.there != "", rx.el.span(details.there)),
            rx.el.span(details.distance),
            class_name="session-when muted num",
        ),
        link_button("Open its page", href=f"/sessions/{card.id}", small=True, class_name="panel-page"),
        session_details(SessionPanel),
        class_name="stack",
        data_testid="panel-details",
        data_session_id=card.id,
    )


def _missing() -> Component:
    return rx.el.p("There is no such session. The address may be wrong.", class_name="muted")


def _failed() -> Component:
    return rx.el.div(
        rx.el.p("The session could not be loaded. Nothing about it has changed."),
        try_again(SessionPanel, SessionPanel.load),
        role="alert",
        class_name="stack",
    )
