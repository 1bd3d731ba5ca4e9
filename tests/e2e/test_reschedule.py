"""Moving a session at the browser: twice, and not a third time."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from mentorbook.services.booking import cancellation, rescheduling
from mentorbook.services.booking.booking_queries import get_booking
from tests.conftest import Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

START = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)
DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


def _open(visitor: Visitor) -> None:
    visitor.part("reschedule-session").click()
    visitor.part("calendar-day").first.wait_for()


@pytest.mark.promise(1)
def test_a_session_is_moved_twice_and_not_a_third_time(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina", "Asia/Kolkata")
    session = booked(mentee, mentor, START, title="Owls")
    mine, theirs = visits(mentee), visits(mentor)
    theirs.go("/sessions")
    mine.go("/sessions")
    button = mine.part("reschedule-session")
    for count, label in ((0, "Sat 15:30"), (1, "Sun 15:30")):
        target = START + DAY * (count + 1)
        expect(button).to_contain_text(f"{count} / 2")
        _open(mine)
        expect(mine.part("reschedule-allowance")).to_have_text(f"{count} / 2 used")
        expect(mine.part("confirm-reschedule")).to_have_attribute("aria-disabled", "true")
        mine.choose(target)
        times = mine.part("reschedule-times")
        expect(times).to_contain_text(f"{15 + count} Jan, 15:30 – 16:30 Kolkata · 10:00 London")
        expect(times).to_contain_text(f"{16 + count} Jan, 15:30 – 16:30 Kolkata · 10:00 London")
        expect(mine.part("confirm-reschedule")).to_have_text(f"Move to {label}")
        mine.part("confirm-reschedule").dblclick()
        expect(mine.part("reschedule-dialog")).to_have_count(0)
        expect(button).to_contain_text(f"{count + 1} / 2")
        assert get_booking(mentee, session.id).scheduled_at == target
    expect(button).to_have_attribute("aria-disabled", "true")
    limit = "You have moved this session twice, which is the limit."
    expect(button).to_have_accessible_description(limit)
    expect(mine.part("session-card")).to_contain_text(limit)
    button.focus()
    mine.page.keyboard.press("Enter")
    expect(mine.part("reschedule-dialog")).to_have_count(0)
    expect(theirs.part("session-card")).to_contain_text("17")
    mine.go(f"/sessions/{session.id}")
    timeline = mine.part("session-timeline")
    expect(timeline).to_contain_text("Fri 15 Jan 15:30 → Sat 16 Jan 15:30")
    expect(timeline).to_contain_text("Sat 16 Jan 15:30 → Sun 17 Jan 15:30")
    assert mine.errors == []


@pytest.mark.promise(2)
def test_the_session_itself_does_not_block(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    visitor = visits(mentee)
    visitor.go("/sessions")
    _open(visitor)
    # Where it is already is no move.
    expect(visitor.slot(START - HALF_HOUR)).to_be_visible()
    expect(visitor.slot(START)).to_have_count(0)
    visitor.choose(START + HALF_HOUR)
    visitor.part("confirm-reschedule").click()
    expect(visitor.part("reschedule-dialog")).to_have_count(0)
    assert get_booking(mentee, session.id).scheduled_at == START + HALF_HOUR


@pytest.mark.promise(2)
def test_the_length_can_change_with_the_time(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    booked(a_mentee(), mentor, START + timedelta(hours=2))
    visitor = visits(mentee)
    visitor.go(f"/sessions/{session.id}")
    _open(visitor)
    expect(visitor.slot(START)).to_have_count(0)
    lengths = visitor.part("duration-select")
    expect(lengths.get_by_text("2 h", exact=True)).to_be_visible()
    expect(lengths.get_by_text("2 h 15 min")).to_have_count(0)
    # The five common ones, and the others behind a button that names the one that is chosen.
    expect(lengths.get_by_role("radio")).to_have_count(5)
    lengths.get_by_role("button", name="More lengths").click()
    others = visitor.page.get_by_role("group", name="More lengths").get_by_role("button")
    expect(others).to_have_text(["15 min", "75 min", "105 min"])
    others.filter(has_text="75 min").click()
    expect(lengths.get_by_role("button", name="75 min")).to_be_focused()
    expect(lengths.get_by_role("radio", checked=True)).to_have_count(0)
    expect(visitor.part("confirm-reschedule")).to_have_text("Make it 75 min")
    lengths.get_by_text("90 min").click()
    expect(lengths.get_by_role("button", name="More lengths")).to_be_visible()
    expect(visitor.part("confirm-reschedule")).to_have_text("Make it 90 min")
    expect(visitor.page.get_by_text("90 min cost £90.00 instead of £60.00.")).to_be_visible()
    visitor.part("confirm-reschedule").click()
    expect(visitor.part("reschedule-dialog")).to_have_count(0)
    moved = get_booking(mentee, session.id)
    assert (moved.scheduled_at, moved.duration) == (START, 90)


@pytest.mark.promise(2)
def test_a_slot_taken_meanwhile_leads_to_the_nearest(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    target = START + DAY
    visitor = visits(mentee)
    visitor.go("/sessions")
    _open(visitor)
    visitor.choose(target)
    booked(a_mentee("Faye"), mentor, target)
    notice = visitor.page.get_by_role("status").filter(has_text="10:00 was just taken.")
    expect(notice).to_contain_text("your session keeps its time until you move it")
    expect(visitor.slot(target - 2 * HALF_HOUR)).to_have_attribute("aria-pressed", "true")
    visitor.part("confirm-reschedule").click()
    expect(visitor.part("reschedule-dialog")).to_have_count(0)
    assert get_booking(mentee, session.id).scheduled_at == target - 2 * HALF_HOUR


def test_a_stale_dialog_says_what_changed(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    session = booked(mentee, mentor, START)
    visitor = visits(mentee)
    visitor.go("/sessions")
    _open(visitor)
    visitor.choose(START + DAY)
    rescheduling.reschedule_booking(mentee, session.id, {"scheduledAt": (START + 2 * DAY).isoformat()})
    stale = visitor.part("dialog-stale")
    expect(stale).to_contain_text("moved meanwhile, from Fri 15 Jan, 10:00 to Sun 17 Jan, 10:00")
    visitor.page.keyboard.press("Escape")
    _open(visitor)
    cancellation.cancel_booking(mentee, session.id, {"reasonCategory": "no_longer_needed"})
    expect(stale).to_contain_text("This session is cancelled meanwhile.")
    assert get_booking(mentee, session.id).reschedule_count == 1


def test_an_open_page_says_when_it_became_too_late(visits: Visits, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    booked(mentee, a_mentor(), START)
    hands.now = START - timedelta(hours=4, seconds=2)
    visitor = visits(mentee)
    visitor.go("/sessions")
    button = visitor.part("reschedule-session")
    expect(button).to_have_attribute("aria-disabled", "false")
    hands.on(seconds=4)
    expect(button).to_have_attribute("aria-disabled", "true")
    said = "It could be moved until 4 hours before the start (today 06:00)."
    expect(button).to_have_accessible_description(said)


@NIGHT_ON_A_PHONE
def test_nothing_keeps_anybody_from_moving(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    mentee = a_mentee("Mina", "Asia/Kolkata")
    booked(mentee, a_mentor("Moira", "Europe/London"), START)
    visitor = visits(mentee, size=size, dark=dark)
    visitor.go("/sessions")
    _open(visitor)
    # The length of the present time can change at once, and the dialog stays where it is.
    visitor.part("duration-select").get_by_text("90 min", exact=True).click()
    expect(visitor.part("confirm-reschedule")).to_have_text("Make it 90 min")
    expect(visitor.part("confirm-reschedule")).to_be_in_viewport()
    expect(visitor.part("reschedule-allowance")).to_be_in_viewport()
    assert barriers(visitor.page) == []
    visitor.choose(START + DAY)
    expect(visitor.part("duration-select")).to_be_visible()
    assert barriers(visitor.page) == []
    if size == PHONE:
        assert beyond_the_edge(visitor.page) == 0
        assert small_targets(visitor.page, "[data-testid=reschedule-dialog]") == []
        expect(visitor.part("confirm-reschedule")).to_be_in_viewport()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("reschedule-session")).to_be_focused()
