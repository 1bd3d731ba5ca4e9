"""What a mentor's profile has several of: topics and languages as chips, links as lines.

Topics and languages are added by small forms of their own, so that Enter in their fields adds one instead
of saving the profile. A form cannot stand in another: the fields name theirs.
"""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.vars import VarData

from mentorbook.components.awaited import Awaited, answers_of, awaited_button, awaited_submit, submit_once
from mentorbook.components.fields import described_by, field, field_error
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import button, icon
from mentorbook.components.typed_input import typed_input
from mentorbook.domain.people.own_profile import (
    LABEL_LENGTH,
    LINK_LENGTH,
    LONGEST_TOPIC,
    MOST_LANGUAGES,
    MOST_LINKS,
    MOST_TOPICS,
)
from mentorbook.presenters.people.own_profile import LinkFields, language_choices
from mentorbook.state.people.own_profile import ProfileEditor

_PAUSE_MS = 250
CHANGES = Optimistic("profile_changes", ProfileEditor.counted, is_changed=ProfileEditor.is_changed)
CHOICES = Optimistic(
    "profile_choices",
    ProfileEditor.turn,
    expertise=ProfileEditor.expertise,
    spoken=ProfileEditor.spoken,
    currency=ProfileEditor.currency,
    is_available=ProfileEditor.is_available,
)
_TOPIC = Awaited("add-topic", *answers_of(ProfileEditor, "topic"))
_LANGUAGE = Awaited("add-language", *answers_of(ProfileEditor, "language"))
_LINK = Awaited("change-links", *answers_of(ProfileEditor, "link"))
_CHANGED = CHANGES.press(is_changed=True)


def small_forms() -> Component:
    """Draw the forms by which topics and languages are added; what is in them stands elsewhere."""
    return rx.fragment(
        rx.el.form(id="topic-form", hidden=True, on_submit=submit_once(_TOPIC, ProfileEditor.add_topic)),
        rx.el.form(
            id="language-form", hidden=True, on_submit=submit_once(_LANGUAGE, ProfileEditor.add_language)
        ),
    )


def topics_field() -> Component:
    """Draw the chosen topics, the field for another, and some of others to choose from."""
    error = ProfileEditor.errors["expertise"].to(str)
    add = rx.el.div(
        rx.el.input(
            id="topic",
            name="topic",
            form="topic-form",
            class_name="input",
            max_length=LONGEST_TOPIC,
            list="known-topics",
            auto_complete="off",
            placeholder="Cartography",
            aria_invalid=rx.cond(error, "true", "false"),
            aria_describedby=described_by("topic", hint=True),
        ),
        awaited_submit("Add", asks=_TOPIC, kind="plain", form="topic-form", aria_label="Add topic"),
        class_name="adding",
    )
    control = rx.el.div(
        _chips(CHOICES.expertise, "Your topics", lambda topic: _gone(topic, topic, "expertise")),
        add,
        rx.el.datalist(
            rx.foreach(ProfileEditor.known_topics, lambda topic: rx.el.option(value=topic)), id="known-topics"
        ),
        rx.cond(
            ProfileEditor.suggested.length() > 0,
            rx.el.div(
                rx.el.span("Others have ", class_name="small muted"),
                rx.foreach(ProfileEditor.suggested, _suggestion),
                class_name="chips suggested",
                role="group",
                aria_label="Topics of other mentors",
            ),
        ),
        class_name="col",
    )
    return field(
        "Expertise",
        control,
        control_id="topic",
        error=error,
        hint=f"Choose what others have, or type your own and press Enter. Up to {MOST_TOPICS};"
        " the first three stand on your card.",
        counter=rx.fragment(CHOICES.expertise.length(), f" / {MOST_TOPICS}"),
    )


def languages_field() -> Component:
    """Draw the chosen languages, and the choice of another."""
    error = ProfileEditor.errors["languages"].to(str)
    add = rx.el.div(
        rx.el.div(
            rx.el.select(
                rx.el.option("Choose a language", value=""),
                rx.foreach(
                    rx.Var.create(
                        [{"value": each.value, "label": each.label} for each in language_choices()]
                    ),
                    lambda each: rx.el.option(each["label"], value=each["value"]),
                ),
                id="language",
                name="language",
                form="language-form",
                default_value="",
                aria_invalid=rx.cond(error, "true", "false"),
                aria_describedby=described_by("language", hint=False),
            ),
            icon("chevron-down"),
            class_name="choose bare",
        ),
        awaited_submit("Add", asks=_LANGUAGE, kind="plain", form="language-form", aria_label="Add language"),
        class_name="adding",
    )
    control = rx.el.div(
        _chips(CHOICES.spoken, "Your languages", lambda one: _gone(one.value, one.label, "spoken")),
        add,
        class_name="col",
    )
    return field(
        "Languages",
        control,
        control_id="language",
        error=error,
        counter=rx.fragment(CHOICES.spoken.length(), f" / {MOST_LANGUAGES}"),
    )


def _chips(entries: Any, label: str, draw: Any) -> Component:
    return rx.cond(
        entries.length() > 0,
        rx.el.ul(
            rx.foreach(entries, lambda each: rx.el.li(draw(each))), class_name="chips", aria_label=label
        ),
    )


def _gone(value: Any, label: Any, fact: str) -> Component:
    """Draw an entry that goes when it is pressed; the field for another then has the focus."""
    entries = getattr(CHOICES, fact)
    of_value = "each" if fact == "expertise" else "each.value"
    data = VarData.merge(entries._get_all_var_data(), value._get_all_var_data())
    left = rx.Var(f"{entries!s}.filter((each) => {of_value} !== {value!s})", _var_data=data)
    remove = ProfileEditor.remove_topic if fact == "expertise" else ProfileEditor.remove_language
    return rx.el.button(
        label,
        icon("x"),
        type="button",
        class_name="chip picked",
        aria_label=f"Remove {label}",
        on_click=[
            _CHANGED,
            CHOICES.press(**{fact: left}),
            remove(value),
            rx.set_focus("topic" if fact == "expertise" else "language"),
        ],
        data_testid="chosen-topic" if fact == "expertise" else "chosen-language",
    )


def _suggestion(topic: rx.Var[str]) -> Component:
    data = VarData.merge(CHOICES.expertise._get_all_var_data(), topic._get_all_var_data())
    more = rx.Var(f"[...{CHOICES.expertise!s}, {topic!s}]", _var_data=data)
    is_chosen = CHOICES.expertise.contains(topic)
    return rx.cond(
        is_chosen | (CHOICES.expertise.length() >= MOST_TOPICS),
        rx.fragment(),
        rx.el.button(
            icon("plus"),
            topic,
            type="button",
            class_name="chip",
            aria_label=f"Add {topic}",
            on_click=[
                _CHANGED,
                CHOICES.press(expertise=more),
                ProfileEditor.choose_topic(topic),
                rx.set_focus("topic"),
            ],
            data_testid="suggested-topic",
        ),
    )


def links_field() -> Component:
    """Draw the links as lines of address and words, each of which can go, and a button for one more."""
    return rx.el.fieldset(
        rx.el.legend("Links"),
        rx.foreach(ProfileEditor.links, _link),
        rx.cond(
            ProfileEditor.links.length() < MOST_LINKS,
            rx.el.div(
                awaited_button(
                    rx.el.span(icon("plus"), "Add a link", class_name="row"),
                    asks=_LINK,
                    ask=ProfileEditor.add_link,
                    press=[_CHANGED],
                    kind="plain",
                    id="add-link",
                ),
                class_name="row",
            ),
        ),
        class_name="field links",
    )


def _link(link: rx.Var[LinkFields], place: rx.Var[int]) -> Component:
    number = place + 1
    return rx.el.div(
        _part(place, "url", f"Address {number}", link.url, link.url_error, 2 * LINK_LENGTH, "https://"),
        _part(place, "label", f"Words for it {number}", link.label, link.label_error, 2 * LABEL_LENGTH, ""),
        button(
            icon("trash-2"),
            kind="ghost",
            class_name="icon-only",
            aria_label=f"Remove link {number}",
            on_click=[_CHANGED, ProfileEditor.remove_link(place), rx.set_focus("add-link")],
        ),
        class_name="link-line",
        data_testid="profile-link",
    )


def _part(place: Any, name: str, label: Any, value: Any, error: Any, most: int, example: str) -> Component:
    control = rx.Var.create("link-").to(str) + place.to_string() + ("" if name == "url" else "-label")
    return rx.el.div(
        rx.el.label("Address" if name == "url" else "Words for it", html_for=control),
        typed_input(
            rx.el.input(
                id=control,
                class_name="input",
                type="url" if name == "url" else "text",
                value=value,
                max_length=most,
                placeholder=example,
                auto_complete="off",
                aria_label=label,
                aria_invalid=rx.cond(error != "", "true", "false"),
                aria_describedby=control + "-error",
                on_change=lambda text: [_CHANGED, ProfileEditor.write_link(place, name, text)],
            ),
            debounce_timeout=_PAUSE_MS,
        ),
        field_error(control, error),
        class_name="field",
    )
