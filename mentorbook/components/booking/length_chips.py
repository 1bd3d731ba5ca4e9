"""How long a session is to be: the common lengths, and all others behind *More*."""

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
            *(_chip(state, choice, minutes, name="length") for minutes in COMMON_LENGTHS),
            _more(state, choice),
            class_name="chips lengths",
            data_testid="length-select",
        ),
    )


def fitting_length_chips(
    state: Any, choice: Optimistic, fitting: rx.Var[list[int]], *, prefix: str, note: rx.Component
) -> rx.Component:
    """Draw those of the lengths, in minutes, that fit a slot; `note` stands under them."""
    name = f"{prefix}-duration"
    others = rx.Var(
        f"{fitting!s}.some((each) => !{list(COMMON_LENGTHS)}.includes(each))",
        _var_data=fitting._get_all_var_data(),
    ).to(bool)
    return rx.el.fieldset(
        rx.el.legend("How long?"),
        rx.el.div(
            *(
                rx.cond(fitting.contains(minutes), _chip(state, choice, minutes, name=name))
                for minutes in COMMON_LENGTHS
            ),
            rx.cond(others, _more(state, choice, fitting)),
            class_name="chips lengths",
            data_testid="duration-select",
        ),
        note,
        class_name="field move-length",
    )


def _chosen(state: Any, choice: Optimistic, minutes: int) -> list[Any]:
    return [choice.press(duration=minutes), state.choose_duration(minutes)]


def _chip(state: Any, choice: Optimistic, minutes: int, *, name: str) -> rx.Component:
    return rx.el.label(
        radio(
            name=name,
            value=str(minutes),
            checked=choice.duration == minutes,
            on_click=_chosen(state, choice, minutes),
            class_name="cover",
        ),
        length(minutes),
        class_name="chip",
    )


def _more(state: Any, choice: Optimistic, fitting: rx.Var[list[int]] | None = None) -> rx.Component:
    """Draw the button to the others that fit; it names the chosen length when that is one of them."""
    named = [(minutes, length(minutes)) for minutes in _MORE]
    is_common = rx.Var.create(list(COMMON_LENGTHS)).contains(choice.duration)
    return rx.popover.root(
        rx.popover.trigger(
            rx.el.button(
                rx.match(choice.duration, *named, "More"),
                icon("chevron-down"),
                type="button",
                class_name="chip",
                aria_label=rx.cond(is_common, "More lengths", rx.match(choice.duration, *named, "")),
                aria_pressed=rx.cond(is_common, "false", "true"),
            ),
        ),
        rx.popover.content(
            rx.el.div(
                *(
                    other if fitting is None else rx.cond(fitting.contains(minutes), other)
                    for minutes, other in ((each, _other(state, choice, each)) for each in _MORE)
                ),
                class_name="chips more-lengths",
                role="group",
                aria_label="More lengths",
            ),
            class_name="lengths-pop",
            align="start",
            aria_label="More lengths",
        ),
    )


def _other(state: Any, choice: Optimistic, minutes: int) -> rx.Component:
    return rx.popover.close(
        rx.el.button(
            length(minutes),
            type="button",
            class_name="chip",
            aria_pressed=rx.cond(choice.duration == minutes, "true", "false"),
            on_click=_chosen(state, choice, minutes),
        )
    )
