"""What is shown is what is accepted: somebody else's booking reaches the pages that are open."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from mentorbook.domain.availability.mentor_calendar import WeeklyBlock
from mentorbook.services import change_feed
from tests.conftest import NOON
from tests.e2e.visitor import PATIENCE_MS, Visits, booked, sessions_of
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
NINE_TO_TEN = tuple(WeeklyBlock(day, "09:00", "10:00", "AVAILABLE") for day in range(7))

pytestmark = pytest.mark.promise(2)


@pytest.fixture(autouse=True)
def soon(browser: Browser) -> Iterator[None]:
    """ "At once" is waited for less patiently than anything else."""
    expect.set_options(timeout=PATIENCE_MS // 2)
    yield
    expect.set_options(timeout=PATIENCE_MS)


def test_a_slot_taken_elsewhere_leaves_the_open_page(visits: Visits) -> None:
    mentor, faster = a_mentor("Moira", "Europe/London"), a_mentee("Faye")
    slower = visits(a_mentee("Mina", "Europe/London"))
    slower.open_modal(mentor)
    slower.part("calendar-day", date="2027-01-14").click()
    expect(slower.slot(TEN)).to_be_visible()
    booked(faster, mentor, TEN)
    # An hour is gone, and with it every start whose hour would run into it.
    for start in (TEN - HALF_HOUR, TEN, TEN + HALF_HOUR):
        expect(slower.slot(start)).to_have_count(0)
    for clock in ("09:30", "10:00", "10:30"):
        expect(slower.page.get_by_role("note", name=f"{clock}, just taken")).to_be_visible()
    slower.choose(TEN + 2 * HALF_HOUR)


def test_a_day_whose_last_slot_is_taken_can_no_longer_be_chosen(visits: Visits) -> None:
    mentor, faster = a_mentor("Moira", "Europe/London", NINE_TO_TEN), a_mentee("Faye")
    slower = visits(a_mentee("Mina", "Europe/London"))
    slower.open_modal(mentor)
    thursday = slower.part("calendar-day", date="2027-01-14")
    expect(thursday).to_have_accessible_name("Thursday 14 January, 1 free time")
    booked(faster, mentor, TEN - 2 * HALF_HOUR)
    expect(thursday).to_have_accessible_name("Thursday 14 January, nothing free")
    expect(thursday).to_have_attribute("aria-disabled", "true")
    expect(slower.part("calendar-day", date="2027-01-15")).to_have_accessible_name(
        "Friday 15 January, 1 free time"
    )


def test_the_chosen_slot_is_replaced_by_the_nearest_when_it_is_taken(visits: Visits) -> None:
    mentor, faster = a_mentor("Moira", "Europe/London"), a_mentee("Faye")
    slower = visits(a_mentee("Mina", "Europe/London"))
    slower.open_modal(mentor)
    slower.choose(TEN)
    booked(faster, mentor, TEN)
    notice = slower.page.get_by_role("status").filter(has_text="10:00 was just taken.")
    expect(notice).to_contain_text("09:00 is the nearest free time")
    expect(slower.slot(TEN - 2 * HALF_HOUR)).to_have_attribute("aria-pressed", "true")


def _unannounced() -> AbstractContextManager[None]:
    """No page hears of what happens meanwhile: whoever presses now is in a race."""
    return change_feed.published_by(lambda _changed: None)


@pytest.mark.parametrize("at", ["details", "summary"])
def test_a_time_that_is_taken_is_said_at_once_and_another_can_be_chosen(visits: Visits, at: str) -> None:
    mentor, faster, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Faye"), a_mentee("Mina")
    slower = visits(mentee)
    slower.come_to_confirm(mentor, TEN, title="Owls", description="All about owls.")
    if at == "details":
        slower.part("step-back").click()
        expect(slower.part("session-title")).to_have_value("Owls")
    booked(faster, mentor, TEN)
    said = slower.page.get_by_role("alert").filter(has_text="10:00 was just taken. What you typed is kept.")
    expect(said).to_be_visible()
    slower.part("choose-another-time").click()
    expect(
        slower.page.get_by_role("status").filter(has_text="09:00 is the nearest free time")
    ).to_be_visible()
    slower.continue_to_details()
    expect(slower.part("session-title")).to_have_value("Owls")
    expect(slower.part("session-description")).to_have_value("All about owls.")
    slower.part("step-next").click()
    slower.part("confirm-booking").click()
    expect(slower.part("booking-success")).to_contain_text("09:00 – 10:00")


def test_losing_the_race_at_confirm_leads_to_the_next_best_slot(visits: Visits) -> None:
    mentor, faster, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Faye"), a_mentee("Mina")
    slower = visits(mentee)
    slower.come_to_confirm(mentor, TEN, title="Owls", description="All about owls.")
    with _unannounced():
        booked(faster, mentor, TEN, duration=30)
    slower.part("confirm-booking").click()
    # Back at the time step, with the nearest slot chosen.
    notice = slower.page.get_by_role("status").filter(has_text="10:00 was just taken.")
    expect(notice).to_contain_text("10:30 is the nearest free time; what you typed is kept.")
    nearest = TEN + HALF_HOUR
    expect(slower.slot(nearest)).to_have_attribute("aria-pressed", "true")
    expect(slower.part("booking-modal")).to_be_visible()
    assert sessions_of(mentee) == 0
    # What was typed is still there, and the other slot is booked.
    slower.continue_to_details()
    expect(slower.part("session-title")).to_have_value("Owls")
    expect(slower.part("session-description")).to_have_value("All about owls.")
    slower.part("step-next").click()
    expect(slower.part("booking-summary")).to_contain_text("10:30 – 11:30")
    slower.part("confirm-booking").click()
    expect(slower.part("booking-success")).to_contain_text("10:30 – 11:30")
    assert sessions_of(mentee) == 1


def test_the_last_free_slot_lost_says_so(visits: Visits) -> None:
    mentor, faster, mentee = (
        a_mentor("Moira", "UTC", max_advance_booking_days=0),
        a_mentee("Faye"),
        a_mentee("Mina"),
    )
    last = NOON + timedelta(hours=11)
    for hours in range(1, 11):
        booked(a_mentee(), mentor, NOON + timedelta(hours=hours))
    slower = visits(mentee)
    slower.come_to_confirm(mentor, last)
    with _unannounced():
        booked(faster, mentor, last)
    slower.part("confirm-booking").click()
    expect(slower.page.get_by_text("23:00 was just taken.")).to_be_visible()
    expect(slower.part("time-slot")).to_have_count(0)
    assert sessions_of(mentee) == 0


def test_ones_own_session_at_that_time_is_named_as_the_reason(visits: Visits) -> None:
    mentor, other, mentee = a_mentor("Moira"), a_mentor("Otto"), a_mentee("Mina")
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, TEN)
    with _unannounced():
        booked(mentee, other, TEN)
    visitor.part("confirm-booking").click()
    expect(visitor.page.get_by_text("You have another session at that time.")).to_be_visible()
    assert sessions_of(mentee) == 1


def test_too_many_bookings_are_refused_in_the_modal(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    for later in range(1, 4):
        booked(mentee, mentor, TEN + timedelta(hours=later))
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, TEN)
    visitor.part("confirm-booking").click()
    expect(visitor.page.get_by_role("alert").filter(has_text="3 bookings a minute")).to_be_visible()
    expect(visitor.part("confirm-booking")).to_be_visible()
    assert sessions_of(mentee) == 3
