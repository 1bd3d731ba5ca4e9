"""From the log-in to the success step with the keyboard alone."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from mentorbook.domain.slots import WeeklyBlock
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.people import accounts
from tests.e2e.keys import Keys
from tests.e2e.visitor import Visits, wire
from tests.people import a_mentee, a_mentor

MORNINGS = tuple(WeeklyBlock(day, "09:00", "12:00", "AVAILABLE") for day in range(7))
PASSWORD = "three words of mine"


def test_a_booking_by_keyboard_alone(visits: Visits) -> None:
    mentor = a_mentor("Keiko", "UTC", weekly=MORNINGS)
    email = "kay.keys@people.test"
    values = {"name": "Kay", "email": email, "password": PASSWORD, "timezone": "UTC"}
    mentee = accounts.register(values, address="192.0.2.7")
    visitor = visits(zone="UTC")
    keys, page = Keys(visitor), visitor.page

    visitor.go("/login")
    keys.tab_to("login-email")
    page.keyboard.type(email)
    keys.press("Tab")
    assert visitor.focused() == "login-password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(visitor.part("account-menu")).to_be_visible()
    visitor.ready()

    keys.tab_to("Search mentors")
    page.keyboard.type("keiko")
    expect(visitor.part("mentor-card")).to_have_count(1)
    keys.tab_to("mentor-card")
    keys.enter(lambda: page.wait_for_url(f"**/mentors/{mentor.id}"))
    expect(visitor.part("book-session")).to_be_visible()
    keys.tab_to("book-session")
    keys.enter(lambda: visitor.part("calendar-day").first.wait_for())
    page.wait_for_function("document.activeElement.id === 'booking-step-1'")

    _over_the_calendar(keys)
    keys.enter(lambda: expect(page.get_by_role("heading", name="Wednesday 10 February")).to_be_visible())
    assert keys.date() == "2027-02-10"
    start = datetime(2027, 2, 10, 9, 30, tzinfo=UTC)
    keys.tab_to("timezone-select")
    keys.tab_to("time-slot")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.dataset.start") == wire(start)
    keys.enter(lambda: expect(visitor.slot(start)).to_have_attribute("aria-pressed", "true"))
    assert page.evaluate("document.activeElement.dataset.start") == wire(start)

    keys.tab_to("step-next")
    keys.enter(lambda: visitor.part("session-title").wait_for())
    page.wait_for_function("document.activeElement.id === 'booking-step-2'")
    _fill_in(keys)
    keys.tab_to("step-next")
    keys.enter(lambda: visitor.part("booking-summary").wait_for())
    page.wait_for_function("document.activeElement.id === 'booking-step-3'")
    keys.tab_to("confirm-booking")
    keys.enter(lambda: visitor.part("booking-success").wait_for())
    page.wait_for_function("document.activeElement.id === 'booking-step-4'")
    keys.tab_to("add-to-calendar")
    keys.tab_to("close-success")
    keys.enter(lambda: expect(visitor.part("booking-modal")).to_have_count(0))
    page.wait_for_function("document.activeElement.dataset.testid === 'book-session'")

    made = list_bookings(mentee, BookingQuery()).bookings
    assert [(each.scheduled_at, each.duration, each.meeting_type) for each in made] == [(start, 45, "audio")]


def _over_the_calendar(keys: Keys) -> None:
    """Begins at the first free day, the 14th of January 2027, a Thursday."""
    keys.tab_to("calendar-day")
    assert keys.date() == "2027-01-14"
    keys.moves("ArrowRight", "2027-01-15")
    keys.moves("ArrowLeft", "2027-01-14")
    keys.moves("ArrowDown", "2027-01-21")
    keys.moves("ArrowUp", "2027-01-14")
    keys.moves("Home", "2027-01-11")
    keys.moves("End", "2027-01-17")
    keys.moves("ArrowDown", "2027-01-24")
    keys.moves("ArrowDown", "2027-01-31")
    keys.moves("ArrowRight", "2027-02-01")
    keys.moves("ArrowLeft", "2027-01-31")
    keys.moves("ArrowDown", "2027-02-07")
    keys.moves("ArrowUp", "2027-01-31")
    keys.moves("PageDown", "2027-02-28")
    keys.moves("PageUp", "2027-01-28")
    keys.moves("PageDown", "2027-02-28")
    for date in ("2027-02-27", "2027-02-26", "2027-02-25", "2027-02-24"):
        keys.moves("ArrowLeft", date)
    keys.moves("ArrowUp", "2027-02-17")
    keys.moves("ArrowUp", "2027-02-10")


def _fill_in(keys: Keys) -> None:
    page, visitor = keys.page, keys.visitor
    keys.press("Tab")
    assert page.evaluate("document.activeElement.name") == "session-duration"
    keys.press("ArrowLeft")
    expect(visitor.part("duration-select").get_by_label("45 min", exact=True)).to_be_checked()
    keys.press("Tab")
    assert page.evaluate("document.activeElement.name") == "session-meeting"
    keys.press("ArrowRight")
    expect(visitor.part("meeting-type").get_by_label("Audio")).to_be_checked()
    keys.press("Tab")
    assert visitor.focused() == "session-title"
    page.keyboard.type("By keyboard")
    keys.press("Tab")
    assert visitor.focused() == "session-description"
    page.keyboard.type("All of it.")


def test_the_focus_stays_inside_the_modal(visits: Visits) -> None:
    mentor = a_mentor("Keiko", "UTC", weekly=MORNINGS)
    visitor = visits(a_mentee())
    visitor.open_modal(mentor)
    keys = Keys(visitor)
    for key in ["Tab"] * 20 + ["Shift+Tab"] * 25:
        keys.press(key)
        assert visitor.page.evaluate("!!document.activeElement.closest('[role=dialog]')"), visitor.focused()


def test_the_skip_link_leads_to_the_content(visits: Visits) -> None:
    visitor = visits()
    visitor.go("/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("!!document.activeElement.closest('main')")
