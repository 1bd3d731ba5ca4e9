"""The card on a session's page that pays for a time while it is held, and says what became of it."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import Whenever
from mentorbook.components.money.hold import hold_note, pay_button, pay_fields
from mentorbook.components.parts import note
from mentorbook.presenters.booking.hold_words import CONFIRMING


def held_session(state: Any) -> Component:
    """Draw the card of the session that `state` shows, `SessionPage` or `Seen` of it, while it is held."""
    return rx.fragment(
        Whenever.create(holds=state.hold.returned, on_hold=state.check_payment),
        rx.cond(state.hold.until != "", _card(state)),
        rx.cond(state.paid != "", note(state.paid, tone="ok", role="status", data_testid="just-paid")),
    )


def _card(state: Any) -> Component:
    return rx.el.section(
        rx.el.h2("Pay for this session", class_name="h3"),
        hold_note(state),
        rx.cond(
            state.hold.returned,
            note(CONFIRMING, role="status", data_testid="confirming-payment"),
            rx.fragment(
                pay_fields(state),
                rx.el.div(
                    rx.el.p(state.hold.taken, class_name="muted small grow"),
                    pay_button(state, state.hold.pay),
                    class_name="row wrap between",
                ),
            ),
        ),
        class_name="card col",
        aria_label="Payment",
        data_testid="held-session",
    )
