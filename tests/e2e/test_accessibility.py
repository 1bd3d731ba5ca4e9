"""axe finds nothing, on any page, in any state of it, in the light and in the dark (see looks.py)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.sync_api import expect

from mentorbook.domain.views import Account, Booking
from tests.conftest import Hands
from tests.e2e.checking import barriers
from tests.e2e.looks import NIGHT_AT_A_DESK, NIGHT_ON_A_PHONE
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor
from tests.worlds import a_payment

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


class Survey:
    """Looks at one thing after another, and tells of all at the end."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.found: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        """What is on the screen now."""
        if found := barriers(self.visitor.page):
            self.found[name] = found

    def look_at(self, path: str, shows: str) -> None:
        """A page, once it shows what it is about."""
        self.visitor.go(path)
        expect(self.visitor.page.get_by_role("heading", name=shows).first).to_be_visible()
        self.look(path)


@NIGHT_ON_A_PHONE
def test_the_booking_modal(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    mentor, faster = a_mentor("Moira", "Europe/London"), a_mentee("Faye")
    visitor = visits(a_mentee("Mina", "Asia/Kolkata"), size=size, dark=dark)
    survey = Survey(visitor)
    visitor.open_modal(mentor)
    survey.look("time")
    visitor.part("timezone-select").click()
    expect(visitor.page.get_by_role("option").first).to_be_visible()
    survey.look("zones")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("option")).to_have_count(0)
    visitor.choose(TEN)
    survey.look("time, chosen")
    visitor.continue_to_details()
    visitor.part("step-next").click()
    expect(visitor.part("session-title")).to_have_attribute("aria-invalid", "true")
    survey.look("details with an error")
    visitor.continue_to_confirm("Owls")
    survey.look("confirm")
    visitor.page.get_by_role("button", name="Close").click()
    expect(visitor.page.get_by_role("alertdialog")).to_be_visible()
    survey.look("asking")
    visitor.page.get_by_role("button", name="Keep editing").click()
    expect(visitor.page.get_by_role("alertdialog")).to_have_count(0)
    booked(faster, mentor, TEN)
    expect(visitor.part("time-gone")).to_contain_text("was just taken.")
    survey.look("gone")
    visitor.part("choose-another-time").click()
    expect(visitor.page.get_by_text("is the nearest free time")).to_be_visible()
    survey.look("taken")
    visitor.continue_to_details()
    visitor.part("step-next").click()
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()
    survey.look("success")
    assert survey.found == {}


@NIGHT_AT_A_DESK
def test_the_pages_of_members(visits: Visits, size: tuple[int, int], dark: bool, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina", "Asia/Kolkata")
    session = _sessions_of_every_kind(mentee, mentor, hands)
    visitor = visits(mentee, size=size, dark=dark)
    survey = Survey(visitor)
    survey.look_at("/", "Find a mentor")
    visitor.part("notification-bell").click()
    expect(visitor.part("notification-item").first).to_be_visible()
    survey.look("bell")
    visitor.page.keyboard.press("Escape")
    visitor.part("account-menu").click()
    expect(visitor.part("log-out")).to_be_visible()
    survey.look("account menu")
    survey.look_at(f"/mentors/{mentor.id}", "Moira")
    for path in ("/sessions", "/sessions?tab=past"):
        visitor.go(path)
        expect(visitor.part("session-card").first).to_be_visible()
        survey.look(path)
    survey.look_at("/sessions?tab=cancelled", "No cancelled sessions")
    survey.look_at(f"/sessions/{session.id}", session.title)
    survey.look_at(f"/room/{session.id}", session.title)
    survey.look_at("/notifications", "Notifications")
    survey.look_at("/settings", "Settings")
    survey.look_at("/settings/payments", "Payments")
    payment = a_payment(session.id, given_back=2500)
    survey.look_at("/settings/payments", "Paid")
    survey.look_at(f"/payments/{payment}", "Receipt")
    assert survey.found == {}


def _sessions_of_every_kind(mentee: Account, mentor: Account, hands: Hands) -> Booking:
    asked = a_mentor("Anna", "Europe/London", require_confirmation=True)
    booked(mentee, mentor, hands.now + timedelta(hours=1), title="Long ago")
    hands.on(hours=6)
    booked(mentee, asked, TEN + timedelta(days=1), title="Waiting")
    return booked(mentee, mentor, TEN, title="Owls", description="All about owls.")


@NIGHT_AT_A_DESK
def test_the_pages_of_strangers(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    mentor = a_mentor("Moira", "Europe/London")
    visitor = visits(size=size, dark=dark)
    survey = Survey(visitor)
    survey.look_at("/", "Find a mentor")
    expect(visitor.part("mentor-card").first).to_be_visible()
    survey.look("directory")
    survey.look_at(f"/mentors/{mentor.id}", "Moira")
    survey.look_at("/login", "Log in")
    visitor.part("login-submit").click()
    expect(visitor.page.get_by_role("alert").filter(has_text="Enter your e-mail")).to_be_visible()
    survey.look("log-in with an error")
    survey.look_at("/register", "Create an account")
    visitor.part("register-submit").click()
    expect(visitor.page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    survey.look("registration with errors")
    survey.look_at("/nowhere", "There is nothing at this address")
    assert survey.found == {}


def test_pages_with_nothing_on_them(visits: Visits) -> None:
    visitor = visits(a_mentee())
    survey = Survey(visitor)
    survey.look_at("/sessions", "You have no coming sessions")
    survey.look_at("/sessions?tab=past", "No past sessions")
    survey.look_at("/sessions?tab=cancelled", "No cancelled sessions")
    survey.look_at("/notifications", "Notifications")
    survey.look_at(f"/sessions/{uuid4()}", "There is no such session")
    survey.look_at(f"/mentors/{uuid4()}", "There is no such mentor")
    survey.look_at("/?q=nobody+is+called+this", "No mentor matches")
    visitor.part("notification-bell").click()
    expect(visitor.page.get_by_role("heading", name="No notifications")).to_be_visible()
    survey.look("empty bell")
    assert survey.found == {}


def test_the_pages_of_a_mentor(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina")
    session = booked(mentee, mentor, TEN, title="Owls")
    visitor = visits(mentor)
    survey = Survey(visitor)
    visitor.go("/sessions")
    expect(visitor.part("mentee-only-message")).to_be_visible()
    survey.look("/sessions")
    survey.look_at(f"/sessions/{session.id}", "Owls")
    survey.look_at(f"/mentors/{mentor.id}", "Moira")
    assert survey.found == {}
