"""What is typed into a dialog or form stays typed: an answer about an earlier half of it changes nothing."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.line import Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def _keeps_all(visitor: Visitor, line: Line, field: Locator, handler: str, text: str) -> None:
    """Type `text` in three parts, each while the answer about an earlier one is still on its way."""
    first, second = len(text) // 3, 2 * len(text) // 3
    line.sent.clear()
    line.hold_answers()
    field.press_sequentially(text[:first])
    visitor.until(lambda: line.said(handler) == 1)
    field.press_sequentially(text[first:second])
    visitor.until(lambda: line.said(handler) == 2)
    visitor.until(lambda: line.holds(text[:second]))
    line.release_until(text[:first])
    field.press_sequentially(text[second:])
    expect(field).to_have_value(text)
    visitor.until(lambda: line.said(handler) == 3)
    line.release()
    expect(field).to_have_value(text)


@pytest.mark.parametrize(
    ("path", "handler"),
    [("/", "mentor_directory.search"), ("/admin/sessions", "session_table.filter_by")],
)
def test_what_a_list_is_searched_for_stays_typed(visits: Visits, path: str, handler: str) -> None:
    visitor = visits(a_mentee("Alex", is_admin=True))
    line = Line(visitor)
    visitor.go(path)
    expect(visitor.page.get_by_text("Loading", exact=True)).to_have_count(0)
    _keeps_all(visitor, line, visitor.page.get_by_role("searchbox"), handler, "wombat123")
    assert visitor.errors == []


def test_fields_of_a_booking_keep_what_is_typed_on_a_slow_line(visits: Visits) -> None:
    visitor = visits(a_mentee())
    line = Line(visitor)
    visitor.open_modal(a_mentor())
    visitor.choose(TEN)
    visitor.continue_to_details()
    _keeps_all(visitor, line, visitor.part("session-title"), "write_title", "abcdefghi")
    _keeps_all(visitor, line, visitor.part("session-description"), "write_description", "jklmnopqr")
    visitor.part("step-next").click()
    expect(visitor.part("booking-summary")).to_contain_text("abcdefghi")
    visitor.part("step-back").click()
    expect(visitor.part("session-description")).to_have_value("jklmnopqr")
    assert visitor.errors == []


def test_the_words_of_a_cancellation_stay_typed(visits: Visits) -> None:
    mentee = a_mentee()
    session = booked(mentee, a_mentor(), TEN)
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.go(f"/sessions?cancel={session.id}")
    expect(visitor.part("cancel-details")).to_be_visible()
    _keeps_all(visitor, line, visitor.part("cancel-details"), "write_details", "stuvwxyz!")


def test_a_policy_stays_typed_and_what_is_discarded_goes(visits: Visits) -> None:
    visitor = visits(a_mentee("Alex", is_admin=True))
    line = Line(visitor)
    visitor.go("/admin/policies")
    hours = visitor.part("policy-free_cancellation_hours")
    saved = hours.input_value()
    hours.fill("")
    expect(visitor.page.get_by_text("Something above is not right yet.")).to_be_visible()
    _keeps_all(visitor, line, hours, "type_value", "123")
    visitor.page.get_by_role("button", name="Discard").click()
    expect(hours).to_have_value(saved)
    # Typed and given up at once, and typed again as before.
    hours.fill("77")
    visitor.page.get_by_role("button", name="Discard").click()
    expect(hours).to_have_value(saved)
    hours.fill("77")
    expect(visitor.page.get_by_role("button", name="Save 1 change")).to_be_visible()
    expect(hours).to_have_value("77")
    visitor.page.get_by_role("button", name="Discard").click()
    expect(hours).to_have_value(saved)
    assert visitor.errors == []


def test_a_name_that_is_saved_as_soon_as_it_is_typed_stays_saved(visits: Visits) -> None:
    visitor = visits(a_mentee("Mina"))
    line = Line(visitor)
    visitor.go("/settings")
    visitor.page.get_by_label("Name", exact=True).fill("Minna")
    visitor.part("save-settings").click()
    saved = visitor.page.get_by_text("Saved.")
    expect(saved).to_be_visible()
    # Whatever the page had still to say about the typing would be said by now.
    visitor.page.evaluate("new Promise((done) => setTimeout(done, 500))")
    assert line.said("profile_form.edit") == 1
    expect(saved).to_be_visible()
    visitor.page.get_by_label("Name", exact=True).press_sequentially("!")
    expect(saved).to_have_count(0)
    expect(visitor.page.get_by_text("Not saved yet")).to_be_visible()
