"""What is pressed before a page listens: it is done once it does, and nothing goes into an address."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e.test_own_logins import OLD, with_password
from tests.e2e.visitor import Visits


def _held_back(tab: Page) -> Callable[[], None]:
    """Have the page's code come late; returns what lets it come."""
    waiting: list[Route] = []
    is_held = True

    def come(route: Route) -> None:
        if is_held:
            waiting.append(route)
        else:
            route.continue_()

    def release() -> None:
        nonlocal is_held
        is_held = False
        for route in waiting:
            route.continue_()

    tab.route(re.compile(r"/assets/.*\.js"), come)
    return release


def test_an_early_log_in_is_done_and_its_password_is_in_no_address(visits: Visits) -> None:
    person, visitor = with_password(), visits(cold=True)
    asked: list[str] = []
    visitor.tab.on("request", lambda request: asked.append(request.url))
    release = _held_back(visitor.tab)
    visitor.page.goto("/login?next=/sessions", wait_until="commit")
    visitor.part("login-email").fill(person.email)
    visitor.part("login-password").fill(OLD)
    visitor.page.keyboard.press("Enter")
    expect(visitor.part("login-submit")).to_have_attribute("aria-busy", "true")
    visitor.part("login-submit").click()
    release()
    expect(visitor.page).to_have_url(f"{visitor.site}/sessions")
    assert [url for url in asked if "password" in url] == []


def test_an_early_press_of_a_button_is_one_press(visits: Visits) -> None:
    visitor = visits(cold=True)
    release = _held_back(visitor.tab)
    visitor.page.goto("/register", wait_until="commit")
    show = visitor.page.get_by_role("button", name="Show the password")
    show.click()
    release()
    expect(visitor.page.get_by_role("button", name="Hide the password")).to_be_visible()
    visitor.ready()
    expect(visitor.page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
