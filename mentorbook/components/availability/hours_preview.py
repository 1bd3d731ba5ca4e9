"""Beside the editor: the month as mentees would see it, and why an hour is not offered."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.month_calendar import day_cell, month_button, month_calendar
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import icon, link, note, skeleton, waiting
from mentorbook.components.zone_picker import zone_facts, zone_picker
from mentorbook.presenters.availability.preview import PreviewCell, PreviewRun, PreviewSlot
from mentorbook.state.availability.hours_preview import HoursPreview

_CHOICE = Optimistic(
    "hours_preview",
    HoursPreview.turn,
    day=HoursPreview.day,
    month=HoursPreview.month,
    **zone_facts(HoursPreview),
)


def hours_preview() -> Component:
    """Draw the preview of the draft."""
    return rx.el.aside(
        rx.el.div(
            rx.el.h2("What mentees see", class_name="h3"),
            zone_picker(
                HoursPreview, _CHOICE, name="preview", label="Their time zone", data_testid="preview-zone"
            ),
            class_name="row between wrap",
        ),
        rx.cond(
            HoursPreview.closed.why != "",
            note(
                HoursPreview.closed.why + " ",
                link(HoursPreview.closed.place, href=HoursPreview.closed.href),
                tone="warn",
                role="status",
                data_testid="preview-closed",
            ),
        ),
        rx.el.p(
            HoursPreview.offered, class_name="small muted", aria_live="polite", data_testid="preview-sum"
        ),
        month_calendar(
            rx.foreach(HoursPreview.cells, _cell),
            title=HoursPreview.grid.title,
            title_id="preview-month",
            back=_turn(HoursPreview.grid.previous, forward=False),
            on=_turn(HoursPreview.grid.following, forward=True),
            is_loading=_CHOICE.month != HoursPreview.month,
            label="Days",
        ),
        rx.cond(
            (_CHOICE.day == HoursPreview.day) & (_CHOICE.zone == HoursPreview.zone),
            _day(),
            waiting(skeleton("60%"), skeleton("100%", "34px"), skeleton("80%", "34px"), class_name="col"),
        ),
        class_name="card hours-preview",
        aria_label="What mentees see",
    )


def _turn(month: Any, *, forward: bool) -> Component:
    return month_button(
        month, forward=forward, on_click=rx.cond(month.bool(), HoursPreview.show_month(month), rx.noop())
    )


def _cell(cell: rx.Var[PreviewCell]) -> Component:
    is_chosen = cell.date == _CHOICE.day
    look = rx.cond(is_chosen, "day chosen", rx.cond(cell.state == "free", "day free", "day none"))
    return day_cell(
        cell.number,
        cell.date,
        look=look,
        label=cell.label,
        is_chosen=is_chosen,
        on_click=[_CHOICE.press(day=cell.date), HoursPreview.show_day(cell.date)],
        data_testid="preview-day",
        custom_attrs={"data-state": cell.state},
    )


def _day() -> Component:
    return rx.el.div(
        rx.el.h3(HoursPreview.day_title),
        rx.foreach(HoursPreview.runs, _run),
        class_name="col preview-day",
        data_testid="preview-times",
    )


def _run(run: rx.Var[PreviewRun]) -> Component:
    return rx.cond(
        run.why == "",
        rx.el.div(
            rx.foreach(run.slots.to(list[PreviewSlot]), _slot),
            class_name="preview-slots",
            key=run.key,
        ),
        rx.el.p(
            icon("ban"),
            rx.el.span(rx.el.b(run.times, class_name="num"), " not offered: ", run.why),
            class_name="preview-why small",
            key=run.key,
        ),
    )


def _slot(slot: rx.Var[PreviewSlot]) -> Component:
    return rx.el.span(
        slot.time,
        class_name="preview-slot num",
        data_testid="preview-slot",
        custom_attrs={"data-start": slot.start},
    )
