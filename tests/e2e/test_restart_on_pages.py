"""A restart of the server takes away nothing that is typed on a page; another account sees none of it."""

import itertools
from datetime import UTC, datetime

from playwright.sync_api import expect

from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def _choose_zone(visitor: Visitor, city: str) -> None:
    visitor.part("timezone-select").click()
    visitor.part("timezone-search").fill(city)
    visitor.page.get_by_role("option", name=city).first.click()


def _type_into_the_settings(visitor: Visitor) -> None:
    visitor.go("/settings")
    visitor.page.get_by_label("Name", exact=True).fill("Minna")
    visitor.part("open-change-email").click()
    visitor.page.get_by_label("New address").fill("minna@owls.test")
    visitor.page.get_by_label("Present password").fill("what it was")


def test_what_is_entered_in_the_settings_is_still_there(visits: Visits) -> None:
    mina = a_mentee("Mina")
    visitor = visits(mina)
    line = Line(visitor)
    _type_into_the_settings(visitor)
    _choose_zone(visitor, "Tokyo")
    expect(visitor.page.get_by_text("Not saved yet")).to_be_visible()
    visitor.until(lambda: "Asia/Tokyo" in visitor.page.evaluate("Object.values(sessionStorage).join()"))
    line.restart()
    line.wait_until_back()
    expect(visitor.page.get_by_label("New address")).to_have_value("minna@owls.test")
    expect(visitor.page.get_by_label("Present password")).to_have_value("what it was")
    expect(visitor.page.get_by_label("Name", exact=True)).to_have_value("Minna")
    expect(visitor.part("timezone-select")).to_have_attribute("data-zone", "Asia/Tokyo")
    visitor.part("save-settings").click()
    expect(visitor.page.get_by_text("Saved.")).to_be_visible()
    saved = accounts.account(mina.id)
    assert (saved.name, saved.timezone) == ("Minna", "Asia/Tokyo")
    assert visitor.errors == []


def test_an_open_bell_stays_open_and_live(visits: Visits) -> None:
    moira = a_mentor("Moira")
    visitor = visits(moira)
    line = Line(visitor)
    visitor.go("/sessions")
    visitor.part("notification-bell").click()
    panel = visitor.page.locator(".bell-pop")
    expect(panel).to_be_visible()
    line.restart()
    line.wait_until_back()
    expect(panel).to_be_visible()
    booked(a_mentee("Mina"), moira, TEN, title="Owls")
    expect(panel).to_contain_text("Owls")


def test_another_account_in_the_same_browser_finds_nothing_of_it(visits: Visits) -> None:
    visitor = visits(a_mentee("Mina"))
    line = Line(visitor)
    _type_into_the_settings(visitor)
    expect(visitor.page.get_by_text("Not saved yet")).to_be_visible()
    token = accounts.start_login(a_mentee("Faye").id, address=None, agent="tests")
    visitor.context.add_cookies(
        [{"name": settings.cookie, "value": token, "url": visitor.site, "httpOnly": True, "sameSite": "Lax"}]
    )
    line.restart()
    line.wait_until_back()
    expect(visitor.page.get_by_label("Name", exact=True)).to_have_value("Faye")
    expect(visitor.page.get_by_label("Present password")).to_have_value("")
    expect(visitor.part("email-now")).to_contain_text("faye")
    expect(visitor.page.locator("body")).not_to_contain_text("mina")


def test_nobody_finds_anything_of_it(visits: Visits) -> None:
    """Logged out elsewhere: what was on show is gone before the log-in page is there, and does not return."""
    visitor = visits(a_mentee("Mina"))
    line = Line(visitor)
    _type_into_the_settings(visitor)
    visitor.tab.route("**/login?next=*", lambda route: None)
    visitor.context.clear_cookies(name=settings.cookie)
    line.restart()
    expect(visitor.page.get_by_label("Name", exact=True)).to_have_count(0, timeout=RECONNECTS_WITHIN_MS)
    expect(visitor.page.locator("body")).not_to_contain_text("mina")


def test_the_zone_that_is_chosen_at_the_registration_is_that_of_the_account(visits: Visits) -> None:
    visitor = visits()
    line = Line(visitor)
    visitor.go("/register")
    email = f"owl{next(_numbers)}@restart.test"
    _choose_zone(visitor, "Tokyo")
    visitor.page.get_by_label("Name", exact=True).fill("Minna")
    line.restart()
    line.wait_until_back()
    expect(visitor.part("timezone-select")).to_have_attribute("data-zone", "Asia/Tokyo")
    visitor.page.get_by_label("E-mail").fill(email)
    visitor.page.get_by_label("Password", exact=True).fill("a few words are good")
    visitor.part("register-submit").click()
    expect(visitor.part("account-menu")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)
    visitor.go("/settings")
    expect(visitor.part("timezone-select")).to_have_attribute("data-zone", "Asia/Tokyo")
