"""Choices take what whoever drives the pages would use: `check()`, `click()`, by role and by label."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from tests.e2e.visitor import PHONE, Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
WAYS: dict[str, Callable[[Locator, str], None]] = {
    "check by role": lambda part, name: part.get_by_role("radio", name=name, exact=True).check(),
    "click by role": lambda part, name: part.get_by_role("radio", name=name, exact=True).click(),
    "check by label": lambda part, name: part.get_by_label(name, exact=True).check(),
    "click the words": lambda part, name: part.get_by_text(name, exact=True).click(),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def choose(request: pytest.FixtureRequest) -> Callable[[Locator, str], None]:
    """Chooses by name within a group, and sees that it is chosen."""

    def choose(part: Locator, name: str) -> None:
        request.param(part, name)
        expect(part.get_by_role("radio", name=name, exact=True)).to_be_checked()

    return choose


def test_length_and_way_to_meet(visits: Visits, choose: Callable[[Locator, str], None]) -> None:
    mentee = a_mentee()
    visitor = visits(mentee)
    visitor.context.set_default_timeout(5_000)
    visitor.open_modal(a_mentor())
    visitor.choose(TEN)
    visitor.continue_to_details()
    choose(visitor.part("duration-select"), "30 min")
    choose(visitor.part("meeting-type"), "Audio")
    visitor.continue_to_confirm()
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()
    made = list_bookings(mentee, BookingQuery()).bookings[0]
    assert (made.duration, made.meeting_type) == (30, "audio")


def test_the_reason_to_cancel(visits: Visits, choose: Callable[[Locator, str], None]) -> None:
    mentee = a_mentee()
    session = booked(mentee, a_mentor(), TEN)
    visitor = visits(mentee, size=PHONE)
    visitor.context.set_default_timeout(5_000)
    visitor.go(f"/sessions/{session.id}")
    visitor.part("cancel-session").click()
    choose(visitor.part("cancel-reason"), "Personal emergency")
    visitor.part("confirm-cancel").click()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    expect(visitor.part("session-timeline")).to_contain_text("Personal emergency")
