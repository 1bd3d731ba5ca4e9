"""The time step: a month, the slots of a day, the zone. Serves booking and rescheduling."""

from typing import Any

import reflex as rx

from mentorbook.components.parts import icon
from mentorbook.components.zone_picker import zone_picker
from mentorbook.presenters.booking.slot_calendar import DayCell, SlotCell, SlotGroup

_WEEKDAYS = (
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
)


def time_slot_selector(state: Any, *, kept: str = "what you typed is kept") -> rx.Component:
    """Draw the choice of a mentor's time; `state` is a state class made with the `SlotSelector` mixin.

    `kept` says what is not lost when the chosen time is.
    """
    return rx.el.div(
        rx.cond(state.lost.time != "", _taken(state, kept)),
        rx.el.div(
            rx.el.div(_calendar(state), _below(state), class_name="pick-month"),
            _day(state),
            class_name="pick",
        ),
        class_name="pick-all",
    )


def _taken(state: Any, kept: str) -> rx.Component:
    return rx.el.div(
        icon("info"),
        rx.el.span(
            rx.el.b(state.lost.time, " ", state.lost.why, ". "),
            rx.cond(
                state.lost.nearest != "",
                rx.fragment(state.lost.nearest, f" is the nearest free time; {kept}."),
                f"{kept[0].upper()}{kept[1:]}. Choose another time.",
            ),
        ),
        class_name="note warn",
        role="status",
    )


def _calendar(state: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(state.month.title, id="month-title", aria_live="polite"),
            rx.el.div(
                _turn(
                    "chevron-left",
                    "Previous month",
                    state.shift_month(-1),
                    state.month.is_first,
                    "month-back",
                ),
                _turn("chevron-right", "Next month", state.shift_month(1), False, "month-on"),
                class_name="row",
            ),
            class_name="cal-head",
        ),
        rx.el.div(
            *[rx.el.b(rx.el.abbr(short, title=name), class_name="cal-weekday") for short, name in _WEEKDAYS],
            rx.foreach(state.month.days, lambda cell: _day_cell(cell, state)),
            class_name="cal",
            role="group",
            aria_labelledby="month-title",
            custom_attrs={"data-calendar": "month"},
        ),
        aria_label="Day",
    )


def _turn(glyph: str, name: str, event: Any, off: Any, key: str) -> rx.Component:
    return rx.el.button(
        icon(glyph),
        type="button",
        class_name="icon-btn",
        aria_label=name,
        # Not `disabled`: a button that is pressed until the first month would lose the focus there.
        on_click=rx.cond(off, rx.noop(), event),
        aria_disabled=rx.cond(off, "true", "false"),
        custom_attrs={"data-calendar": key},
    )


def _day_cell(cell: rx.Var[DayCell], state: Any) -> rx.Component:
    return rx.cond(
        cell.number == "",
        rx.el.span(class_name="day-blank"),
        rx.el.button(
            cell.number,
            type="button",
            class_name=rx.cond(cell.today, f"day {cell.state} today", f"day {cell.state}"),
            aria_label=cell.label,
            aria_pressed=rx.cond(cell.state == "chosen", "true", "false"),
            aria_disabled=rx.cond(cell.state == "none", "true", "false"),
            tab_index=rx.cond(cell.tab_stop, 0, -1),
            on_click=state.choose_day(cell.date),
            data_testid="calendar-day",
            custom_attrs={"data-date": cell.date, "data-state": cell.state},
        ),
    )


def _below(state: Any) -> rx.Component:
    return rx.el.div(
        zone_picker(state, name="slots"),
        rx.cond(
            state.earliest != "",
            rx.el.button(
                icon("zap"),
                rx.el.span("Earliest: ", rx.el.span(state.earliest, class_name="num")),
                type="button",
                class_name="btn g link",
                on_click=state.pick_earliest,
                data_testid="earliest-slot",
            ),
        ),
        class_name="pick-below",
    )


def _day(state: Any) -> rx.Component:
    return rx.el.section(
        rx.cond(
            state.day.title != "",
            rx.fragment(
                rx.el.h3(state.day.title, id="day-title"),
                rx.el.div(
                    rx.foreach(state.day.slots, lambda group: _group(group, state)),
                    class_name="slots",
                    role="group",
                    aria_labelledby="day-title",
                ),
            ),
            _nothing(state),
        ),
        class_name="pick-day",
        aria_label="Time",
    )


def _group(group: rx.Var[SlotGroup], state: Any) -> rx.Component:
    return rx.fragment(
        rx.el.h4(group.label),
        rx.foreach(group.slots, lambda slot: _slot(slot, state)),
    )


def _slot(slot: rx.Var[SlotCell], state: Any) -> rx.Component:
    return rx.cond(
        slot.state == "gone",
        rx.el.div(
            rx.el.span(slot.time),
            rx.el.span(slot.there, class_name="there"),
            class_name="slot gone",
            role="note",
            aria_label=slot.label,
        ),
        rx.el.button(
            rx.el.span(slot.time),
            rx.el.span(slot.there, class_name="there"),
            type="button",
            class_name=f"slot {slot.state}",
            aria_label=slot.label,
            aria_pressed=rx.cond(slot.state == "chosen", "true", "false"),
            on_click=state.choose_slot(slot.start),
            data_testid="time-slot",
            custom_attrs={"data-start": slot.start},
        ),
    )


def _nothing(state: Any) -> rx.Component:
    return rx.el.div(
        icon("calendar-x-2"),
        rx.cond(
            state.earliest != "",
            rx.fragment(
                rx.el.p("Nothing is free in ", state.month.title, "."),
                rx.el.button(
                    "Go to ",
                    state.earliest,
                    type="button",
                    class_name="btn",
                    on_click=state.pick_earliest,
                ),
            ),
            rx.el.p("There is no free time at the moment. Look again in a few days."),
        ),
        class_name="empty small",
    )
