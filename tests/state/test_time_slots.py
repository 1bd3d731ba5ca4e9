"""Choosing a time: months, zones, the earliest slot."""

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.booking import slot_selector
from mentorbook.state.booking.booking_modal import BookingModal
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page
from tests.state.on_show import open_booking, shown


def opened(mentor_id: object, zone: str = "UTC") -> tuple[Page, BookingModal]:
    """A page with the modal open."""
    page = Page(a_mentee(), zone=zone.replace("/", "%2F"))
    open_booking(page, mentor_id)
    return page, page.state(BookingModal)


def free_days(slots: BookingModal) -> list[str]:
    """Dates with something free."""
    return [cell.date for cell in shown(slots).cells if cell.state == "free"]


def test_the_month_shows_whole_weeks_and_marks_free_days(sqlite_db: Database, hands: Hands) -> None:
    _, slots = opened(a_mentor(max_advance_booking_days=3).id)
    assert len(shown(slots).cells) % 7 == 0
    assert free_days(slots) == [f"2027-01-{day}" for day in (13, 14, 15, 16)]
    assert (shown(slots).date, shown(slots).grid.previous) == ("2027-01-13", "")


def test_months_go_from_this_one_to_two_years_ahead(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor().id)
    assert (min(slots.grids), max(slots.grids), len(slots.grids)) == ("2027-01", "2029-01", 25)
    for month, grid in slots.grids.items():
        assert page.do(BookingModal, "show_month", month=month) == ""
        assert (slots.month, shown(slots).grid) == (month, grid)
    assert shown(slots).grid.title == "January 2029"
    assert shown(slots).grid.following == ""
    for month in ("2026-12", "2029-02", "0001-01", "9999-12", "2027-13", "2027-1", "27", ""):
        assert "must be" in page.do(BookingModal, "show_month", month=month)
        assert slots.month == "2029-01"


def test_a_month_without_free_days_says_so(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor(max_advance_booking_days=3).id)
    page.do(BookingModal, "show_month", month="2027-03")
    assert (free_days(slots), shown(slots).date, shown(slots).slots) == ([], "", {})


def test_a_wrong_date_is_said(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor().id)
    before = shown(slots).title
    assert "must be a date" in page.do(BookingModal, "choose_day", iso="2027-02-30")
    assert shown(slots).title == before


def test_the_earliest_slot_is_named_and_can_be_taken(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(min_advance_booking_hours=24.0 * 40)
    page, slots = opened(mentor.id)
    assert shown(slots).grid.title == "February 2027"
    assert slots.earliest == "Mon 22 Feb, 12:00"
    page.do(BookingModal, "show_month", month="2027-03")
    page.do(BookingModal, "pick_earliest")
    assert (shown(slots).grid.title, slots.chosen) == ("February 2027", "2027-02-22T12:00:00Z")


def test_the_earliest_slot_is_looked_up_anew(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page, slots = opened(mentor.id)
    create_booking(a_mentee(), a_request(mentor, in_hours(0.5)))
    page.do(BookingModal, "pick_earliest")
    assert slots.chosen == "2027-01-13T13:30:00Z"


def test_a_mentor_without_free_time_has_no_earliest_slot(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor(weekly=()).id)
    page.do(BookingModal, "pick_earliest")
    assert (slots.chosen, slots.earliest, free_days(slots)) == ("", "", [])


def test_another_zone_keeps_the_instant_and_shows_both_clocks(db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor(zone="Asia/Tokyo").id, "Europe/London")
    page.do(BookingModal, "choose_day", iso="2027-01-14")
    page.do(BookingModal, "choose_slot", start="2027-01-14T20:00:00Z")
    assert (slots.chosen_slot.times, slots.chosen_slot.times_there) == (
        "20:00 – 21:00",
        "Fri 05:00 – 06:00 Tokyo",
    )
    page.do(BookingModal, "choose_zone", name="Asia/Kolkata")
    assert slots.chosen == "2027-01-14T20:00:00Z"
    assert (slots.chosen_slot.times, shown(slots).title) == ("01:30 – 02:30", "Friday 15 January")
    page.do(BookingModal, "choose_zone", name="Asia/Tokyo")
    assert slots.chosen_slot.times_there == ""


def test_an_unknown_zone_changes_nothing(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor().id, "Europe/London")
    for name in ("Mars/Olympus", "../etc/passwd", "", "x" * 10_000):
        assert "is not a time zone" in page.do(BookingModal, "choose_zone", name=name)
        assert slots.zone == "Europe/London"


def test_a_day_with_a_repeated_hour_shows_both_instants(sqlite_db: Database, hands: Hands) -> None:
    hands.now = hands.now.replace(month=10, day=30)
    page, slots = opened(a_mentor().id, "Europe/London")
    page.do(BookingModal, "choose_day", iso="2027-10-31")
    assert [start for start, here, _ in shown(slots).times if here.startswith("01:30")] == [
        "2027-10-31T00:30:00Z",
        "2027-10-31T01:30:00Z",
    ]


def test_words_follow_the_clock_when_a_slot_is_chosen_after_midnight(
    sqlite_db: Database, hands: Hands
) -> None:
    page, slots = opened(a_mentor(min_advance_booking_hours=20.0).id)
    today = [cell.date for cell in shown(slots).cells if cell.today]
    assert (slots.earliest, today) == ("tomorrow 08:00", ["2027-01-13"])
    hands.on(hours=13)
    page.do(BookingModal, "choose_slot", start="2027-01-14T23:00:00Z")
    today = [cell.date for cell in shown(slots).cells if cell.today]
    assert (slots.earliest, today) == ("today 08:00", ["2027-01-14"])


def test_a_modal_that_could_not_be_filled_says_no_wrong_time(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = a_mentor(zone="UTC")

    def busy(*_: object) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(slot_selector, "earliest_slot", busy)
    page, slots = opened(mentor.id)
    assert (slots.loading, slots.is_open) == (True, True)
    assert slots.problem != ""
    # Trying again works once it can.
    monkeypatch.undo()
    assert page.do(BookingModal, "arrive") == ""
    assert (slots.loading, slots.problem) == (False, "")
