"""Marking a no-show at the browser, from the start until a day later."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from mentorbook.domain.views import Account
from mentorbook.services.booking.booking_queries import get_booking
from tests.conftest import Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visits, booked
from tests.people import a_mentee, a_mentor

START = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)


def test_a_no_show_is_marked_once_the_session_has_started(visits: Visits, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    hands.now = START - timedelta(seconds=2)
    theirs, mine = visits(mentor), visits(mentee)
    mine.go(f"/sessions/{session.id}")
    theirs.go("/sessions")
    expect(theirs.part("session-card")).to_be_visible()
    expect(theirs.part("mark-no-show")).to_have_count(0)
    # The page is open when the session starts, and has the button without a reload.
    hands.on(seconds=4)
    theirs.part("mark-no-show").click()
    asking = theirs.page.get_by_role("alertdialog")
    expect(asking).to_contain_text("that Mina did not come")
    theirs.page.get_by_role("button", name="Mina came").click()
    expect(asking).to_have_count(0)
    expect(theirs.part("mark-no-show")).to_be_focused()
    theirs.part("mark-no-show").click()
    theirs.part("confirm-answer").dblclick()
    expect(asking).to_have_count(0)
    assert get_booking(mentor, session.id).status == "no_show"
    expect(mine.part("session-details", status="no_show")).to_be_visible()
    expect(mine.part("session-timeline")).to_contain_text("Marked as a no-show by Moira")
    expect(mine.part("mark-no-show")).to_have_count(0)
    assert theirs.errors == []


def test_a_mentor_who_does_not_come_is_reported_to_the_admins(
    visits: Visits, hands: Hands, admin: Account
) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    hands.now = START + timedelta(minutes=5)
    mine, theirs, watching = visits(mentee), visits(mentor), visits(admin)
    for each in (mine, theirs):
        each.go(f"/sessions/{session.id}")
    watching.go("/notifications")
    mine.part("report-absence").click()
    asking = mine.page.get_by_role("alertdialog")
    expect(asking).to_contain_text("the admins look into it, and Moira is told")
    mine.part("confirm-answer").dblclick()
    expect(asking).to_have_count(0)
    expect(mine.part("report-absence")).to_have_count(0)
    expect(theirs.part("session-timeline")).to_contain_text("Mentor reported as absent by Mina")
    notice = watching.part("notification-item").filter(has_text="A mentor did not come").first
    expect(notice).to_contain_text("Mina says so about")
    notice.click()
    expect(watching.part("session-details", status="in_progress")).to_be_visible()
    assert get_booking(mentor, session.id).mentor_absent_at is not None
    assert mine.errors == []


def test_a_no_show_can_be_marked_for_a_day(visits: Visits, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    hands.now = START + timedelta(hours=1)
    visitor = visits(mentor)
    visitor.go(f"/sessions/{session.id}")
    expect(visitor.part("session-details", status="completed")).to_be_visible()
    expect(visitor.part("mark-no-show")).to_be_visible()
    hands.now = START + timedelta(hours=24)
    visitor.reload()
    expect(visitor.part("mark-no-show")).to_be_visible()
    visitor.part("mark-no-show").click()
    visitor.part("confirm-answer").wait_for()
    hands.on(seconds=1)
    visitor.part("confirm-answer").click()
    asking = visitor.page.get_by_role("alertdialog")
    expect(asking.get_by_role("alert")).to_be_visible()
    asking.get_by_role("button", name="Close").click()
    visitor.reload()
    expect(visitor.part("session-details")).to_be_visible()
    expect(visitor.part("mark-no-show")).to_have_count(0)
    assert get_booking(mentor, session.id).status == "completed"


@NIGHT_ON_A_PHONE
def test_nothing_keeps_anybody_from_answering(
    visits: Visits, hands: Hands, size: tuple[int, int], dark: bool
) -> None:
    mentor = a_mentor("Moira")
    booked(a_mentee("Mina"), mentor, START)
    hands.now = START + timedelta(minutes=5)
    visitor = visits(mentor, size=size, dark=dark)
    visitor.go("/sessions")
    visitor.part("mark-no-show").click()
    expect(visitor.part("answer-dialog")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    if size == PHONE:
        assert small_targets(visitor.page, "[data-testid=answer-dialog]") == []
