"""Every time is right on both clocks, wherever the two are."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from mentorbook.domain.slots import WeeklyBlock
from tests.conftest import Hands
from tests.e2e.line import Line
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits, booked, sessions_of
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
# Where the panel of the zone picker is, and how much of it is neither field nor matches nor the space around.
PANEL = """() => {
    const panel = document.querySelector("[data-testid=timezone-search]").closest(".rt-PopoverContent > *");
    const { top, bottom, height } = panel.getBoundingClientRect();
    const parts = [...panel.children].map((part) => part.offsetHeight).filter((each) => each);
    const around = 2 * 8 + 6 * (parts.length - 1);
    const filled = parts.reduce((sum, each) => sum + each, around);
    return { top, bottom, height, over: Math.round(height - filled) };
}"""
NINE_TO_FIVE = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in range(7))


@pytest.mark.promise(1)
def test_the_picker_begins_at_the_browsers_zone_and_rewrites_everything(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina", "Europe/London")
    visitor = visits(mentee, zone="Australia/Adelaide")
    visitor.open_modal(mentor)
    picker, modal = visitor.part("timezone-select"), visitor.part("booking-modal")
    expect(picker).to_have_attribute("data-zone", "Australia/Adelaide")
    expect(picker).to_have_accessible_name(re.compile(r"Time zone: Adelaide GMT\+10:30"))
    visitor.choose(TEN, "2027-01-14")
    expect(visitor.slot(TEN)).to_have_text(re.compile("20:30.*10:00 Moira"))

    picker.click()
    visitor.part("timezone-search").fill("tokyo")
    visitor.page.get_by_role("option", name=re.compile("Tokyo")).click()
    expect(picker).to_have_attribute("data-zone", "Asia/Tokyo")
    # What was chosen stays chosen, on the other clock.
    expect(visitor.slot(TEN)).to_have_attribute("aria-pressed", "true")
    expect(visitor.slot(TEN)).to_have_text(re.compile("19:00.*10:00 Moira"))
    expect(modal).to_contain_text("Thu 14 Jan, 19:00 Tokyo · 10:00 London")
    visitor.continue_to_details()
    visitor.continue_to_confirm()
    expect(visitor.part("booking-summary")).to_contain_text("Thu 14 January, 19:00 – 20:00 Tokyo")
    expect(visitor.part("booking-summary")).to_contain_text("10:00 – 11:00 London, for Moira")
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_contain_text("19:00 – 20:00 Tokyo")
    assert sessions_of(mentee) == 1


def test_the_picker_by_keyboard(visits: Visits) -> None:
    visitor = visits(a_mentee())
    visitor.open_modal(a_mentor())
    picker, keyboard = visitor.part("timezone-select"), visitor.page.keyboard
    picker.focus()
    keyboard.press("Enter")
    expect(visitor.part("timezone-search")).to_be_focused()
    keyboard.type("auckland")
    expect(visitor.page.get_by_role("option")).to_have_count(1)
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(picker).to_have_attribute("data-zone", "Pacific/Auckland")
    expect(picker).to_be_focused()
    keyboard.press("Enter")
    expect(visitor.part("timezone-search")).to_be_focused()
    keyboard.press("Escape")
    expect(visitor.part("timezone-search")).to_have_count(0)
    expect(visitor.part("booking-modal")).to_be_visible()
    keyboard.press("Enter")
    visitor.part("timezone-search").fill("nowhere at all")
    expect(visitor.page.get_by_text("No zone matches.")).to_be_visible()


def test_a_slot_on_the_viewers_other_date_is_listed_under_it(visits: Visits) -> None:
    mentor = a_mentor("Moira", "Europe/London", weekly=NINE_TO_FIVE)
    visitor = visits(a_mentee(zone="Pacific/Auckland"))
    visitor.open_modal(mentor)
    late = datetime(2027, 1, 14, 12, 0, tzinfo=UTC)
    visitor.choose(late, "2027-01-15")
    expect(visitor.slot(late)).to_have_text(re.compile("01:00.*Thu 12:00 Moira"))
    expect(visitor.part("booking-modal")).to_contain_text("Fri 15 Jan, 01:00 Auckland · Thu 12:00 London")


def test_the_clocks_go_forward_at_the_mentors(visits: Visits, hands: Hands) -> None:
    """London skips 01:00–02:00 on the 28th of March 2027; Kolkata has no such day."""
    hands.now = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
    mentor = a_mentor("Moira", "Europe/London")
    visitor = visits(a_mentee(zone="Asia/Kolkata"))
    visitor.open_modal(mentor)
    visitor.part("calendar-day", date="2027-03-28").click()
    expect(visitor.page.get_by_role("heading", name="Sunday 28 March")).to_be_visible()
    shown = {
        slot.get_attribute("data-start"): slot.inner_text().split()
        for slot in visitor.part("time-slot").all()
        if (slot.get_attribute("data-start") or "").startswith("2027-03-28T0")
    }
    assert [(start, times[:2]) for start, times in shown.items()][:5] == [
        ("2027-03-28T00:00:00Z", ["05:30", "00:00"]),
        ("2027-03-28T00:30:00Z", ["06:00", "00:30"]),
        ("2027-03-28T01:00:00Z", ["06:30", "02:00"]),
        ("2027-03-28T01:30:00Z", ["07:00", "02:30"]),
        ("2027-03-28T02:00:00Z", ["07:30", "03:00"]),
    ]
    # A session over the gap lasts its hour: 00:30 GMT until 02:30 BST.
    visitor.slot(datetime(2027, 3, 28, 0, 30, tzinfo=UTC)).click()
    visitor.continue_to_details()
    visitor.continue_to_confirm()
    expect(visitor.part("booking-summary")).to_contain_text("Sun 28 March, 06:00 – 07:00 Kolkata")
    expect(visitor.part("booking-summary")).to_contain_text("00:30 – 02:30 London, for Moira")


def test_the_clocks_go_back_for_the_viewer(visits: Visits, hands: Hands) -> None:
    """New York reads 01:00–02:00 twice on the 7th of November 2027; both are offered and told apart."""
    hands.now = datetime(2027, 11, 1, 12, 0, tzinfo=UTC)
    mentor = a_mentor("Moira", "UTC")
    visitor = visits(a_mentee(zone="America/New_York"))
    visitor.open_modal(mentor)
    visitor.part("calendar-day", date="2027-11-07").click()
    twice = ((5, "01:00 GMT-4", "05:00"), (6, "01:00 GMT-5", "06:00"), (7, "02:00", "07:00"))
    for utc, here, there in twice:
        slot = visitor.slot(datetime(2027, 11, 7, utc, 0, tzinfo=UTC))
        expect(slot).to_have_text(re.compile(f"^{here}{there} Moira$"))


def test_both_lists_are_right_across_a_clock_change(visits: Visits, hands: Hands) -> None:
    hands.now = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina", "America/New_York")
    booked(mentee, mentor, datetime(2027, 3, 29, 9, 0, tzinfo=UTC))
    for person, here, there in ((mentor, "10:00", "05:00 New York"), (mentee, "05:00", "10:00 London")):
        visitor = visits(person)
        visitor.go("/sessions")
        expect(visitor.part("session-card")).to_contain_text(here)
        expect(visitor.part("session-card")).to_contain_text(there)


@pytest.mark.parametrize(
    "size", [DESKTOP, PHONE, (844, 390), (1280, 560)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_the_picker_is_as_high_as_its_matches_and_stays_where_it_is(
    visits: Visits, size: tuple[int, int]
) -> None:
    visitor = visits(a_mentee(), size=size)
    visitor.open_modal(a_mentor())
    visitor.part("timezone-select").click()
    options, search = visitor.page.get_by_role("option"), visitor.part("timezone-search")
    expect(options.nth(3)).to_be_attached()
    place = search.bounding_box()
    heights = []
    for words, found in (("lon", 4), ("tokyo", 1), ("nowhere", 0)):
        search.fill(words)
        expect(visitor.page.locator(f"[data-query='{words}']")).to_be_attached()
        expect(options).to_have_count(found)
        assert search.bounding_box() == place
        heights.append(visitor.page.evaluate(PANEL))
    assert [panel["over"] for panel in heights] == [0, 0, 0]
    assert heights[0]["height"] > heights[1]["height"] > 40
    assert all(panel["top"] >= 0 and panel["bottom"] <= size[1] for panel in heights)
    search.fill("tokyo")
    visitor.page.get_by_role("option", name="Tokyo").click()
    expect(visitor.part("timezone-select")).to_have_attribute("data-zone", "Asia/Tokyo")


def choose_tokyo(visitor: Visitor, line: Line) -> Locator:
    """Choose Tokyo while no answer comes; the picker shows it."""
    picker = visitor.part("timezone-select")
    picker.click()
    visitor.part("timezone-search").fill("tokyo")
    option = visitor.page.get_by_role("option", name=re.compile("Tokyo"))
    expect(option).to_be_visible()
    line.hold_answers()
    option.click()
    expect(picker).to_have_attribute("data-zone", "Asia/Tokyo")
    expect(picker).to_have_accessible_name("Time zone: Tokyo GMT+9")
    return picker


def test_a_chosen_zone_shows_at_once_and_its_times_are_on_their_way(visits: Visits) -> None:
    mentee = a_mentee("Mina")
    mentor = a_mentor("Moira")
    visitor = visits(mentee)
    line = Line(visitor)
    visitor.open_modal(mentor)
    visitor.choose(TEN)
    foot = visitor.page.get_by_text("Thu 14 Jan, 10:00")
    expect(foot).to_be_visible()
    choose_tokyo(visitor, line)
    calendar = visitor.page.get_by_role("group", name="January 2027")
    expect(calendar).to_have_attribute("aria-busy", "true")
    # No time of the other clock is left.
    expect(visitor.part("time-slot")).to_have_count(0)
    expect(foot).to_have_count(0)
    expect(visitor.part("earliest-slot")).to_have_text("Earliest: ")
    line.release()
    expect(calendar).to_have_attribute("aria-busy", "false")
    expect(visitor.slot(TEN)).to_have_text(re.compile("19:00"))
    expect(visitor.slot(TEN)).to_have_attribute("aria-pressed", "true")

    booked(mentee, mentor, TEN + timedelta(days=2))
    visitor.go("/sessions")
    visitor.part("reschedule-session").click()
    visitor.choose(TEN + timedelta(days=1))
    times = visitor.part("reschedule-times")
    expect(times).to_contain_text("10:00")
    choose_tokyo(visitor, line)
    expect(times).not_to_contain_text("10:00")
    expect(visitor.part("time-slot")).to_have_count(0)
    line.release()
    expect(times).to_contain_text("19:00")


@pytest.mark.parametrize("path", ["/register", "/settings", "/mentors/"])
def test_a_zone_that_is_refused_is_taken_back(
    visits: Visits, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    visitor = visits() if path == "/register" else visits(a_mentee("Mina"))
    line = Line(visitor)
    if path == "/mentors/":
        visitor.open_modal(a_mentor("Moira"))
    else:
        visitor.go(path)
    before = visitor.part("timezone-select").get_attribute("data-zone") or ""
    monkeypatch.setattr("mentorbook.state.zone_choice.is_zone", lambda name: False)
    picker = choose_tokyo(visitor, line)
    line.release()
    expect(visitor.page.get_by_text("is not a time zone")).to_be_visible()
    expect(picker).to_have_attribute("data-zone", before)
    if path == "/mentors/":
        expect(visitor.part("time-slot").first).to_be_visible()
