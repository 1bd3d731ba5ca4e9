"""Every list that is longer than a screen has a way to its end, and every empty one a way on."""

from datetime import timedelta

from playwright.sync_api import expect

from mentorbook.services.people import accounts
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

MANY = 45


def _goes_to_the_end(visitor: Visitor) -> None:
    """From the first page to the last and back, with what cannot lead on saying so."""
    pager = visitor.page.get_by_role("navigation", name="Pages")
    first, last = pager.get_by_role("link", name="First page"), pager.get_by_role("link", name="Last page")
    expect(first).to_have_attribute("aria-disabled", "true")
    expect(pager).to_contain_text("Page 1 of 3")
    last.click()
    expect(pager).to_contain_text("Page 3 of 3")
    # The focus stays on what was pressed, though it leads no further.
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-disabled", "true")
    pager.get_by_role("link", name="Previous page").click()
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


def test_the_directory_has_a_last_page(visits: Visits) -> None:
    for number in range(MANY):
        a_mentor(f"Numbat {number:02}")
    visitor = visits(size=PHONE)
    visitor.go("/?q=numbat")
    expect(visitor.part("mentor-card").first).to_be_visible()
    pager = visitor.page.get_by_role("navigation", name="Pages")
    pager.get_by_role("button", name="Last page").click()
    expect(pager.get_by_role("button", name="Last page")).to_have_attribute("aria-disabled", "true")
    pager.get_by_role("button", name="First page").click()
    expect(pager).to_contain_text("Page 1 of")
    assert small_targets(visitor.page, "nav.pager") == []
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
