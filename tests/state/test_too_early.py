"""Handlers of a dialog that is not open: any browser can call them, in any order, with anything."""

from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.presenters.booking.booking_modal import BookingSummary
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, TIME
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours
from tests.state.harness import Page
from tests.state.on_show import open_booking, shown
from tests.state.test_booking import AT, at_the_details, at_the_summary

CALLS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("choose_day", {"iso": iso})
        for iso in ("2027-01-14", "20270114", "2027-W02-4", "9999-12-31", "0001-01-01")
    ),
    *(("show_month", {"month": month}) for month in ("2027-01", "2027-13", "0001-01", "2027-W1", "")),
    ("choose_slot", {"start": AT}),
    ("choose_slot", {"start": ""}),
    ("pick_earliest", {}),
    *(("choose_duration", {"minutes": minutes}) for minutes in (60, 90, -1)),
    ("choose_zone", {"name": "Pacific/Apia"}),
    ("open_zones", {"is_open": True}),
]
BOOKING_ONLY: list[tuple[str, dict[str, Any]]] = [
    ("confirm", {"terms": ""}),
    ("to_details", {"start": AT}),
    ("to_details", {"start": ""}),
    ("to_confirm", {}),
    *(("go_back", {"step": step}) for step in (-1, 1, 2, 3, 10**9)),
    ("discard", {}),
    ("arrive", {}),
    ("depart", {}),
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("arrive", {}),
    ("confirm", {"start": AT, "minutes": 60, "refund_minor": 0}),
    ("depart", {}),
]


def _all(page: Page, kind: Any) -> str:
    calls = CALLS + (BOOKING_ONLY if kind is BookingModal else OTHERS)
    # Forwards and backwards: whatever one of them left behind, the others cope with.
    return "\n".join(page.do(kind, handler, **values) for handler, values in [*calls, *reversed(calls)])


@pytest.mark.parametrize("kind", [BookingModal, RescheduleDialog])
def test_before_the_dialog_is_open_nothing_happens(sqlite_db: Database, hands: Hands, kind: Any) -> None:
    a_mentor()
    page = Page(a_mentee())
    before = counts()
    said = _all(page, kind)
    assert "Something went wrong" not in said
    state = page.state(kind)
    assert (state.is_open, state.chosen, state.month_0.cells, shown(state).slots) == (False, "", [], {})
    assert counts() == before


@pytest.mark.parametrize("kind", [BookingModal, RescheduleDialog])
def test_after_the_dialog_was_closed_nothing_happens(sqlite_db: Database, hands: Hands, kind: Any) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(30)))
    page = Page(mentee)
    if kind is BookingModal:
        at_the_summary(page, mentor.id)
        page.go("/")
        page.do(BookingModal, "depart")
    else:
        page.come(RescheduleDialog, f"/sessions?reschedule={booked.id}")
        page.do(RescheduleDialog, "choose_slot", start=AT)
        page.come(RescheduleDialog, "/sessions")
    before = counts()
    assert "Something went wrong" not in _all(page, kind)
    assert not page.state(kind).is_open
    assert counts() == before


@pytest.mark.parametrize("kind", [BookingModal, RescheduleDialog])
def test_a_dialog_about_nothing_stays_empty(sqlite_db: Database, hands: Hands, kind: Any) -> None:
    """What was on show before has nothing to do with what could not be opened now."""
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(30)))
    page, nobody = Page(mentee), str(mentee.id)
    address = "/mentors/{}?book" if kind is BookingModal else "/sessions?reschedule={}"
    page.come(kind, address.format(mentor.id if kind is BookingModal else booked.id))
    page.come(kind, address.format(nobody))
    before = counts()
    assert "Something went wrong" not in _all(page, kind)
    assert shown(page.state(kind)).slots == {}
    assert counts() == before


@pytest.mark.parametrize("iso", ["9999-12-31", "0001-01-01", "2026-12-31", "2029-02-01"])
def test_a_day_out_of_reach_is_said(sqlite_db: Database, hands: Hands, iso: str) -> None:
    page = Page(a_mentee())
    for _ in range(2):
        assert "must be from January 2027 to January 2029" in page.do(BookingModal, "choose_day", iso=iso)
        open_booking(page, a_mentor().id)
    assert shown(page.state(BookingModal)).title == "Wednesday 13 January"


def test_a_length_without_a_time_changes_nothing(sqlite_db: Database, hands: Hands) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = at_the_details(page, mentor.id)
    page.do(BookingModal, "discard")
    assert page.do(BookingModal, "choose_duration", minutes=90) == ""
    assert (modal.step, modal.chosen, modal.duration) == (TIME, "", 60)


def test_the_summary_cannot_be_changed_behind_its_back(sqlite_db: Database, hands: Hands) -> None:
    page, mentor = Page(a_mentee()), a_mentor(rate="60")
    modal = at_the_summary(page, mentor.id)
    page.do(BookingModal, "choose_duration", minutes=240)
    assert (modal.step, modal.duration, modal.summary.price) == (CONFIRM, 60, "£60.00")
    page.do(BookingModal, "go_back", step=DETAILS)
    assert modal.summary == BookingSummary()
    page.do(BookingModal, "choose_duration", minutes=240)
    assert (modal.step, modal.duration) == (DETAILS, 240)
