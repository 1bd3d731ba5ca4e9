"""Going to another page: its frame is there before the server says anything, and what was seen before too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.e2e.line import RECONNECTS_WITHIN_MS
from tests.e2e.server import also_reached_at
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor
from tests.servers.slow_line import SlowLine, slow_line

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
KEPT = 8
_ALL_FETCHED = """(route) => {
    const here = performance.getEntriesByType("resource").map((each) => new URL(each.name).pathname);
    const { module, imports } = Object.values(window.__reactRouterManifest.routes)
        .find((each) => each.module.includes(route));
    return [module, ...imports].every((each) => here.includes(each));
}"""


@pytest.fixture
def line(visits: Visits) -> Iterator[SlowLine]:
    """The line over which every visitor of the test comes; the server's answers can be held back on it."""
    with slow_line(int(visits.site.rpartition(":")[2])) as line, also_reached_at(line.address):
        visits.site = line.address
        yield line
        visits.end()


def sessions(mentee: Account, count: int) -> list[Booking]:
    """So many coming sessions, a day apart."""
    mentor = a_mentor("Moira")
    return [booked(mentee, mentor, TEN + timedelta(days=day), title=f"Owls {day}") for day in range(count)]


def wait_for_code(visitor: Visitor, route: str) -> None:
    """Until the browser has fetched the code of a route, while the visitor looks at another page."""
    visitor.until(lambda: bool(visitor.page.evaluate(_ALL_FETCHED, f"/{route}._index-")))


def go_along(visitor: Visitor, path: str) -> None:
    """Change the page as the browser's own buttons do, without loading it anew."""
    visitor.page.evaluate(
        "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )


def place(visitor: Visitor, name: str) -> None:
    """Press one of the main places."""
    main = visitor.page.get_by_role("navigation", name="Main")
    main.get_by_role("link", name=name, exact=True).click()


def open_card(visitor: Visitor, session: Booking) -> None:
    """Press the title of a session in the list."""
    card = visitor.part("session-card", session_id=str(session.id))
    card.get_by_role("link", name=session.title, exact=True).click()


def test_the_frames_of_sessions_and_of_one_do_not_wait_for_the_server(visits: Visits, line: SlowLine) -> None:
    mentee = a_mentee()
    (session,) = sessions(mentee, 1)
    visitor = visits(mentee)
    visitor.go("/")
    wait_for_code(visitor, "_sessions_")
    line.hold_answers()
    place(visitor, "Sessions")
    expect(visitor.page.get_by_role("heading", name="Your sessions")).to_be_visible()
    expect(visitor.page.get_by_text("Loading your sessions")).to_be_attached()
    expect(visitor.part("mentor-card")).to_have_count(0)
    line.let_answers_through()
    expect(visitor.part("session-card")).to_have_count(1)
    wait_for_code(visitor, "_sessions_.__session_id_")
    line.hold_answers()
    open_card(visitor, session)
    expect(visitor.page.get_by_text("Loading the session")).to_be_attached()
    expect(visitor.page.get_by_role("navigation", name="Breadcrumb")).to_be_visible()
    expect(visitor.part("session-card")).to_have_count(0)
    line.let_answers_through()
    expect(visitor.part("session-details")).to_be_visible()


def test_the_frame_of_a_session_is_never_another_session(visits: Visits, line: SlowLine) -> None:
    mentee = a_mentee()
    first, second = sessions(mentee, 2)
    visitor = visits(mentee)
    visitor.go(f"/sessions/{first.id}")
    expect(visitor.part("session-details")).to_contain_text(first.title)
    visitor.page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Sessions").click()
    expect(visitor.part("session-card")).to_have_count(2)
    line.hold_answers()
    open_card(visitor, second)
    expect(visitor.page.get_by_text("Loading the session")).to_be_attached()
    expect(visitor.part("session-card")).to_have_count(0)
    expect(visitor.part("session-details")).to_have_count(0)
    line.let_answers_through()
    expect(visitor.part("session-details", session_id=str(second.id))).to_be_visible()


def test_the_frame_of_a_profile_does_not_wait_for_the_server(visits: Visits, line: SlowLine) -> None:
    mentor = a_mentor("Xanthippe")
    visitor = visits(a_mentee())
    visitor.go("/?q=Xanthippe")
    wait_for_code(visitor, "_mentors_.__mentor_id_")
    line.hold_answers()
    visitor.part("mentor-card").first.click()
    expect(visitor.page.get_by_role("link", name="All mentors")).to_be_visible()
    expect(visitor.page.get_by_role("main").get_by_text("Loading")).to_be_attached()
    line.let_answers_through()
    expect(visitor.page.get_by_role("heading", name=mentor.name, level=1)).to_be_visible()


def test_what_was_seen_before_is_there_at_once_and_then_as_it_is_now(visits: Visits, line: SlowLine) -> None:
    mentee = a_mentee()
    first, second = sessions(mentee, 2)
    visitor = visits(mentee)
    visitor.go("/sessions")
    for session in (first, second):
        open_card(visitor, session)
        expect(visitor.part("session-details", session_id=str(session.id))).to_be_visible()
        visitor.page.go_back()
        expect(visitor.part("session-card")).to_have_count(2)
    line.hold_answers()
    open_card(visitor, first)
    expect(visitor.part("session-details", session_id=str(first.id))).to_contain_text(first.title)
    expect(visitor.part("session-timeline")).to_be_visible()
    cancel_booking(mentee, first.id, {"reasonCategory": "schedule_conflict"})
    line.let_answers_through()
    expect(visitor.part("session-details", session_id=str(first.id), status="cancelled")).to_be_visible()


def test_a_tab_shows_that_it_was_chosen_and_what_it_held(visits: Visits, line: SlowLine) -> None:
    mentee = a_mentee()
    stays, goes = sessions(mentee, 2)
    cancel_booking(mentee, goes.id, {"reasonCategory": "schedule_conflict"})
    visitor = visits(mentee)
    visitor.go("/sessions?tab=cancelled")
    tabs = visitor.page.get_by_role("navigation", name="Which sessions")
    expect(visitor.part("session-card", session_id=str(goes.id))).to_be_visible()
    line.hold_answers()
    tabs.get_by_role("link", name="Coming").click()
    expect(tabs.get_by_role("link", name="Coming")).to_have_attribute("aria-current", "page")
    expect(visitor.page.get_by_text("Loading your sessions")).to_be_attached()
    expect(visitor.part("session-card")).to_have_count(0)
    tabs.get_by_role("link", name="Cancelled").click()
    expect(tabs.get_by_role("link", name="Cancelled")).to_have_attribute("aria-current", "page")
    expect(visitor.part("session-card", session_id=str(goes.id))).to_be_visible()
    tabs.get_by_role("link", name="Coming").click()
    line.let_answers_through()
    expect(visitor.part("session-card", session_id=str(stays.id))).to_be_visible()


def test_a_profile_seen_before_is_there_at_once(visits: Visits, line: SlowLine) -> None:
    mentor, other = a_mentor("Moira"), a_mentor("Odile")
    visitor = visits(a_mentee())
    for each in (mentor, other):
        go_along(visitor, f"/mentors/{each.id}") if each is other else visitor.go(f"/mentors/{each.id}")
        expect(visitor.page.get_by_role("heading", name=each.name, level=1)).to_be_visible()
    line.hold_answers()
    go_along(visitor, f"/mentors/{mentor.id}")
    expect(visitor.page.get_by_role("heading", name=mentor.name, level=1)).to_be_visible()
    expect(visitor.part("book-session")).to_be_visible()
    line.let_answers_through()
    visitor.part("book-session").click()
    expect(visitor.part("booking-modal")).to_contain_text(mentor.name)


def test_only_the_last_few_pages_are_kept(visits: Visits, line: SlowLine) -> None:
    mentors = [a_mentor(f"Moira{number}") for number in range(KEPT + 1)]
    visitor = visits(a_mentee())
    visitor.go("/")
    for mentor in mentors:
        go_along(visitor, f"/mentors/{mentor.id}")
        expect(visitor.page.get_by_role("heading", name=mentor.name, level=1)).to_be_visible()
    line.hold_answers()
    go_along(visitor, f"/mentors/{mentors[1].id}")
    expect(visitor.page.get_by_role("heading", name=mentors[1].name, level=1)).to_be_visible()
    go_along(visitor, f"/mentors/{mentors[0].id}")
    expect(visitor.page.get_by_role("main").get_by_text("Loading")).to_be_attached()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_count(0)


def test_what_one_person_has_seen_is_not_kept_for_the_next(visits: Visits, line: SlowLine) -> None:
    mina, nora = a_mentee("Mina"), a_mentee("Nora")
    (session,) = sessions(mina, 1)
    visitor = visits(mina)
    visitor.go(f"/sessions/{session.id}")
    expect(visitor.part("session-details")).to_be_visible()
    place(visitor, "Mentors")
    expect(visitor.part("mentor-card").first).to_be_visible()
    # The same tab goes on under another log-in, without a full navigation.
    token = accounts.start_login(nora.id, address=None, agent="tests")
    cookie = {"name": settings.cookie, "value": token, "url": line.address}
    visitor.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[typeddict-item]
    visitor.page.evaluate("window.stillThis = true")
    line.cut()
    menu = visitor.page.get_by_test_id("account-menu")
    expect(menu).to_contain_text("N", timeout=RECONNECTS_WITHIN_MS)
    line.hold_answers()
    go_along(visitor, f"/sessions/{session.id}")
    expect(visitor.page.get_by_text("Loading the session")).to_be_attached()
    expect(visitor.part("session-details")).to_have_count(0)
    assert visitor.page.evaluate("window.stillThis")
    line.let_answers_through()
    expect(visitor.page.get_by_text("There is no such session")).to_be_visible()


def test_a_pressed_link_is_busy_until_the_code_of_its_page_has_come(visits: Visits, line: SlowLine) -> None:
    visitor = visits(a_mentee())
    held: list[Route] = []
    visitor.tab.route("**/assets/_sessions_._index-*", lambda route: held.append(route))
    visitor.go("/")
    place(visitor, "Sessions")
    link = visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Sessions")
    expect(link).to_have_attribute("aria-busy", "true")
    expect(link).to_have_css("cursor", "progress")
    visitor.until(lambda: bool(held))
    for route in held:
        route.continue_()
    visitor.page.unroute("**/assets/_sessions_._index-*")
    expect(visitor.page.get_by_role("heading", name="Your sessions")).to_be_visible()
    expect(link).not_to_have_attribute("aria-busy", "true")


def test_an_address_that_means_nothing_is_answered_all_the_same(visits: Visits, line: SlowLine) -> None:
    visitor = visits(a_mentee())
    visitor.go("/sessions?tab=%ED%A0%80&tab=&page=%C3%A4&page=99999999")
    expect(visitor.page.get_by_text("You have no coming sessions")).to_be_visible()
    go_along(visitor, "/sessions/%61%ED%A0%80%20b")
    expect(visitor.page.get_by_text("There is no such session")).to_be_visible()
