"""A booking half made is not lost by accident, and given up only on purpose."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.e2e.line import Line
from tests.e2e.visitor import Visitor, Visits, booked, sessions_of
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def _typing(visits: Visits) -> Visitor:
    mentor = a_mentor()
    visitor = visits(a_mentee())
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("session-title").fill("Owls at night")
    visitor.part("session-description").fill("What they hear.")
    return visitor


def test_a_booking_is_in_the_list_after_a_reload(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    session = booked(mentee, mentor, TEN)
    visitor = visits(mentee)
    visitor.go("/sessions")
    visitor.reload()
    expect(visitor.part("session-card", session_id=str(session.id), status="scheduled")).to_be_visible()


def test_a_reload_comes_back_to_the_same_step(visits: Visits) -> None:
    visitor = _typing(visits)
    visitor.part("step-next").click()
    visitor.part("booking-summary").wait_for()
    visitor.reload()
    expect(visitor.part("booking-summary")).to_contain_text("Owls at night")
    visitor.part("step-back").click()
    expect(visitor.part("session-title")).to_have_value("Owls at night")
    expect(visitor.part("session-description")).to_have_value("What they hear.")
    visitor.part("step-next").click()
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()


def test_what_was_typed_is_there_when_the_modal_is_opened_again(visits: Visits) -> None:
    visitor = _typing(visits)
    visitor.part("step-next").click()
    visitor.part("booking-summary").wait_for()
    page = visitor.page.url
    visitor.go("/sessions")
    visitor.go(page)
    visitor.part("step-back").click()
    visitor.part("step-back").click()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.part("book-session").click()
    visitor.choose(TEN)
    visitor.continue_to_details()
    expect(visitor.part("session-title")).to_have_value("Owls at night")
    expect(visitor.part("session-description")).to_have_value("What they hear.")


def test_the_modal_does_not_follow_to_another_mentor(visits: Visits) -> None:
    a_mentor("Felix")
    second = a_mentor("Selma")
    visitor = visits(a_mentee())
    visitor.go("/?q=felix")
    visitor.part("mentor-card").click()
    visitor.part("book-session").click()
    visitor.part("calendar-day").first.wait_for()
    visitor.page.go_back()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="Find a mentor")).to_be_visible()
    visitor.page.go_forward()
    expect(visitor.page.get_by_role("heading", name="Felix", level=1)).to_be_visible()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.part("book-session").click()
    visitor.part("calendar-day").first.wait_for()
    visitor.go(f"/mentors/{second.id}")
    expect(visitor.page.get_by_role("heading", name="Selma", level=1)).to_be_visible()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.part("book-session").click()
    expect(visitor.page.get_by_role("dialog", name="Book a session with Selma")).to_be_visible()


def test_escape_with_typed_text_asks_and_escape_again_keeps_it(visits: Visits) -> None:
    visitor = _typing(visits)
    asking = visitor.page.get_by_role("alertdialog", name="Leave without booking?")
    visitor.page.keyboard.press("Escape")
    expect(asking).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Keep editing")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(asking).to_have_count(0)
    expect(visitor.page.get_by_role("group", name="Step 2 of 4: Details")).to_be_focused()
    expect(visitor.part("booking-modal")).to_be_visible()
    expect(visitor.part("session-title")).to_have_value("Owls at night")


def test_the_close_button_asks_and_keep_editing_keeps(visits: Visits) -> None:
    visitor = _typing(visits)
    visitor.page.get_by_role("button", name="Close").click()
    visitor.page.get_by_role("button", name="Keep editing").click()
    expect(visitor.page.get_by_role("alertdialog")).to_have_count(0)
    expect(visitor.part("session-title")).to_have_value("Owls at night")


def test_discarded_text_is_gone(visits: Visits) -> None:
    visitor = _typing(visits)
    visitor.page.get_by_role("button", name="Close").click()
    visitor.part("discard-booking").click()
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.part("book-session").click()
    visitor.choose(TEN)
    visitor.continue_to_details()
    expect(visitor.part("session-title")).to_have_value("")
    expect(visitor.part("session-description")).to_have_value("")


def test_escape_without_typed_text_just_closes(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    visitor.open_modal(mentor)
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.part("book-session").click()
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("booking-modal")).to_have_count(0)
    assert sessions_of(mentee) == 0


def test_back_keeps_everything(visits: Visits) -> None:
    visitor = _typing(visits)
    visitor.part("meeting-type").get_by_text("Audio").click()
    visitor.part("duration-select").get_by_text("45 min", exact=True).click()
    visitor.part("step-next").click()
    expect(visitor.part("booking-summary")).to_contain_text("10:00 – 10:45")
    expect(visitor.part("booking-summary")).to_contain_text("Audio")
    visitor.part("step-back").click()
    visitor.part("step-back").click()
    expect(visitor.slot(TEN)).to_have_attribute("aria-pressed", "true")
    visitor.continue_to_details()
    expect(visitor.part("session-title")).to_have_value("Owls at night")
    expect(visitor.part("meeting-type").get_by_label("Audio")).to_be_checked()
    expect(visitor.part("duration-select").get_by_label("45 min", exact=True)).to_be_checked()


def test_what_is_wrong_stands_at_the_field(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    visitor = visits(mentee)
    visitor.open_modal(mentor)
    visitor.part("step-next").click(force=True)
    expect(visitor.part("step-next")).to_have_attribute("aria-disabled", "true")
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("step-next").click()
    title = visitor.part("session-title")
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_accessible_description("Say in a few words what it is about.")
    title.fill("x" * 10_000)
    visitor.part("step-next").click()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(visitor.part("booking-summary")).to_have_count(0)


def test_escape_right_after_typing_loses_nothing(visits: Visits) -> None:
    """Text fields report after a pause; Escape does not wait for it."""
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    visitor = visits(mentee)
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("session-title").press("O")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("alertdialog", name="Leave without booking?")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("session-title")).to_have_value("O")

    session = booked(mentee, mentor, TEN)
    visitor.go(f"/sessions/{session.id}")
    visitor.part("edit-session").click()
    visitor.part("session-title").press("!")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_text("What you changed would be lost.")).to_be_visible()


def test_a_way_to_meet_chosen_a_moment_ago_is_asked_about(visits: Visits) -> None:
    mentee = a_mentee("Mina")
    session = booked(mentee, a_mentor("Moira"), TEN)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go(f"/sessions/{session.id}")
    visitor.part("edit-session").click()
    audio = visitor.part("meeting-type").get_by_label("Audio")
    expect(audio).not_to_be_checked()
    line.hold_answers()
    audio.check()
    visitor.page.keyboard.press("Escape")
    asked = visitor.page.get_by_text("What you changed would be lost.")
    expect(asked).to_be_visible()
    line.release()
    visitor.page.get_by_role("button", name="Keep editing").click()
    # What it was is no change, which the server knows.
    line.heard.clear()
    visitor.part("meeting-type").get_by_label("Video").check()
    visitor.until(lambda: any('"is_changed_rx_state_":false' in said for said in line.heard))
    visitor.page.wait_for_function("() => new Promise(requestAnimationFrame)")
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("edit-dialog")).to_have_count(0)
    expect(asked).to_have_count(0)
