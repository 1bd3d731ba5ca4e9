"""A page belongs to a log-in: whoever comes next in the same browser finds nothing of the last person."""

from datetime import UTC, datetime

from playwright.sync_api import Page, WebSocket, expect

from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
TITLE = "Burnout, nobody may know"
PASSWORD = "three words of mine"


def a_member(name: str) -> Account:
    """Somebody who can log in by a form."""
    email = f"{name.lower()}.{datetime.now(UTC).timestamp()}@people.test"
    values = {"name": name, "email": email, "password": PASSWORD, "timezone": "UTC"}
    return accounts.register(values, address="192.0.2.9")


def listen(tab: Page) -> list[str]:
    """Everything that the page is told from now on."""
    frames: list[str] = []

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    tab.on("websocket", opened)
    return frames


def log_in(page: Page, person: Account) -> None:
    """By the form of the log-in page."""
    page.get_by_test_id("login-email").fill(person.email)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()


def type_a_title(visitor: Visitor, mentor: Account) -> None:
    """All the way to the details, where the title is typed and has reached the server."""
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("session-title").fill(TITLE)
    visitor.part("step-next").click()
    visitor.part("booking-summary").wait_for()


def log_out_in_another_tab(visitor: Visitor) -> None:
    """By the menu, in a second tab of the same browser."""
    other = visitor.context.new_page()
    other.goto("/")
    other.get_by_test_id("account-menu").click()
    other.get_by_text("Log out").first.click()
    expect(other.get_by_role("link", name="Log in")).to_be_visible()
    other.close()


def test_the_next_person_in_a_tab_finds_nothing_of_the_last(visits: Visits) -> None:
    mentor, mina, next_person = a_mentor("Moira"), a_mentee("Mina"), a_member("Nora")
    visitor = visits(mina)
    type_a_title(visitor, mentor)
    frames = listen(visitor.tab)
    log_out_in_another_tab(visitor)
    # The page noticed by itself, without a click.
    expect(visitor.page.get_by_role("link", name="Log in")).to_be_visible()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.go(f"/login?next=/mentors/{mentor.id}")
    log_in(visitor.page, next_person)
    visitor.page.wait_for_url(f"**/mentors/{mentor.id}")
    visitor.ready()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.part("book-session").click()
    visitor.choose(TEN)
    visitor.continue_to_details()
    expect(visitor.part("session-title")).to_have_value("")
    assert len(frames) > 5
    assert not [frame for frame in frames if "Burnout" in frame or mina.email in frame]


def test_another_login_in_another_tab_takes_this_one_along(visits: Visits) -> None:
    mina, next_person = a_mentee("Mina"), a_member("Nora")
    booked(mina, a_mentor(), TEN, title="Only ours")
    visitor = visits(mina)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_be_visible()
    other = visitor.context.new_page()
    answer = other.request.post("/api/auth/login", data={"email": next_person.email, "password": PASSWORD})
    assert answer.ok
    expect(visitor.part("session-card")).to_have_count(0)
    expect(visitor.page.get_by_label("Your account, Nora")).to_be_visible()


def test_a_lost_line_keeps_what_the_same_person_typed(visits: Visits) -> None:
    mentor, mina = a_mentor("Moira"), a_mentee("Mina")
    visitor = visits(mina)
    line = Line(visitor)
    type_a_title(visitor, mentor)
    line.cut()
    visitor.part("step-back").click(timeout=RECONNECTS_WITHIN_MS)
    expect(visitor.part("session-title")).to_have_value(TITLE, timeout=RECONNECTS_WITHIN_MS)


def test_a_new_role_is_there_without_a_new_login(visits: Visits) -> None:
    mina = a_mentee("Mina")
    visitor = visits(mina)
    visitor.go("/settings")
    accounts.grant_admin(mina.id)
    # Whatever the page asks of the server next tells it.
    visitor.part("save-settings").click()
    expect(visitor.page.get_by_role("link", name="All sessions")).to_be_visible()
