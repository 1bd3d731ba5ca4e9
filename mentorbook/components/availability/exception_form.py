"""Days off and extra days: a calendar, a form, and what is coming."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.awaited import Awaited, awaited_submit, submit_once
from mentorbook.components.fields import described_by, field, field_error, text_field
from mentorbook.components.month_calendar import day_cell, month_button, month_calendar
from mentorbook.components.parts import badge, button, icon
from mentorbook.components.typed_input import typed_input
from mentorbook.domain.kinds import BlockType
from mentorbook.presenters.availability.exceptions import ExceptionLine
from mentorbook.presenters.availability.kinds import BLOCK_KINDS
from mentorbook.presenters.availability.preview import PreviewCell
from mentorbook.state.availability.hours_editor import HoursEditor

_WHOLE = ClientStateVar.create("off_whole_days", default=True)
_PAUSE_MS = 700
_ASKS = Awaited("exception", HoursEditor.turn)
# What takes time away first: most exceptions are days off.
_KINDS = (BlockType.BLOCKED, BlockType.BREAK, BlockType.BUFFER, BlockType.AVAILABLE)
_WORDS = {**BLOCK_KINDS, BlockType.BLOCKED: "Off", BlockType.AVAILABLE: "Open, extra hours"}


def exception_form() -> Component:
    """Draw the calendar and the form beside it, and the list under both."""
    return rx.el.div(
        rx.el.div(
            month_calendar(
                rx.foreach(HoursEditor.off_cells, _cell),
                title=HoursEditor.off_grid.title,
                title_id="off-month",
                back=_turn(HoursEditor.off_grid.previous, forward=False),
                on=_turn(HoursEditor.off_grid.following, forward=True),
                label="Days off and extra days",
            ),
            _form(),
            class_name="card off-editor",
        ),
        rx.el.section(
            rx.el.h2("Coming", class_name="h3"),
            rx.cond(
                HoursEditor.exceptions.length() == 0,
                rx.el.p(
                    "Nothing yet. Press a day for a day off, a first and a last day for a holiday.",
                    class_name="small muted",
                ),
                rx.el.ul(rx.foreach(HoursEditor.exceptions, _line), class_name="off-list"),
            ),
            class_name="card col",
        ),
        class_name="stack",
    )


def _turn(month: Any, *, forward: bool) -> Component:
    return month_button(
        month, forward=forward, on_click=rx.cond(month.bool(), HoursEditor.turn_off_month(month), rx.noop())
    )


def _cell(cell: rx.Var[PreviewCell]) -> Component:
    is_chosen = cell.state == "chosen"
    look = rx.cond(is_chosen, "day chosen", "day plain")
    return day_cell(
        cell.number,
        cell.date,
        look=look,
        label=cell.label,
        is_chosen=is_chosen,
        is_reached=cell.is_reached,
        on_click=HoursEditor.pick_day(cell.date),
        data_testid="off-day",
        custom_attrs={"data-mark": cell.mark},
    )


def _form() -> Component:
    return rx.el.form(
        rx.el.div(
            _date("off-first", "From", HoursEditor.first, "startDate", HoursEditor.type_first),
            _date("off-last", "To", HoursEditor.last, "endDate", HoursEditor.type_last),
            class_name="grid2",
        ),
        rx.el.div(
            *(_length(words, value) for words, value in (("Whole days", True), ("Some hours", False))),
            class_name="chips",
            role="radiogroup",
            aria_label="How much of the days",
        ),
        rx.cond(
            ~_WHOLE.value,
            rx.el.div(
                _time("off-start", "startTime", "First hour", "09:00"),
                _time("off-end", "endTime", "Last hour", "12:00"),
                class_name="grid2",
            ),
        ),
        field(
            "What they are",
            rx.el.div(
                rx.el.select(
                    *(rx.el.option(_WORDS[kind], value=kind) for kind in _KINDS),
                    id="off-type",
                    name="type",
                    data_testid="off-type",
                ),
                icon("chevron-down"),
                class_name="choose plain",
            ),
            control_id="off-type",
        ),
        text_field(
            "Why, for yourself",
            "off-reason",
            name="reason",
            error=_error("reason"),
            max_length=200,
            auto_complete="off",
        ),
        field_error("off", _error("")),
        awaited_submit("Add to the draft", asks=_ASKS, kind="plain", data_testid="add-exception"),
        on_submit=submit_once(_ASKS, HoursEditor.add_exception),
        class_name="form col",
        key=HoursEditor.added.to_string(),
        aria_label="New exception",
    )


def _length(words: str, value: bool) -> Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="whole",
            value="yes" if value else "no",
            checked=_WHOLE.value == value,
            on_change=_WHOLE.set_value(value),
            class_name="cover",
        ),
        words,
        class_name="chip",
    )


def _error(name: str) -> Any:
    return rx.cond(HoursEditor.errors.contains(name), "It " + HoursEditor.errors[name].to(str) + ".", "")


def _date(control: str, label: str, value: Any, error: str, handler: Any) -> Component:
    # A date is typed by its parts: half of a year is a date, too, whose answer must not replace the rest.
    return field(
        label,
        typed_input(
            rx.el.input(
                id=control,
                type="date",
                class_name="input",
                value=value,
                on_change=handler,
                aria_invalid=rx.cond(HoursEditor.errors.contains(error), "true", "false"),
                aria_describedby=described_by(control, hint=False),
                data_testid=control,
            ),
            debounce_timeout=_PAUSE_MS,
        ),
        control_id=control,
        error=_error(error),
    )


def _time(control: str, name: str, label: str, example: str) -> Component:
    return text_field(
        label,
        control,
        name=name,
        error=_error(name),
        placeholder=example,
        input_mode="numeric",
        auto_complete="off",
        max_length=20,
        data_testid=control,
    )


def _line(line: rx.Var[ExceptionLine]) -> Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(rx.el.b(line.when), " ", badge(line.what)),
            rx.cond(line.reason, rx.el.p(line.reason, class_name="small muted")),
            rx.foreach(
                line.overlaps.to(list[str]),
                lambda words: rx.el.p(icon("info"), rx.el.span(words), class_name="small off-overlap"),
            ),
            class_name="grow",
        ),
        button(
            icon("trash-2"),
            kind="ghost",
            aria_label=rx.Var.create("Remove ").to(str) + line.when + ", " + line.what,
            on_click=HoursEditor.remove_exception(line.at),
            data_testid="remove-exception",
        ),
        custom_attrs={"data-kind": line.kind},
        data_testid="exception",
    )
