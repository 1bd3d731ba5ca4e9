"""Mentors set up their hours by mouse, touch and keyboard, see what mentees will see, and lose nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.availability.own_hours import own_hours
from tests.e2e.checking import barriers
from tests.e2e.keys import Keys
from tests.e2e.line import Line
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

LABELS = "(all) => all.map((each) => each.getAttribute('aria-label'))"
NINE_TO_FIVE = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in (1, 2, 3, 4, 5))


class Grid:
    """The week's grid, for a mouse: columns from Monday, 0, and minutes of the day."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.blocks = visitor.part("week-block")

    def point(self, column: int, minute: int) -> tuple[float, float]:
        """Where a minute of a day is on the screen."""
        box = self.page.locator(".weekly-layer").bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 7 * (column + 0.5), box["y"] + box["height"] * minute / 1440

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at one minute of a day, move to another, and let go."""
        self.page.mouse.move(*self.point(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.point(*end), steps=6)
        self.page.mouse.up()

    def shows(self, *names: str) -> None:
        """See that there are these blocks and no others, by their names."""
        expect(self.blocks).to_have_count(len(names))
        self.visitor.until(lambda: self.blocks.evaluate_all(LABELS) == list(names))

    def settles(self) -> None:
        """See that the server has answered the last change: the fields have what the grid shows."""
        chosen = self.page.locator("[data-testid=week-block][data-chosen]")
        start = chosen.get_attribute("aria-label")
        assert start is not None
        expect(self.visitor.part("block-start")).to_have_value(start.split(", ")[2][:5])


def editing(visits: Visits, mentor: Account, path: str = "/availability", **options: Any) -> Visitor:
    """A mentor at their hours."""
    visitor = visits(mentor, **options)
    visitor.go(path)
    expect(visitor.part("save-hours")).to_be_visible()
    return visitor


def saved(visitor: Visitor) -> None:
    """Save, and see that it is."""
    visitor.part("save-hours").click()
    expect(visitor.page.get_by_text("Saved. Mentees see it now.")).to_be_visible()


@pytest.mark.promise(2)
def test_a_week_from_nothing_and_the_only_slot_of_a_holiday(visits: Visits) -> None:
    mentor = a_mentor("Nora", "Europe/London", weekly=(), default_session_duration=120)
    mentee = visits(a_mentee("Mina", "Asia/Kathmandu"))
    mentee.go(f"/mentors/{mentor.id}")
    mentee.part("book-session").click()
    expect(mentee.page.get_by_text("There is no free time at the moment.")).to_be_visible()

    visitor = editing(visits, mentor)
    grid, page = Grid(visitor), visitor.page
    # By mouse: hours, their end, another day; and a break into the middle of them.
    grid.drag((3, 9 * 60), (3, 12 * 60))
    grid.shows("Thursday, open, 09:00 to 12:00")
    grid.settles()
    grid.drag((3, 12 * 60 - 4), (3, 16 * 60))
    grid.shows("Thursday, open, 09:00 to 16:00")
    grid.settles()
    page.get_by_role("radio", name="Break").check(force=True)
    grid.drag((3, 12 * 60), (3, 13 * 60))
    grid.shows("Thursday, open, 09:00 to 16:00", "Thursday, break, 12:00 to 13:00")
    # By keyboard: from the button of Friday to the block, moved, made shorter, and typed.
    page.get_by_role("radio", name="Open").check(force=True)
    keys = Keys(visitor)
    page.get_by_role("button", name="Add to Friday").focus()
    keys.press("Enter")
    expect(visitor.part("block-start")).to_have_value("09:00")
    friday = page.locator("[data-testid=week-block][data-day='5']")
    friday.focus()
    keys.press("ArrowDown", "ArrowDown", "Shift+ArrowUp")
    expect(friday).to_have_accessible_name("Friday, open, 09:30 to 12:15")
    expect(visitor.part("block-end")).to_have_value("12:15")
    keys.press("Enter")
    keys.rests_on("block-start")
    page.keyboard.press("Control+A")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(friday).to_have_accessible_name("Friday, open, 10:00 to 12:15")

    # A holiday, and two hours in it, by which only one session of two hours is left in three days.
    visitor.page.get_by_role("link", name="Rules").click()
    visitor.part("rule-max_advance_booking_days").fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Mentees book at most 3 days ahead, counted in London.")).to_be_visible()
    page.get_by_role("link", name="Days off and extra days").click()
    page.locator("[data-testid=off-day][data-date='2027-01-14']").click()
    expect(visitor.part("off-first")).to_have_value("2027-01-14")
    page.locator("[data-testid=off-day][data-date='2027-01-17']").click()
    expect(visitor.part("off-last")).to_have_value("2027-01-17")
    page.get_by_label("Why, for yourself").fill("Holiday")
    visitor.part("add-exception").click()
    expect(visitor.part("exception")).to_have_count(1)
    # By its parts, as a keyboard does it: half of a year is a date, too.
    visitor.part("off-first").press_sequentially("01152027")
    expect(visitor.part("off-first")).to_have_value("2027-01-15")
    expect(visitor.part("off-last")).to_have_value("2027-01-15")
    page.get_by_role("radio", name="Some hours").check(force=True)
    visitor.part("off-start").fill("10:00")
    visitor.part("off-end").fill("12:00")
    visitor.part("off-type").select_option("AVAILABLE")
    visitor.part("add-exception").click()
    expect(visitor.part("exception")).to_have_count(2)
    expect(visitor.part("exception").nth(1)).to_contain_text(
        "Extra hours win over a day off: these stay open."
    )

    # As somebody in Kathmandu will see it.
    visitor.part("preview-zone").click()
    page.get_by_role("combobox", name="Search time zones").fill("Kathmandu")
    page.get_by_role("option", name="Kathmandu").click()
    expect(visitor.part("preview-sum")).to_have_text("1 time in January, 1 more than published.")
    page.locator("[data-testid=preview-day][data-date='2027-01-15']").click()
    expect(visitor.part("preview-slot")).to_have_text(["15:45"])
    expect(visitor.part("preview-times")).to_contain_text("day off, Thu 14 – Sun 17 January")
    assert barriers(page) == []
    saved(visitor)

    expect(mentee.part("time-slot")).to_have_count(1)
    mentee.part("time-slot").click()
    mentee.continue_to_details()
    mentee.part("session-title").fill("The only one")
    mentee.part("step-next").click()
    mentee.part("confirm-booking").click()
    expect(mentee.part("booking-success")).to_be_visible()
    # And the mentor sees it, without a reload, as what stands there.
    expect(visitor.part("preview-slot")).to_have_count(0)
    expect(visitor.part("preview-times")).to_contain_text("your session with Mina")
    assert visitor.errors == mentee.errors == []


def test_what_is_not_saved_survives_a_reload_and_a_restart_and_can_be_undone(visits: Visits) -> None:
    mentor = a_mentor("Moira", weekly=NINE_TO_FIVE)
    visitor = visits(mentor)
    line = Line(visitor)
    visitor.go("/availability")
    grid = Grid(visitor)
    expect(grid.blocks).to_have_count(5)
    visitor.page.get_by_role("switch", name="Monday on").click()
    visitor.page.get_by_role("button", name="Add to Saturday").click()
    names = [
        "Monday, open, 09:00 to 17:00",
        *(f"{day}, open, 09:00 to 17:00" for day in ("Tuesday", "Wednesday", "Thursday", "Friday")),
        "Saturday, open, 09:00 to 12:00",
    ]
    grid.shows(*names)
    expect(visitor.part("not-saved")).to_be_visible()
    for again in (visitor.reload, lambda: _restart(line)):
        again()
        grid.shows(*names)
        expect(visitor.page.get_by_role("switch", name="Monday on")).to_have_attribute(
            "aria-checked", "false"
        )
    visitor.part("undo").click()
    expect(visitor.part("not-saved")).to_have_count(0)
    assert own_hours(mentor).weekly_patterns[1].is_enabled
    visitor.page.get_by_role("switch", name="Tuesday on").click()
    saved(visitor)
    assert not own_hours(mentor).weekly_patterns[2].is_enabled
    visitor.reload()
    expect(grid.blocks).to_have_count(5)
    expect(visitor.part("not-saved")).to_have_count(0)


def _restart(line: Line) -> None:
    line.restart()
    line.wait_until_back()


def test_leaving_with_changes_asks(visits: Visits) -> None:
    visitor = editing(visits, a_mentor("Moira", weekly=NINE_TO_FIVE))
    visitor.page.get_by_role("switch", name="Friday on").click()
    expect(visitor.part("not-saved")).to_be_visible()
    places = visitor.page.get_by_role("navigation", name="Main")
    places.get_by_role("link", name="Sessions").click()
    question = visitor.page.get_by_role("alertdialog")
    expect(question).to_contain_text("Leave without saving?")
    question.get_by_role("button", name="Keep editing").click()
    expect(question).to_have_count(0)
    expect(visitor.page.get_by_role("switch", name="Friday on")).to_have_attribute("aria-checked", "false")
    places.get_by_role("link", name="Sessions").click()
    question.get_by_role("button", name="Leave", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="Your sessions")).to_be_visible()
    # The tab has them still.
    visitor.go("/availability")
    expect(visitor.page.get_by_role("switch", name="Friday on")).to_have_attribute("aria-checked", "false")


def test_sessions_outside_are_listed_before_saving_and_stay(visits: Visits) -> None:
    mentor = a_mentor("Moira", weekly=NINE_TO_FIVE)
    session = booked(a_mentee("Mina"), mentor, datetime(2027, 1, 15, 10, tzinfo=UTC), title="Owls")
    visitor = editing(visits, mentor)
    visitor.page.get_by_role("switch", name="Friday on").click()
    visitor.part("save-hours").click()
    listed = visitor.part("sessions-outside")
    expect(listed).to_contain_text("Owls, with Mina")
    expect(listed.get_by_role("link", name="Owls")).to_have_attribute("href", f"/sessions/{session.id}")
    assert own_hours(mentor).weekly_patterns[5].is_enabled
    visitor.part("save-anyway").click()
    expect(visitor.page.get_by_text("Saved. Mentees see it now.")).to_be_visible()
    expect(listed).to_have_count(0)
    assert not own_hours(mentor).weekly_patterns[5].is_enabled


@pytest.mark.parametrize(
    ("answer", "start"), [("keep-times", "09:00"), ("keep-moments", "14:45")], ids=["times", "moments"]
)
def test_another_zone_asks_what_is_meant(visits: Visits, answer: str, start: str) -> None:
    mentor = a_mentor("Moira", "Europe/London", weekly=NINE_TO_FIVE)
    visitor = editing(visits, mentor, "/availability?tab=rules")
    visitor.part("own-zone").click()
    visitor.page.get_by_role("combobox", name="Search time zones").fill("Kathmandu")
    visitor.page.get_by_role("option", name="Kathmandu").click()
    row = visitor.page.get_by_role("row", name="Monday")
    expect(row.get_by_role("cell")).to_have_text(["09:00 – 17:00", "09:00 – 17:00", "14:45 – 22:45"])
    assert barriers(visitor.page) == []
    visitor.part(answer).click()
    expect(row).to_have_count(0)
    saved(visitor)
    hours = own_hours(mentor)
    assert hours.schedule.timezone == "Asia/Kathmandu"
    assert hours.weekly_patterns[1].time_blocks[0].start_time == start


def test_two_tabs_do_not_overwrite_each_other_unseen(visits: Visits) -> None:
    mentor = a_mentor("Moira", weekly=NINE_TO_FIVE)
    one, other = editing(visits, mentor), editing(visits, mentor)
    one.page.get_by_role("switch", name="Monday on").click()
    expect(one.part("not-saved")).to_be_visible()
    other.page.get_by_role("switch", name="Tuesday on").click()
    saved(other)
    expect(one.page.get_by_text("Your hours were changed elsewhere since you began.")).to_be_visible()
    one.part("save-hours").click()
    expect(one.part("not-saved")).to_be_visible()
    week = own_hours(mentor).weekly_patterns
    assert (week[1].is_enabled, week[2].is_enabled) == (True, False)
    one.page.get_by_role("button", name="Take what is saved").click()
    expect(one.page.get_by_role("switch", name="Tuesday on")).to_have_attribute("aria-checked", "false")
    expect(one.page.get_by_role("switch", name="Monday on")).to_have_attribute("aria-checked", "true")


def test_what_is_dragged_and_moved_is_drawn_before_the_server_answers(visits: Visits) -> None:
    visitor = visits(a_mentor("Moira", weekly=NINE_TO_FIVE[:1]))
    line = Line(visitor)
    visitor.go("/availability")
    grid = Grid(visitor)
    grid.shows("Monday, open, 09:00 to 17:00")
    line.hold_answers()
    grid.drag((0, 10 * 60), (1, 11 * 60))
    grid.shows("Tuesday, open, 10:00 to 18:00")
    visitor.page.keyboard.press("Tab")
    block = visitor.part("week-block")
    block.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        visitor.page.keyboard.press(key)
    grid.shows("Wednesday, open, 10:30 to 18:30")
    line.release()
    expect(visitor.part("block-start")).to_have_value("10:30")
    grid.shows("Wednesday, open, 10:30 to 18:30")
    # What was pressed while the first answer was awaited is one change more, and both can be undone.
    assert line.said("hours_editor.place") == 2
    assert visitor.errors == []


def test_an_answer_leaves_selected_what_somebody_is_about_to_type_over(visits: Visits) -> None:
    visitor = visits(a_mentor("Moira", weekly=NINE_TO_FIVE[:1]))
    line, keyboard = Line(visitor), visitor.page.keyboard
    visitor.go("/availability")
    Grid(visitor).blocks.first.click()
    start = visitor.part("block-start")
    expect(start).to_have_value("09:00")
    line.hold_answers()
    visitor.part("week-block").press("ArrowDown")
    visitor.until(lambda: line.holds("09:15"))
    start.focus()
    keyboard.press("ControlOrMeta+A")
    line.release()
    expect(start).to_have_value("09:15")
    keyboard.type("10")
    keyboard.press("Enter")
    Grid(visitor).shows("Monday, open, 10:00 to 17:15")


def test_a_day_is_copied_and_its_last_block_closes_it(visits: Visits) -> None:
    visitor = editing(visits, a_mentor("Moira", weekly=NINE_TO_FIVE[:1]))
    grid = Grid(visitor)
    grid.blocks.first.click()
    visitor.part("copy-day").click()
    visitor.page.get_by_role("menuitem", name="Every day").click()
    expect(grid.blocks).to_have_count(7)
    visitor.part("remove-block").click()
    expect(grid.blocks).to_have_count(6)
    expect(visitor.page.get_by_role("switch", name="Monday on")).to_have_attribute("aria-checked", "false")
    visitor.part("undo").click()
    expect(grid.blocks).to_have_count(7)


WRONG: dict[str, tuple[str, Callable[[Visitor], None], str]] = {
    "a time": (
        "/availability",
        lambda visitor: visitor.part("block-end").fill("noon"),
        "The end must be a time from 00:00 to 24:00, such as 17:30.",
    ),
    "a number": (
        "/availability?tab=rules",
        lambda visitor: visitor.part("rule-buffer_time_between_sessions").fill("500"),
        "It must be 0 to 240 minutes.",
    ),
    "a date": (
        "/availability?tab=days",
        lambda visitor: visitor.part("off-first").fill("2026-01-01"),
        "must not be in the past",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_typed_wrong_is_said_at_its_field(visits: Visits, what: str) -> None:
    path, types, words = WRONG[what]
    visitor = editing(visits, a_mentor("Moira", weekly=NINE_TO_FIVE), path)
    if what == "a time":
        visitor.part("week-block").first.click()
    types(visitor)
    visitor.page.keyboard.press("Enter")
    if what == "a date":
        visitor.part("add-exception").click()
    expect(visitor.page.get_by_text(words).first).to_be_visible()
    expect(visitor.part("not-saved")).to_have_count(0)
    assert barriers(visitor.page) == []


def test_a_week_on_a_phone_in_the_dark(visits: Visits) -> None:
    visitor = editing(visits, a_mentor("Moira", weekly=NINE_TO_FIVE), size=PHONE, dark=True)
    page = visitor.page
    expect(visitor.part("week-block").locator("visible=true")).to_have_count(1)
    page.get_by_role("button", name="Saturday, off").tap()
    expect(visitor.part("week-block").locator("visible=true")).to_have_count(0)
    page.get_by_role("button", name="Add to Saturday").tap()
    expect(visitor.part("block-start")).to_have_value("09:00")
    box = page.locator(".weekly-layer").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] * 14 / 24 + 4)
    expect(visitor.part("block-start")).to_have_value("14:00")
    for tab in ("week", "days", "rules"):
        page.goto(f"/availability?tab={tab}")
        visitor.ready()
        expect(visitor.part("save-hours")).to_be_visible()
        assert barriers(page) == []


def test_who_is_no_mentor_is_told_how_to_become_one(visits: Visits) -> None:
    visitor = visits(a_mentee("Mina"))
    visitor.go("/availability")
    expect(visitor.page.get_by_role("heading", name="Only mentors have hours")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Go to settings")).to_be_visible()
    assert barriers(visitor.page) == []
