"""One month in whole weeks: its title, the way to the months beside it, and a cell a day.

The arrow keys move over its days and over its edges (`assets/calendar.js`).
"""

from typing import Any

import reflex as rx

from mentorbook.components.parts import icon

_WEEKDAYS = (
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
)


def month_calendar(
    days: Any, *, title: Any, title_id: str, back: Any, on: Any, is_loading: Any = False, label: str = "Day"
) -> rx.Component:
    """Draw a month; `days` are cells made by `day_cell` behind as many blanks as the first week needs.

    `back` and `on` are made by `month_button`.
    """
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, id=title_id, aria_live="polite", class_name="cal-title"),
            rx.el.div(back, on, class_name="row"),
            class_name="cal-head",
        ),
        rx.el.div(
            *[rx.el.b(rx.el.abbr(short, title=name), class_name="cal-weekday") for short, name in _WEEKDAYS],
            days,
            class_name="cal",
            role="group",
            aria_labelledby=title_id,
            aria_busy=rx.cond(is_loading, "true", "false"),
            custom_attrs={"data-calendar": "month"},
        ),
        aria_label=label,
    )


def month_button(month: Any, *, forward: bool, on_click: Any) -> rx.Component:
    """Draw the way to a neighbour of the month on show; off where `month` is empty."""
    # Not `disabled`: a button that is pressed until the last month would lose the focus there.
    return rx.el.button(
        icon("chevron-right" if forward else "chevron-left"),
        type="button",
        class_name="icon-btn",
        aria_label="Next month" if forward else "Previous month",
        on_click=on_click,
        aria_disabled=rx.cond(month.bool(), "false", "true"),
        custom_attrs={"data-calendar": "month-on" if forward else "month-back"},
    )


def day_cell(
    number: Any,
    date: Any,
    *,
    look: Any,
    label: Any,
    is_chosen: Any,
    on_click: Any,
    is_reached: Any = None,
    **props: Any,
) -> rx.Component:
    """Draw a day as a button, or the blank of one where it has no number.

    Tab comes to the chosen day, and arrow keys go on from there; where none may be chosen, `is_reached` says
    to which instead.
    """
    more = props.pop("custom_attrs", {})
    return rx.cond(
        number == "",
        rx.el.span(class_name="day-blank"),
        rx.el.button(
            number,
            type="button",
            class_name=look,
            aria_label=label,
            aria_pressed=rx.cond(is_chosen, "true", "false"),
            tab_index=rx.cond(is_chosen if is_reached is None else is_reached, 0, -1),
            on_click=on_click,
            custom_attrs={"data-date": date, **more},
            **props,
        ),
    )
