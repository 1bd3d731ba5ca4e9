"""The forms of the log-in, register and settings pages."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, answers_of, awaited_submit, submit_once
from mentorbook.components.fields import described_by, field, text_field
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import badge, button, link, note
from mentorbook.components.people.outcomes import problem
from mentorbook.components.typed_input import typed_input
from mentorbook.components.zone_picker import zone_facts, zone_picker
from mentorbook.presenters.people.logins import NEW_PASSWORD_HINT
from mentorbook.state.people.account_forms import LogIn, Registration
from mentorbook.state.people.profile_form import ProfileForm

_LOG_IN = Awaited("log-in", LogIn.turn)
_REGISTER = Awaited("register", Registration.failed)
_PROFILE = Awaited("profile", *answers_of(ProfileForm, "save"))
# Nobody is logged in, so a chosen zone is kept by the page alone; the form sends along what it shows.
_REGISTER_ZONE = Optimistic("register_zone", Registration.refused_zone, **zone_facts(Registration))
_PAUSE_MS = 250
_PROFILE_ZONE = Optimistic("profile_zone", ProfileForm.turn, **zone_facts(ProfileForm))


def _submit(words: str, meanwhile: str, *, asks: Awaited, **props: Any) -> Component:
    return awaited_submit(rx.cond(asks.is_asked, meanwhile, words), asks=asks, look="wide", **props)


def log_in_form() -> Component:
    """Draw the form for e-mail and password."""
    return rx.el.form(
        rx.el.h1("Log in"),
        problem(LogIn.problem),
        rx.cond(LogIn.told, note(LogIn.told, tone="ok", role="status")),
        text_field(
            "E-mail",
            "email",
            type="email",
            auto_complete="username",
            max_length=254,
            required=True,
            data_testid="login-email",
        ),
        text_field(
            "Password",
            "password",
            type="password",
            auto_complete="current-password",
            max_length=256,
            required=True,
            data_testid="login-password",
        ),
        rx.el.p(link("Forgot your password?", href="/forgot", class_name="text-link"), class_name="small"),
        _submit("Log in", "Logging in …", asks=_LOG_IN, data_testid="login-submit"),
        class_name="card auth",
        on_submit=submit_once(_LOG_IN, LogIn.submit),
        no_validate=True,
    )


def log_in_foot() -> Component:
    """Draw the link to the registration, for visitors who have no account yet."""
    return rx.el.p(
        "New here? ",
        link("Create an account", href="/register" + LogIn.next_query, class_name="text-link"),
        class_name="auth-foot",
    )


def register_form() -> Component:
    """Draw the form of a new account."""
    return rx.el.form(
        rx.el.div(
            rx.el.h1("Create an account"),
            rx.el.p("To book sessions, move them and meet.", class_name="lead"),
        ),
        problem(Registration.problem),
        text_field(
            "Name",
            "name",
            error=Registration.name_error,
            hint="As mentors should see it.",
            auto_complete="name",
            max_length=80,
            required=True,
        ),
        text_field(
            "E-mail",
            "email",
            error=Registration.email_error,
            type="email",
            auto_complete="email",
            max_length=254,
            required=True,
        ),
        text_field(
            "Password",
            "password",
            error=Registration.password_error,
            hint=NEW_PASSWORD_HINT,
            type=rx.cond(Registration.shows_password, "text", "password"),
            auto_complete="new-password",
            max_length=256,
            required=True,
            end=button(
                rx.cond(Registration.shows_password, "Hide", "Show"),
                kind="ghost",
                small=True,
                on_click=Registration.toggle_password,
                aria_label=rx.cond(Registration.shows_password, "Hide the password", "Show the password"),
                aria_controls="password",
            ),
        ),
        _zone_field(Registration, _REGISTER_ZONE, "register", "Times are shown to you in this zone."),
        _submit("Create account", "Creating it …", asks=_REGISTER, data_testid="register-submit"),
        class_name="card auth",
        on_submit=submit_once(_REGISTER, Registration.submit),
        no_validate=True,
    )


def register_foot() -> Component:
    """Draw the link to the log-in, for visitors who have an account."""
    return rx.el.p(
        "Have an account? ",
        link("Log in", href="/login" + Registration.next_query, class_name="text-link"),
        class_name="auth-foot",
    )


def settings_form() -> Component:
    """Draw the form for name and time zone."""
    return rx.el.form(
        rx.el.h2("Profile", id="profile-title"),
        field(
            "Name",
            typed_input(
                rx.el.input(
                    id="name",
                    name="name",
                    class_name="input",
                    value=ProfileForm.name,
                    auto_complete="name",
                    max_length=80,
                    required=True,
                    on_change=ProfileForm.edit,
                    aria_invalid=rx.cond(ProfileForm.name_error, "true", "false"),
                    aria_describedby=described_by("name", hint=False),
                ),
                debounce_timeout=_PAUSE_MS,
            ),
            control_id="name",
            error=ProfileForm.name_error,
        ),
        _zone_field(
            ProfileForm,
            _PROFILE_ZONE,
            "settings",
            "Times are shown and reminders are written in this zone.",
            error=ProfileForm.zone_error,
        ),
        rx.el.div(
            awaited_submit("Save changes", asks=_PROFILE, data_testid="save-settings"),
            rx.el.div(
                rx.cond(
                    ProfileForm.saved & ~ProfileForm.is_changed,
                    badge("Saved.", tone="ok"),
                    rx.cond(ProfileForm.is_changed, badge("Not saved yet", tone="wait")),
                ),
                role="status",
            ),
            class_name="row",
        ),
        class_name="card auth",
        aria_labelledby="profile-title",
        on_submit=submit_once(_PROFILE, ProfileForm.save),
        no_validate=True,
    )


def _zone_field(state: Any, choice: Optimistic, name: str, hint: str, error: Any = "") -> Component:
    control_id = f"{name}-zone"
    return field(
        "Time zone",
        rx.fragment(
            zone_picker(
                state,
                choice,
                name=name,
                id=control_id,
                aria_describedby=described_by(control_id, hint=True),
                # A button cannot be invalid: the focus finds it by this.
                data_problem=rx.cond(error, "true", rx.Var("undefined")),
            ),
            rx.el.input(type="hidden", name="timezone", value=choice.zone, read_only=True),
        ),
        control_id=control_id,
        hint=hint,
        error=error,
    )
