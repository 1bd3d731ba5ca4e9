"""What is pressed is shown at once: all of this happens while no answer of the server reaches the page."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.line import Line
from tests.e2e.visitor import Visitor, Visits, booked, sessions_of
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def _with_a_line(visits: Visits, zone: str = "UTC") -> tuple[Visitor, Line]:
    visitor = visits(a_mentee("Mina", zone))
    return visitor, Line(visitor)


def test_the_modal_opens_with_its_frame_and_closes(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor, line = _with_a_line(visits)
    # Nothing is loaded ahead where there is no answer any more.
    visitor.tab.add_init_script("window.requestIdleCallback = () => 0")
    visitor.go(f"/mentors/{mentor.id}")
    expect(visitor.part("book-session")).to_be_visible()
    line.hold_answers()
    visitor.part("book-session").click()
    modal = visitor.page.get_by_role("dialog", name="Book a session with Moira")
    expect(modal).to_be_visible()
    expect(modal.get_by_label("Loading free times")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    visitor.part("book-session").click()
    expect(modal).to_be_visible()
    line.release()
    expect(visitor.part("time-slot").first).to_be_visible()


TIMES_ARE_THERE, MOVE_IS_THERE = '"loading_rx_state_":false', '"phase_rx_state_":"asking"'


def _loaded_ahead(visitor: Visitor, line: Line, what: str) -> None:
    """Wait until the page has what a dialog shows, and from then on hear nothing of the app."""
    visitor.until(lambda: any(what in said for said in line.heard))
    # What has come is drawn.
    visitor.page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 50))")
    line.hold_answers()


def test_a_mentors_times_are_there_at_the_press(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor, line = _with_a_line(visits)
    visitor.go(f"/mentors/{mentor.id}")
    _loaded_ahead(visitor, line, TIMES_ARE_THERE)
    visitor.part("book-session").click()
    modal = visitor.part("booking-modal")
    expect(modal.get_by_test_id("time-slot").first).to_be_visible()
    expect(modal.get_by_text("Confirmed at once")).to_be_visible()
    visitor.choose(TEN)
    visitor.part("step-next").click()
    expect(visitor.part("session-title")).to_be_visible()
    line.release()
    visitor.part("session-title").fill("Owls")
    visitor.part("step-next").click()
    expect(visitor.part("booking-summary")).to_contain_text("10:00 – 11:00")
    # Once more, after it was closed.
    visitor.page.keyboard.press("Escape")
    line.heard.clear()
    visitor.part("discard-booking").click()
    expect(modal).to_have_count(0)
    _loaded_ahead(visitor, line, TIMES_ARE_THERE)
    visitor.part("book-session").click()
    expect(modal.get_by_test_id("time-slot").first).to_be_visible()
    line.release()
    visitor.choose(TEN)
    visitor.continue_to_details()
    expect(visitor.part("session-title")).to_have_value("")


@pytest.mark.promise(2)
def test_what_was_taken_before_the_press_is_not_shown(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor, line = _with_a_line(visits)
    visitor.go(f"/mentors/{mentor.id}")
    visitor.until(lambda: any(TIMES_ARE_THERE in said for said in line.heard))
    line.heard.clear()
    booked(a_mentee("Faye"), mentor, TEN)
    visitor.until(lambda: any('"loading_rx_state_":true' in said for said in line.heard))
    # It is void, and loaded again as soon as the pointer is at the button.
    visitor.part("book-session").hover()
    _loaded_ahead(visitor, line, TIMES_ARE_THERE)
    visitor.part("book-session").click()
    visitor.part("calendar-day", date="2027-01-14").click()
    expect(visitor.slot(TEN + timedelta(hours=1))).to_be_visible()
    expect(visitor.slot(TEN)).to_have_count(0)
    line.release()


def test_strangers_ask_for_no_times_ahead(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor = visits()
    line = Line(visitor)
    visitor.go(f"/mentors/{mentor.id}")
    expect(visitor.part("book-session")).to_be_visible()
    visitor.part("book-session").hover()
    visitor.page.wait_for_function(
        "() => new Promise((done) => "
        "requestIdleCallback(() => setTimeout(() => done(true), 300), { timeout: 1000 }))"
    )
    assert line.said(".prepare") == 0


def test_where_a_session_can_be_moved_is_there_at_the_press(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, TEN)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go(f"/sessions/{session.id}")
    _loaded_ahead(visitor, line, MOVE_IS_THERE)
    visitor.part("reschedule-session").click()
    dialog = visitor.part("reschedule-dialog")
    expect(dialog.get_by_test_id("calendar-day").first).to_be_visible()
    expect(visitor.part("reschedule-times")).to_contain_text("10:00")
    later = TEN + timedelta(days=1)
    visitor.choose(later)
    line.release()
    expect(visitor.part("confirm-reschedule")).to_have_text("Move to Fri 10:00")
    expect(visitor.slot(later)).to_have_attribute("aria-pressed", "true")
    visitor.part("confirm-reschedule").click()
    expect(dialog).to_have_count(0)
    expect(visitor.part("session-details")).to_contain_text("Fri 15 Jan")


def test_days_slots_months_and_steps_change_at_the_press(visits: Visits) -> None:
    mentor = a_mentor("Moira", "Europe/London")
    visitor, line = _with_a_line(visits, "Asia/Kolkata")
    visitor.open_modal(mentor)
    visitor.choose(TEN, "2027-01-14")
    line.hold_answers()

    visitor.part("calendar-day", date="2027-01-15").click()
    expect(visitor.part("calendar-day", date="2027-01-15")).to_have_attribute("aria-pressed", "true")
    expect(visitor.part("calendar-day", date="2027-01-14")).to_have_attribute("aria-pressed", "false")
    expect(visitor.page.get_by_role("heading", name="Friday 15 January")).to_be_visible()
    later = TEN + timedelta(days=1)
    expect(visitor.slot(TEN)).to_have_count(0)
    visitor.slot(later).click()
    expect(visitor.slot(later)).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.get_by_text("Fri 15 Jan, 15:30 Kolkata · 10:00 London")).to_be_visible()

    visitor.page.get_by_role("button", name="Next month").click()
    expect(visitor.page.get_by_role("heading", name="February 2027")).to_be_visible()
    expect(visitor.part("calendar-day", date="2027-02-03")).to_be_visible()
    visitor.page.get_by_role("button", name="Next month").click()
    expect(visitor.page.get_by_role("heading", name="March 2027")).to_be_visible()
    expect(visitor.part("calendar-day")).to_have_count(0)  # on its way: the grid alone
    expect(visitor.page.get_by_text("Loading free times")).to_be_attached()
    visitor.page.get_by_role("button", name="Previous month").click()
    visitor.page.get_by_role("button", name="Previous month").click()
    expect(visitor.slot(later)).to_have_attribute("aria-pressed", "true")

    visitor.part("step-next").click()
    expect(visitor.part("session-title")).to_be_visible()
    visitor.part("meeting-type").get_by_text("Audio").click()
    expect(visitor.part("meeting-type").get_by_label("Audio")).to_be_checked()
    visitor.part("step-next").click()
    expect(visitor.page.get_by_text("Say in a few words what it is about.")).to_be_visible()
    expect(visitor.part("session-title")).to_be_focused()
    visitor.part("step-back").click()
    expect(visitor.slot(later)).to_have_attribute("aria-pressed", "true")

    line.release()
    expect(visitor.slot(later)).to_have_attribute("aria-pressed", "true")
    visitor.continue_to_details()
    expect(visitor.part("meeting-type").get_by_label("Audio")).to_be_checked()
    visitor.continue_to_confirm()
    expect(visitor.part("booking-summary")).to_contain_text("15:30 – 16:30")


@pytest.mark.promise(1)
def test_what_must_be_asked_says_so_and_is_asked_once(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    mentee = a_mentee("Mina")
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("session-title").fill("Owls")
    line.hold_answers()
    line.sent.clear()
    for _ in range(3):
        visitor.part("step-next").click()
    expect(visitor.part("step-next")).to_have_attribute("aria-busy", "true")
    line.release()
    expect(visitor.part("booking-summary")).to_be_visible()
    assert line.said("to_confirm") == 1
    line.hold_answers()
    for _ in range(3):
        visitor.part("confirm-booking").click()
    expect(visitor.part("confirm-booking")).to_have_attribute("aria-busy", "true")
    line.release()
    expect(visitor.part("booking-success")).to_be_visible()
    assert line.said("booking_modal.confirm") == 1
    assert sessions_of(mentee) == 1


def test_a_double_click_goes_one_step(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor = visits(a_mentee("Mina"))
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.part("step-next").dblclick()
    expect(visitor.part("session-title")).to_be_visible()
    expect(visitor.part("session-title")).to_have_attribute("aria-invalid", "false")


@pytest.mark.promise(2)
def test_what_the_server_refuses_is_taken_back_with_its_reason(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor, line = _with_a_line(visits)
    visitor.open_modal(mentor)
    visitor.part("calendar-day", date="2027-01-14").click()
    line.hold_answers()
    booked(a_mentee("Faye"), mentor, TEN)
    visitor.slot(TEN).click()
    expect(visitor.slot(TEN)).to_have_attribute("aria-pressed", "true")
    visitor.part("step-next").click()
    expect(visitor.part("session-title")).to_be_visible()
    line.release()
    notice = visitor.page.get_by_role("status").filter(has_text="10:00 was just taken.")
    expect(notice).to_contain_text("is the nearest free time")
    expect(visitor.slot(TEN)).to_have_count(0)
    expect(visitor.part("session-title")).to_have_count(0)


def test_dialogs_open_with_their_frame_and_close(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, TEN + timedelta(days=3))
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go("/sessions")
    visitor.part("session-card").wait_for()
    for button, dialog in (
        ("cancel-session", "cancel-dialog"),
        ("reschedule-session", "reschedule-dialog"),
    ):
        line.hold_answers()
        visitor.part(button).click()
        expect(visitor.part(dialog)).to_be_visible()
        expect(visitor.part(dialog).get_by_role("status")).to_be_visible()
        visitor.part(dialog).get_by_role("button", name="Close").click()
        expect(visitor.part(dialog)).to_have_count(0)
        line.release()
    visitor.part("cancel-session").click()
    expect(visitor.part("confirm-cancel")).to_be_visible()
    line.hold_answers()
    visitor.part("cancel-reason").get_by_label("Schedule conflict").click()
    expect(visitor.part("cancel-reason").get_by_label("Schedule conflict")).to_be_checked()
    line.release()


def test_enter_on_a_day_and_tab_reach_that_days_slots(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor, line = _with_a_line(visits)
    visitor.open_modal(mentor)
    visitor.part("calendar-day", date="2027-01-14").click()
    line.hold_answers()
    visitor.part("calendar-day", date="2027-01-16").focus()
    visitor.page.keyboard.press("Enter")
    starts = visitor.page.evaluate(
        "[...document.querySelectorAll('[data-testid=time-slot]')].map((slot) => slot.dataset.start)"
    )
    assert {start[:10] for start in starts} == {"2027-01-16"}
