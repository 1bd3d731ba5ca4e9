"""Form fields: a label, the control, a hint and its error, tied together for every kind of reader."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import icon


def field(
    label: Any,
    control: Component,
    *,
    control_id: str,
    error: Any = "",
    hint: Any = None,
    counter: Any = None,
    label_is_for: bool = True,
) -> Component:
    """Draw a labelled control. The control itself carries `described_by(control_id, …)` and `aria-invalid`.

    `error` is a state's text, empty without an error. With `label_is_for=False` the label is a plain
    element with the id `<control_id>-label`, for controls that are no form elements.
    """
    named = (
        rx.el.label(label, html_for=control_id, id=f"{control_id}-label")
        if label_is_for
        else rx.el.span(label, class_name="label", id=f"{control_id}-label")
    )
    return rx.el.div(
        rx.el.div(
            named,
            rx.el.span(counter, class_name="tiny muted num") if counter is not None else rx.fragment(),
            class_name="field-head",
        ),
        control,
        rx.el.p(hint, id=f"{control_id}-hint", class_name="field-hint")
        if hint is not None
        else rx.fragment(),
        field_error(control_id, error),
        class_name="field",
    )


def field_error(control_id: str, error: Any) -> Component:
    """Show what is wrong with a field; the element is always there, so that its text is announced."""
    return rx.el.p(
        rx.cond(error, rx.fragment(icon("circle-alert"), rx.el.span(error))),
        id=f"{control_id}-error",
        class_name="field-error",
        aria_live="polite",
    )


def described_by(control_id: str, *, hint: bool) -> str:
    """Return the ids of the elements that describe a control."""
    return f"{control_id}-hint {control_id}-error" if hint else f"{control_id}-error"


def text_field(
    label: Any,
    control_id: str,
    *,
    error: Any = "",
    hint: Any = None,
    counter: Any = None,
    area: bool = False,
    end: Component | None = None,
    **props: Any,
) -> Component:
    """Draw a line or an area of text; `end` is a small control inside its right edge."""
    props.setdefault("name", control_id)
    make = rx.el.textarea if area else rx.el.input
    control = make(
        id=control_id,
        class_name="input area" if area else "input",
        aria_invalid=rx.cond(error, "true", "false"),
        aria_describedby=described_by(control_id, hint=hint is not None),
        **props,
    )
    if end is not None:
        control = rx.el.div(control, rx.el.div(end, class_name="end"), class_name="with-icon ended")
    return field(label, control, control_id=control_id, error=error, hint=hint, counter=counter)


def choose(label: str, icon_name: str, options: list[tuple[str, str]], **props: Any) -> Component:
    """Draw a choice among a few as the device's native select; `label` is its accessible name."""
    return rx.el.div(
        icon(icon_name),
        rx.el.select(
            *(rx.el.option(words, value=value) for value, words in options), aria_label=label, **props
        ),
        icon("chevron-down"),
        class_name="choose",
    )
