"""Visitors share warm tabs one after the other; what one leaves there, the next does not find."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.visitor import Visits
from tests.people import a_mentee

_LEAVE = """() => {
    localStorage.setItem("left", "behind");
    sessionStorage.setItem("left", "behind");
    document.cookie = "left=behind; path=/";
    window.name = window.left = "behind";
}"""
_FIND = """() => [
    localStorage.getItem("left"),
    sessionStorage.getItem("left"),
    document.cookie.includes("left"),
    window.name,
    window.left ?? null,
    document.querySelectorAll(":hover").length > 0,
    innerWidth,
    matchMedia("print").matches,
]"""
_CHANGES_A_PAGE = re.compile(
    r"\bpage\.(on|once|route\w*|add_\w+|expose_\w+|set_extra\w+|set_default\w+|clock)\b"
)


def test_the_next_visitor_finds_nothing_of_the_last(visits: Visits) -> None:
    first = visits(a_mentee(), dark=True)
    first.go("/sessions")
    first.page.evaluate(_LEAVE)
    first.page.mouse.move(400, 300)
    first.page.set_viewport_size({"width": 700, "height": 700})
    first.page.emulate_media(media="print")
    assert first.page.evaluate(_FIND) == ["behind", "behind", True, "behind", "behind", True, 700, True]
    tab = first.page
    visits.end()
    second = visits()
    assert second.page is tab
    second.go("/")
    assert second.page.evaluate(_FIND) == [None, None, False, "", None, False, 1280, False]
    assert second.part("log-in").or_(second.page.get_by_role("link", name="Log in")).first.is_visible()
    assert second.page.evaluate("matchMedia('(prefers-color-scheme: light)').matches")
    second.page.go_back()
    expect(second.page).not_to_have_url(re.compile("/sessions"))
    assert first.errors == []


def test_what_a_page_would_keep_closes_the_tab(visits: Visits) -> None:
    first = visits()
    first.tab.add_init_script("window.left = 'behind'")
    browser = first.page.context
    visits.end()
    second = visits()
    assert second.page is not first.page
    assert second.page.context is browser
    second.go("/")
    assert second.page.evaluate("window.left ?? null") is None


def test_every_journey_says_that_it_changes_its_tab() -> None:
    """What `Visitor.page` is asked for is gone with the document; all else is asked of `Visitor.tab`."""
    found = [
        f"{file.name}: {line.strip()}"
        for file in sorted(Path(__file__).parent.glob("*.py"))
        if file.name != "visitor.py"
        for line in file.read_text().splitlines()
        if _CHANGES_A_PAGE.search(line)
    ]
    assert found == []
