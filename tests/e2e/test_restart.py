"""A restart of the server loses nothing of what was typed and chosen in the dialogs about a session."""

from datetime import UTC, datetime, timedelta
from functools import partial

from playwright.sync_api import expect

from mentorbook.domain.views import Account
from mentorbook.services.booking.booking_queries import get_booking
from tests.e2e.line import Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def _at_a_session(visits: Visits) -> tuple[Visitor, Line, Account, str]:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor("Moira"), TEN, title="Owls")
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go(f"/sessions/{session.id}")
    return visitor, line, mentee, str(session.id)


def _restart(visitor: Visitor, line: Line, kept: str) -> None:
    """Once the tab has what was entered, the server is another, and the page is back."""
    visitor.until(lambda: kept in visitor.page.evaluate("Object.values(sessionStorage).join()"))
    line.restart()
    line.wait_until_back()


def test_what_was_changed_about_a_session_is_saved_after_a_restart(visits: Visits) -> None:
    visitor, line, mentee, session = _at_a_session(visits)
    visitor.part("edit-session").click()
    visitor.part("meeting-type").get_by_label("Audio").check()
    visitor.part("session-description").fill("What they hear.")
    visitor.part("session-title").fill("Owls at night")
    _restart(visitor, line, "Owls at night")
    expect(visitor.part("session-title")).to_have_value("Owls at night")
    expect(visitor.part("session-description")).to_have_value("What they hear.")
    expect(visitor.part("meeting-type").get_by_label("Audio")).to_be_checked()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_text("What you changed would be lost.")).to_be_visible()
    visitor.page.get_by_role("button", name="Keep editing").click()
    visitor.part("save-session").click()
    expect(visitor.part("edit-dialog")).to_have_count(0)
    saved = get_booking(mentee, session)
    assert (saved.title, saved.description, saved.meeting_type) == (
        "Owls at night",
        "What they hear.",
        "audio",
    )


def test_where_a_session_was_to_be_moved_is_still_chosen_after_a_restart(visits: Visits) -> None:
    visitor, line, mentee, session = _at_a_session(visits)
    target = TEN + timedelta(days=1, hours=3)
    visitor.part("reschedule-session").click()
    visitor.choose(target)
    visitor.part("duration-select").get_by_text("90 min", exact=True).click()
    expect(visitor.part("confirm-reschedule")).to_have_text("Move to Fri 13:00")
    _restart(visitor, line, '"minutes":90')
    expect(visitor.slot(target)).to_have_attribute("aria-pressed", "true")
    expect(visitor.part("duration-select").get_by_label("90 min")).to_be_checked()
    visitor.part("confirm-reschedule").click()
    expect(visitor.part("reschedule-dialog")).to_have_count(0)
    moved = get_booking(mentee, session)
    assert (moved.scheduled_at, moved.duration, moved.reschedule_count) == (target, 90, 1)


def test_a_reason_to_cancel_is_still_given_after_a_restart(visits: Visits) -> None:
    visitor, line, mentee, session = _at_a_session(visits)
    visitor.part("cancel-session").click()
    visitor.part("cancel-reason").get_by_label("Schedule conflict").check()
    visitor.part("cancel-details").fill("The owls are elsewhere.")
    _restart(visitor, line, "The owls are elsewhere.")
    expect(visitor.part("cancel-reason").get_by_label("Schedule conflict")).to_be_checked()
    expect(visitor.part("cancel-details")).to_have_value("The owls are elsewhere.")
    visitor.part("confirm-cancel").click()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    cancelled = get_booking(mentee, session)
    assert cancelled.cancellation_reason == "Schedule conflict: The owls are elsewhere."


def test_a_question_that_is_asked_while_the_server_comes_back_stays(visits: Visits) -> None:
    visitor, line, _, _ = _at_a_session(visits)
    visitor.part("edit-session").click()
    visitor.part("session-title").fill("Owls at night")
    visitor.until(lambda: "Owls at night" in visitor.page.evaluate("Object.values(sessionStorage).join()"))
    line.hold_answers()
    line.restart()
    # It connects anew, and is told nothing yet.
    for greeting in ('"sid"', "40/_event"):
        visitor.until(partial(line.holds, greeting))
        line.release_until(greeting)
    visitor.until(lambda: line.holds("is_hydrated"))
    visitor.page.keyboard.press("Escape")
    question = visitor.page.get_by_text("What you changed would be lost.")
    expect(question).to_be_visible()
    line.release()
    line.wait_until_back()
    expect(question).to_be_visible()
    visitor.page.get_by_role("button", name="Keep editing").click()
    expect(visitor.part("session-title")).to_have_value("Owls at night")
