"""The pages of mailed links: ask for a new password, choose it, confirm an address."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, awaited_button, awaited_submit, submit_once
from mentorbook.components.fields import text_field
from mentorbook.components.parts import button, link, link_button, note, skeleton, waiting
from mentorbook.components.people.outcomes import problem
from mentorbook.domain.errors import LinkVoid
from mentorbook.presenters.people.logins import NEW_PASSWORD_HINT
from mentorbook.state.people.email_confirmation import EmailConfirmation
from mentorbook.state.people.link_token import LINK_IN_BROWSER
from mentorbook.state.people.password_reset import Forgot, PasswordReset

_FORGOT = Awaited("forgot", Forgot.turn)
_RESET = Awaited("reset-password", PasswordReset.turn)
_CONFIRM = Awaited("confirm-email", EmailConfirmation.turn)
_TOKEN = rx.Var(LINK_IN_BROWSER).to(str)
SENT = "If there is an account with this address, a mail with a link is on its way."


def forgot_form() -> Component:
    """Draw the form that asks for a link, and what is said of every address."""
    return rx.el.form(
        rx.el.div(
            rx.el.h1("Forgot your password?"),
            rx.el.p(
                "Enter the address that you log in with. The link in the mail works for an hour.",
                class_name="lead",
            ),
        ),
        rx.cond(
            ~Forgot.sends_mail,
            note("No mail server is set up here, so no mail goes out. An admin can make a link for you."),
        ),
        problem(Forgot.problem),
        text_field(
            "E-mail",
            "email",
            error=Forgot.email_error,
            type="email",
            auto_complete="username",
            max_length=254,
            required=True,
            data_testid="forgot-email",
        ),
        awaited_submit(
            rx.cond(_FORGOT.is_asked, "Sending it …", "Send me a link"),
            asks=_FORGOT,
            look="wide",
            data_testid="forgot-submit",
        ),
        rx.el.div(
            rx.cond(Forgot.sent, note(SENT, tone="ok")),
            role="status",
            class_name="told",
            data_testid="forgot-sent",
        ),
        class_name="card auth",
        on_submit=submit_once(_FORGOT, Forgot.submit),
        no_validate=True,
    )


def forgot_foot() -> Component:
    """Draw the way back to the log-in."""
    return rx.el.p(
        "Remembered it? ", link("Log in", href="/login", class_name="text-link"), class_name="auth-foot"
    )


def reset_card() -> Component:
    """Draw the form for a new password, or why there is none."""
    return rx.match(
        PasswordReset.phase,
        ("form", _reset_form()),
        ("void", _void(link_button("Ask for a new link", href="/forgot", kind="primary"))),
        (
            "done",
            _said(
                "Your password is changed",
                "Every browser that was logged in to the account is logged out.",
                link_button("Log in", href="/login", kind="primary", data_testid="to-log-in"),
            ),
        ),
        _waiting("Choose a new password"),
    )


def _reset_form() -> Component:
    shows = PasswordReset.shows_password
    return rx.el.form(
        rx.el.div(
            rx.el.h1("Choose a new password"),
            rx.el.p("For ", rx.el.strong(PasswordReset.email), class_name="lead wrap-anywhere"),
        ),
        problem(PasswordReset.problem),
        rx.el.input(type="hidden", name="token", default_value=_TOKEN),
        # Not for people: it tells a password manager whose password this is.
        rx.el.input(
            type="text",
            name="username",
            default_value=PasswordReset.email,
            auto_complete="username",
            read_only=True,
            hidden=True,
        ),
        text_field(
            "New password",
            "fresh",
            error=PasswordReset.fresh_error,
            hint=NEW_PASSWORD_HINT,
            type=rx.cond(shows, "text", "password"),
            auto_complete="new-password",
            max_length=256,
            required=True,
            end=button(
                rx.cond(shows, "Hide", "Show"),
                kind="ghost",
                small=True,
                on_click=PasswordReset.toggle_password,
                aria_label=rx.cond(shows, "Hide the password", "Show the password"),
                aria_controls="fresh",
            ),
        ),
        rx.el.p("Every browser is logged out when you change it.", class_name="field-hint"),
        awaited_submit(
            rx.cond(_RESET.is_asked, "Changing it …", "Change password"),
            asks=_RESET,
            look="wide",
            data_testid="reset-submit",
        ),
        class_name="card auth",
        on_submit=submit_once(_RESET, PasswordReset.submit),
        no_validate=True,
    )


def confirm_card() -> Component:
    """Draw what the link would do, with the button that does it."""
    email, replaces = EmailConfirmation.email, EmailConfirmation.replaces
    return rx.match(
        EmailConfirmation.phase,
        (
            "asking",
            rx.el.section(
                rx.el.div(
                    rx.el.h1(rx.cond(replaces != "", "Use your new address", "Confirm your address")),
                    rx.cond(
                        replaces != "",
                        rx.el.p(
                            "You log in with ",
                            rx.el.strong(email),
                            " from then on, instead of ",
                            replaces,
                            ".",
                            class_name="lead wrap-anywhere",
                        ),
                        rx.el.p(
                            "Say that ",
                            rx.el.strong(email),
                            " is yours, and that mail reaches you there.",
                            class_name="lead wrap-anywhere",
                        ),
                    ),
                ),
                problem(EmailConfirmation.problem),
                awaited_button(
                    rx.cond(replaces != "", "Use this address", "Confirm this address"),
                    asks=_CONFIRM,
                    ask=EmailConfirmation.confirm(_TOKEN),
                    look="wide",
                    data_testid="confirm-email",
                ),
                class_name="card auth",
            ),
        ),
        ("void", _void(link_button("Open your settings", href="/settings", kind="primary"))),
        (
            "done",
            _said(
                "Your address is confirmed",
                rx.fragment("It is ", rx.el.strong(email), "."),
                link_button("Go to your sessions", href="/sessions", kind="primary"),
            ),
        ),
        _waiting("Confirm your address"),
    )


def _void(way_on: Component) -> Component:
    return _said("You need a new link", LinkVoid.message, way_on, data_testid="link-void")


def _said(title: str, words: Any, way_on: Component, **props: Any) -> Component:
    return rx.el.section(
        rx.el.div(rx.el.h1(title), rx.el.p(words, class_name="lead wrap-anywhere"), role="status"),
        rx.el.div(way_on, class_name="row"),
        class_name="card auth",
        **props,
    )


def _waiting(title: str) -> Component:
    return rx.el.section(
        rx.el.h1(title),
        waiting(skeleton("60%"), skeleton("100%", "40px"), label="Looking at the link", class_name="stack"),
        class_name="card auth",
    )
