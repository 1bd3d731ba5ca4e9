"""The week as a grid of blocks, the days above it, and what is drawn with."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import passthrough_event_spec

from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import hidden, icon
from mentorbook.domain.kinds import BlockType
from mentorbook.presenters.availability.kinds import BLOCK_KINDS, IN_ORDER, WEEKDAYS
from mentorbook.presenters.availability.week_grid import GridBlock, GridDay
from mentorbook.state.availability.hours_editor import HoursEditor
from mentorbook.state.people.me import Me

# What is added is of this type; on a phone one day is on show.
TOOL = ClientStateVar.create("week_tool", default=BlockType.AVAILABLE)
_SHOWN = ClientStateVar.create("week_day", default=1)
_LABEL = "week-label"
# Whether each day is on, as pressed last.
_ON = Optimistic(
    "hours_days",
    HoursEditor.turn,
    **{f"day_{day}": HoursEditor.days[place].to(GridDay).on.to(bool) for place, day in enumerate(IN_ORDER)},
)


class _WeekGrid(rx.Component):
    """The grid itself, which knows what is dragged before the server does."""

    library = "$/public/week_grid.js"
    tag = "WeekGrid"

    days: rx.Var[list[GridDay]]
    blocks: rx.Var[list[GridBlock]]
    selected: rx.Var[str]
    turn: rx.Var[str]
    tool: rx.Var[str]
    shown: rx.Var[int]
    labelled_by: rx.Var[str]

    on_place: rx.EventHandler[passthrough_event_spec(int, int, int, int, int)]
    on_add: rx.EventHandler[passthrough_event_spec(int, int, int)]
    on_choose: rx.EventHandler[passthrough_event_spec(int, int)]
    on_remove: rx.EventHandler[passthrough_event_spec(int, int)]


def week_grid() -> Component:
    """Draw the week's days and blocks."""
    return rx.el.div(
        rx.el.div(
            rx.el.h2("Weekly hours", id=_LABEL, class_name="sr-only"),
            _tools(),
            class_name="weekly-tools",
        ),
        rx.el.div(
            rx.el.div(
                rx.el.span(class_name="weekly-corner"),
                *(_day_head(day, place) for place, day in enumerate(IN_ORDER)),
                class_name="weekly-heads",
            ),
            _WeekGrid.create(
                days=HoursEditor.days,
                blocks=HoursEditor.blocks,
                selected=HoursEditor.selected,
                # A new connection answers, too: what was lost with the old one is not waited for.
                turn=HoursEditor.turn + Me.connection,
                tool=TOOL.value,
                shown=_SHOWN.value,
                labelled_by=_LABEL,
                on_place=HoursEditor.place,
                on_add=lambda day, start, end: HoursEditor.add_at(day, start, end, TOOL.value),
                on_choose=HoursEditor.choose_block,
                on_remove=HoursEditor.remove,
            ),
            class_name="card weekly",
        ),
        rx.el.p(
            "Drag over free space to add, drag a block to move it, its edges to make it longer. "
            "By keyboard: arrow keys move a block, with Shift they change its end, Delete removes it.",
            class_name="tiny muted",
            id="week-help",
        ),
        class_name="col",
    )


def _tools() -> Component:
    return rx.el.div(
        rx.el.span("Add", class_name="small muted", id="week-tool-label"),
        rx.el.div(
            *(_tool(kind, words) for kind, words in BLOCK_KINDS.items()),
            role="radiogroup",
            aria_labelledby="week-tool-label",
            class_name="chips",
        ),
        class_name="row wrap",
    )


def _tool(kind: str, words: str) -> Component:
    is_it = TOOL.value == kind
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="week-tool",
            value=kind,
            checked=is_it,
            on_change=TOOL.set_value(kind),
            class_name="cover",
            aria_label=words,
        ),
        rx.el.i(class_name=f"kind-dot {kind.lower()}"),
        words,
        class_name="chip",
        data_kind=kind,
    )


def _day_head(day: int, place: int) -> Component:
    info: Any = HoursEditor.days[place].to(GridDay)
    name, is_on = WEEKDAYS[day], getattr(_ON, f"day_{day}")
    return rx.el.div(
        rx.el.button(
            rx.el.b(name[:3]),
            rx.el.span(info.total, class_name="tiny muted num"),
            type="button",
            class_name="weekly-day",
            aria_label=rx.Var.create(f"{name}, ").to(str) + info.total,
            aria_pressed=rx.cond(_SHOWN.value == day, "true", "false"),
            on_click=_SHOWN.set_value(day),
        ),
        rx.el.div(
            rx.el.button(
                rx.el.span(class_name="knob"),
                type="button",
                role="switch",
                class_name="switch small-switch",
                aria_label=f"{name} on",
                aria_checked=rx.cond(is_on, "true", "false"),
                on_click=[_ON.press(**{f"day_{day}": ~is_on}), HoursEditor.enable(day, ~is_on)],
                data_testid="enable-day",
                custom_attrs={"data-day": day},
            ),
            rx.el.button(
                icon("plus"),
                hidden(f"Add to {name}"),
                type="button",
                class_name="icon-btn small-icon",
                on_click=HoursEditor.add_on(day, TOOL.value),
                data_testid="add-block",
                custom_attrs={"data-day": day},
            ),
            class_name="row weekly-day-tools",
        ),
        class_name="weekly-head",
        custom_attrs={"data-shown": rx.cond(_SHOWN.value == day, "yes", "no")},
    )
