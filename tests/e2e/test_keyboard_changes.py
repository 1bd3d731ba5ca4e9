"""What may be done to a session, and by admins, with the keyboard alone."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.admin.policies import current_policies
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.timeline import session_timeline
from tests.conftest import NOON, Hands
from tests.e2e.keys import Keys
from tests.e2e.visitor import Visitor, Visits, booked, wire
from tests.people import a_mentee, a_mentor

MORNINGS = tuple(WeeklyBlock(day, "09:00", "12:00", "AVAILABLE") for day in range(7))
START = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)
MOVED = datetime(2027, 1, 16, 9, 30, tzinfo=UTC)
BACK = "Shift+Tab"


def _gone(visitor: Visitor, part: str) -> None:
    expect(visitor.part(part)).to_have_count(0)


def test_a_session_is_edited_moved_and_cancelled(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira", weekly=MORNINGS), a_mentee("Mina")
    session = booked(mentee, mentor, START, title="Owls")
    visitor = visits(mentee)
    keys = Keys(visitor)
    visitor.go(f"/sessions/{session.id}")
    expect(visitor.part("edit-session")).to_be_visible()

    _edit(keys)
    assert get_booking(mentee, session.id).title == "Hawks"
    _move(keys)
    assert get_booking(mentee, session.id).scheduled_at == MOVED
    _cancel(keys)
    assert get_booking(mentee, session.id).status == "cancelled"
    last = session_timeline(mentee, session.id)[0]
    assert (last.reason_category, last.reason_details) == ("other", "My owl is ill.")
    assert visitor.errors == []


def _edit(keys: Keys) -> None:
    visitor = keys.visitor
    keys.tab_to("edit-session")
    keys.enter(lambda: expect(visitor.part("session-title")).to_have_value("Owls"))
    keys.inside("dialog")
    keys.tab_to("session-title")
    keys.write("Hawks")
    expect(visitor.part("edit-dialog")).to_contain_text("5 / ")
    # What is typed is asked about first, and the question can be answered.
    keys.press("Escape")
    expect(visitor.page.get_by_text("What you changed would be lost.")).to_be_visible()
    keys.inside("dialog")
    keys.tab_to("Keep editing")
    keys.enter(lambda: expect(visitor.part("save-session")).to_be_visible())
    keys.inside("dialog")
    expect(visitor.part("session-title")).to_have_value("Hawks")
    keys.tab_to("save-session")
    keys.enter(lambda: _gone(visitor, "edit-dialog"))
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Hawks")
    keys.rests_on("edit-session")


def _move(keys: Keys) -> None:
    visitor, page = keys.visitor, keys.page
    keys.tab_to("reschedule-session", BACK)
    keys.enter(lambda: visitor.part("calendar-day").first.wait_for())
    keys.inside("dialog")
    keys.press("Escape")
    _gone(visitor, "reschedule-dialog")
    keys.rests_on("reschedule-session")

    keys.enter(lambda: visitor.part("calendar-day").first.wait_for())
    keys.inside("dialog")
    keys.tab_to("Next month")
    keys.enter(lambda: expect(page.get_by_role("heading", name="February 2027")).to_be_visible())
    keys.press(BACK)
    keys.rests_on("Previous month")
    keys.enter(lambda: expect(page.get_by_role("heading", name="January 2027")).to_be_visible())
    expect(page.get_by_role("button", name="Previous month")).to_be_disabled()
    keys.rests_on("Previous month")
    keys.tab_to("calendar-day")
    assert keys.date() == "2027-01-15"  # the day that the session is on
    keys.moves("ArrowDown", "2027-01-22")
    keys.moves("ArrowLeft", "2027-01-21")
    keys.moves("ArrowRight", "2027-01-22")
    keys.moves("ArrowUp", "2027-01-15")
    keys.moves("End", "2027-01-17")
    keys.moves("ArrowLeft", "2027-01-16")
    keys.enter(lambda: expect(page.get_by_role("heading", name="Saturday 16 January")).to_be_visible())
    assert keys.date() == "2027-01-16"
    keys.tab_to("time-slot")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.dataset.start") == wire(MOVED)
    keys.enter(lambda: expect(visitor.slot(MOVED)).to_have_attribute("aria-pressed", "true"))
    assert page.evaluate("document.activeElement.dataset.start") == wire(MOVED)
    keys.tab_to("confirm-reschedule")
    keys.enter(lambda: _gone(visitor, "reschedule-dialog"))
    expect(visitor.part("reschedule-session")).to_contain_text("1 / 2")
    keys.rests_on("reschedule-session")


def _cancel(keys: Keys) -> None:
    visitor, page = keys.visitor, keys.page
    keys.press("Tab")
    keys.rests_on("cancel-session")
    keys.enter(lambda: visitor.part("confirm-cancel").wait_for())
    keys.inside("dialog")
    keys.tab_to("cancel-reason-first")
    keys.press("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp")
    expect(page.get_by_role("radio", name="Other")).to_be_checked()
    # Without words nothing happens but that the field is asked for.
    keys.tab_to("confirm-cancel")
    keys.enter(lambda: expect(page.get_by_text("Say in a few words why.")).to_be_visible())
    keys.rests_on("cancel-details")
    page.keyboard.type("My owl is ill.")
    keys.tab_to("confirm-cancel")
    keys.enter(lambda: _gone(visitor, "cancel-dialog"))
    expect(visitor.part("session-details", status="cancelled")).to_be_visible()
    _gone(visitor, "cancel-session")
    keys.rests_on("main")


def test_a_button_that_is_too_late_is_reached_and_says_why(visits: Visits, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor("Moira"), START, title="Owls")
    hands.now = START - timedelta(hours=1)
    visitor = visits(mentee)
    keys = Keys(visitor)
    for path in ("/sessions", f"/sessions/{session.id}"):
        visitor.go(path)
        button = visitor.part("cancel-session")
        expect(button).to_have_attribute("aria-disabled", "true")
        keys.tab_to("cancel-session")
        expect(button).to_have_accessible_name("Cancel Owls")
        expect(button).to_have_accessible_description(
            "It could be cancelled until 2 hours before the start (today 08:00)."
        )
        for key in ("Enter", "Space"):
            keys.press(key)
            keys.rests_on("cancel-session")
        # Whatever the keys had set off would have come before what the bell shows.
        keys.tab_to("notification-bell", BACK)
        keys.enter(lambda: visitor.part("notification-item").first.wait_for())
        _gone(visitor, "cancel-dialog")
        keys.press("Escape")
        _gone(visitor, "notification-item")
        keys.rests_on("notification-bell")
    assert get_booking(mentee, session.id).status == "scheduled"
    assert visitor.errors == []


def test_a_mentor_answers_and_marks_a_no_show(visits: Visits, hands: Hands) -> None:
    mentor = a_mentor("Moira", require_confirmation=True)
    first = booked(a_mentee("Mina"), mentor, START, title="Owls")
    visitor = visits(mentor)
    keys = Keys(visitor)
    visitor.go("/")
    expect(visitor.part("notification-count")).to_have_text("1")
    _accept_in_the_bell(keys)
    assert get_booking(mentor, first.id).status == "scheduled"

    hands.on(minutes=1)
    second = booked(a_mentee("Nora"), mentor, START + timedelta(hours=3), title="Hawks")
    expect(visitor.part("notification-count")).to_have_text("1")
    keys.enter(lambda: expect(visitor.part("notification-item").first).to_contain_text("Nora asks"))
    keys.tab_to("notification-item")
    keys.enter(lambda: visitor.page.wait_for_url(f"**/sessions/{second.id}"))
    expect(visitor.part("decline-session")).to_be_visible()
    _decline(keys)
    assert get_booking(mentor, second.id).status == "cancelled"

    hands.now = START + timedelta(minutes=5)
    visitor.go("/sessions")
    expect(visitor.part("mark-no-show")).to_be_visible()
    _mark(keys)
    assert get_booking(mentor, first.id).status == "no_show"
    assert visitor.errors == []


def _accept_in_the_bell(keys: Keys) -> None:
    """First the question that declining leads to, and no; then yes. Ends on the bell."""
    visitor = keys.visitor
    keys.tab_to("notification-bell")
    keys.enter(lambda: visitor.part("accept-request").wait_for())
    keys.inside("dialog")
    keys.tab_to("decline-request")
    keys.enter(lambda: visitor.part("confirm-answer").wait_for())
    keys.inside("alertdialog")
    keys.press("Escape")
    _gone(visitor, "answer-dialog")
    # The bell has closed behind the question.
    _gone(visitor, "notification-item")
    keys.rests_on("main")

    keys.tab_to("notification-bell", BACK)
    keys.enter(lambda: visitor.part("accept-request").wait_for())
    keys.tab_to("accept-request")
    keys.enter(lambda: _gone(visitor, "accept-request"))
    keys.inside("dialog")
    keys.press("Escape")
    _gone(visitor, "notification-item")
    keys.rests_on("notification-bell")


def _decline(keys: Keys) -> None:
    visitor = keys.visitor
    keys.rests_on("main")
    keys.tab_to("decline-session")
    keys.enter(lambda: visitor.part("confirm-answer").wait_for())
    keys.inside("alertdialog")
    keys.press("Escape")
    _gone(visitor, "answer-dialog")
    keys.rests_on("decline-session")
    expect(visitor.part("session-details", status="pending")).to_be_visible()
    keys.enter(lambda: visitor.part("confirm-answer").wait_for())
    keys.inside("alertdialog")
    keys.tab_to("confirm-answer")
    keys.inside("alertdialog")
    keys.enter(lambda: _gone(visitor, "answer-dialog"))
    expect(visitor.part("session-details", status="cancelled")).to_be_visible()
    _gone(visitor, "decline-session")
    keys.rests_on("main")


def _mark(keys: Keys) -> None:
    visitor = keys.visitor
    keys.tab_to("mark-no-show")
    keys.enter(lambda: visitor.part("confirm-answer").wait_for())
    keys.inside("alertdialog")
    keys.tab_to("confirm-answer")
    keys.enter(lambda: _gone(visitor, "answer-dialog"))
    _gone(visitor, "mark-no-show")
    keys.rests_on("main")


def test_a_request_is_declined_among_the_notifications(visits: Visits) -> None:
    mentor = a_mentor("Moira", require_confirmation=True)
    session = booked(a_mentee("Mina"), mentor, START, title="Owls")
    visitor = visits(mentor)
    keys = Keys(visitor)
    visitor.go("/notifications")
    expect(visitor.part("decline-request")).to_be_visible()
    keys.tab_to("decline-request")
    keys.enter(lambda: visitor.part("confirm-answer").wait_for())
    keys.inside("alertdialog")
    keys.rests_on("keep-answer")
    # The page behind the question is out of reach.
    for key in ("Tab", "Tab", "Tab", BACK, BACK):
        keys.press(key)
        keys.inside("alertdialog")
    keys.press("Escape")
    _gone(visitor, "answer-dialog")
    keys.rests_on("decline-request")
    assert get_booking(mentor, session.id).status == "pending"
    keys.enter(lambda: visitor.part("confirm-answer").wait_for())
    keys.inside("alertdialog")
    keys.tab_to("confirm-answer")
    keys.enter(lambda: _gone(visitor, "decline-request"))
    _gone(visitor, "answer-dialog")
    keys.rests_on("main")
    assert get_booking(mentor, session.id).status == "cancelled"
    assert visitor.errors == []


def test_an_admin_changes_a_policy(visits: Visits, admin: Account) -> None:
    booked(a_mentee("Mina"), a_mentor("Moira"), NOON + timedelta(hours=5), title="The hawk of tonight")
    visitor = visits(admin)
    keys, page = Keys(visitor), visitor.page
    visitor.go("/admin/policies")
    keys.tab_to("policy-cancellation_cutoff_hours")
    keys.write("6")
    preview = page.get_by_role("complementary")
    expect(preview).to_contain_text("could no longer be cancelled.")
    expect(preview).to_contain_text("The hawk of tonight")
    keys.tab_to("policy-require_cancellation_reason")
    keys.press("Space")
    expect(visitor.part("policy-require_cancellation_reason")).to_have_attribute("aria-checked", "false")
    keys.rests_on("policy-require_cancellation_reason")
    keys.tab_to("save-policies")
    expect(visitor.part("save-policies")).to_have_text("Save 2 changes")
    keys.enter(lambda: expect(page.get_by_text("2 changes saved.")).to_be_visible())
    keys.rests_on("save-policies")
    expect(visitor.part("save-policies")).to_have_attribute("aria-disabled", "true")
    saved = current_policies()
    assert (saved.cancellation_cutoff_hours, saved.require_cancellation_reason) == (6, False)
    assert visitor.errors == []


def test_an_admin_finds_a_session(visits: Visits, admin: Account) -> None:
    mentee = a_mentee("Wilhelmina Keysworth")
    session = booked(mentee, a_mentor("Moira"), START, title="Feathers, by keyboard")
    visitor = visits(admin)
    keys, page = Keys(visitor), visitor.page
    visitor.go("/")
    keys.tab_to("All sessions")
    keys.enter(lambda: expect(visitor.part("admin-search")).to_be_visible())
    keys.rests_on("main")
    keys.tab_to("admin-search")
    page.keyboard.type("keysworth")
    expect(page.get_by_text("1 session", exact=True)).to_be_visible()
    keys.press("Tab")
    keys.rests_on("admin-status")
    page.keyboard.type("Canc")
    expect(visitor.part("admin-status")).to_have_value("cancelled")
    expect(page.get_by_text("No session matches")).to_be_visible()
    keys.tab_to("Clear filters")
    keys.enter(lambda: expect(page.get_by_role("table")).to_be_visible())
    keys.rests_on("main")
    keys.tab_to("admin-search")
    page.keyboard.type("keysworth")
    expect(page.get_by_text("1 session", exact=True)).to_be_visible()
    keys.press("Tab")
    page.keyboard.type("Sched")
    expect(visitor.part("admin-status")).to_have_value("scheduled")
    keys.rests_on("admin-status")
    keys.tab_to(f"open-{session.id}")
    keys.enter(lambda: expect(visitor.part("panel-details")).to_be_visible())
    keys.rests_on("session-panel")
    keys.tab_to("Open its page")
    keys.enter(lambda: page.wait_for_url(f"**/sessions/{session.id}"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Feathers, by keyboard")
    keys.rests_on("main")
    assert visitor.errors == []
