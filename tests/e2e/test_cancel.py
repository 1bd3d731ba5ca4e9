"""Cancelling at the browser: the policy of this moment, a reason, and everybody's pages."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from mentorbook.domain.kinds import CancelReason
from mentorbook.services.admin import policies
from mentorbook.services.booking import cancellation, rescheduling
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.timeline import session_timeline
from tests.conftest import Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

START = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)


def _open(visitor: Visitor) -> None:
    visitor.part("cancel-session").click()
    expect(visitor.part("confirm-cancel")).to_be_visible()


def _choose(visitor: Visitor, reason: str) -> None:
    visitor.part("cancel-reason").get_by_role("radio", name=reason).check()


def test_cancelling_with_a_reason(visits: Visits) -> None:
    """Every reason can be chosen here; that each is recorded is asked of the state."""
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina", "Asia/Kolkata")
    session = booked(mentee, mentor, START, title="Owls")
    mine, theirs = visits(mentee), visits(mentor)
    theirs.go("/sessions")
    expect(theirs.part("session-card", status="scheduled")).to_be_visible()
    mine.go("/sessions")
    _open(mine)
    dialog = mine.part("cancel-dialog")
    expect(dialog).to_contain_text("Owls, with Moira.")
    expect(dialog).to_contain_text("Fri 15 January, 15:30 – 16:30 Kolkata")
    expect(dialog).to_contain_text("10:00 – 11:00 London")
    expect(dialog).to_contain_text("until Thu 14 Jan, 15:30")
    expect(mine.part("cancel-refund")).to_contain_text("the policy gives all of £60.00 back")
    for reason in CancelReason:
        _choose(mine, reason.label)
    _choose(mine, CancelReason.PERSONAL_EMERGENCY.label)
    mine.part("confirm-cancel").click()
    expect(dialog).to_have_count(0)
    expect(mine.page.get_by_text("Moira has been told")).to_be_visible()
    expect(mine.page.get_by_text("You have no coming sessions")).to_be_visible()
    expect(theirs.page.get_by_text("You have no coming sessions")).to_be_visible()
    assert get_booking(mentee, session.id).status == "cancelled"
    assert session_timeline(mentee, session.id)[0].reason_category == "personal_emergency"
    assert mine.errors == []


def test_other_needs_words(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    visitor = visits(mentee)
    visitor.go(f"/sessions/{session.id}")
    _open(visitor)
    visitor.part("confirm-cancel").click()
    expect(visitor.page.get_by_text("Choose a reason.")).to_be_visible()
    _choose(visitor, "Other")
    visitor.part("confirm-cancel").click()
    expect(visitor.page.get_by_text("Say in a few words why.")).to_be_visible()
    visitor.part("cancel-details").fill("x" * 501)
    expect(visitor.page.get_by_text("501 / 500")).to_be_visible()
    visitor.part("confirm-cancel").click()
    expect(visitor.part("cancel-details")).to_have_attribute("aria-invalid", "true")
    assert get_booking(mentee, session.id).status == "scheduled"
    visitor.part("cancel-details").fill("My owl is ill.")
    visitor.part("confirm-cancel").click()
    timeline = visitor.part("session-timeline")
    expect(timeline).to_contain_text("Cancelled by you")
    expect(timeline).to_contain_text("Other: My owl is ill.")


def test_a_chosen_reason_shows_before_the_server_has_answered(visits: Visits) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor("Moira"), START)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go(f"/sessions/{session.id}")
    _open(visitor)
    line.swallow_answers()
    # `check` itself insists that the radio is on after the click.
    for reason in ("Schedule conflict", "Other", "Schedule conflict", "Other"):
        _choose(visitor, reason)
    visitor.part("confirm-cancel").click()
    line.cut()
    expect(visitor.page.get_by_text("Say in a few words why.")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)
    expect(visitor.page.get_by_role("radio", name="Other")).to_be_checked()


def test_a_reason_is_not_asked_for_where_none_is_required(visits: Visits) -> None:
    admin, mentee = a_mentee("Ann", is_admin=True), a_mentee("Mina")
    session = booked(mentee, a_mentor(), START)
    policies.change_policies(admin, {"require_cancellation_reason": False})
    visitor = visits(mentee)
    visitor.go("/sessions")
    _open(visitor)
    expect(visitor.part("cancel-dialog")).to_contain_text("Why are you cancelling? optional")
    visitor.part("confirm-cancel").dblclick()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    assert len(session_timeline(mentee, session.id)) == 2


def test_a_stale_dialog_says_what_changed(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    visitor = visits(mentee)
    visitor.go(f"/sessions/{session.id}")
    _open(visitor)
    rescheduling.reschedule_booking(
        mentee, session.id, {"scheduledAt": (START + timedelta(days=1)).isoformat()}
    )
    stale = visitor.part("dialog-stale")
    expect(stale).to_contain_text("moved meanwhile, from Fri 15 Jan, 10:00 to Sat 16 Jan, 10:00")
    expect(visitor.part("confirm-cancel")).to_have_count(0)
    visitor.part("cancel-dialog").get_by_role("button", name="Close").last.click()
    _open(visitor)
    cancellation.cancel_booking(mentee, session.id, {"reasonCategory": "no_longer_needed"})
    expect(stale).to_contain_text("This session is cancelled meanwhile.")
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("cancel-dialog")).to_have_count(0)


def test_the_open_page_and_dialog_follow_the_clock(visits: Visits, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor(), START)
    hands.now = START - timedelta(hours=2, seconds=2)
    visitor = visits(mentee)
    visitor.go("/sessions")
    _open(visitor)
    expect(visitor.part("cancel-refund")).to_contain_text("gives half, £30.00, back")
    hands.on(seconds=4)
    expect(visitor.part("dialog-stale")).to_contain_text(
        "It could be cancelled until 2 hours before the start (today 08:00)."
    )
    visitor.page.keyboard.press("Escape")
    button = visitor.part("cancel-session")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_description(
        "It could be cancelled until 2 hours before the start (today 08:00)."
    )
    button.click(force=True)
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    assert get_booking(mentee, session.id).status in ("scheduled", "in_progress")


def test_an_open_page_follows_a_change_of_policy(visits: Visits) -> None:
    admin, mentee = a_mentee("Ann", is_admin=True), a_mentee("Mina")
    booked(mentee, a_mentor(), START)
    visitor = visits(mentee)
    visitor.go("/sessions")
    expect(visitor.part("cancel-session")).to_have_attribute("aria-disabled", "false")
    policies.change_policies(admin, {"cancellation_cutoff_hours": 72})
    expect(visitor.part("cancel-session")).to_have_attribute("aria-disabled", "true")
    expect(visitor.part("session-card")).to_contain_text("It could be cancelled until 72 hours before")
    policies.change_policies(admin, {"cancellation_cutoff_hours": 2})
    expect(visitor.part("cancel-session")).to_have_attribute("aria-disabled", "false")


def test_the_mentor_reads_why_there_is_nothing_to_cancel(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    session = booked(a_mentee("Mina"), mentor, START)
    visitor = visits(mentor)
    for path in ("/sessions", f"/sessions/{session.id}"):
        visitor.go(path)
        expect(visitor.part("mentee-only-message")).to_have_text(
            "Only the mentee can cancel or reschedule this session"
        )
        expect(visitor.part("cancel-session")).to_have_count(0)
        expect(visitor.part("reschedule-session")).to_have_count(0)


@NIGHT_ON_A_PHONE
def test_nothing_keeps_anybody_from_cancelling(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    mentee = a_mentee("Mina", "Asia/Kolkata")
    booked(mentee, a_mentor(zone="Europe/London"), START)
    visitor = visits(mentee, size=size, dark=dark)
    visitor.go("/sessions")
    assert barriers(visitor.page) == []
    _open(visitor)
    visitor.part("confirm-cancel").click()
    expect(visitor.page.get_by_text("Choose a reason.")).to_be_in_viewport()
    expect(visitor.page.get_by_role("radio", name="Schedule conflict")).to_be_focused()
    assert barriers(visitor.page) == []
    if size == PHONE:
        assert beyond_the_edge(visitor.page) == 0
        small = small_targets(visitor.page, "[data-testid=cancel-dialog]")
        assert [each for each in small if 'type="radio"' not in each] == []
        expect(visitor.page.get_by_role("button", name="Keep Fri 15:30")).to_be_in_viewport()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("cancel-session")).to_be_focused()


def test_what_a_session_is_about_can_be_changed(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    session = booked(mentee, mentor, START, title="Owls")
    visitor = visits(mentee)
    visitor.go(f"/sessions/{session.id}")
    visitor.part("edit-session").click()
    expect(visitor.part("session-title")).to_have_value("Owls")
    assert barriers(visitor.page) == []
    visitor.part("session-title").fill("")
    visitor.part("save-session").click()
    expect(visitor.page.get_by_text("Say in a few words what it is about.")).to_be_visible()
    visitor.part("session-title").fill("Hawks")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_text("What you changed would be lost.")).to_be_visible()
    visitor.page.get_by_role("button", name="Keep editing").click()
    visitor.part("meeting-type").get_by_text("Audio").click()
    visitor.part("save-session").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Hawks")
    expect(visitor.part("session-timeline")).to_contain_text("Changed by you")
    assert get_booking(mentee, session.id).meeting_type == "audio"
    theirs = visits(mentor)
    theirs.go(f"/sessions/{session.id}")
    expect(theirs.part("session-timeline")).to_contain_text("Changed by Mina")
    expect(theirs.part("edit-session")).to_have_count(0)


def test_only_admins_see_policies_address_and_browser(visits: Visits) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor(), START)
    visitor = visits(mentee)
    visitor.go("/sessions")
    _open(visitor)
    _choose(visitor, "Personal emergency")
    visitor.part("confirm-cancel").click()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    visitor.go(f"/sessions/{session.id}")
    expect(visitor.part("session-timeline")).to_contain_text("Personal emergency")
    expect(visitor.part("audit-details")).to_have_count(0)
    admin = visits(a_mentee("Ann", is_admin=True))
    admin.go(f"/sessions/{session.id}")
    admin.part("audit-details").locator("summary").click()
    expect(admin.part("audit-details")).to_contain_text("Reason required")
    expect(admin.part("audit-details")).to_contain_text("127.0.0.1")
    expect(admin.part("audit-details")).to_contain_text("Chrome")
    assert barriers(admin.page) == []
