"""A time that is held while it is paid: the countdown, the form of a card, the buttons."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, awaited_button, awaited_submit, submit_once
from mentorbook.components.fields import text_field
from mentorbook.components.money.hold_clock import HoldClock
from mentorbook.components.parts import badge, icon, note
from mentorbook.domain.booking.policies import HOLD_LASTS
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.domain.spoken_lengths import spoken
from mentorbook.presenters.booking.hold_words import TEST_CARDS
from mentorbook.state.people.me import Me

_FORM = "card-form"


def hold_note(state: Any) -> Component:
    """Say for how long the time is held, by a state with `HoldPayment`; it can be kept longer once."""
    hold = state.hold
    return rx.el.div(
        icon("shield-check"),
        rx.el.div(
            rx.el.span(
                hold.time,
                " is held for you for ",
                HoldClock.create(until=hold.until, seen_at=hold.seen_at),
                ". Nobody else can take it while you pay.",
                class_name="num",
            ),
            rx.cond(
                hold.can_extend,
                awaited_button(
                    f"Keep it {spoken(HOLD_LASTS)} longer",
                    asks=Awaited("keep-longer", state.pay_turn),
                    ask=state.keep_longer,
                    kind="plain",
                    look="s",
                    data_testid="keep-longer",
                ),
            ),
            class_name="grow row wrap between",
        ),
        class_name="note info",
        data_testid="hold-note",
    )


def pay_fields(state: Any) -> Component:
    """Draw what is filled in to pay, and what is in the way: the demo's card, or where one pays instead."""
    return rx.fragment(
        rx.cond(
            state.hold.way == PaymentWay.DEMO.value,
            _card_form(state),
            rx.el.p(
                icon("external-link"),
                "You pay on Stripe’s page, and come back here.",
                class_name="row muted small",
            ),
        ),
        rx.cond(state.pay_problem != "", note(state.pay_problem, tone="bad", role="alert")),
    )


def pay_button(state: Any, words: Any) -> Component:
    """Draw the button that pays for the held time, wherever on the page the form is."""
    asks = _asks(state)
    return rx.cond(
        state.hold.way == PaymentWay.DEMO.value,
        rx.el.span(
            # The form, which says more, may be out of view.
            badge("Demo", tone="wait"),
            awaited_submit(words, asks=asks, form=_FORM, key="pay-card", data_testid="confirm-booking"),
            class_name="row pay-demo",
        ),
        awaited_button(words, asks=asks, ask=state.pay({}), key="pay-there", data_testid="confirm-booking"),
    )


def _asks(state: Any) -> Awaited:
    return Awaited("payment", state.pay_turn)


def _card_form(state: Any) -> Component:
    # The fields are the browser's alone: what stands in them is sent with the press, and kept nowhere.
    return rx.el.form(
        rx.el.div(
            rx.el.h3("Pay by card"),
            badge("Demo", tone="wait"),
            class_name="row",
        ),
        rx.el.p(
            "Demo: no money moves, only test cards work.",
            class_name="muted small",
            data_testid="demo-payment",
        ),
        rx.el.div(
            _field(
                state, "number", "Card number", DEMO_CARD, "cc-number", input_mode="numeric", max_length=23
            ),
            _field(state, "expiry", "Expires", "12/34", "cc-exp", input_mode="numeric", max_length=9),
            _field(state, "code", "Security code", "123", "cc-csc", input_mode="numeric", max_length=4),
            _field(state, "name", "Name on the card", Me.name, "cc-name", max_length=40),
            class_name="card-fields",
        ),
        _test_cards(),
        id=_FORM,
        class_name="card-form",
        no_validate=True,
        aria_label="Pay by card",
        on_submit=submit_once(_asks(state), state.pay),
        data_testid="card-form",
    )


def _field(state: Any, name: str, label: str, value: Any, purpose: str, **props: Any) -> Component:
    return rx.el.div(
        text_field(
            label,
            f"card-{name}",
            error=state.card_errors[name].to(str),
            default_value=value,
            auto_complete=purpose,
            spell_check=False,
            **props,
        ),
        class_name=f"card-{name}",
    )


def _test_cards() -> Component:
    rows = [
        rx.el.li(rx.el.span(card.number, class_name="num"), " ", rx.el.span(card.does, class_name="muted"))
        for card in TEST_CARDS
    ]
    return rx.el.details(
        rx.el.summary("Which test cards there are", class_name="text-link"),
        rx.el.ul(*rows, class_name="test-cards"),
        class_name="small",
    )
