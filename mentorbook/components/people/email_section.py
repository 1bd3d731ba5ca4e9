"""The address in the settings: whether it is confirmed, and the form that asks for another."""

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import Whenever
from mentorbook.components.awaited import Awaited, answers_of, awaited_button, awaited_submit, submit_once
from mentorbook.components.fields import text_field
from mentorbook.components.held import Held
from mentorbook.components.parts import badge, button, skeleton, waiting
from mentorbook.components.people.outcomes import not_loaded, problem, told
from mentorbook.state.people.email_form import EmailForm

# While it is loaded anew the form stays, with what is typed into it.
_DRAWN = Held(EmailForm, EmailForm.phase != "loading")
_SECTION = _DRAWN.section
_LOAD = Awaited("load-email", *answers_of(EmailForm, "load"))
_SEND = Awaited("confirm-again", *answers_of(EmailForm, "send"))
_ASK = Awaited("change-email", *answers_of(EmailForm, "ask"))
_WITHDRAW = Awaited("withdraw-email", *answers_of(EmailForm, "withdraw"))
# Opened by a press, of the page alone.
_CHANGES = ClientStateVar.create("email_changes", default=False)


def email_section() -> Component:
    """Draw the viewer's address, and what they can do about it."""
    return rx.el.section(
        rx.el.h2("E-mail address", id="email-title"),
        problem(EmailForm.problem),
        rx.match(
            _DRAWN.phase,
            ("shown", _shown()),
            ("failed", not_loaded("Your address", asks=_LOAD, ask=EmailForm.load)),
            waiting(skeleton("60%"), skeleton("80%"), label="Loading your address", class_name="col"),
        ),
        told(EmailForm.told, "email-told", look="told wrap-anywhere"),
        Whenever.create(holds=_SECTION.wanted != "", on_hold=_CHANGES.set_value(False)),
        class_name="card auth",
        id="email-address",
        aria_labelledby="email-title",
        data_testid="own-email",
        data_confirmed=rx.cond(_SECTION.is_confirmed, "true", "false"),
    )


def _shown() -> Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(
                rx.el.span(_SECTION.email, class_name="strong wrap-anywhere", data_testid="email-now"),
                rx.cond(
                    _SECTION.is_confirmed, badge("Confirmed", tone="ok"), badge("Not confirmed", tone="wait")
                ),
                class_name="row wrap",
            ),
            rx.el.p("You log in with this address, and mail goes there.", class_name="field-hint"),
            class_name="col tight",
        ),
        rx.cond(~_SECTION.is_confirmed, _unconfirmed()),
        rx.cond(_SECTION.wanted != "", _pending(), rx.cond(_CHANGES.value, _form(), _opener())),
    )


def _unconfirmed() -> Component:
    return rx.el.div(
        rx.el.p(
            "Follow the link that was mailed there, so that it is sure that mail reaches you.",
            class_name="lead",
        ),
        rx.el.div(
            awaited_button(
                "Send the link again",
                asks=_SEND,
                ask=EmailForm.send_again,
                kind="plain",
                data_testid="send-again",
            ),
            class_name="row",
        ),
        class_name="stack",
    )


def _pending() -> Component:
    return rx.el.div(
        rx.el.p(
            "You have asked for ",
            rx.el.strong(_SECTION.wanted),
            ". It becomes your address when you follow the link that is sent there, until ",
            rx.el.span(_SECTION.wanted_until, class_name="num"),
            ".",
            class_name="wrap-anywhere",
        ),
        rx.el.div(
            awaited_button(
                "Withdraw",
                asks=_WITHDRAW,
                ask=EmailForm.withdraw,
                kind="plain",
                aria_label="Withdraw the change of your address",
                data_testid="withdraw-email",
            ),
            class_name="row",
        ),
        class_name="stack",
        data_testid="email-pending",
    )


def _opener() -> Component:
    return rx.el.div(
        button("Change the address", on_click=_CHANGES.set_value(True), data_testid="open-change-email"),
        class_name="row",
    )


def _form() -> Component:
    return rx.el.form(
        text_field(
            "New address",
            "new-email",
            error=EmailForm.email_error,
            hint="A link is sent there. Until you follow it, your address stays as it is.",
            type="email",
            auto_complete="email",
            max_length=254,
            required=True,
            auto_focus=True,
        ),
        text_field(
            "Your password",
            "email-password",
            error=EmailForm.current_error,
            type="password",
            auto_complete="current-password",
            max_length=256,
            required=True,
        ),
        rx.el.div(
            awaited_submit(
                rx.cond(_ASK.is_asked, "Sending it …", "Send the link"),
                asks=_ASK,
                kind="plain",
                data_testid="change-email",
            ),
            button("Keep the address", kind="ghost", on_click=_CHANGES.set_value(False)),
            class_name="row wrap",
        ),
        class_name="stack",
        aria_labelledby="email-title",
        on_submit=submit_once(_ASK, EmailForm.ask),
        no_validate=True,
    )
