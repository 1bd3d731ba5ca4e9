"""Every list that is longer than a screen has a way to its end, and every empty one a way on."""

from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import expect

from mentorbook.services.people import accounts, mentor_directory
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.visitor import PATIENCE_MS, PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

MANY = 45


def _goes_to_the_end(visitor: Visitor, role: Literal["link", "button"] = "link") -> None:
    """From the first page to the last and back, with what cannot lead on saying so."""
    pager = visitor.page.get_by_role("navigation", name="Pages")
    first, last = pager.get_by_role(role, name="First page"), pager.get_by_role(role, name="Last page")
    expect(first).to_have_attribute("aria-disabled", "true")
    expect(pager).to_contain_text("Page 1 of 3")
    last.click()
    expect(pager).to_contain_text("Page 3 of 3")
    # The focus stays on what was pressed, though it leads no further.
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-disabled", "true")
    pager.get_by_role(role, name="Previous page").click()
    expect(pager).to_contain_text("Page 2 of 3")
    first.click()
    expect(pager).to_contain_text("Page 1 of 3")
    assert small_targets(visitor.page, "nav.pager") == []
    assert beyond_the_edge(visitor.page) == 0


def test_past_and_cancelled_sessions_have_a_last_page(visits: Visits, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    present = hands.now
    hands.on(days=-9)
    for number in range(MANY):
        hands.on(minutes=1)
        booked(mentee, mentor, NOON + timedelta(hours=2 * number - 170), title=f"Past {number}")
    hands.now = present
    visitor = visits(mentee, size=PHONE)
    visitor.go("/sessions?tab=past")
    expect(visitor.part("session-card").first).to_contain_text(f"Past {MANY - 1}")
    _goes_to_the_end(visitor)
    visitor.page.get_by_role("link", name="Last page").click()
    expect(visitor.part("session-card").last).to_contain_text("Past 0")
    assert barriers(visitor.page) == []
    assert visitor.errors == []


def test_the_directory_has_a_last_page(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentor_directory, "PAGE_SIZE", 2)
    for number in range(5):
        a_mentor(f"Numbat {number}")
    visitor = visits(size=PHONE)
    visitor.go("/?q=numbat")
    expect(visitor.part("mentor-card").first).to_be_visible()
    _goes_to_the_end(visitor, "button")
    visitor.page.get_by_role("button", name="Last page").click()
    expect(visitor.part("mentor-card")).to_have_count(1)
    expect(visitor.part("mentor-card")).to_contain_text("Numbat 4")
    # A reload stays there.
    visitor.reload()
    expect(visitor.part("mentor-card")).to_contain_text("Numbat 4")
    assert barriers(visitor.page) == []
    assert visitor.errors == []


def test_of_many_log_ins_a_screenful_is_shown_and_the_others_on_demand(visits: Visits) -> None:
    mentee = a_mentee()
    for _ in range(MANY):
        accounts.start_login(mentee.id, address=None, agent=None)
    visitor = visits(mentee)
    visitor.go("/settings")
    more = visitor.part("more-logins")
    expect(visitor.part("login").filter(visible=True)).to_have_count(8)
    more.get_by_text("more").click()
    expect(visitor.part("login").filter(visible=True)).to_have_count(MANY + 1)
    assert barriers(visitor.page) == []


def test_the_list_of_zones_says_that_there_are_others(visits: Visits) -> None:
    visitor = visits(a_mentee())
    visitor.go("/settings")
    visitor.page.get_by_role("button", name="Time zone").click()
    rest = visitor.page.get_by_text("Type to find any other.")
    expect(rest).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.part("timezone-search").fill("tokyo")
    expect(rest).to_have_count(0)


@pytest.mark.parametrize(
    ("who", "empty", "says", "leads", "to"),
    [
        ("mentee", "/sessions", "You have no coming sessions", "Find a mentor", "/"),
        ("mentor", "/sessions", "You have no coming sessions", "See your page", "/mentors/*"),
        ("mentee", "/sessions?tab=past", "No past sessions", "See coming sessions", "/sessions"),
        ("mentee", "/sessions?tab=cancelled", "No cancelled sessions", "See coming sessions", "/sessions"),
        ("mentee", "/notifications", "No notifications", "Find a mentor", "/"),
        ("mentee", "/sessions/nonsense", "There is no such session", "See your sessions", "/sessions"),
        ("mentee", "/mentors/nonsense", "There is no such mentor", "Find a mentor", "/"),
        ("mentee", "/admin/policies", "There is nothing here", "Find a mentor", "/"),
        ("mentee", "/nowhere", "There is nothing at this address", "See your sessions", "/sessions"),
    ],
)
def test_what_is_empty_leads_on(visits: Visits, who: str, empty: str, says: str, leads: str, to: str) -> None:
    visitor = visits(a_mentor() if who == "mentor" else a_mentee(), size=PHONE)
    visitor.go(empty)
    expect(visitor.page.get_by_role("heading", name=says)).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.page.get_by_role("main").get_by_role("link", name=leads).click()
    visitor.page.wait_for_url(f"{visitor.site}{to}", timeout=PATIENCE_MS)
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize(
    ("empty", "says"),
    [("/?q=zzzzz", "No mentor matches"), ("/admin/sessions?search=zzzzz", "No session matches")],
)
def test_what_is_empty_for_a_filter_offers_to_take_it_off(visits: Visits, empty: str, says: str) -> None:
    booked(a_mentee(), a_mentor(), NOON + timedelta(days=3))
    visitor = visits(a_mentee("Alex", is_admin=True), size=PHONE)
    visitor.go(empty)
    expect(visitor.page.get_by_role("heading", name=says)).to_be_visible()
    visitor.page.get_by_role("button", name="Clear filters").click()
    expect(visitor.page.get_by_role("heading", name=says)).to_have_count(0)
    expect(visitor.page.locator("main li a, main tbody a").first).to_be_visible()
    assert visitor.page.get_by_role("searchbox").input_value() == ""


def test_coming_sessions_have_a_last_page(visits: Visits, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    present = hands.now
    hands.on(days=-1)
    for number in range(MANY):
        hands.on(minutes=1)
        booked(mentee, mentor, NOON + timedelta(hours=2 * number + 3), title=f"Coming {number}")
    hands.now = present
    visitor = visits(mentee, size=PHONE)
    visitor.go("/sessions")
    expect(visitor.part("session-card").first).to_contain_text("Coming 0")
    _goes_to_the_end(visitor)
    visitor.page.get_by_role("link", name="Last page").click()
    expect(visitor.part("session-card").last).to_contain_text(f"Coming {MANY - 1}")


def test_sessions_that_could_not_be_loaded_can_be_tried_again(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(a_mentee(), a_mentor(), NOON + timedelta(days=3), title="Wallaby")
    visitor = visits(a_mentee("Alex", is_admin=True))
    with monkeypatch.context() as broken:
        broken.setattr("mentorbook.state.admin.session_table.list_all_sessions", lambda *_: 1 / 0)
        visitor.go("/admin/sessions?search=wallaby")
        expect(visitor.page.get_by_role("heading", name="The sessions could not be loaded")).to_be_visible()
    visitor.page.get_by_role("button", name="Try again").click()
    expect(visitor.page.locator("tbody a").first).to_have_text("Wallaby")
    expect(visitor.part("admin-search")).to_have_value("wallaby")


def test_a_mentor_without_free_time_leads_to_others(visits: Visits) -> None:
    nobodys = a_mentor("Moira", weekly=())
    visitor = visits(a_mentee("Mina"))
    visitor.go(f"/mentors/{nobodys.id}?book")
    visitor.part("booking-modal").get_by_role("link", name="Find another mentor").click()
    expect(visitor.page.get_by_role("heading", level=1, name="Find a mentor")).to_be_visible()
    expect(visitor.part("booking-modal")).to_have_count(0)
