"""The fields of a session: how long, how to meet, what about. Forms and dialogs share them.

`state` is the state class that holds the values and their errors. Ids begin with `prefix`, so that two forms
may stand on one page.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.fields import field_error
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import icon
from mentorbook.components.radio import radio
from mentorbook.components.typed_input import typed_input
from mentorbook.domain.schemas import DESCRIPTION_LENGTH, TITLE_LENGTH
from mentorbook.presenters.booking.durations import DurationChoice
from mentorbook.presenters.booking.kinds import MEETING_WORDS

_PAUSE_MS = 250

# Of a field's name and its text: an event of the browser.
Typed = Callable[[str, rx.Var[str]], Any]


def duration_field(state: Any, choice: Optimistic, *, prefix: str, note: Component) -> Component:
    """Draw the durations that fit, as chips; `note` stands under them.

    `choice` is what the page shows as chosen, with `duration`.
    """
    return rx.el.fieldset(
        rx.el.legend("How long?"),
        rx.el.div(
            rx.foreach(state.durations, lambda one: _duration(state, choice, prefix, one)),
            class_name="chips",
            data_testid="duration-select",
        ),
        note,
        class_name="field",
    )


def _duration(state: Any, choice: Optimistic, prefix: str, one: rx.Var[DurationChoice]) -> Component:
    return rx.el.label(
        radio(
            name=f"{prefix}-duration",
            value=one.minutes.to_string(),
            checked=choice.duration == one.minutes,
            on_click=[choice.press(duration=one.minutes), state.choose_duration(one.minutes)],
            class_name="cover",
        ),
        one.label,
        class_name="chip",
    )


def session_fields(
    state: Any,
    *,
    prefix: str,
    mentor: rx.Var[str],
    meeting_first: bool = False,
    title_error: rx.Var[str] | None = None,
    typed: Typed | None = None,
) -> list[Component]:
    """Draw every field of a session, for a state made with the `SessionForm` mixin.

    `typed` returns what else happens, in the browser, when something is typed or chosen in a field;
    `title_error` is what is wrong with the title where the browser knows better than the state.
    """
    meeting = meeting_field(state, prefix=prefix, typed=typed)
    error = state.title_error if title_error is None else title_error
    words = [
        title_field(state, prefix=prefix, error=error, typed=typed),
        description_field(state, prefix=prefix, mentor=mentor, typed=typed),
    ]
    return [meeting, *words] if meeting_first else [*words, meeting]


def _written(field: str, write: Any, typed: Typed | None) -> Any:
    """Return the handler of a text field: the browser first, then the state."""

    def written(text: rx.Var[str]) -> list[Any]:
        return [*([typed(field, text)] if typed else []), write(text)]

    return written


def meeting_field(state: Any, *, prefix: str, typed: Typed | None = None) -> Component:
    """Draw the choice of one of the ways to meet."""
    return rx.el.fieldset(
        rx.el.legend("How will you meet?"),
        rx.el.div(
            *(
                _meeting(state, prefix, kind.value, words.label, words.icon, typed)
                for kind, words in MEETING_WORDS.items()
            ),
            class_name="choice",
            data_testid="meeting-type",
        ),
        class_name="field",
    )


def _meeting(state: Any, prefix: str, kind: str, name: str, glyph: str, typed: Typed | None) -> Component:
    return rx.el.label(
        radio(
            name=f"{prefix}-meeting",
            value=kind,
            checked=state.meeting_type == kind,
            on_click=[
                *([typed("meeting_type", rx.Var.create(kind))] if typed else []),
                state.choose_meeting(kind),
            ],
            class_name="cover",
        ),
        icon(glyph),
        name,
        class_name="choice-one",
    )


def title_field(state: Any, *, prefix: str, error: rx.Var[str], typed: Typed | None = None) -> Component:
    """Draw the field for what the session is about, with a counter."""
    control = f"{prefix}-title"
    return rx.el.div(
        _head("What is it about?", control, state.title.length(), TITLE_LENGTH),
        typed_input(
            rx.el.input(
                id=control,
                class_name="input",
                value=state.title,
                on_change=_written("title", state.write_title, typed),
                # What is far too long need not travel; what is a little too long is told what is allowed.
                max_length=2 * TITLE_LENGTH,
                placeholder="Preparing for a staff interview",
                auto_complete="off",
                aria_invalid=rx.cond(error != "", "true", "false"),
                aria_describedby=f"{control}-error",
                data_testid="session-title",
            ),
            debounce_timeout=_PAUSE_MS,
        ),
        field_error(control, error),
        class_name="field",
    )


def description_field(
    state: Any, *, prefix: str, mentor: rx.Var[str], typed: Typed | None = None
) -> Component:
    """Draw the field for what the mentor, by first name, should know beforehand, with a counter."""
    control = f"{prefix}-description"
    label = rx.fragment(
        "Anything ", mentor, " should know? ", rx.el.span("optional", class_name="muted plain")
    )
    return rx.el.div(
        _head(label, control, state.description.length(), DESCRIPTION_LENGTH),
        typed_input(
            rx.el.textarea(
                id=control,
                class_name="input area",
                value=state.description,
                on_change=_written("description", state.write_description, typed),
                max_length=2 * DESCRIPTION_LENGTH,
                placeholder="Goals, links, questions. " + mentor + " reads this before you meet.",
                aria_invalid=rx.cond(state.description_error != "", "true", "false"),
                aria_describedby=f"{control}-error",
                data_testid="session-description",
            ),
            debounce_timeout=_PAUSE_MS,
        ),
        field_error(control, state.description_error),
        class_name="field grow",
    )


def _head(label: str | Component, control: str, length: rx.Var[int], most: int) -> Component:
    return rx.el.div(
        rx.el.label(label, html_for=control),
        rx.el.span(
            length,
            f" / {most:,}",
            class_name=rx.cond(length > most, "tiny num over", "tiny num muted"),
        ),
        class_name="field-head",
    )
