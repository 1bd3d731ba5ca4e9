"""Whether a dialog is open stands in the address: nothing comes, goes or stays by itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.line import Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def test_back_closes_the_modal_and_forward_opens_it(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor = visits(a_mentee("Mina"))
    visitor.open_modal(mentor)
    expect(visitor.page).to_have_url(re.compile(r"\?book$"))
    visitor.page.go_back()
    expect(visitor.part("booking-modal")).to_have_count(0)
    expect(visitor.page).to_have_url(re.compile(f"/mentors/{mentor.id}$"))
    visitor.page.go_forward()
    expect(visitor.part("time-slot").first).to_be_visible()
    visitor.page.get_by_role("button", name="Close").click()
    expect(visitor.page).to_have_url(re.compile(f"/mentors/{mentor.id}$"))


def test_an_address_opens_the_modal_at_a_day(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor = visits(a_mentee("Mina"))
    visitor.go(f"/mentors/{mentor.id}?book=2027-01-20")
    expect(visitor.page.get_by_role("heading", name="Wednesday 20 January")).to_be_visible()
    visitor.page.get_by_role("button", name="Close").click()
    expect(visitor.part("booking-modal")).to_have_count(0)
    expect(visitor.page).to_have_url(re.compile(f"/mentors/{mentor.id}$"))


def test_back_asks_before_typed_text_is_left(visits: Visits) -> None:
    mentor = a_mentor("Moira")
    visitor = visits(a_mentee("Mina"))
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("session-title").fill("Owls")
    visitor.part("session-description").focus()  # the field has reported
    visitor.page.go_back()
    asking = visitor.page.get_by_role("alertdialog", name="Leave without booking?")
    expect(asking).to_be_visible()
    visitor.page.get_by_role("button", name="Keep editing").click()
    expect(asking).to_have_count(0)
    expect(visitor.page).to_have_url(re.compile(r"\?book$"))
    expect(visitor.part("session-title")).to_have_value("Owls")
    visitor.page.go_back()
    visitor.part("discard-booking").click()
    expect(visitor.part("booking-modal")).to_have_count(0)
    expect(visitor.page).to_have_url(re.compile(f"/mentors/{mentor.id}$"))


@pytest.mark.parametrize("name", ["cancel", "reschedule"])
def test_a_reload_resumes_a_dialog_and_a_detour_leaves_it(visits: Visits, name: str) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, TEN + timedelta(days=3))
    visitor = visits(mentee)
    visitor.go("/sessions")
    visitor.part(f"{name}-session").click()
    visitor.part(f"confirm-{name}").wait_for()
    visitor.reload()
    expect(visitor.part(f"confirm-{name}")).to_be_visible()
    visitor.go("/")
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_be_visible()
    expect(visitor.part(f"{name}-dialog")).to_have_count(0)
    visitor.part(f"{name}-session").click()
    visitor.part(f"confirm-{name}").wait_for()
    visitor.page.go_back()
    expect(visitor.part(f"{name}-dialog")).to_have_count(0)
    expect(visitor.page).to_have_url(re.compile("/sessions$"))


def test_a_dialog_keeps_the_tab_and_gives_the_focus_back(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, TEN + timedelta(days=3))
    visitor = visits(mentee)
    visitor.go("/sessions?tab=coming")
    visitor.part("cancel-session").click()
    expect(visitor.page).to_have_url(re.compile(r"\?tab=coming&cancel="))
    visitor.page.keyboard.press("Escape")
    expect(visitor.page).to_have_url(re.compile(r"\?tab=coming$"))
    expect(visitor.part("cancel-session")).to_be_focused()


def _typing(visits: Visits) -> tuple[Visitor, Line]:
    mentor = a_mentor("Moira")
    visitor = visits(a_mentee("Mina"))
    line = Line(visitor)
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    visitor.continue_to_details()
    visitor.part("session-title").fill("Owls at night")
    visitor.part("session-description").fill("What they hear.")
    visitor.part("session-title").focus()
    visitor.until(lambda: "What they hear." in visitor.page.evaluate("JSON.stringify(sessionStorage)"))
    return visitor, line


def test_a_restart_of_the_server_loses_nothing_that_was_typed(visits: Visits) -> None:
    visitor, line = _typing(visits)
    line.restart()
    line.wait_until_back()
    expect(visitor.part("session-title")).to_have_value("Owls at night")
    expect(visitor.part("session-description")).to_have_value("What they hear.")
    visitor.part("step-next").click()
    expect(visitor.part("booking-summary")).to_contain_text("Owls at night")
    line.restart()
    line.wait_until_back()
    expect(visitor.part("booking-summary")).to_contain_text("Owls at night")
    expect(visitor.part("confirm-booking")).to_have_attribute("aria-busy", "false")
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()


def test_a_reload_after_a_restart_resumes(visits: Visits) -> None:
    visitor, line = _typing(visits)
    line.restart()
    visitor.reload()
    expect(visitor.part("session-title")).to_have_value("Owls at night")


def test_logging_out_leaves_no_draft_in_the_tab(visits: Visits) -> None:
    visitor, _ = _typing(visits)
    visitor.page.evaluate("window.mentorbookAddress.close(true)")
    visitor.page.get_by_role("button", name="Mina").click()
    visitor.part("log-out").click()
    visitor.page.wait_for_url("**/")
    visitor.ready()
    assert "Owls" not in visitor.page.evaluate("JSON.stringify(sessionStorage)")
