"""The parts of the settings that keep others out: password and log-ins."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, answers_of, awaited_button, awaited_submit, submit_once
from mentorbook.components.fields import text_field
from mentorbook.components.parts import badge, button, icon, skeleton, waiting
from mentorbook.components.people.outcomes import not_loaded, problem, told
from mentorbook.presenters.people.logins import NEW_PASSWORD_HINT, LoginItem
from mentorbook.state.people.login_list import LoginList, PasswordForm
from mentorbook.state.people.me import Me

_AT_FIRST = 8
_PASSWORD = Awaited("password", PasswordForm.turn)
_LOAD = Awaited("load-logins", *answers_of(LoginList, "load"))
_END_OTHERS = Awaited("end-other-logins", *answers_of(LoginList, "others"))


def password_form() -> Component:
    """Draw the form for a new password, which asks for the present one."""
    kind = rx.cond(PasswordForm.shows_password, "text", "password")
    return rx.el.form(
        rx.el.h2("Password", id="password-title"),
        problem(PasswordForm.problem),
        # Not for people: it tells a password manager whose password this is.
        rx.el.input(
            type="text",
            name="username",
            default_value=Me.email,
            auto_complete="username",
            read_only=True,
            hidden=True,
        ),
        text_field(
            "Present password",
            "current",
            error=PasswordForm.current_error,
            type=kind,
            auto_complete="current-password",
            max_length=256,
            required=True,
        ),
        text_field(
            "New password",
            "fresh",
            error=PasswordForm.fresh_error,
            hint=NEW_PASSWORD_HINT,
            type=kind,
            auto_complete="new-password",
            max_length=256,
            required=True,
            end=button(
                rx.cond(PasswordForm.shows_password, "Hide", "Show"),
                kind="ghost",
                small=True,
                on_click=PasswordForm.toggle_password,
                aria_label=rx.cond(PasswordForm.shows_password, "Hide the passwords", "Show the passwords"),
                aria_controls="current fresh",
            ),
        ),
        rx.el.p("Every other browser is logged out when you change it.", class_name="field-hint"),
        rx.el.div(
            awaited_submit(
                rx.cond(_PASSWORD.is_asked, "Changing it …", "Change password"),
                asks=_PASSWORD,
                kind="plain",
                data_testid="change-password",
            ),
            class_name="row",
        ),
        told(PasswordForm.done, "password-changed"),
        class_name="card auth",
        id="password-form",
        aria_labelledby="password-title",
        on_submit=submit_once(_PASSWORD, PasswordForm.change),
        no_validate=True,
    )


def login_list() -> Component:
    """List the viewer's log-ins, each with a button that ends it."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Where you are logged in", id="logins-title"),
            rx.el.p(
                "If you do not know one of these, log it out and change your password.", class_name="lead"
            ),
        ),
        rx.match(
            LoginList.phase,
            ("shown", _logins()),
            (
                "failed",
                not_loaded("Your log-ins", asks=_LOAD, ask=LoginList.load),
            ),
            waiting(
                *(rx.el.div(skeleton("55%"), skeleton("80%", "12px"), class_name="col") for _ in range(2)),
                label="Loading your log-ins",
                class_name="stack",
            ),
        ),
        rx.cond(
            LoginList.has_others,
            rx.el.div(
                awaited_button(
                    "Log out everywhere else",
                    asks=_END_OTHERS,
                    ask=LoginList.end_others,
                    kind="plain",
                    data_testid="end-others",
                ),
                class_name="row",
            ),
        ),
        told(LoginList.told, "logins-told"),
        class_name="card auth",
        aria_labelledby="logins-title",
    )


def _logins() -> Component:
    """Draw the log-ins: a screenful, and the others behind a line that says how many they are."""
    items, others = LoginList.items, LoginList.items.length() - _AT_FIRST
    return rx.fragment(
        rx.el.ul(rx.foreach(items[:_AT_FIRST], _login), class_name="logins"),
        rx.cond(
            others > 0,
            rx.el.details(
                rx.el.summary("Show ", others, " more", class_name="text-link"),
                rx.el.ul(rx.foreach(items[_AT_FIRST:], _login), class_name="logins"),
                class_name="logins-more",
                data_testid="more-logins",
            ),
        ),
    )


def _login(login: rx.Var[LoginItem]) -> Component:
    return rx.el.li(
        rx.cond(login.is_phone, icon("smartphone"), icon("monitor")),
        rx.el.div(
            rx.el.div(
                rx.el.span(login.browser, class_name="strong"),
                rx.cond(login.is_current, badge("This browser", tone="acc")),
                class_name="row wrap",
            ),
            rx.el.p("Logged in ", login.since, class_name="small muted num"),
            rx.cond(login.used != "", rx.el.p("Last used ", login.used, class_name="small muted num")),
            rx.cond(login.address != "", rx.el.p("From ", login.address, class_name="small muted num")),
            class_name="grow",
        ),
        rx.cond(
            ~login.is_current,
            awaited_button(
                "Log out",
                asks=Awaited(f"end-login {login.id}", *answers_of(LoginList, login.id)),
                ask=LoginList.end_one(login.id),
                kind="plain",
                small=True,
                aria_label=login.log_out_label,
                data_testid="end-login",
            ),
        ),
        data_testid="login",
        data_current=rx.cond(login.is_current, "true", "false"),
    )
