"""The main job, with both people at their browsers at once."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from icalendar import Calendar
from playwright.sync_api import expect

from mentorbook.domain.slots import WeeklyBlock
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.people import accounts, mentor_directory
from tests.e2e.visitor import Visitor, Visits
from tests.people import a_mentor

NINE_TO_FIVE = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in range(7))
START = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)
EMAIL, PASSWORD = "priya.journey@people.test", "three words of mine"


def test_from_registration_to_a_session_in_both_accounts(visits: Visits) -> None:
    mentor = a_mentor("Moira Quill", "Europe/London", weekly=NINE_TO_FIVE)
    topics = ("Falconry", "Testing")
    mentor_directory.publish_profile(
        mentor.id, mentor_directory.Profile("Keeper of hawks", "Hawks.", topics, Decimal(60), "GBP", True)
    )
    theirs, mine = visits(mentor), visits(zone="Asia/Kolkata")
    theirs.go("/sessions")
    expect(theirs.page.get_by_text("You have no coming sessions")).to_be_visible()

    _register(mine)
    _log_out_and_in(mine)
    _find(mine, str(mentor.id))
    _book(mine)

    # The mentor's page was open all the time, and has it without a reload.
    card = theirs.part("session-card", status="scheduled")
    expect(card).to_contain_text("A falcon’s first flight")
    expect(card).to_contain_text("Priya Journey")
    expect(card).to_contain_text("09:00")
    expect(card).to_contain_text("14:30 Kolkata")
    _hear_of_it(theirs, "New session booked", "Priya Journey booked “A falcon’s first flight”")
    expect(mine.part("notification-count")).to_have_text("1")

    booking = list_bookings(accounts.account_by_email(EMAIL), BookingQuery()).bookings[0]
    assert booking.scheduled_at == START
    _keep_in_calendar(mine, str(booking.id))
    mine.part("open-session").click()
    mine.page.wait_for_url(f"**/sessions/{booking.id}")
    expect(mine.part("session-details", status="scheduled", session_id=str(booking.id))).to_be_visible()
    expect(mine.page.get_by_role("heading", level=1)).to_have_text("A falcon’s first flight")
    _hear_of_it(mine, "Booking confirmed", "“A falcon’s first flight” with Moira Quill")
    mine.go("/sessions")
    expect(mine.part("session-card", status="scheduled", session_id=str(booking.id))).to_contain_text("14:30")
    theirs.page.get_by_role("link", name="A falcon’s first flight", exact=True).click()
    expect(theirs.part("session-details", status="scheduled")).to_be_visible()
    expect(theirs.page.get_by_role("main")).to_contain_text("Bring gloves.")

    for visitor in (mine, theirs):
        assert visitor.errors == []
        assert visitor.hosts == {visitor.site.removeprefix("http://")}


def _register(mine: Visitor) -> None:
    mine.go("/")
    mine.page.get_by_role("link", name="Create account").click()
    mine.page.get_by_label("Name", exact=True).fill("Priya Journey")
    mine.page.get_by_label("E-mail").fill(EMAIL)
    mine.page.get_by_label("Password", exact=True).fill(PASSWORD)
    expect(mine.part("timezone-select")).to_have_attribute("data-zone", "Asia/Kolkata")
    mine.part("register-submit").click()
    expect(mine.part("account-menu")).to_be_visible()
    expect(mine.page).to_have_url(f"{mine.site}/")


def _log_out_and_in(mine: Visitor) -> None:
    mine.part("account-menu").click()
    mine.part("log-out").click()
    expect(mine.page.get_by_role("link", name="Log in")).to_be_visible()
    mine.page.get_by_role("link", name="Log in").click()
    mine.part("login-email").fill(EMAIL)
    mine.part("login-password").fill(PASSWORD)
    mine.part("login-submit").click()
    expect(mine.part("account-menu")).to_be_visible()


def _find(mine: Visitor, mentor_id: str) -> None:
    search = mine.page.get_by_role("searchbox")
    for words in ("falconry", "moira quill"):
        search.fill(words)
        expect(mine.part("mentor-card")).to_have_count(1)
        expect(mine.part("mentor-card")).to_contain_text("Moira Quill")
        expect(mine.part("mentor-card")).to_contain_text("£60 / h")
        expect(mine.part("mentor-card")).to_contain_text("Next: today 18:00")
        search.fill("nobody is called this")
        expect(mine.page.get_by_text("No mentor matches")).to_be_visible()
    search.fill("")
    mine.page.get_by_role("button", name="Falconry").click()
    expect(mine.part("mentor-card")).to_have_count(1)
    mine.part("mentor-card").click()
    mine.page.wait_for_url(f"**/mentors/{mentor_id}")


def _book(mine: Visitor) -> None:
    mine.part("book-session").click()
    mine.choose(START)
    modal = mine.part("booking-modal")
    expect(mine.slot(START)).to_have_text(re.compile("14:30.*09:00 Moira"))
    expect(modal).to_contain_text("Thu 14 Jan, 14:30 Kolkata · 09:00 London")
    mine.continue_to_details()
    expect(modal).to_contain_text("14:30 – 15:30 Kolkata")
    expect(modal).to_contain_text("09:00 – 10:00 London")
    mine.continue_to_confirm("A falcon’s first flight", "Bring gloves.")
    summary = mine.part("booking-summary")
    expect(summary).to_contain_text("Thu 14 January, 14:30 – 15:30 Kolkata")
    expect(summary).to_contain_text("09:00 – 10:00 London, for Moira")
    expect(modal).to_contain_text("£60.00")
    mine.part("confirm-booking").click()
    expect(mine.part("booking-success")).to_contain_text("You are booked with Moira")
    expect(mine.part("booking-success")).to_contain_text("Thu 14 January, 14:30 – 15:30 Kolkata")


def _hear_of_it(visitor: Visitor, title: str, text: str) -> None:
    """The bell counts it, lists it, and has been read once it was seen."""
    expect(visitor.part("notification-count")).to_have_text("1")
    visitor.part("notification-bell").click()
    item = visitor.part("notification-item")
    expect(item).to_have_count(1)
    expect(item).to_contain_text(title)
    expect(item).to_contain_text(text)
    expect(visitor.part("notification-count")).to_have_count(0)
    visitor.page.keyboard.press("Escape")
    expect(item).to_have_count(0)


def _keep_in_calendar(mine: Visitor, booking_id: str) -> None:
    with mine.page.expect_download() as download:
        mine.part("add-to-calendar").click()
    event: Any = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    assert event["UID"].startswith(booking_id)
    assert event["DTSTART"].dt.astimezone(UTC) == START
    assert "A falcon’s first flight" in event["SUMMARY"]
