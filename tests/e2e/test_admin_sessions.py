"""All sessions at the browser: what is near first, sorted by column, one open beside the list."""

import itertools
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from mentorbook.domain.views import Account, Booking
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.keys import Keys
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

_numbers = itertools.count(1)


@pytest.fixture
def sessions(visits: Visits, hands: Hands) -> list[Booking]:
    """Three sessions that begin with a word of their own: one of yesterday, and two that come."""
    word = f"Quokka{next(_numbers)}"
    mentee, mentor = a_mentee("Mina"), a_mentor("Moira")
    present = hands.now
    hands.on(days=-2)
    before = booked(mentee, mentor, NOON - timedelta(days=1), title=f"{word} of before")
    hands.now = present
    late = booked(mentee, mentor, NOON + timedelta(days=9), title=f"{word}, a late one")
    soon = booked(mentee, mentor, NOON + timedelta(hours=3), title=f"{word}, the next")
    return [before, late, soon]


def _admin() -> Account:
    return a_mentee("Alex", is_admin=True)


def _titles(visitor: Visitor) -> list[str]:
    return visitor.page.locator("tbody td.wide").all_inner_texts()


def _asked(visitor: Visitor) -> dict[str, list[str]]:
    return parse_qs(urlsplit(visitor.page.url).query)


def _names(sessions: list[Booking]) -> tuple[str, list[str], list[str]]:
    """The word to search for, the titles with what is near first, and the titles as they sort."""
    before, late, soon = (each.title for each in sessions)
    return soon.partition(",")[0], [soon, late, before], sorted([soon, late, before])


def test_what_is_near_comes_first_and_columns_sort(visits: Visits, sessions: list[Booking]) -> None:
    word, near, by_title = _names(sessions)
    visitor = visits(_admin())
    visitor.go("/admin/sessions")
    visitor.part("admin-search").fill(word)
    expect(visitor.page).to_have_url(re.compile(f"search={word}"))
    expect(visitor.page.get_by_text("3 sessions", exact=True)).to_be_visible()
    assert _titles(visitor) == near
    head = visitor.page.get_by_role("columnheader", name="Session")
    expect(head).to_have_attribute("aria-sort", "none")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(visitor.page.locator("tbody td.wide").first).to_have_text(by_title[0])
    assert (_titles(visitor), _asked(visitor)["sort"]) == (by_title, ["title"])
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(visitor.page.locator("tbody td.wide").first).to_have_text(by_title[-1])
    # A reload keeps filter and order; Back goes to the order before.
    visitor.reload()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(visitor.part("admin-search")).to_have_value(word)
    assert _titles(visitor) == by_title[::-1]
    visitor.page.go_back()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(visitor.page.locator("tbody td.wide").first).to_have_text(by_title[0])
    visitor.part("admin-order").select_option("near")
    expect(visitor.page.locator("tbody td.wide").first).to_have_text(near[0])
    assert barriers(visitor.page) == []
    assert visitor.errors == []


def test_a_session_opens_beside_the_list(visits: Visits, sessions: list[Booking]) -> None:
    """By keyboard alone; the address knows of it, so a reload and Back do too."""
    word, near, _ = _names(sessions)
    visitor = visits(_admin())
    keys = Keys(visitor)
    visitor.go(f"/admin/sessions?search={word}")
    expect(visitor.page.get_by_text("3 sessions", exact=True)).to_be_visible()
    keys.tab_to(f"open-{sessions[2].id}")
    keys.page.keyboard.press("Enter")
    panel = visitor.part("session-panel")
    expect(visitor.part("panel-details", session_id=str(sessions[2].id))).to_be_visible()
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("What happened")
    # The list stands beside it, and keeps what it showed.
    assert _titles(visitor) == near
    box, table = panel.bounding_box(), visitor.page.get_by_role("table").bounding_box()
    assert box is not None
    assert table is not None
    assert box["x"] >= table["x"] + table["width"] - 1
    assert barriers(visitor.page) == []
    visitor.reload()
    expect(visitor.part("panel-details", session_id=str(sessions[2].id))).to_be_visible()
    assert _titles(visitor) == near
    keys.tab_to("close-panel")
    keys.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert "session" not in _asked(visitor)
    expect(visitor.page.locator(f"#open-{sessions[2].id}")).to_be_focused()
    visitor.page.locator(f"#open-{sessions[0].id}").click()
    expect(visitor.part("panel-details", session_id=str(sessions[0].id))).to_be_visible()
    visitor.page.go_back()
    expect(panel).to_have_count(0)
    visitor.go("/admin/sessions?session=nonsense'%22")
    expect(visitor.part("admin-search")).to_be_visible()
    expect(panel).to_have_count(0)
    assert visitor.errors == []


def test_on_a_phone_it_takes_the_place_of_the_list(visits: Visits, sessions: list[Booking]) -> None:
    word, _, by_title = _names(sessions)
    visitor = visits(_admin(), size=PHONE, dark=True)
    visitor.go(f"/admin/sessions?search={word}")
    row = visitor.page.locator(f"#open-{sessions[1].id}")
    row.click()
    expect(visitor.part("panel-details", session_id=str(sessions[1].id))).to_be_visible()
    expect(row).to_be_hidden()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    assert small_targets(visitor.page, "[data-testid=session-panel]") == []
    visitor.part("close-panel").click()
    expect(row).to_be_focused()
    visitor.part("admin-order").select_option("title")
    expect(visitor.page.locator("tbody td.wide").first).to_have_text(by_title[0])
    assert visitor.errors == []


def test_policies_and_all_sessions_have_a_place_on_a_phone(visits: Visits) -> None:
    visitor = visits(_admin(), size=PHONE)
    visitor.go("/")
    bar = visitor.page.get_by_role("navigation", name="Places")
    bar.get_by_role("link", name="Admin").click()
    expect(visitor.page.get_by_role("heading", name="All sessions", level=1)).to_be_visible()
    places = visitor.page.get_by_role("navigation", name="Admin")
    places.get_by_role("link", name="Policies").click()
    expect(visitor.page.get_by_role("heading", name="Session policies", level=1)).to_be_visible()
    expect(places.get_by_role("link", name="Policies")).to_have_attribute("aria-current", "page")
    expect(bar.get_by_role("link", name="Admin")).to_have_attribute("aria-current", "page")
    assert small_targets(visitor.page, "nav.bar") == small_targets(visitor.page, "nav.tabs") == []
    assert beyond_the_edge(visitor.page) == 0
    # Nobody else has that place.
    other = visits(a_mentor("Moira"), size=PHONE)
    other.go("/")
    expect(other.page.get_by_role("navigation", name="Places").get_by_role("link")).to_have_count(5)
    expect(other.page.get_by_role("link", name="Admin")).to_have_count(0)
