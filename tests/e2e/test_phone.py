"""The main job on a phone."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.checking import beyond_the_edge, small_targets
from tests.e2e.visitor import PHONE, Visitor, Visits, booked, sessions_of
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
LONG = "Averylongwordwithoutanyspaceinitatall" * 3


def _fits(visitor: Visitor) -> None:
    """The modal fills the screen, nothing sticks out, and everything can be hit with a finger."""
    box = visitor.part("booking-modal").bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    assert beyond_the_edge(visitor.page) == 0
    sticking_out = visitor.part("booking-modal").evaluate(
        "modal => [...modal.querySelectorAll('*')].filter((each) => !each.closest('.sr-only')"
        " && each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML.slice(0, 90))"
    )
    assert sticking_out == []
    assert small_targets(visitor.page, "[data-testid=booking-modal]") == []


@pytest.mark.promise(1)
def test_a_booking_on_a_phone(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira", "Europe/London"), a_mentee("Mina", "Asia/Kolkata")
    visitor = visits(mentee, size=PHONE)
    visitor.open_modal(mentor)
    _fits(visitor)
    visitor.choose(TEN)
    _fits(visitor)
    visitor.continue_to_details()
    _fits(visitor)
    visitor.part("session-title").fill(LONG)
    visitor.part("step-next").click()
    visitor.part("booking-summary").wait_for()
    _fits(visitor)
    visitor.page.get_by_role("button", name="Close").click()
    asking = visitor.page.get_by_role("alertdialog")
    expect(asking).to_be_visible()
    assert small_targets(visitor.page, "[role=alertdialog]") == []
    visitor.page.get_by_role("button", name="Keep editing").click()
    expect(asking).to_have_count(0)
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()
    _fits(visitor)
    assert sessions_of(mentee) == 1


def test_the_time_zone_is_chosen_on_a_phone(visits: Visits) -> None:
    visitor = visits(a_mentee(), size=PHONE)
    visitor.open_modal(a_mentor())
    visitor.part("timezone-select").click()
    visitor.part("timezone-search").fill("tokyo")
    visitor.page.get_by_role("option", name="Tokyo").click()
    expect(visitor.part("timezone-select")).to_have_attribute("data-zone", "Asia/Tokyo")
    _fits(visitor)


@pytest.mark.parametrize("size", [PHONE, (320, 640)], ids=["phone", "small phone"])
def test_no_page_is_wider_than_a_phone(visits: Visits, size: tuple[int, int]) -> None:
    mentor = a_mentor("Wilhelmina " + "Featherstonehaugh" * 3)
    mentee = a_mentee("Bartholomew " + "Cholmondeley" * 4)
    session = booked(mentee, mentor, TEN, title=LONG, description=LONG)
    stranger, member = visits(size=size), visits(mentee, size=size)
    wide = {}
    for visitor, paths in (
        (stranger, ("/", "/login", "/register", "/nowhere")),
        (
            member,
            (
                f"/mentors/{mentor.id}",
                "/sessions",
                "/sessions?tab=past",
                f"/sessions/{session.id}",
                "/notifications",
                "/settings",
                f"/room/{session.id}",
            ),
        ),
    ):
        for path in paths:
            visitor.go(path)
            expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
            wide[path] = beyond_the_edge(visitor.page)
    assert {path: pixels for path, pixels in wide.items() if pixels > 0} == {}


def test_the_bottom_bar_leads_everywhere(visits: Visits) -> None:
    visitor = visits(a_mentee(), size=PHONE)
    visitor.go("/")
    bar = visitor.page.get_by_role("navigation", name="Places")
    for name, heading in (
        ("Sessions", "Your sessions"),
        ("Alerts", "Notifications"),
        ("You", "Settings"),
        ("Mentors", "Find a mentor"),
    ):
        bar.get_by_role("link", name=name).click()
        expect(visitor.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        expect(bar.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    assert small_targets(visitor.page, "nav.bar") == []
