"""How long a session is to be, beside the calendar: the common lengths, and all others behind *More*."""

from typing import Any

import reflex as rx

from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import icon
from mentorbook.components.radio import radio
from mentorbook.presenters.booking.durations import COMMON_LENGTHS, LENGTHS
from mentorbook.presenters.dates import length

_MORE = [minutes for minutes in LENGTHS if minutes not in COMMON_LENGTHS]


def length_chips(state: Any, choice: Optimistic) -> rx.Component:
    """Draw the lengths that one may look for; the slots on show are those that are free for as long."""
    return rx.el.fieldset(
        rx.el.legend("How long?", class_name="sr-only"),
        rx.el.div(
            *(_chip(state, choice, minutes) for minutes in COMMON_LENGTHS),
            _more(state, choice),
            class_name="chips lengths",
            data_testid="length-select",
        ),
    )


def _chip(state: Any, choice: Optimistic, minutes: int) -> rx.Component:
    return rx.el.label(
        radio(
            name="length",
            value=str(minutes),
            checked=choice.duration == minutes,
            on_click=[choice.press(duration=minutes), state.choose_duration(minutes)],
            class_name="sr-only",
        ),
        length(minutes),
        class_name="chip",
    )


def _more(state: Any, choice: Optimistic) -> rx.Component:
    """Draw the others as the device's own list; it shows the chosen length when that is one of them."""
    is_common = rx.Var.create(list(COMMON_LENGTHS)).contains(choice.duration)

    def chosen(value: rx.Var[str]) -> list[Any]:
        minutes = rx.Var(f"Number({value!s})", _var_data=value._get_all_var_data()).to(int)
        return [choice.press(duration=minutes), state.choose_duration(minutes)]

    return rx.el.div(
        rx.el.select(
            rx.el.option("More", value="", disabled=True, hidden=True),
            *(rx.el.option(length(minutes), value=str(minutes)) for minutes in _MORE),
            value=rx.cond(is_common, "", choice.duration.to_string()),
            on_change=chosen,
            aria_label="More lengths",
            class_name=rx.cond(is_common, "", "on"),
        ),
        icon("chevron-down"),
        class_name="choose chip-choose",
    )
