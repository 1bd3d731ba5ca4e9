"""While the connection is lost, every page says so above whatever is open, and so do its buttons."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from mentorbook.domain.views import Account
from tests.e2e.boxes import faults
from tests.e2e.checking import barriers
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
# A note takes no press, so for this question it does.
IS_ON_TOP = """(note) => {
    note.style.pointerEvents = "auto";
    const box = note.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    note.style.pointerEvents = "";
    return note.contains(top);
}"""


def _goes_offline(visitor: Visitor) -> None:
    visitor.context.set_offline(True)
    expect(visitor.part("offline-note")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)


def _comes_back(visitor: Visitor) -> None:
    visitor.context.set_offline(False)
    expect(visitor.part("offline-note")).to_have_count(0, timeout=RECONNECTS_WITHIN_MS)


def _says_so_above(visitor: Visitor, opened: Locator) -> None:
    """The note is on top and read out, and lies below what is open."""
    note = visitor.part("offline-note")
    assert note.evaluate(IS_ON_TOP)
    expect(visitor.page.get_by_role("alert").get_by_text("MentorBook cannot be reached")).to_be_visible()
    assert _box(opened)["bottom"] <= _box(note)["top"]


def _box(part: Locator) -> dict[str, float]:
    box: dict[str, float] = part.evaluate("(part) => part.getBoundingClientRect().toJSON()")
    return box


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (844, 390), (320, 640)], ids=lambda size: f"{size[0]}")
def test_the_note_stands_above_an_open_modal(visits: Visits, size: tuple[int, int]) -> None:
    visitor = visits(a_mentee(), size=size)
    visitor.come_to_confirm(a_mentor(), TEN)
    _goes_offline(visitor)
    _says_so_above(visitor, visitor.part("booking-modal"))
    assert faults(visitor.page, "[data-testid=booking-modal]", ".offline-place") == []
    visitor.page.get_by_role("button", name="Back").click(trial=True)
    assert barriers(visitor.page) == []
    _comes_back(visitor)


@pytest.fixture
def dialogs(visits: Visits) -> tuple[Visitor, Visitor, Account]:
    """A mentee at a session, its mentor with a request to answer, and the mentee's account."""
    mentor, asking = a_mentor(), a_mentor("Anna", require_confirmation=True)
    mentee = a_mentee()
    session = booked(mentee, mentor, TEN)
    booked(a_mentee(), asking, TEN)
    theirs, mine = visits(asking, size=PHONE), visits(mentee)
    mine.go(f"/sessions/{session.id}")
    theirs.go("/sessions")
    return mine, theirs, mentee


def _rests_until_the_line_is_back(visitor: Visitor, button: Locator, dialog: Locator, words: str) -> None:
    expect(button).to_have_accessible_name(words)
    before = _box(button)
    _goes_offline(visitor)
    _says_so_above(visitor, dialog)
    expect(button).to_have_accessible_name("Offline")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_attribute(
        "title", "Connection lost. This works again as soon as MentorBook can be reached."
    )
    assert _box(button)["width"] == before["width"]
    assert _box(button)["height"] == before["height"]
    button.click(force=True)
    assert barriers(visitor.page) == []
    _comes_back(visitor)
    expect(dialog).to_be_visible()
    expect(button).to_have_accessible_name(words)


def test_what_cannot_be_done_offline_says_so_on_its_button(dialogs: tuple[Visitor, Visitor, Account]) -> None:
    mine, theirs, _ = dialogs
    mine.part("cancel-session").click()
    mine.page.get_by_role("radio", name="Schedule conflict").check()
    cancel = mine.part("confirm-cancel")
    _rests_until_the_line_is_back(mine, cancel, mine.part("cancel-dialog"), "Cancel this session")
    cancel.click()
    expect(mine.part("cancel-dialog")).to_have_count(0)
    expect(mine.page.get_by_text("Cancelled", exact=True).first).to_be_visible()

    theirs.part("decline-session").click()
    decline = theirs.part("confirm-answer")
    _rests_until_the_line_is_back(theirs, decline, theirs.part("answer-dialog"), "Decline")
    decline.click()
    expect(theirs.part("answer-dialog")).to_have_count(0)


def test_changed_details_are_saved_once_the_line_is_back(dialogs: tuple[Visitor, Visitor, Account]) -> None:
    mine, _, _ = dialogs
    mine.part("edit-session").click()
    mine.part("session-title").fill("Owls at night")
    save = mine.part("save-session")
    _rests_until_the_line_is_back(mine, save, mine.part("edit-dialog"), "Save changes")
    save.click()
    expect(mine.page.get_by_role("heading", name="Owls at night", level=1)).to_be_visible()


def test_a_line_that_dies_without_a_word_is_noticed_by_the_silence(visits: Visits) -> None:
    """As where a cable is pulled beyond the router: neither end hears of it, and no packet comes back."""
    visitor = visits(a_mentee())
    visitor.context.clock.install()
    line = Line(visitor)
    visitor.go("/sessions")
    line.die()
    visitor.context.clock.run_for(23_000)
    expect(visitor.part("offline-note")).to_be_visible(timeout=5_000)
