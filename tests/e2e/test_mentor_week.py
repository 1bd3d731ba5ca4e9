"""The week of a mentor at the browser: by mouse, keyboard and finger, and while it changes."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from mentorbook.domain.slots import CalendarException, WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.availability.own_hours import add_exception
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.line import Line
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

WEEK = "/sessions?view=week"
WEEKLY = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in (1, 2, 3, 4, 5))
OFF = CalendarException(date(2027, 1, 15), date(2027, 1, 15), "BLOCKED")


def _at(day: int, hour: int) -> datetime:
    return datetime(2027, 1, day, hour, tzinfo=UTC)


@pytest.fixture
def moira(visits: Visits, hands: Hands) -> Account:
    """A mentor with hours on weekdays, of which one Friday is taken off, and with sessions in two weeks."""
    mentor = a_mentor("Moira", weekly=WEEKLY, exceptions=(OFF,))
    booked(a_mentee("Mina"), mentor, _at(14, 10), title="Reading papers")
    booked(a_mentee("Raj"), mentor, _at(19, 9), title="Drawing maps")
    return mentor


def _days(visitor: Visitor) -> dict[str, list[str]]:
    """The titles of the sessions of each day that has some."""
    found: dict[str, list[str]] = visitor.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-testid=week-day]")]
            .map((day) => [day.dataset.date, [...day.querySelectorAll("li b")].map((one) => one.textContent)])
            .filter(([, titles]) => titles.length))"""
    )
    return found


def _top(visitor: Visitor, title: str) -> float:
    """How far below nine o'clock a session begins, in minutes."""
    block = visitor.part("week-session").filter(has_text=title).bounding_box()
    body = visitor.page.locator(".week-body").first.bounding_box()
    assert block is not None
    assert body is not None
    return round(block["y"] - body["y"])


def test_a_week_is_turned_by_buttons_and_keys_and_opens_a_session(visits: Visits, moira: Account) -> None:
    visitor = visits(moira)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_have_count(2)
    visitor.page.get_by_role("navigation", name="View").get_by_role("link", name="Week").click()
    expect(visitor.page).to_have_url(re.compile(r"view=week$"))
    title = visitor.page.locator("#week-title")
    expect(title).to_have_text("11 – 17 January 2027")
    assert _days(visitor) == {"2027-01-14": ["Reading papers"]}
    assert _top(visitor, "Reading papers") == 60
    expect(visitor.part("week-day", date="2027-01-15")).to_contain_text("Off, all day")
    expect(visitor.page.locator(".week-now")).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.page.get_by_role("link", name="The week after").click()
    expect(title).to_have_text("18 – 24 January 2027")
    assert _days(visitor) == {"2027-01-19": ["Drawing maps"]}
    expect(visitor.page.locator(".week-now")).to_have_count(0)
    for key, expected in (("PageUp", "11 – 17"), ("PageDown", "18 – 24"), ("PageDown", "25 – 31")):
        visitor.page.get_by_role("link", name="The week after").focus()
        visitor.page.keyboard.press(key)
        expect(title).to_have_text(f"{expected} January 2027")
    visitor.page.keyboard.press("t")
    expect(title).to_have_text("11 – 17 January 2027")
    visitor.page.go_back()
    expect(title).to_have_text("25 – 31 January 2027")
    visitor.reload()
    expect(title).to_have_text("25 – 31 January 2027")
    visitor.page.get_by_role("link", name="Today", exact=True).click()
    visitor.part("week-session").get_by_role("link").click()
    expect(visitor.page.get_by_role("heading", name="Reading papers", level=1)).to_be_visible()
    assert visitor.errors == []


def test_bookings_and_exceptions_appear_while_the_week_is_open(visits: Visits, moira: Account) -> None:
    visitor = visits(moira)
    visitor.go(WEEK)
    hours = visitor.part("figure-hours")
    expect(hours).to_contain_text("1 h of 32 h")
    booked(a_mentee("Sam"), moira, _at(14, 12), title="An unlooked-for one", duration=90)
    expect(visitor.part("week-session").filter(has_text="An unlooked-for one")).to_be_visible()
    expect(hours).to_contain_text("2.5 h of 32 h")
    assert _top(visitor, "An unlooked-for one") == 180
    add_exception(
        moira, {"startDate": "2027-01-13", "endDate": "2027-01-13", "type": "BLOCKED", "reason": "Dentist"}
    )
    expect(visitor.part("week-day", date="2027-01-13")).to_contain_text("Dentist, all day")
    expect(hours).to_contain_text("2.5 h of 24 h")
    assert visitor.errors == []


def test_each_figure_leads_to_what_it_counts(visits: Visits, hands: Hands) -> None:
    greta = a_mentor("Greta", weekly=WEEKLY, require_confirmation=True)
    booked(a_mentee("Mina"), greta, _at(14, 10), title="May I?")
    visitor = visits(greta)
    visitor.go(WEEK)
    session = visitor.part("week-session")
    expect(session).to_contain_text("Waits for your answer")
    expect(visitor.part("figure-requests")).to_contain_text("1 to answer")
    visitor.part("figure-requests").click()
    expect(visitor.part("waiting-requests")).to_be_in_viewport()
    expect(visitor.part("waiting-requests").get_by_role("link", name="May I?")).to_be_visible()
    visitor.part("figure-hours").click()
    expect(session).to_be_visible()
    visitor.part("figure-coming").click()
    expect(visitor.part("session-card")).to_have_count(1)
    # Who is no mentor has neither.
    other = visits(a_mentee("Mina"))
    other.go(WEEK)
    expect(other.page.get_by_text("You have no coming sessions")).to_be_visible()
    expect(other.part("figures")).to_have_count(0)
    expect(other.page.get_by_role("navigation", name="View")).to_have_count(0)
    assert visitor.errors == other.errors == []


def test_the_week_is_told_in_the_zone_that_is_chosen(visits: Visits, moira: Account) -> None:
    visitor = visits(moira)
    visitor.go(f"{WEEK}&week=2027-01-18")
    session = visitor.part("week-session")
    expect(session).to_contain_text("09:00 – 10:00")
    visitor.part("week-zone").click()
    visitor.part("timezone-search").fill("Auckland")
    expect(visitor.page.get_by_role("option")).to_have_count(1)
    visitor.page.get_by_role("option").first.click()
    expect(session).to_contain_text("22:00 – 23:00")
    expect(visitor.part("week-zone")).to_contain_text("Auckland")
    # Nine to five here is another stretch of the day there, over midnight.
    expect(visitor.part("week-day", date="2027-01-20")).to_contain_text("Open 00:00–06:00, 22:00–24:00")
    visitor.page.get_by_role("link", name="The week before").click()
    expect(session).to_contain_text("23:00 – 00:00")
    assert visitor.errors == []


def test_what_is_known_is_drawn_before_the_server_answers(visits: Visits, moira: Account) -> None:
    visitor = visits(moira)
    line = Line(visitor)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_have_count(2)
    line.hold_answers()
    visitor.page.get_by_role("link", name="Week", exact=True).click()
    expect(visitor.part("mentor-week").get_by_role("status")).to_contain_text("Loading your week")
    line.release()
    expect(visitor.part("week-session")).to_contain_text("Reading papers")
    visitor.page.get_by_role("link", name="The week after").click()
    expect(visitor.part("week-session")).to_contain_text("Drawing maps")
    line.hold_answers()
    # The week of a moment ago, and the list, are drawn as they were.
    visitor.page.keyboard.press("PageUp")
    visitor.page.get_by_role("link", name="The week before").focus()
    expect(visitor.part("mentor-week").or_(visitor.part("session-card")).first).to_be_visible()
    visitor.page.go_back()
    visitor.page.get_by_role("link", name="List", exact=True).click()
    expect(visitor.part("session-card")).to_have_count(2)
    line.release()
    assert visitor.errors == []


def test_on_a_phone_one_day_is_shown_at_a_time(visits: Visits, moira: Account) -> None:
    visitor = visits(moira, size=PHONE, dark=True)
    line = Line(visitor)
    visitor.go(WEEK)
    day = visitor.page.locator(".week-day:visible")
    # Today is on show; another day is drawn without asking.
    expect(day).to_have_count(1)
    expect(day).to_contain_text("Today, Wednesday 13 January")
    expect(day).to_contain_text("No sessions.")
    line.hold_answers()
    visitor.page.get_by_role("button", name="Thursday 14 January").click()
    expect(day).to_contain_text("Reading papers")
    line.release()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    assert small_targets(visitor.page, "[data-testid=mentor-week]") == []
    # A reload keeps the day; a swipe goes on, and over the end of the week to the next.
    visitor.reload()
    expect(day).to_contain_text("Reading papers")
    for expected in ("Friday 15", "Saturday 16", "Sunday 17", "Monday 18"):
        _swipe(visitor)
        expect(day).to_contain_text(f"{expected} January")
    expect(visitor.page.locator("#week-title")).to_have_text("18 – 24 January 2027")
    assert visitor.errors == []


def _swipe(visitor: Visitor) -> None:
    """A finger moves from right to left over the day."""
    visitor.page.evaluate(
        """() => {
            const target = document.querySelector(".week-day.chosen");
            const send = (type, x) => {
                const touch = new Touch({ identifier: 1, target, clientX: x, clientY: 400 });
                const touches = type === "touchend" ? [] : [touch];
                const event = { bubbles: true, touches, changedTouches: [touch] };
                target.dispatchEvent(new TouchEvent(type, event));
            };
            send("touchstart", 300);
            send("touchend", 120);
        }"""
    )


@NIGHT_ON_A_PHONE
def test_a_full_week_has_no_barriers(visits: Visits, hands: Hands, size: tuple[int, int], dark: bool) -> None:
    """Every kind of session and of ground at once, in each size and theme."""
    greta = a_mentor("Greta", weekly=WEEKLY, exceptions=(OFF,), require_confirmation=True)
    extra = {"type": "AVAILABLE", "startTime": "10:00", "endTime": "12:00", "reason": "Open house"}
    add_exception(greta, {"startDate": "2027-01-16", "endDate": "2027-01-16", **extra})
    booked(a_mentee("Mina"), greta, _at(14, 10), title="May I?")
    booked(a_mentee("Raj"), greta, _at(14, 12), title="For a moment", duration=15)
    booked(greta, a_mentor("Omar"), _at(14, 14), title="Learning")
    present, hands.now = hands.now, NOON - timedelta(days=2)
    booked(a_mentee("Sam"), greta, _at(12, 9), title="Of yesterday")
    hands.now = present
    visitor = visits(greta, size=size, dark=dark)
    visitor.go(f"{WEEK}&day=2027-01-14")
    for title in ("May I?", "For a moment", "Learning"):
        expect(visitor.part("week-session").filter(has_text=title)).to_be_visible()
    assert (barriers(visitor.page), beyond_the_edge(visitor.page)) == ([], 0)
    assert visitor.errors == []
