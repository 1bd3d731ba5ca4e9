"""What a first visit costs, and whom it asks."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.conftest import NOON
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

# Before anything is shown; and with what is fetched afterwards, at low priority, for pages that may follow.
MOST_SCRIPT, MOST_WITH_WHAT_FOLLOWS = 225 * 1024, 275 * 1024
LONGER_THAN_A_TOAST_MS = 5_000


def test_the_first_page_sends_little_script(visits: Visits) -> None:
    a_mentor()
    visitor = visits(cold=True)
    devtools = visitor.context.new_cdp_session(visitor.page)
    scripts: set[str] = set()
    asked: dict[str, str] = {}
    received: dict[str, float] = {}

    def noted(request: dict[str, Any]) -> None:
        asked[request["requestId"]] = request["request"]["initialPriority"]

    def heard(answer: dict[str, Any]) -> None:
        if answer["type"] == "Script":
            scripts.add(answer["requestId"])

    devtools.on("Network.requestWillBeSent", noted)
    devtools.on("Network.responseReceived", heard)
    devtools.on(
        "Network.loadingFinished",
        lambda end: received.update({end["requestId"]: end["encodedDataLength"]}),
    )
    devtools.send("Network.enable")
    visitor.go("/")
    expect(visitor.part("mentor-card").first).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    first = [received[request] for request in scripts if asked[request] != "Low"]
    later = [received[request] for request in scripts if asked[request] == "Low"]
    assert len(first) > 5
    assert len(later) > 1
    assert sum(first) <= MOST_SCRIPT
    assert sum(first) + sum(later) <= MOST_WITH_WHAT_FOLLOWS


def _first_scripts(visitor: Visitor, path: str, part: str) -> dict[str, float]:
    """The scripts that a page needs before it is shown, each with the bytes it came in."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    priority: dict[str, str] = {}
    scripts: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def heard(answer: dict[str, Any]) -> None:
        if answer["type"] == "Script":
            scripts[answer["requestId"]] = answer["response"]["url"]

    devtools.on(
        "Network.requestWillBeSent",
        lambda asked: priority.update({asked["requestId"]: asked["request"]["initialPriority"]}),
    )
    devtools.on("Network.responseReceived", heard)
    devtools.on(
        "Network.loadingFinished",
        lambda end: sizes.update({end["requestId"]: end["encodedDataLength"]}),
    )
    devtools.send("Network.enable")
    visitor.go(path)
    expect(visitor.part(part)).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    return {url: sizes[request] for request, url in scripts.items() if priority[request] != "Low"}


def test_the_lobby_of_a_room_is_lighter_than_the_page_before_it(visits: Visits) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor("Moira"), NOON + timedelta(days=1))
    before = _first_scripts(visits(mentee, cold=True), f"/sessions/{session.id}", "session-details")
    lobby = _first_scripts(visits(mentee, cold=True), f"/room/{session.id}", "room-status")
    assert any("_room_" in url for url in lobby)
    # LiveKit and what is drawn with it come with the first press of Join.
    assert not any("stage" in url for url in lobby)
    assert len(before) > 5
    assert sum(lobby.values()) < sum(before.values())


def test_every_page_asks_only_its_own_host(visits: Visits) -> None:
    visitor = visits(a_mentor(), cold=True)
    for path in ("/", "/sessions", "/notifications", "/settings", "/api/docs"):
        visitor.page.goto(path)
        visitor.page.wait_for_load_state("networkidle")
    assert visitor.hosts == {visitor.site.removeprefix("http://")}
    assert visitor.errors == []


def test_a_page_that_cannot_be_loaded_says_so_until_it_is_loaded(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mentor()
    visitor = visits(cold=True)
    with monkeypatch.context() as broken:
        broken.setattr("mentorbook.state.people.mentor_directory.directory", lambda *_: 1 / 0)
        visitor.go("/")
        expect(visitor.page.get_by_text("This page could not be loaded.")).to_be_visible()
        visitor.page.wait_for_timeout(LONGER_THAN_A_TOAST_MS)
        expect(visitor.page.get_by_text("This page could not be loaded.")).to_be_visible()
    visitor.page.get_by_role("button", name="Load again").click()
    expect(visitor.part("mentor-card").first).to_be_visible()
    expect(visitor.page.get_by_text("This page could not be loaded.")).to_have_count(0)


def test_the_page_has_an_icon(visits: Visits) -> None:
    visitor = visits(cold=True)
    for path, kind in (("/favicon.ico", "image/"), ("/favicon.svg", "image/svg+xml")):
        answer = visitor.context.request.get(path)
        assert answer.ok
        assert answer.headers["content-type"].startswith(kind)
    visitor.go("/")
    expect(visitor.page.locator("link[rel=icon]")).to_have_attribute("href", "/favicon.svg")


def test_only_the_stylesheet_keeps_the_first_paint_waiting(visits: Visits) -> None:
    page = visits().page
    for path in ("/", "/login", f"/mentors/{a_mentor().id}"):
        document = page.request.get(path).text()
        named = re.findall(r"<script\b[^>]*\bsrc=[^>]*>", document)
        assert named
        assert [each for each in named if not re.search(r"\b(defer|async|type=.module)\b", each)] == []


def test_a_page_named_by_a_person_has_a_frame_and_fetches_its_code_before_the_code_of_all(
    visits: Visits,
) -> None:
    visitor = visits(cold=True)
    asked: list[str] = []
    visitor.context.route("**/assets/*.js", lambda route: asked.append(route.request.url))
    visitor.page.goto(f"/mentors/{a_mentor().id}", wait_until="commit")
    expect(visitor.page.get_by_role("link", name="MentorBook")).to_be_visible()
    expect(visitor.page.get_by_role("status")).to_have_text("Loading")
    # As pale as all that is loading: the round buttons of a room are dark.
    expect(visitor.page.locator("header .skeleton")).to_have_css("background-image", re.compile("gradient"))
    visitor.until(lambda: any("_mentors_" in url for url in asked))
    assert not any("_sessions_" in url for url in asked)
