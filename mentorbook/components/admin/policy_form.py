"""The policies as a form, and beside it what saving would do."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.fields import field_error
from mentorbook.components.parts import badge, icon
from mentorbook.components.typed_input import typed_input
from mentorbook.presenters.admin.policy_form import Effect, EffectLine, PolicyRow
from mentorbook.state.admin.policy_form import PolicyForm

# Why there is nothing to save, or what saving would do to nobody.
_WHY = "policies-why"


def policy_form() -> Component:
    """Draw the six policies at the left, and the effect of what is typed at the right."""
    return rx.el.div(
        rx.el.section(
            rx.foreach(PolicyForm.rows, _row), class_name="card policies", aria_label="Session policies"
        ),
        _effect_card(),
        class_name="policy-page",
    )


def _row(row: rx.Var[PolicyRow]) -> Component:
    return rx.el.div(
        rx.el.div(
            rx.el.label(
                row.title, html_for=f"policy-{row.key}", id=f"policy-{row.key}-label", class_name="h3"
            ),
            rx.cond(row.changed, badge("changed", tone="wait")),
            rx.el.p(row.meaning, class_name="muted small", id=f"policy-{row.key}-hint"),
            rx.el.p(row.last, class_name="muted tiny"),
            field_error(f"policy-{row.key}", row.error),
            class_name="grow",
        ),
        rx.cond(row.is_switch, _switch(row), _number(row)),
        class_name="policy",
    )


def _switch(row: rx.Var[PolicyRow]) -> Component:
    return rx.el.button(
        rx.el.span(class_name="knob"),
        type="button",
        role="switch",
        id=f"policy-{row.key}",
        class_name="switch",
        aria_checked=rx.cond(row.value == "yes", "true", "false"),
        aria_labelledby=f"policy-{row.key}-label",
        aria_describedby=f"policy-{row.key}-hint",
        on_click=PolicyForm.toggle(row.key),
        data_testid=f"policy-{row.key}",
    )


def _number(row: rx.Var[PolicyRow]) -> Component:
    return rx.el.div(
        typed_input(
            rx.el.input(
                id=f"policy-{row.key}",
                class_name=rx.cond(row.changed, "input num changed", "input num"),
                value=row.value,
                on_change=lambda text: PolicyForm.type_value(row.key, text),
                input_mode="decimal",
                auto_complete="off",
                aria_invalid=rx.cond(row.error, "true", "false"),
                aria_describedby=f"policy-{row.key}-hint policy-{row.key}-error",
                data_testid=f"policy-{row.key}",
            ),
            debounce_timeout=200,
        ),
        rx.el.span(row.unit, class_name="muted small"),
        class_name="policy-number",
    )


def _effect_card() -> Component:
    return rx.el.aside(
        rx.el.h2("If you save this", class_name="h3"),
        rx.cond(
            PolicyForm.problem,
            rx.el.div(icon("circle-alert"), PolicyForm.problem, class_name="note bad", role="alert"),
        ),
        rx.cond(
            PolicyForm.saved,
            rx.el.div(icon("circle-check"), PolicyForm.saved, class_name="note ok", role="status"),
        ),
        rx.el.div(
            rx.cond(
                PolicyForm.changes == 0,
                rx.el.p("Nothing is changed yet.", id=_WHY, class_name="muted small"),
                rx.cond(
                    PolicyForm.effects.length() == 0,
                    rx.el.p(
                        rx.cond(
                            PolicyForm.valid,
                            "No coming session is affected at this moment.",
                            "Something above is not right yet.",
                        ),
                        id=_WHY,
                        class_name="muted small",
                    ),
                    rx.foreach(PolicyForm.effects, _effect),
                ),
            ),
            aria_live="polite",
            class_name="col",
        ),
        rx.el.p("People with those pages open see it at once.", class_name="muted small"),
        _buttons(),
        class_name="card policy-effect",
    )


def _effect(effect: rx.Var[Effect]) -> Component:
    return rx.el.div(
        rx.el.p(
            icon("info"),
            rx.el.span(rx.el.b(effect.count), " ", effect.words),
            class_name=f"note {effect.tone}",
        ),
        rx.el.ul(rx.foreach(effect.sessions, _line), class_name="affected"),
        rx.cond(effect.more, rx.el.p(effect.more, class_name="muted small")),
        class_name="col",
    )


def _line(line: rx.Var[EffectLine]) -> Component:
    return rx.el.li(rx.el.span(line.title, class_name="clip"), rx.el.span(line.time, class_name="muted num"))


def _buttons() -> Component:
    off = (PolicyForm.changes == 0) | ~PolicyForm.valid
    return rx.el.div(
        awaited_button(
            rx.cond(
                PolicyForm.changes == 1,
                "Save 1 change",
                "Save " + PolicyForm.changes.to_string() + " changes",
            ),
            asks=Awaited("policies", PolicyForm.turn),
            ask=PolicyForm.save,
            off=off,
            asks_when_off=True,
            look="grow",
            aria_describedby=_WHY,
            data_testid="save-policies",
        ),
        awaited_button(
            "Discard", asks=Awaited("saved-policies", PolicyForm.turn), ask=PolicyForm.discard, kind="plain"
        ),
        class_name="row",
    )
