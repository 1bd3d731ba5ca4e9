"""What a page shows of a time slot selector: it works that out by itself, from what the state sends it."""

from dataclasses import dataclass, replace

from mentorbook.presenters.booking.slot_calendar import Day, DayCell, Month, MonthGrid
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import TIME
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
