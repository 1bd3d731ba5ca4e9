"""One session beside the table of all: at the side on wide screens, in its place on a phone."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.side_panel import side_panel
from mentorbook.components.awaited import try_again
from mentorbook.components.booking.session_card import session_badge
from mentorbook.components.booking.session_details import session_details
from mentorbook.components.list_address import address_with
from mentorbook.components.parts import link_button, skeleton, waiting
from mentorbook.state.admin.session_panel import PANEL, SessionPanel

_CLOSED = address_with(session="")


def session_panel() -> Component:
    """Draw the panel while the address names a session; Escape closes it, like its button."""
    return rx.cond(
        SessionPanel.is_open,
        side_panel(
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
            closed=_CLOSED,
            back="All sessions",
            label="The session",
            data_testid="session-panel",
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
        rx.el.div(
            link_button("Open its page", href=f"/sessions/{card.id}", small=True, class_name="panel-page"),
            rx.cond(
                SessionPanel.is_paid,
                link_button(
                    "Give money back",
                    href=f"/admin/payments?refund={card.id}",
                    small=True,
                    class_name="panel-page",
                    data_testid="panel-refund",
                ),
            ),
            class_name="row wrap",
        ),
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
