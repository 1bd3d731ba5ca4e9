"""What only the server can do shows at once that it was asked for, is asked once, and never waits forever."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from mentorbook.services.booking import approval
from mentorbook.services.booking.booking_queries import get_booking
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.test_own_logins import OLD, with_password
from tests.e2e.test_zones import choose_tokyo
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def _stays_asked(line: Line, button: Locator, handler: str, words: str | None = None) -> None:
    """Press twice while no answer comes: it shows, and is asked once."""
    expect(button).to_have_attribute("aria-busy", "false")
    line.hold_answers()
    line.sent.clear()
    for _ in range(2):
        button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    if words is not None:
        expect(button).to_have_accessible_name(words)
    assert line.said(handler) == 1


def test_two_requests_are_accepted_each_once(visits: Visits) -> None:
    mentor = a_mentor("Moira", require_confirmation=True)
    sessions = [booked(a_mentee(), mentor, TEN + timedelta(days=days)) for days in range(3)]
    visitor = visits(mentor)
    line = Line(visitor)
    visitor.go("/sessions")
    cards = [visitor.part("session-card", session_id=str(each.id)) for each in sessions]
    buttons = [card.get_by_test_id("accept-session") for card in cards]
    before = buttons[0].bounding_box()
    _stays_asked(line, buttons[0], ".accept")
    # It keeps its size, so that nothing moves from under a finger.
    assert buttons[0].bounding_box() == before
    expect(buttons[1]).to_have_attribute("aria-busy", "false")
    buttons[1].click()
    buttons[0].click()
    for button, is_busy in zip(buttons, ("true", "true", "false"), strict=True):
        expect(button).to_have_attribute("aria-busy", is_busy)
    assert line.said(".accept") == 2
    line.release()
    for button in buttons[:2]:
        expect(button).to_have_count(0)
    expect(buttons[2]).to_have_attribute("aria-busy", "false")
    expect(visitor.page.locator("[data-sonner-toast][data-type=error]")).to_have_count(0)


def test_what_is_answered_elsewhere_gives_the_button_back(visits: Visits) -> None:
    mentor = a_mentor("Moira", require_confirmation=True)
    session = booked(a_mentee(), mentor, TEN)
    visitor = visits(mentor)
    line = Line(visitor)
    visitor.go(f"/sessions/{session.id}")
    accept = visitor.part("accept-session")
    expect(accept).to_be_visible()
    line.hold_answers()
    approval.decline_booking(mentor, session.id)
    accept.click()
    expect(accept).to_have_attribute("aria-busy", "true")
    line.release()
    expect(visitor.page.locator("[data-sonner-toast][data-type=error]")).to_be_visible()
    expect(accept).to_have_count(0)


def test_cancelling_is_asked_once_and_given_back_when_refused(visits: Visits) -> None:
    mentee = a_mentee()
    session = booked(mentee, a_mentor("Moira"), TEN)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go("/sessions")
    visitor.part("cancel-session").click()
    confirm = visitor.part("confirm-cancel")
    _stays_asked(line, confirm, "cancel_dialog.confirm")
    line.release()
    expect(visitor.page.get_by_text("Choose a reason")).to_be_visible()
    expect(confirm).to_have_attribute("aria-busy", "false")
    visitor.part("cancel-reason").get_by_label("Schedule conflict").click()
    _stays_asked(line, confirm, "cancel_dialog.confirm")
    line.release()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    assert get_booking(mentee, session.id).status == "cancelled"


def test_saving_details_is_asked_once_and_given_back_when_refused(visits: Visits) -> None:
    mentee = a_mentee()
    session = booked(mentee, a_mentor("Moira"), TEN)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go(f"/sessions/{session.id}")
    visitor.part("edit-session").click()
    save, title = visitor.part("save-session"), visitor.part("session-title")
    title.fill("")
    _stays_asked(line, save, "edit_dialog.save")
    line.release()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(save).to_have_attribute("aria-busy", "false")
    title.fill("Owls at night")
    _stays_asked(line, save, "edit_dialog.save")
    line.release()
    expect(visitor.page.get_by_role("heading", name="Owls at night", level=1)).to_be_visible()


@pytest.mark.promise(1)
def test_moving_and_declining_are_asked_once(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    asking = a_mentor("Anna", require_confirmation=True)
    booked(mentee, mentor, TEN)
    booked(a_mentee(), asking, TEN)
    mine, theirs = visits(mentee), visits(asking)
    lines = Line(mine), Line(theirs)
    mine.go("/sessions")
    mine.part("reschedule-session").click()
    mine.choose(TEN + timedelta(days=1))
    expect(mine.part("confirm-reschedule")).to_have_text("Move to Fri 10:00")
    _stays_asked(lines[0], mine.part("confirm-reschedule"), "reschedule_dialog.confirm")
    lines[0].release()
    expect(mine.part("reschedule-dialog")).to_have_count(0)

    theirs.go("/sessions")
    theirs.part("decline-session").click()
    _stays_asked(lines[1], theirs.part("confirm-answer"), "answer_dialog.confirm")
    lines[1].release()
    expect(theirs.part("answer-dialog")).to_have_count(0)


def test_an_answer_that_was_lost_is_not_waited_for(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    asking = a_mentor("Anna", require_confirmation=True)
    booked(mentee, mentor, TEN)
    booked(a_mentee(), asking, TEN)
    mine, theirs = visits(mentee), visits(asking)
    lines = Line(mine), Line(theirs)
    mine.go("/sessions")
    mine.part("cancel-session").click()
    confirm = mine.part("confirm-cancel")
    expect(confirm).to_be_visible()
    lines[0].swallow_answers()
    confirm.click()
    expect(confirm).to_have_attribute("aria-busy", "true")
    lines[0].cut()
    expect(confirm).to_have_attribute("aria-busy", "false", timeout=RECONNECTS_WITHIN_MS)

    theirs.go("/sessions")
    accept = theirs.part("accept-session")
    expect(accept).to_be_visible()
    lines[1].lose_requests()
    accept.click()
    expect(accept).to_have_attribute("aria-busy", "true")
    lines[1].cut()
    expect(accept).to_have_attribute("aria-busy", "false", timeout=RECONNECTS_WITHIN_MS)
    accept.click()
    expect(accept).to_have_count(0)


def _log_in(visitor: Visitor, line: Line) -> None:
    person = with_password()
    visitor.go("/login?next=/settings")
    visitor.part("login-email").fill(person.email)
    visitor.part("login-password").fill("not it")
    _stays_asked(line, visitor.part("login-submit"), "log_in.submit", "Logging in …")
    line.release()
    expect(visitor.page.get_by_role("alert").filter(has_text="password")).to_be_visible()
    expect(visitor.part("login-submit")).to_have_accessible_name("Log in")
    visitor.part("login-password").fill(OLD)
    _stays_asked(line, visitor.part("login-submit"), "log_in.submit", "Logging in …")
    line.release()
    expect(visitor.page).to_have_url(f"{visitor.site}/settings")


def _register(visitor: Visitor, line: Line) -> None:
    visitor.go("/register")
    _stays_asked(line, visitor.part("register-submit"), "registration.submit", "Creating it …")
    line.release()
    expect(visitor.page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(visitor.part("register-submit")).to_have_accessible_name("Create account")


@pytest.mark.parametrize("journey", [_log_in, _register], ids=lambda journey: journey.__name__)
def test_the_way_in_is_asked_for_once(visits: Visits, journey: type) -> None:
    visitor = visits()
    journey(visitor, Line(visitor))


def test_settings_are_asked_for_once(visits: Visits) -> None:
    visitor = visits(with_password())
    line = Line(visitor)
    visitor.go("/settings")
    save = visitor.part("save-settings")
    visitor.page.get_by_label("Name", exact=True).fill("Wilhelmina")
    _stays_asked(line, save, "profile_form.save")
    line.release()
    expect(visitor.page.get_by_text("Saved.")).to_be_visible()
    expect(save).to_have_attribute("aria-busy", "false")
    password = visitor.part("change-password")
    _stays_asked(line, password, "password_form.change", "Changing it …")
    line.release()
    expect(visitor.page.get_by_label("Present password")).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_accessible_name("Change password")


def test_an_answer_about_something_else_is_not_the_one_that_is_waited_for(visits: Visits) -> None:
    visitor = visits(with_password())
    line = Line(visitor)
    visitor.go("/settings")
    save = visitor.part("save-settings")
    choose_tokyo(visitor, line)
    save.click()
    expect(save).to_have_attribute("aria-busy", "true")
    visitor.until(lambda: line.holds("Asia/Tokyo"))
    line.release_until("Asia/Tokyo")
    visitor.page.wait_for_function("() => new Promise(requestAnimationFrame)")
    save.click()
    expect(save).to_have_attribute("aria-busy", "true")
    assert line.said("profile_form.save") == 1
    line.release()
    expect(visitor.page.get_by_text("Saved.")).to_be_visible()
    expect(save).to_have_attribute("aria-busy", "false")


def test_notices_are_marked_once(visits: Visits) -> None:
    mentee = a_mentee("Mina")
    booked(mentee, a_mentor("Moira"), TEN)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go("/notifications")
    mark = visitor.page.get_by_role("button", name="Mark all read")
    _stays_asked(line, mark, "mark_all_read")
    line.release()
    expect(mark).to_have_count(0)


def test_policies_are_saved_once(visits: Visits) -> None:
    visitor = visits(a_mentee("Admin", is_admin=True))
    line = Line(visitor)
    visitor.go("/admin/policies")
    field = visitor.part("policy-cancellation_cutoff_hours")
    before = field.input_value()
    for value in (str(int(before) + 1), before):
        field.fill(value)
        save = visitor.part("save-policies")
        expect(save).to_have_text("Save 1 change")
        _stays_asked(line, save, "policy_form.save")
        line.release()
        expect(visitor.page.get_by_text("1 change saved.")).to_be_visible()
        expect(save).to_have_attribute("aria-disabled", "true")
        expect(save).to_have_attribute("aria-busy", "false")


def test_policies_are_saved_right_after_typing(visits: Visits) -> None:
    visitor = visits(a_mentee("Admin", is_admin=True))
    line = Line(visitor)
    visitor.go("/admin/policies")
    field, save = visitor.part("policy-cancellation_cutoff_hours"), visitor.part("save-policies")
    expect(save).to_have_attribute("aria-disabled", "true")
    line.hold_answers()
    field.fill(str(int(field.input_value()) + 1))
    # As a finger does it, which does not wait for the page to say that it may.
    save.click(force=True)
    line.release()
    expect(visitor.page.get_by_text("1 change saved.")).to_be_visible()


# What loads each page, to be broken; and who looks at it.
PAGES = {
    "/": ("people.mentor_directory.directory", "mentee"),
    "/mentors/{mentor}": ("people.mentor_page.profile", "mentee"),
    "/sessions": ("booking.session_list.list_bookings", "mentee"),
    "/sessions/{session}": ("booking.addressed_session.get_booking", "mentee"),
    "/admin/sessions": ("admin.session_table.list_all_sessions", "admin"),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_could_not_be_loaded_is_tried_again_once_a_press(
    visits: Visits, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    what, who = PAGES[path]
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, TEN)
    visitor = visits(mentee if who == "mentee" else a_mentee("Admin", is_admin=True))
    line = Line(visitor)
    again = visitor.page.get_by_role("button", name="Try again")
    with monkeypatch.context() as broken:
        broken.setattr(f"mentorbook.state.{what}", lambda *_: 1 / 0)
        visitor.go(path.format(mentor=mentor.id, session=session.id))
        for _ in range(2):
            handler = "arrive" if path in ("/", "/mentors/{mentor}") else "load"
            _stays_asked(line, again, f".{handler}")
            line.release()
            # It fails once more, and the button is given back.
            expect(again).to_have_attribute("aria-busy", "false")
    again.click()
    expect(again).to_have_count(0)
