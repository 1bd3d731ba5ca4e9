"""Whatever happens around the confirm button, there is one session and never two."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import WebSocket, expect

from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.visitor import Visitor, Visits, sessions_of
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
CONFIRMING = re.compile(r"booking_modal\.confirm")

pytestmark = pytest.mark.promise(1)


def test_a_double_click_books_once(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, TEN)
    visitor.part("confirm-booking").dblclick()
    expect(visitor.part("booking-success")).to_be_visible()
    assert (sessions_of(mentee), sessions_of(mentor)) == (1, 1)


def test_a_burst_of_clicks_books_once(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, TEN)
    visitor.part("confirm-booking").evaluate("button => { for (let i = 0; i < 10; i++) button.click() }")
    expect(visitor.part("booking-success")).to_be_visible()
    assert sessions_of(mentee) == 1


def test_a_reload_right_after_confirm_finds_the_booking_made(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    sockets: list[WebSocket] = []
    visitor.tab.on("websocket", lambda socket: sockets.append(socket))
    visitor.come_to_confirm(mentor, TEN)
    with sockets[-1].expect_event("framesent", lambda frame: bool(CONFIRMING.search(str(frame)))):
        visitor.part("confirm-booking").click()
    visitor.reload()
    _has_one(visitor)
    assert sessions_of(mentee) == 1


def test_going_back_and_on_again_after_confirm_books_nothing_more(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    visitor.go("/")
    visitor.come_to_confirm(mentor, TEN)
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()
    visitor.page.go_back()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="Find a mentor", level=1)).to_be_visible()
    visitor.page.go_forward()
    expect(visitor.page.get_by_role("heading", name="Moira", level=1)).to_be_visible()
    expect(visitor.part("confirm-booking")).to_have_count(0)
    assert sessions_of(mentee) == 1


def test_offline_the_button_says_so_and_books_once_when_the_line_is_back(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, TEN)
    visitor.context.set_offline(True)
    visitor.until(lambda: any("ERR_INTERNET_DISCONNECTED" in error for error in visitor.errors))
    expect(visitor.part("offline-note")).to_contain_text("What you typed is kept.")
    confirm = visitor.part("confirm-booking")
    expect(confirm).to_contain_text("Offline")
    expect(confirm).to_have_attribute("aria-disabled", "true")
    for _ in range(3):
        confirm.click(force=True)
    visitor.context.set_offline(False)
    expect(confirm).to_have_attribute("aria-disabled", "false", timeout=RECONNECTS_WITHIN_MS)
    assert sessions_of(mentee) == 0
    expect(confirm).to_have_attribute("aria-busy", "false")
    confirm.click()
    expect(visitor.part("booking-success")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)
    expect(visitor.part("offline-note")).to_have_count(0)
    _has_one(visitor)
    assert sessions_of(mentee) == 1


def test_an_answer_lost_on_the_way_is_found_after_reconnecting(visits: Visits) -> None:
    """The server books, and the line breaks before the page hears of it."""
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.come_to_confirm(mentor, TEN)
    line.swallow_answers()
    visitor.part("confirm-booking").click()
    visitor.until(lambda: sessions_of(mentee) == 1)
    line.cut()
    # The page connects again by itself, and the server tells it how far it has come.
    expect(visitor.part("booking-success")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)
    assert sessions_of(mentee) == 1
    _has_one(visitor)


def _has_one(visitor: Visitor) -> None:
    visitor.go("/sessions")
    expect(visitor.part("session-card", status="scheduled")).to_have_count(1)
