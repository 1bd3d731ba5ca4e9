"""The form of a mentor's own profile, with the card that it makes beside it."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import UnsavedGuard, Whenever, leave
from mentorbook.components.awaited import Awaited, answers_of, awaited_button, awaited_submit, submit_once
from mentorbook.components.fields import described_by, field
from mentorbook.components.leaving import ask_before_leaving
from mentorbook.components.parts import icon, note, skeleton, waiting
from mentorbook.components.people.mentor_card import mentor_card_preview
from mentorbook.components.people.mentoring import ask_first, setup_steps
from mentorbook.components.people.outcomes import not_loaded
from mentorbook.components.people.picture_choice import picture_choice
from mentorbook.components.people.profile_lists import (
    CHANGES,
    CHOICES,
    languages_field,
    links_field,
    small_forms,
    topics_field,
)
from mentorbook.components.typed_input import typed_input
from mentorbook.domain.people.own_profile import ABOUT_LENGTH, CITY_LENGTH, HEADLINE_LENGTH
from mentorbook.presenters.people.mentoring import PREVIEW
from mentorbook.presenters.people.own_profile import CHANGED_MEANWHILE, currency_choices
from mentorbook.state.people.me import Me
from mentorbook.state.people.own_profile import ProfileEditor

_PAUSE_MS = 250
_SAVE = Awaited("save-profile", *answers_of(ProfileEditor, "save"))
_DISCARD = Awaited("discard-profile", *answers_of(ProfileEditor, "discard"))
_LOAD = Awaited("load-profile", ProfileEditor.turn)
# Asked before what was changed is lost; of the page alone.
_ASKS = ClientStateVar.create("profile_leave_asked", default=False)
_TO_PREVIEW = (
    f"window.location.hash === '#{PREVIEW}' && document.getElementById('{PREVIEW}')?.scrollIntoView()"
)


def profile_editor() -> Component:
    """Draw the steps of the set-up, the form and the preview; ask before typed text is lost."""
    return rx.fragment(
        rx.match(
            ProfileEditor.phase,
            ("shown", _editor()),
            ("none", ask_first()),
            ("failed", not_loaded("Your profile", asks=_LOAD, ask=ProfileEditor.load)),
            _shape(),
        ),
        UnsavedGuard.create(when=CHANGES.is_changed, on_ask=_ASKS.set_value(True)),
        Whenever.create(holds=~CHANGES.is_changed, on_hold=_ASKS.set_value(False)),
        ask_before_leaving(
            _ASKS,
            "Leave without saving?",
            "What you changed in your profile would be lost.",
            words="Leave without saving",
            events=[leave(dropping=ProfileEditor)],
            data_testid="discard-profile",
        ),
    )


def _editor() -> Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(setup_steps("profile"), class_name="card steps-card"),
            picture_choice(),
            small_forms(),
            _form(),
            class_name="stack-l",
        ),
        rx.el.aside(
            rx.el.p("As mentees will find you", class_name="small muted strong"),
            mentor_card_preview(ProfileEditor.card, Me.picture),
            id=PREVIEW,
            class_name="card-preview",
            aria_label="Preview of your card",
            on_mount=rx.call_script(_TO_PREVIEW),
        ),
        class_name="own-profile",
    )


def _form() -> Component:
    return rx.el.form(
        _line("Headline", "headline", ProfileEditor.headline, HEADLINE_LENGTH,
              hint="One line under your name: what you help with.",
              placeholder="Staff engineer who reads design documents with you", required=True),
        _line("About you", "about", ProfileEditor.about, ABOUT_LENGTH, area=True,
              hint="What you have done, whom you can help, how you work. Line breaks stay."),
        topics_field(),
        _rate(),
        _line("City", "city", ProfileEditor.city, CITY_LENGTH, hint="Where you are, if you want to say so.",
              auto_complete="address-level2"),
        languages_field(),
        links_field(),
        _bookable(),
        _foot(),
        class_name="card auth",
        id="profile-form",
        aria_label="Your mentor profile",
        on_submit=submit_once(_SAVE, lambda _form: ProfileEditor.save()),
        no_validate=True,
    )  # fmt: skip


def _line(
    label: str, name: str, value: Any, most: int, *, hint: str, area: bool = False, **props: Any
) -> Component:
    """Draw a field of text with its counter."""
    error = ProfileEditor.errors[name].to(str)
    make = rx.el.textarea if area else rx.el.input
    return field(
        label,
        typed_input(
            make(
                id=name,
                class_name="input area tall" if area else "input",
                value=value,
                on_change=lambda text: [CHANGES.press(is_changed=True), ProfileEditor.write(name, text)],
                # What is far too long need not travel; what is a little too long is told what is allowed.
                max_length=2 * most,
                aria_invalid=rx.cond(error, "true", "false"),
                aria_describedby=described_by(name, hint=True),
                **props,
            ),
            debounce_timeout=_PAUSE_MS,
        ),
        control_id=name,
        error=error,
        hint=hint,
        counter=rx.el.span(
            value.length(), f" / {most:,}", class_name=rx.cond(value.length() > most, "over", "")
        ),
    )


def _rate() -> Component:
    error = ProfileEditor.errors["rate"].to(str)
    amount = typed_input(
        rx.el.input(
            id="rate",
            class_name="input num",
            value=ProfileEditor.rate,
            input_mode="decimal",
            auto_complete="off",
            max_length=20,
            on_change=lambda text: [CHANGES.press(is_changed=True), ProfileEditor.write("rate", text)],
            aria_invalid=rx.cond(error, "true", "false"),
            aria_describedby=described_by("rate", hint=True),
            required=True,
        ),
        debounce_timeout=_PAUSE_MS,
    )
    currency = rx.el.div(
        rx.el.select(
            rx.foreach(
                rx.Var.create([{"value": each.value, "label": each.label} for each in currency_choices()]),
                lambda each: rx.el.option(each["label"], value=each["value"]),
            ),
            value=CHOICES.currency,
            on_change=lambda code: [
                CHANGES.press(is_changed=True),
                CHOICES.press(currency=code),
                ProfileEditor.choose_currency(code),
            ],
            aria_label="Currency",
            id="currency",
        ),
        icon("chevron-down"),
        class_name="choose bare",
    )
    return field(
        "Rate per hour",
        rx.el.div(amount, currency, class_name="rate"),
        control_id="rate",
        error=error,
        hint="Such as 60 or 12.50; 0 is free. Booked sessions keep their price.",
    )


def _bookable() -> Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=CHOICES.is_available,
            on_change=lambda _on: [
                CHANGES.press(is_changed=True),
                ProfileEditor.choose_available(~CHOICES.is_available),
                CHOICES.press(is_available=~CHOICES.is_available),
            ],
            id="bookable",
        ),
        rx.el.span(
            rx.el.span("Mentees may book me", class_name="strong"),
            rx.el.span("Off, your page stays and offers no times.", class_name="small muted"),
            class_name="col tight",
        ),
        class_name="check",
    )


def _foot() -> Component:
    return rx.fragment(
        rx.el.div(
            rx.cond(
                ProfileEditor.problem != "",
                note(ProfileEditor.problem, tone="bad", tab_index=-1, custom_attrs={"data-problem": "true"}),
            ),
            rx.cond(ProfileEditor.is_stale, _stale()),
            role="alert",
            class_name="problem",
        ),
        rx.el.div(
            awaited_submit(
                rx.cond(_SAVE.is_asked, "Saving …", "Save profile"), asks=_SAVE, data_testid="save-profile"
            ),
            rx.el.div(
                rx.cond(
                    ProfileEditor.is_saved & ~CHANGES.is_changed,
                    rx.el.span("Saved.", class_name="badge ok", data_testid="profile-saved"),
                ),
                role="status",
            ),
            class_name="row",
        ),
    )


def _stale() -> Component:
    return note(
        rx.el.p(CHANGED_MEANWHILE),
        rx.el.div(
            awaited_button("Show what is saved", asks=_DISCARD, ask=ProfileEditor.discard, kind="plain"),
            awaited_button("Save mine over it", asks=_SAVE, ask=ProfileEditor.overwrite, kind="plain"),
            class_name="row wrap",
            style={"margin_top": "8px"},
        ),
        tone="warn",
        tab_index=-1,
        custom_attrs={"data-problem": "true"},
        data_testid="profile-stale",
    )


def _shape() -> Component:
    lines = (rx.el.div(skeleton("25%"), skeleton("100%", "40px"), class_name="col") for _ in range(4))
    return waiting(
        rx.el.div(*lines, class_name="card auth"),
        rx.el.div(skeleton("100%", "182px"), class_name="card-preview"),
        label="Loading your profile",
        class_name="own-profile",
    )
