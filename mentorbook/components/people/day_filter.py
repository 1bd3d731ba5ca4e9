"""The directory's filter by day: soon, or on a date of the one month calendar."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.list_address import ask, asked, waits_for
from mentorbook.components.month_calendar import day_cell, month_button, month_calendar
from mentorbook.components.parts import icon, skeleton
from mentorbook.presenters.booking.slot_calendar import MonthGrid
from mentorbook.state.people.mentor_directory import MentorDirectory

_PRESETS = (("", "Any day"), ("1", "Next 24 hours"), ("3", "Next 3 days"), ("7", "Next 7 days"))
_MONTH = ClientStateVar.create("directory_month", default="")


def day_filter() -> Component:
    """Draw the button that says which days count, and opens the choice of them."""
    days = asked("days")
    # An address may ask for anything: what the state makes nothing of is no filter.
    other = rx.cond(waits_for(MentorDirectory.answered), days, "Any day")
    date = rx.cond(days == MentorDirectory.days, MentorDirectory.day_words, other)
    words = rx.match(days, *_PRESETS, date)
    return rx.popover.root(
        rx.popover.trigger(
            rx.el.button(
                icon("calendar"),
                rx.el.span(words, class_name="clip"),
                icon("chevron-down"),
                type="button",
                class_name=rx.cond(days == "", "zone-btn", "zone-btn on"),
                aria_label="Free: " + words.to(str),
                data_testid="day-filter",
            )
        ),
        rx.popover.content(
            rx.el.div(
                *(_preset(value, label) for value, label in _PRESETS),
                class_name="chips",
                role="group",
                aria_label="Free within",
            ),
            rx.cond(MentorDirectory.today == "", skeleton("260px", "260px"), _month()),
            class_name="day-pop",
            align="start",
            aria_label="Free on",
        ),
        on_open_change=[_MONTH.set_value(""), MentorDirectory.open_days],
    )


def _preset(value: str, words: str) -> Component:
    return rx.popover.close(
        rx.el.button(
            words,
            type="button",
            class_name="chip",
            aria_pressed=rx.cond(asked("days") == value, "true", "false"),
            on_click=_choose(value),
        )
    )


def _choose(days: Any) -> list[Any]:
    return [ask(days=days, page=""), MentorDirectory.filter_days(days)]


def _month() -> Component:
    month = rx.cond(_MONTH.value == "", MentorDirectory.today[:7], _MONTH.value).to(str)
    grid: Any = MentorDirectory.grids[month].to(MonthGrid)
    return month_calendar(
        rx.fragment(
            rx.foreach(grid.blanks, lambda _: rx.el.span(class_name="day-blank")),
            rx.foreach(grid.numbers, lambda number: _day(number, month, grid)),
        ),
        title=grid.title,
        title_id="directory-month",
        back=_turn(grid.previous, month, forward=False),
        on=_turn(grid.following, month, forward=True),
        label="On a day",
    )


def _turn(month: Any, shown: Any, *, forward: bool) -> Component:
    return month_button(
        month, forward=forward, on_click=_MONTH.set_value(rx.cond(month.bool(), month, shown))
    )


def _day(number: Any, month: Any, grid: Any) -> Component:
    text = number.to_string()
    date = month + "-" + rx.cond(number < 10, "0" + text, text).to(str)
    is_over, is_chosen = date < MentorDirectory.today, asked("days") == date
    is_first = date == rx.cond(month == MentorDirectory.today[:7], MentorDirectory.today, month + "-01")
    return rx.cond(
        is_over,
        rx.el.span(text, class_name="day none"),
        day_cell(
            text,
            date,
            look=rx.cond(is_chosen, "day chosen", "day plain"),
            label=text + " " + grid.title,
            is_chosen=is_chosen,
            is_reached=is_chosen | (is_first & ~asked("days").startswith(month)),
            on_click=_choose(date),
            data_testid="directory-day",
        ),
    )
