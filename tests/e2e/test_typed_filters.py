"""Nothing that is typed to search a list is lost, whatever is pressed next and however late the answer."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.admin import all_sessions
from tests.conftest import NOON
from tests.e2e.checking import barriers
from tests.e2e.keys import Keys
from tests.e2e.line import Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

_numbers = itertools.count(1)


def _asked(visitor: Visitor) -> dict[str, list[str]]:
    return parse_qs(urlsplit(visitor.page.url).query)


def _head(visitor: Visitor) -> None:
    visitor.page.get_by_role("columnheader", name="Session").get_by_role("link").click()


def _order(visitor: Visitor) -> None:
    visitor.part("admin-order").select_option("title")


def _status(visitor: Visitor) -> None:
    visitor.part("admin-status").select_option("scheduled")


def _last_page(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Last page").click()


@pytest.fixture
def admin(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> tuple[Visitor, str, int]:
    """An admin at more than a page of sessions; a word that some of the titles have, and how many."""
    monkeypatch.setattr(all_sessions, "PAGE_SIZE", 3)
    mentor = a_mentor("Moira")
    word, count = f"Bilby{next(_numbers)}", 3
    for number in range(5):
        title = f"{word}, no {number}" if number < count else "Any other"
        booked(a_mentee("Mina"), mentor, NOON + timedelta(hours=2 + 2 * number), title=title)
    visitor = visits(a_mentee("Alex", is_admin=True))
    return visitor, word, count


@pytest.mark.parametrize(
    ("press", "left"),
    [
        (_head, {"sort": ["title"]}),
        (_order, {"sort": ["title"]}),
        (_status, {"status": ["scheduled"]}),
        (_last_page, {}),
    ],
    ids=["heading", "order", "status", "pager"],
)
def test_what_is_typed_holds_when_something_else_is_pressed_at_once(
    admin: tuple[Visitor, str, int], press: Callable[[Visitor], None], left: dict[str, list[str]]
) -> None:
    visitor, word, count = admin
    line = Line(visitor)
    visitor.go("/admin/sessions")
    expect(visitor.page.get_by_role("link", name="Last page")).to_be_visible()
    line.hold_answers()
    visitor.part("admin-search").press_sequentially(word)
    press(visitor)
    expected = {"search": [word]} | left
    visitor.until(lambda: _asked(visitor).items() >= expected.items())
    line.release()
    expect(visitor.page.get_by_text(f"{count} sessions", exact=True)).to_be_visible()
    expect(visitor.part("admin-search")).to_have_value(word)
    assert _asked(visitor)["search"] == [word]
    assert visitor.errors == []


def test_what_is_typed_holds_in_the_download_and_when_a_session_is_opened(
    admin: tuple[Visitor, str, int],
) -> None:
    visitor, word, count = admin
    line = Line(visitor)
    visitor.go("/admin/sessions")
    row = visitor.page.locator("tbody a").first
    expect(row).to_be_visible()
    line.hold_answers()
    visitor.part("admin-search").press_sequentially(word)
    expect(visitor.part("admin-csv")).to_have_attribute("href", f"/api/admin/sessions.csv?search={word}")
    row.click()
    visitor.until(lambda: {"search", "session"} <= _asked(visitor).keys())
    line.release()
    expect(visitor.part("panel-details")).to_be_visible()
    expect(visitor.page.get_by_text(f"{count} sessions", exact=True)).to_be_visible()
    expect(visitor.part("admin-search")).to_have_value(word)
    visitor.part("close-panel").click()
    expect(visitor.part("session-panel")).to_have_count(0)
    expect(visitor.part("admin-search")).to_have_value(word)
    visitor.part("admin-search").fill("nothing of the kind")
    visitor.page.get_by_role("button", name="Clear filters").click()
    expect(visitor.part("admin-search")).to_have_value("")
    assert _asked(visitor) == {}
    assert visitor.errors == []


def _bettongs(count: int) -> tuple[str, Account]:
    word = f"Bettong{next(_numbers)}"
    mentors = [a_mentor(f"{word} {number}") for number in range(count)]
    return word, mentors[0]


def test_a_mentor_pressed_in_the_middle_of_a_word_leads_back_to_that_word(visits: Visits) -> None:
    """And the answer, which comes late, is not written over the address of the page that was gone to."""
    word, _ = _bettongs(2)
    visitor = visits()
    line = Line(visitor)
    visitor.go("/")
    card = visitor.part("mentor-card").first
    expect(card).to_be_visible()
    line.hold_answers()
    search = visitor.page.get_by_role("searchbox")
    search.press_sequentially(word)
    card.click()
    visitor.page.wait_for_url("**/mentors/*")
    there = visitor.page.url
    line.release()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.part("book-session")).to_be_visible()
    assert visitor.page.url == there
    visitor.page.go_back()
    expect(search).to_have_value(word)
    expect(visitor.part("mentor-card")).to_have_count(2)
    assert visitor.errors == []


def test_filters_of_the_directory_are_on_the_moment_they_are_pressed(visits: Visits) -> None:
    word, _ = _bettongs(2)
    visitor = visits()
    line = Line(visitor)
    visitor.go("/")
    topic = visitor.page.get_by_role("button", name="Testing", exact=True)
    expect(topic).to_be_visible()
    line.hold_answers()
    visitor.page.get_by_role("searchbox").press_sequentially(word)
    topic.click()
    expect(topic).to_have_attribute("aria-pressed", "true")
    days = visitor.part("day-filter")
    days.click()
    visitor.page.get_by_role("button", name="Next 7 days").click()
    expect(days).to_have_accessible_name("Free: Next 7 days")
    # What is still on show is of what was asked before, and looks so.
    waiting = visitor.page.locator(".directory")
    expect(waiting).to_have_class("directory awaited")
    assert _asked(visitor) == {"q": [word], "topic": ["Testing"], "days": ["7"]}
    line.release()
    expect(visitor.part("mentor-card")).to_have_count(2)
    expect(waiting).to_have_class("directory")
    visitor.reload()
    expect(visitor.page.get_by_role("searchbox")).to_have_value(word)
    expect(topic).to_have_attribute("aria-pressed", "true")
    expect(days).to_have_accessible_name("Free: Next 7 days")
    expect(visitor.part("mentor-card")).to_have_count(2)
    assert visitor.errors == []


def test_mentors_are_looked_for_by_a_date(visits: Visits) -> None:
    word = f"Bettong{next(_numbers)}"
    a_mentor(f"{word} Monday", weekly=(WeeklyBlock(1, "09:00", "10:00", "AVAILABLE"),))
    a_mentor(f"{word} Tuesday", weekly=(WeeklyBlock(2, "09:00", "10:00", "AVAILABLE"),))
    visitor = visits()
    visitor.go(f"/?q={word}")
    expect(visitor.part("mentor-card")).to_have_count(2)
    keys, days = Keys(visitor), visitor.part("day-filter")
    days.focus()
    keys.press("Enter")
    # By keyboard: to the next month's first Monday.
    expect(visitor.part("directory-day").first).to_be_visible()
    visitor.page.get_by_role("button", name="Next month").focus()
    keys.press("Enter")
    expect(visitor.page.get_by_role("heading", name="February 2027")).to_be_visible()
    keys.press("Tab", "Enter")
    expect(days).to_have_accessible_name("Free: Monday 1 February")
    expect(visitor.part("mentor-card")).to_have_count(1)
    expect(visitor.part("mentor-card")).to_contain_text("Monday")
    assert _asked(visitor) == {"q": [word], "days": ["2027-02-01"]}
    visitor.reload()
    expect(days).to_have_accessible_name("Free: Monday 1 February")
    expect(visitor.part("mentor-card")).to_have_count(1)
    days.click()
    visitor.part("directory-day").first.wait_for()
    assert barriers(visitor.page) == []
    # What is over cannot be chosen.
    visitor.go(f"/?q={word}&days=2020-01-01")
    expect(days).to_have_accessible_name("Free: Any day")
    assert visitor.errors == []


def test_what_is_typed_while_the_page_still_loads_is_searched_for(visits: Visits) -> None:
    word, _ = _bettongs(2)
    visitor = visits()
    line = Line(visitor)
    line.hold_answers()
    visitor.page.goto("/")
    search = visitor.page.get_by_role("searchbox")
    search.press_sequentially(word)
    line.release()
    expect(visitor.part("mentor-card")).to_have_count(2)
    expect(search).to_have_value(word)
    assert visitor.errors == []
