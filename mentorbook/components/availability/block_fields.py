"""The chosen block: its times as one types them, its type, copies of its day."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.fields import choose, field_error
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import button, icon
from mentorbook.components.typed_input import typed_input
from mentorbook.presenters.availability.kinds import BLOCK_KINDS, IN_ORDER, WEEKDAYS
from mentorbook.state.availability.hours_editor import HoursEditor

_CHOSEN = HoursEditor.chosen
_KIND = Optimistic("hours_block", HoursEditor.turn, kind=_CHOSEN.kind)
# Long enough that half a time is not taken for one; Enter and leaving the field do not wait.
_PAUSE_MS = 1_500


def block_fields() -> Component:
    """Draw the fields of the chosen block, or what to do to choose one."""
    return rx.el.section(
        rx.cond(
            _CHOSEN.name == "",
            rx.el.p("Choose a block to type its times, or to copy its day.", class_name="small muted"),
            _fields(),
        ),
        class_name="card block-fields",
        aria_label="Chosen block",
    )


def _fields() -> Component:
    return rx.el.div(
        rx.el.b(_CHOSEN.name, class_name="block-day"),
        rx.el.div(
            _time("block-start", "From", _CHOSEN.start, "startTime", HoursEditor.type_start),
            rx.el.span("to", class_name="muted"),
            _time("block-end", "To", _CHOSEN.end, "endTime", HoursEditor.type_end),
            choose(
                "Type",
                "shapes",
                [(kind, words) for kind, words in BLOCK_KINDS.items()],
                value=_KIND.kind,
                on_change=lambda kind: [_KIND.press(kind=kind), HoursEditor.retype(kind)],
                data_testid="block-type",
            ),
            rx.cond(_CHOSEN.note, rx.el.span(_CHOSEN.note, class_name="small muted")),
            class_name="row wrap",
        ),
        rx.el.div(
            _copy(),
            button(
                icon("trash-2"),
                "Remove",
                kind="ghost",
                on_click=HoursEditor.remove(_CHOSEN.day, _CHOSEN.index),
                data_testid="remove-block",
            ),
            class_name="row wrap",
        ),
        rx.el.div(
            field_error("block-start", _error("startTime", "The start")),
            field_error("block-end", _error("endTime", "The end")),
            field_error("block", _error("block", "The block")),
            class_name="block-errors",
        ),
        class_name="block-row",
    )


def _error(name: str, subject: str) -> Any:
    found = HoursEditor.errors[name].to(str)
    return rx.cond(HoursEditor.errors.contains(name), rx.Var.create(f"{subject} ").to(str) + found + ".", "")


def _time(control: str, label: str, value: Any, error: str, handler: Any) -> Component:
    return typed_input(
        rx.el.input(
            id=control,
            class_name="input num time-input",
            value=value,
            on_change=handler,
            input_mode="numeric",
            auto_complete="off",
            aria_label=label,
            aria_invalid=rx.cond(HoursEditor.errors.contains(error), "true", "false"),
            aria_describedby=f"{control}-error",
            data_testid=control,
            max_length=20,
        ),
        debounce_timeout=_PAUSE_MS,
    )


def _copy() -> Component:
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(
            rx.el.button(
                icon("copy"), "Copy to other days", type="button", class_name="btn", data_testid="copy-day"
            )
        ),
        rx.dropdown_menu.content(
            _target("Monday to Friday", "workdays"),
            _target("Every day", "all"),
            rx.dropdown_menu.separator(),
            *(_target(WEEKDAYS[day], day) for day in IN_ORDER),
            variant="soft",
            color_scheme="gray",
        ),
        modal=False,
    )


def _target(words: str, to: str | int) -> Component:
    return rx.dropdown_menu.item(words, on_select=HoursEditor.copy_to(_CHOSEN.day, to))
