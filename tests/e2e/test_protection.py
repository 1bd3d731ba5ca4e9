"""What is somebody's own is shown to nobody else, not even for a moment."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect

from mentorbook.services.people import accounts
from tests.e2e.visitor import Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
# Writes down every text that the page shows, from the first moment.
WATCH = """
window.seen = [];
const look = () => document.body && window.seen.push(document.body.innerText);
new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
"""
MEMBERS_ONLY = ("/sessions", "/notifications", "/settings", f"/sessions/{uuid4()}", f"/room/{uuid4()}")


@pytest.mark.parametrize("path", MEMBERS_ONLY, ids=lambda path: path.split("/")[1] + "/" * path.count("-"))
def test_a_stranger_is_sent_to_log_in_and_sees_nothing(visits: Visits, path: str) -> None:
    visitor = visits()
    seen: list[str] = []
    visitor.tab.expose_function("keep", lambda text: seen.append(text))
    visitor.tab.add_init_script(WATCH.replace("window.seen.push", "window.keep"))
    visitor.page.goto(path)
    visitor.page.wait_for_url(f"**/login?next={path}")
    visitor.ready()
    expect(visitor.part("login-email")).to_be_visible()
    told = "\n".join(seen)
    assert "E-mail" in told
    for text in ("coming sessions", "There is no such session", "You log in with this address", "Mark all"):
        assert text not in told


def test_after_the_log_in_one_is_where_one_wanted_to_be(visits: Visits) -> None:
    values = {"name": "Nora", "email": "nora.next@people.test", "password": "three words of mine"}
    accounts.register({**values, "timezone": "UTC"}, address="192.0.2.8")
    visitor = visits()
    visitor.page.goto("/settings")
    visitor.part("login-email").fill(values["email"])
    visitor.part("login-password").fill("not my password")
    visitor.part("login-submit").click()
    expect(visitor.page.get_by_role("alert").filter(has_text="password")).to_be_visible()
    visitor.part("login-password").fill(values["password"])
    visitor.part("login-submit").click()
    visitor.page.wait_for_url("**/settings")
    expect(visitor.page.get_by_label("Name", exact=True)).to_have_value("Nora")


def test_a_reload_shows_shapes_and_then_the_sessions(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, TEN, title="Only ours")
    visitor = visits(mentee)
    visitor.go("/sessions")
    visitor.tab.add_init_script(WATCH)
    visitor.reload()
    expect(visitor.part("session-card")).to_be_visible()
    seen = visitor.page.evaluate("window.seen")
    first = next(number for number, text in enumerate(seen) if "Only ours" in text)
    assert any("Loading" in text for text in seen[:first])
    assert not any("You have no coming sessions" in text for text in seen)


def test_people_who_logged_out_elsewhere_see_nothing_any_more(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked(mentee, mentor, TEN, title="Only ours")
    visitor = visits(mentee)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_be_visible()
    visitor.context.clear_cookies()
    visitor.tab.add_init_script(WATCH)
    visitor.page.reload()
    visitor.page.wait_for_url("**/login?next=/sessions")
    assert not any("Only ours" in text for text in visitor.page.evaluate("window.seen"))


def test_other_peoples_sessions_look_like_none(visits: Visits) -> None:
    session = booked(a_mentee(), a_mentor(), TEN, title="Between us")
    visitor = visits(a_mentee("Nosy"))
    told = set()
    for identifier in (str(session.id), str(uuid4()), "not-an-id"):
        for path in (f"/sessions/{identifier}", f"/room/{identifier}"):
            visitor.go(path)
            expect(visitor.page.get_by_role("heading", level=1)).to_have_text("There is no such session")
            told.add(visitor.page.get_by_role("main").inner_text())
    assert len(told) == 1


@pytest.mark.parametrize(
    "identifier", [str(UUID(int=7)), "not-an-id", "%F0%9F%A6%89"], ids=["unknown", "no id", "owl"]
)
def test_an_unknown_mentor_is_a_friendly_page(visits: Visits, identifier: str) -> None:
    visitor = visits()
    visitor.go(f"/mentors/{identifier}")
    expect(visitor.page.get_by_role("heading", name="There is no such mentor")).to_be_visible()
    visitor.page.get_by_role("link", name="Find a mentor").click()
    expect(visitor.page.get_by_role("heading", name="Find a mentor", level=1)).to_be_visible()


def test_an_unknown_address_is_a_friendly_page(visits: Visits) -> None:
    visitor = visits()
    visitor.go("/nowhere/at/all")
    expect(visitor.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
