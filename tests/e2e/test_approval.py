"""A request at the browser: asked, accepted, declined, withdrawn, and not answered."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from mentorbook.domain.views import Account
from mentorbook.services.booking.booking_queries import get_booking
from tests.conftest import Hands
from tests.e2e.checking import barriers, beyond_the_edge
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

START = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def asked_first(hands: Hands) -> Account:
    """A mentor who decides about every request."""
    return a_mentor("Moira", "Europe/London", require_confirmation=True)


def test_from_request_to_acceptance(visits: Visits, asked_first: Account) -> None:
    mentee = a_mentee("Mina", "Asia/Kolkata")
    mine, theirs = visits(mentee), visits(asked_first)
    theirs.go("/sessions")
    expect(theirs.page.get_by_text("You have no coming sessions")).to_be_visible()
    mine.come_to_confirm(asked_first, START, title="Owls")
    mine.part("confirm-booking").click()
    expect(mine.part("booking-success")).to_contain_text("You have asked Moira")
    mine.part("open-session").click()
    expect(mine.part("session-timeline")).to_contain_text("Waiting for Moira")
    expect(mine.part("cancel-session")).to_have_text("Withdraw Owls")
    expect(mine.part("accept-session")).to_have_count(0)

    card = theirs.part("session-card", status="pending")
    expect(card).to_contain_text("Waiting for your answer")
    theirs.part("accept-session").click()
    expect(theirs.part("session-card", status="scheduled")).to_be_visible()
    expect(theirs.part("accept-session")).to_have_count(0)
    expect(mine.part("session-details", status="scheduled")).to_be_visible()
    expect(mine.part("session-timeline")).to_contain_text("Accepted by Moira")
    expect(mine.part("session-timeline")).to_contain_text("Requested by you")
    expect(mine.part("cancel-session")).to_have_text("Cancel Owls")


def test_declining_asks_once(visits: Visits, asked_first: Account) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, asked_first, START)
    theirs, mine = visits(asked_first), visits(mentee)
    mine.go(f"/sessions/{session.id}")
    theirs.go(f"/sessions/{session.id}")
    theirs.part("decline-session").click()
    asking = theirs.page.get_by_role("alertdialog")
    expect(asking).to_contain_text("Mina is told, and the time is free again.")
    assert barriers(theirs.page) == []
    theirs.page.keyboard.press("Escape")
    expect(asking).to_have_count(0)
    expect(theirs.part("decline-session")).to_be_focused()
    assert get_booking(mentee, session.id).status == "pending"
    theirs.part("decline-session").click()
    theirs.part("confirm-answer").dblclick()
    expect(asking).to_have_count(0)
    expect(mine.part("session-details", status="cancelled")).to_be_visible()
    expect(mine.part("session-timeline")).to_contain_text("Declined by Moira")
    expect(theirs.part("session-timeline")).to_contain_text("Declined by you")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_request_is_answered_from_the_bell_and_its_page(
    visits: Visits, asked_first: Account, size: tuple[int, int]
) -> None:
    first = booked(a_mentee("Mina"), asked_first, START)
    second = booked(a_mentee("Nora"), asked_first, START + timedelta(hours=3))
    visitor = visits(asked_first, size=size)
    visitor.go("/")
    visitor.part("notification-bell").click()
    mina = visitor.page.locator(".bell-pop li", has_text="Mina asks")
    mina.get_by_role("button", name="Accept").click()
    expect(mina.get_by_role("button")).to_have_count(0)
    assert get_booking(asked_first, first.id).status == "scheduled"
    assert barriers(visitor.page) == []

    visitor.go("/notifications")
    nora = visitor.page.locator("main li", has_text="Nora asks")
    nora.get_by_role("button", name="Decline").click()
    visitor.part("confirm-answer").click()
    expect(visitor.page.get_by_role("alertdialog")).to_have_count(0)
    expect(nora.get_by_role("button")).to_have_count(0)
    assert get_booking(asked_first, second.id).status == "cancelled"
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0


def test_a_request_is_withdrawn(visits: Visits, asked_first: Account) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, asked_first, START)
    visitor, theirs = visits(mentee), visits(asked_first)
    theirs.go("/sessions")
    visitor.go("/sessions")
    visitor.part("cancel-session").click()
    expect(visitor.part("cancel-dialog")).to_contain_text("Withdraw this request?")
    visitor.part("cancel-reason").get_by_role("radio", name="Schedule conflict").check()
    theirs.part("decline-session").click()
    visitor.part("confirm-cancel").click()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    assert get_booking(mentee, session.id).status == "cancelled"
    # The mentor was about to decline: the question says by itself that there is nothing to answer any more.
    expect(theirs.page.get_by_role("alertdialog")).to_contain_text("there is nothing to answer")
    expect(theirs.part("confirm-answer")).to_have_count(0)
    theirs.page.get_by_role("alertdialog").get_by_role("button", name="Close").click()
    expect(theirs.page.get_by_role("alertdialog")).to_have_count(0)


@NIGHT_ON_A_PHONE
def test_a_request_is_withdrawn_after_the_cutoff(
    visits: Visits, asked_first: Account, hands: Hands, size: tuple[int, int], dark: bool
) -> None:
    mentee = a_mentee("Mina", "Asia/Kolkata")
    session = booked(mentee, asked_first, START)
    hands.now = START - timedelta(hours=1)
    visitor = visits(mentee, size=size, dark=dark)
    visitor.go("/sessions")
    expect(visitor.part("reschedule-session")).to_have_attribute("aria-disabled", "true")
    expect(visitor.part("cancel-session")).to_have_attribute("aria-disabled", "false")
    visitor.part("cancel-session").click()
    dialog = visitor.part("cancel-dialog")
    expect(dialog.get_by_role("listitem")).to_have_text(["Free to withdrawuntil Fri 15:30"])
    expect(visitor.part("cancel-refund")).to_contain_text("it costs nothing of the £60.00. Nothing was")
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    visitor.part("cancel-reason").get_by_role("radio", name="Schedule conflict").check()
    visitor.part("confirm-cancel").click()
    expect(dialog).to_have_count(0)
    assert get_booking(mentee, session.id).status == "cancelled"


def test_a_request_that_nobody_answers_lapses(visits: Visits, asked_first: Account, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, asked_first, START + timedelta(days=5), title="Owls")
    mine, theirs = visits(mentee), visits(asked_first)
    mine.go(f"/sessions/{session.id}")
    theirs.go("/sessions")
    expect(mine.part("session-details", status="pending")).to_be_visible()
    expect(theirs.part("accept-session")).to_be_visible()
    _read_the_bell(mine, "Moira decides about “Owls”")
    _read_the_bell(theirs, "Mina asks for “Owls”")
    hands.on(hours=47, minutes=59)
    theirs.reload()
    expect(theirs.part("accept-session")).to_be_visible()

    # The worker of the app sees to it within a second; nobody loads a page anew.
    hands.on(minutes=1)
    expect(mine.part("session-details", status="cancelled")).to_be_visible()
    expect(mine.part("session-timeline")).to_contain_text("Not answered in time")
    expect(mine.part("cancel-session")).to_have_count(0)
    expect(theirs.part("accept-session")).to_have_count(0)
    expect(theirs.page.get_by_text("You have no coming sessions")).to_be_visible()
    for visitor, other in ((mine, "Moira"), (theirs, "Mina")):
        expect(visitor.part("notification-count")).to_have_text("1")
        _read_the_bell(visitor, f"Request expired“Owls” with {other} was not answered in time")
    assert get_booking(mentee, session.id).status == "cancelled"
    assert mine.errors == theirs.errors == []


def _read_the_bell(visitor: Visitor, says: str) -> None:
    """Open the bell, find this as the newest, and close it with nothing unread."""
    visitor.part("notification-bell").click()
    expect(visitor.part("notification-item").first).to_contain_text(says)
    expect(visitor.part("notification-count")).to_have_count(0)
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("notification-item")).to_have_count(0)
