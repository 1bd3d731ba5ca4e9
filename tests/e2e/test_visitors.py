"""Visitors share warm browsers one after the other; what one leaves there, the next does not find."""

from tests.e2e.visitor import Visits
from tests.people import a_mentee

_LEAVE = """() => {
    localStorage.setItem("left", "behind");
    sessionStorage.setItem("left", "behind");
    document.cookie = "left=behind; path=/";
}"""
_FIND = (
    "() => [localStorage.getItem('left'), sessionStorage.getItem('left'), document.cookie.includes('left')]"
)


def test_the_next_visitor_finds_nothing_of_the_last(visits: Visits) -> None:
    first = visits(a_mentee(), dark=True)
    first.go("/sessions")
    first.page.evaluate(_LEAVE)
    assert first.page.evaluate(_FIND) == ["behind", "behind", True]
    browser = first.page.context
    visits.end()
    second = visits()
    assert second.page.context is browser
    second.go("/")
    assert second.page.evaluate(_FIND) == [None, None, False]
    assert second.part("log-in").or_(second.page.get_by_role("link", name="Log in")).first.is_visible()
    assert second.page.evaluate("matchMedia('(prefers-color-scheme: light)').matches")
