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


def opened(mentor_id: object, zone: str = "UTC") -> tuple[Page, BookingModal]:
    """A page with the modal open."""
    page = Page(a_mentee(), zone=zone.replace("/", "%2F"))
    page.do(BookingModal, "open_modal", mentor_id=str(mentor_id))
    return page, page.state(BookingModal)


def free_days(slots: BookingModal) -> list[str]:
    """Dates with something free."""
    return [day.date for day in slots.month.days if day.state in ("free", "chosen")]


def test_the_month_shows_whole_weeks_and_marks_free_days(sqlite_db: Database, hands: Hands) -> None:
    _, slots = opened(a_mentor(max_advance_booking_days=3).id)
    assert len(slots.month.days) % 7 == 0
    assert free_days(slots) == [f"2027-01-{day}" for day in (13, 14, 15, 16)]
    assert [day.date for day in slots.month.days if day.tab_stop] == ["2027-01-13"]
    assert slots.month.is_first


def test_months_go_from_this_one_to_two_years_ahead(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor().id)
    for by, title in (
        (-1, "January 2027"),
        (1, "February 2027"),
        (1, "March 2027"),
        (-10, "January 2027"),
        (10**12, "January 2029"),
        (1, "January 2029"),
        (-(10**12), "January 2027"),
    ):
        page.do(BookingModal, "shift_month", by=by)
        assert slots.month.title == title
    assert slots.month.is_first


def test_a_month_without_free_days_says_so(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor(max_advance_booking_days=3).id)
    page.do(BookingModal, "shift_month", by=2)
    assert (free_days(slots), slots.day.slots) == ([], [])


def test_a_wrong_date_is_said(sqlite_db: Database, hands: Hands) -> None:
    page, slots = opened(a_mentor().id)
    before = slots.day.title
    assert "must be a date" in page.do(BookingModal, "choose_day", iso="2027-02-30")
    assert slots.day.title == before


def test_the_earliest_slot_is_named_and_can_be_taken(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(min_advance_booking_hours=24.0 * 40)
    page, slots = opened(mentor.id)
    assert slots.month.title == "February 2027"
    assert slots.earliest == "Mon 22 Feb, 12:00"
    page.do(BookingModal, "shift_month", by=1)
    page.do(BookingModal, "pick_earliest")
    assert (slots.month.title, slots.chosen) == ("February 2027", "2027-02-22T12:00:00Z")


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
    assert (slots.chosen_slot.times, slots.day.title) == ("01:30 – 02:30", "Friday 15 January")
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
    starts = [slot for group in slots.day.slots for slot in group.slots if slot.time == "01:30"]
    assert [slot.start for slot in starts] == ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"]


def test_words_follow_the_clock_when_a_slot_is_chosen_after_midnight(
    sqlite_db: Database, hands: Hands
) -> None:
    page, slots = opened(a_mentor(min_advance_booking_hours=20.0).id)
    today = [day.date for day in slots.month.days if day.today]
    assert (slots.earliest, today) == ("tomorrow 08:00", ["2027-01-13"])
    hands.on(hours=13)
    page.do(BookingModal, "choose_slot", start="2027-01-14T23:00:00Z")
    today = [day.date for day in slots.month.days if day.today]
    assert (slots.earliest, today) == ("today 08:00", ["2027-01-14"])


def test_a_modal_that_could_not_be_filled_says_no_wrong_time(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = a_mentor(zone="UTC")

    def busy(*_: object) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(slot_selector, "earliest_slot", busy)
    _, slots = opened(mentor.id)
    assert slots.loading
    assert slots.mentor.time == "12:00 there now"
