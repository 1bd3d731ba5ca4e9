"""What a page shows of a time slot selector: it works that out by itself, from what the state sends it."""

from dataclasses import dataclass, replace
from typing import Any

from mentorbook.presenters.booking.slot_calendar import Day, DayCell, Month, MonthGrid
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.checkout import TIME
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.slot_selector import SlotSelector
from tests.state.harness import Page


@dataclass(frozen=True)
class Shown:
    """The month and the day on show; a day is nameless where none is."""

    grid: MonthGrid
    cells: list[DayCell]
    date: str
    title: str
    slots: dict[str, str]
    """Each start on the day, with how it stands: free, chosen or gone."""
    times: list[tuple[str, str, str]]
    """Start, time here and time there of each."""


def shown(state: SlotSelector) -> Shown:
    """What the page shows while nothing is pressed that the state does not know."""
    months = (state.month_0, state.month_1, state.month_2)
    wanted = (state.month, state.duration, state.zone)
    month = next((each for each in months if (each.month, each.minutes, each.zone) == wanted), Month())
    is_of_month = state.day != "" and state.day.startswith(state.month)
    date = state.day if is_of_month else month.first
    changed = state.changed_days
    day = changed[date].day if date in changed else month.days.get(date, Day("", "", []))
    cells = [
        replace(cell, state=changed[cell.date].state, label=changed[cell.date].label)
        if cell.date in changed
        else cell
        for cell in month.cells
    ]
    cut = [slot.split("|") for group in day.groups for slot in group.slots]
    slots = {start: "chosen" if start == state.chosen else how for start, _, _, how in cut}
    times = [(start, here, there) for start, here, there, _ in cut]
    grid = state.grids.get(state.month, MonthGrid("", "", "", [], []))
    return Shown(grid, cells, date, day.title, slots, times)


def open_booking(page: Page, mentor: object) -> str:
    """Open the booking modal of a mentor; what was said."""
    return page.come(BookingModal, f"/mentors/{mentor}?book")


def go_on(page: Page) -> str:
    """Press *Continue*."""
    modal = page.state(BookingModal)
    if modal.step == TIME:
        return page.do(BookingModal, "to_details", start=modal.chosen)
    return page.do(BookingModal, "to_confirm")


def what_is_booked(page: Page) -> dict[str, Any]:
    """What the page sends with *Book this session*, if it shows what the state has now."""
    return {"terms": page.state(BookingModal).summary.terms}


def what_is_cancelled(page: Page) -> dict[str, Any]:
    """What the page sends with the button that cancels."""
    words = page.state(CancelDialog).words
    return {"said": words.confirm, "refund_minor": words.refund_minor}


def what_is_moved(page: Page) -> dict[str, Any]:
    """What the page sends with the button that moves."""
    dialog = page.state(RescheduleDialog)
    return {
        "start": dialog.chosen,
        "minutes": dialog.duration,
        "refund_minor": dialog.move.refund_minor,
    }


def book(page: Page) -> str:
    """Press *Book this session*."""
    return page.do(BookingModal, "confirm", **what_is_booked(page))


def cancel(page: Page) -> str:
    """Press the button that cancels."""
    return page.do(CancelDialog, "confirm", **what_is_cancelled(page))


def move(page: Page) -> str:
    """Press the button that moves."""
    return page.do(RescheduleDialog, "confirm", **what_is_moved(page))
