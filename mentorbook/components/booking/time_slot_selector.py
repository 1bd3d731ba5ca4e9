"""The time step: a month, the slots of a day, the zone. Serves booking and rescheduling."""

from typing import Any

import reflex as rx

from mentorbook.components.awaited import Awaited
from mentorbook.components.booking.length_chips import length_chips
from mentorbook.components.month_calendar import day_cell, month_button, month_calendar
from mentorbook.components.optimistic import Optimistic, worked_out_once
from mentorbook.components.parts import hidden, icon, link_button
from mentorbook.components.zone_picker import zone_facts, zone_picker
from mentorbook.presenters.booking.slot_calendar import (
    ChangedDay,
    Day,
    DayCell,
    Month,
    MonthGrid,
    SlotGroup,
)


def choice_of(name: str, state: Any, **more: Any) -> Optimistic:
    """Return what is chosen in a time slot selector, as the page shows it.

    `line` tells the chosen slot in words.
    """
    return Optimistic(
        name,
        state.turn,
        month=state.month,
        day=state.day,
        chosen=state.chosen,
        line=state.chosen_slot.line,
        duration=state.duration,
        **zone_facts(state),
        **more,
    )


def time_slot_selector(
    state: Any, choice: Optimistic, *, kept: str = "what you typed is kept", is_new: bool = False
) -> rx.Component:
    """Draw the choice of a mentor's time; `state` is a state class made with the `SlotSelector` mixin.

    `choice` comes from `choice_of`; `kept` says what is not lost when the chosen time is. For a
    session that `is_new` its length is chosen here, before there is a slot that it must fit, and where
    nothing is free another mentor may be.
    """
    shown = _OnShow(state, choice, f"{choice.name}_shown")
    return rx.el.div(
        rx.cond(state.lost.time != "", _taken(state, kept)),
        rx.el.div(
            rx.el.div(
                _calendar(state, choice, shown),
                rx.el.div(
                    length_chips(state, choice) if is_new else None,
                    _below(state, choice),
                    class_name="pick-under",
                ),
                class_name="pick-month",
            ),
            _day(state, choice, shown, is_new=is_new),
            class_name="pick",
            aria_busy=rx.cond(_earliest(state, choice).is_asked, "true", "false"),
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


class _OnShow:
    """What is on show: the grid of the month, its slots once they are loaded, the day."""

    def __init__(self, state: Any, choice: Optimistic, name: str) -> None:
        grid = state.grids[choice.month].to(MonthGrid)
        self.grid: Any = worked_out_once(f"{name}_grid", grid)
        found: Any = rx.Var.create(Month())
        for month in (state.month_0, state.month_1, state.month_2):
            # Slots of another length or by another clock are those of before.
            is_it = (
                (month.month == choice.month)
                & (month.minutes == choice.duration)
                & (month.zone == choice.zone)
            )
            found = rx.cond(is_it, month, found)
        self.month: Any = worked_out_once(f"{name}_month", found.to(Month))
        self.is_loading: Any = self.month.month == ""
        is_of_month = (choice.day != "") & choice.day.startswith(choice.month)
        # The chosen day where it is of this month, else the first with a free slot.
        date = rx.cond(is_of_month, choice.day, self.month.first).to(str)
        self.date: Any = worked_out_once(f"{name}_date", date)
        self._changed: Any = state.changed_days
        day = rx.cond(
            self.is_changed(self.date), self.changed(self.date).day, self.month.days[self.date].to(Day)
        )
        self.day: Any = worked_out_once(f"{name}_day", day.to(Day))

    def is_changed(self, date: Any) -> Any:
        """Say whether a day is not as its month was sent."""
        return self._changed.contains(date)

    def changed(self, date: Any) -> Any:
        """Return a day that is not as its month was sent."""
        return self._changed[date].to(ChangedDay)


def _calendar(state: Any, choice: Optimistic, shown: _OnShow) -> rx.Component:
    grid = shown.grid
    return month_calendar(
        rx.cond(
            shown.is_loading,
            _bare(grid),
            rx.foreach(shown.month.cells, lambda cell: _day_cell(cell, state, choice, shown)),
        ),
        title=grid.title,
        title_id="month-title",
        back=_turn(grid.previous, state, choice, forward=False),
        on=_turn(grid.following, state, choice, forward=True),
        is_loading=shown.is_loading,
    )


def _bare(grid: Any) -> rx.Component:
    """Draw the days of a month whose slots are on their way."""
    return rx.fragment(
        rx.foreach(grid.blanks, lambda _: rx.el.span(class_name="day-blank")),
        rx.foreach(grid.numbers, lambda number: rx.el.span(number, class_name="day none waits")),
        hidden("Loading free times"),
    )


def _turn(month: Any, state: Any, choice: Optimistic, *, forward: bool) -> rx.Component:
    off = ~month.bool()
    return month_button(
        month,
        forward=forward,
        on_click=[
            choice.press(month=rx.cond(off, choice.month, month)),
            rx.cond(off, rx.noop(), state.show_month(month)),
        ],
    )


def _day_cell(cell: rx.Var[DayCell], state: Any, choice: Optimistic, shown: _OnShow) -> rx.Component:
    is_chosen, is_changed = cell.date == shown.date, shown.is_changed(cell.date)
    state_now = rx.cond(is_changed, shown.changed(cell.date).state, cell.state)
    look = rx.cond(is_chosen, "chosen", state_now)
    return day_cell(
        cell.number,
        cell.date,
        look=rx.cond(cell.today, f"day {look} today", f"day {look}"),
        label=rx.cond(is_changed, shown.changed(cell.date).label, cell.label),
        is_chosen=is_chosen,
        aria_disabled=rx.cond(state_now == "none", "true", "false"),
        on_click=[choice.press(day=cell.date), state.choose_day(cell.date)],
        data_testid="calendar-day",
        custom_attrs={"data-state": look},
    )


def _below(state: Any, choice: Optimistic) -> rx.Component:
    return rx.el.div(
        zone_picker(state, choice, name="slots"),
        rx.cond(
            state.earliest != "",
            rx.el.button(
                icon("zap"),
                # By another clock it is another time, which comes from the server.
                rx.el.span(
                    "Earliest: ",
                    rx.cond(
                        choice.zone == state.zone,
                        rx.el.span(state.earliest, class_name="num"),
                        rx.el.span(class_name="skeleton sk-word"),
                    ),
                ),
                type="button",
                class_name="btn g link",
                on_click=_to_earliest(state, choice),
                data_testid="earliest-slot",
            ),
        ),
        class_name="pick-below",
    )


def _earliest(state: Any, choice: Optimistic) -> Awaited:
    return Awaited(f"{choice.name}-earliest", state.turn)


def _to_earliest(state: Any, choice: Optimistic) -> list[Any]:
    asks = _earliest(state, choice)
    return [asks.press(unless=asks.is_asked), rx.cond(asks.is_asked, rx.noop(), state.pick_earliest)]


def _day(state: Any, choice: Optimistic, shown: _OnShow, *, is_new: bool) -> rx.Component:
    slots = rx.fragment(
        rx.el.div(
            rx.el.h3(shown.day.title, id="day-title"),
            rx.el.button(
                icon("chevron-up"),
                "Other days",
                type="button",
                class_name="btn g to-days",
                custom_attrs={"data-to-days": ""},
            ),
            class_name="day-head",
        ),
        rx.el.div(
            rx.foreach(shown.day.groups, lambda group: _group(group, state, choice, shown)),
            class_name="slots",
            role="group",
            aria_labelledby="day-title",
        ),
        rx.cond(
            shown.day.groups.length() == 0,
            rx.el.p("Nothing is free on this day.", class_name="muted small"),
        ),
    )
    found = rx.cond(shown.date == "", _nothing(state, choice, shown, is_new=is_new), slots)
    return rx.el.section(rx.cond(shown.is_loading, _shape(), found), class_name="pick-day", aria_label="Time")


def _shape() -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="skeleton sk-title"),
        *[rx.el.span(class_name="skeleton sk-slot") for _ in range(6)],
        class_name="slots",
        aria_hidden="true",
    )


def _group(group: rx.Var[SlotGroup], state: Any, choice: Optimistic, shown: _OnShow) -> rx.Component:
    return rx.fragment(
        rx.el.h4(group.label),
        rx.foreach(group.slots, lambda slot: _slot(slot.split("|"), state, choice, shown)),
    )


def _slot(slot: Any, state: Any, choice: Optimistic, shown: _OnShow) -> rx.Component:
    start, time, there = slot[0].to(str), slot[1].to(str), slot[2].to(str)
    beside = rx.cond(there == "", "", there + " " + shown.month.name)
    is_chosen = choice.chosen == start
    here = shown.day.short + ", " + time + " " + state.zone_city
    line = rx.cond(there == "", here, here + " · " + there + " " + shown.month.place)
    return rx.cond(
        slot[3].to(str) == "gone",
        rx.el.div(
            rx.el.span(time),
            rx.el.span("just taken", class_name="there"),
            class_name="slot gone",
            role="note",
            aria_label=time + ", just taken",
        ),
        rx.el.button(
            rx.el.span(time),
            rx.el.span(
                there,
                rx.cond(there == "", "", rx.el.span(" ", shown.month.name, class_name="there-name")),
                class_name="there",
            ),
            type="button",
            class_name=rx.cond(is_chosen, "slot chosen", "slot free"),
            aria_label=rx.cond(there == "", time, time + ", " + beside),
            aria_pressed=rx.cond(is_chosen, "true", "false"),
            on_click=[choice.press(chosen=start, line=line), state.choose_slot(start)],
            data_testid="time-slot",
            custom_attrs={"data-start": start},
        ),
    )


def _nothing(state: Any, choice: Optimistic, shown: _OnShow, *, is_new: bool) -> rx.Component:
    return rx.el.div(
        icon("calendar-x-2"),
        rx.cond(
            state.earliest != "",
            rx.fragment(
                rx.el.p("Nothing is free in ", shown.grid.title, "."),
                rx.el.button(
                    "Go to ",
                    state.earliest,
                    type="button",
                    class_name="btn",
                    on_click=_to_earliest(state, choice),
                ),
            ),
            rx.el.p("There is no free time at the moment. Look again in a few days."),
        ),
        rx.cond(state.earliest == "", link_button("Find another mentor", href="/")) if is_new else None,
        class_name="empty small",
    )
