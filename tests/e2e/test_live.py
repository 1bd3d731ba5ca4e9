"""Open pages of several people follow each other: at once, after a sleep, after a restart of the server."""

import itertools
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from playwright.sync_api import expect

from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.availability.own_hours import own_hours, publish_draft
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.people import accounts
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.visitor import Visitor, Visits, booked
from tests.people import a_mentee, a_mentor, in_hours

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
# How long a page is watched that must not change.
LONG_ENOUGH_MS = 700
_numbers = itertools.count(1)


@pytest.fixture
def moira(visits: Visits) -> Account:
    """A mentor whom a search finds alone."""
    return a_mentor(f"Morwenna{next(_numbers)} Quayle")


def _forget_all_pages() -> None:
    """Leave nothing of any page with the app: as after a restart, or after the time that states are kept."""
    from mentorbook.mentorbook import app

    cast(Any, app.state_manager).states.clear()


def _close_all_days(mentor: Account) -> None:
    hours = own_hours(mentor).model_dump(by_alias=True, mode="json")
    for each in hours["weeklyPatterns"]:
        each["isEnabled"] = False
    publish_draft(mentor, hours)


def _choose_zone(visitor: Visitor, picker: str, city: str) -> None:
    visitor.part(picker).click()
    visitor.part("timezone-search").fill(city)
    visitor.page.get_by_role("option", name=city).first.click()


@pytest.mark.promise(2)
def test_one_booking_reaches_everybody_who_sees_it(visits: Visits) -> None:
    moira = a_mentor(f"Morwenna{next(_numbers)} Quayle", min_advance_booking_hours=24)
    mina, faye, ada = a_mentee("Mina"), a_mentee("Faye"), a_mentee("Ada", is_admin=True)
    theirs, others, admins = visits(moira), visits(faye), visits(ada)
    theirs.go("/sessions?view=week")
    others.go(f"/?q={moira.name.split()[0]}")
    admins.go(f"/admin/sessions?search={moira.name.split()[0]}")
    card = others.part("mentor-card")
    expect(card).to_contain_text("Next: tomorrow 12:00")

    session = booked(mina, moira, in_hours(24), title="Owls")
    expect(theirs.part("week-session")).to_contain_text("Owls")
    expect(theirs.part("notification-count")).to_have_text("1")
    expect(card).to_contain_text("Next: tomorrow 13:00")
    row = admins.page.locator("tbody tr").filter(has_text="Owls")
    expect(row).to_contain_text("Scheduled")

    accounts.update_profile(moira, {"name": f"{moira.name.split()[0]} Nib", "timezone": "UTC"})
    expect(card).to_contain_text("Nib")
    expect(row).to_contain_text("Nib")

    cancel_booking(mina, session.id, {"reasonCategory": "schedule_conflict"})
    expect(theirs.part("week-session")).to_have_count(0)
    expect(card).to_contain_text("Next: tomorrow 12:00")
    expect(row).to_contain_text("Cancelled")


@pytest.mark.promise(2)
def test_nothing_arrives_while_nothing_is_published(visits: Visits, moira: Account) -> None:
    """The control of every test of an open page: what reaches it comes by the feed alone."""
    held: list[frozenset[UUID]] = []
    theirs, others = visits(moira), visits(a_mentee("Faye"))
    theirs.go("/sessions")
    others.go(f"/mentors/{moira.id}")
    line = others.page.get_by_text("Next: today 12:30")
    expect(line).to_be_visible()
    with change_feed.published_by(held.append):
        booked(a_mentee("Mina"), moira, in_hours(0.5), title="Owls")
        for visitor in (theirs, others):
            visitor.page.wait_for_timeout(LONG_ENOUGH_MS)
        expect(line).to_be_visible()
        expect(theirs.part("session-card")).to_have_count(0)
    for each in held:
        change_feed.deliver(each)
    expect(others.page.get_by_text("Next: today 13:30")).to_be_visible()
    expect(theirs.part("session-card")).to_have_count(1)


@pytest.mark.promise(2)
def test_pages_that_slept_through_a_restart_catch_up_and_keep_what_was_chosen(
    visits: Visits, moira: Account
) -> None:
    mine, theirs, hours = visits(a_mentee("Mina")), visits(moira), visits(moira)
    mine.open_modal(moira)
    _choose_zone(mine, "timezone-select", "Tokyo")
    mine.part("calendar-day", date="2027-01-14").click()
    expect(mine.slot(TEN)).to_be_visible()
    theirs.go("/sessions?view=week")
    _choose_zone(theirs, "week-zone", "Tokyo")
    hours.go("/availability")
    _choose_zone(hours, "preview-zone", "Tokyo")
    expect(hours.part("preview-sum")).not_to_contain_text("No times")
    for visitor in (mine, theirs, hours):
        visitor.until(lambda page=visitor.page: "Asia/Tokyo" in page.evaluate(_KEPT))  # type: ignore[misc]
        visitor.context.set_offline(True)
    for visitor in (mine, theirs, hours):
        expect(visitor.part("offline-note")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)
    _forget_all_pages()
    booked(a_mentee("Faye"), moira, TEN, title="Owls")
    for visitor in (mine, theirs, hours):
        visitor.context.set_offline(False)
    for visitor in (mine, theirs, hours):
        expect(visitor.part("offline-note")).to_have_count(0, timeout=RECONNECTS_WITHIN_MS)
    expect(mine.part("timezone-select")).to_have_attribute("data-zone", "Asia/Tokyo")
    expect(mine.page.get_by_role("heading", name="Thursday 14 January")).to_be_visible()
    expect(mine.slot(TEN)).to_have_count(0)
    expect(theirs.part("week-zone")).to_have_attribute("data-zone", "Asia/Tokyo")
    expect(theirs.part("week-session")).to_contain_text("19:00")
    expect(hours.part("preview-zone")).to_have_attribute("data-zone", "Asia/Tokyo")
    # And from then on they follow as before.
    _close_all_days(moira)
    expect(hours.part("preview-slot")).to_have_count(0)
    expect(mine.part("time-slot")).to_have_count(0)


_KEPT = "Object.values(sessionStorage).join()"


def test_a_page_whose_state_is_gone_catches_up_by_itself(visits: Visits, moira: Account) -> None:
    """It lay open for longer than states are kept, and its connection was never lost."""
    theirs = visits(moira)
    theirs.go("/sessions")
    expect(theirs.page.locator("main .skeleton")).to_have_count(0)
    _forget_all_pages()
    booked(a_mentee("Mina"), moira, TEN, title="Owls")
    expect(theirs.part("session-card")).to_contain_text("Owls")
    booked(a_mentee("Faye"), moira, in_hours(30), title="Maps")
    expect(theirs.part("session-card")).to_have_count(2)


def test_a_tab_that_was_put_to_sleep_catches_up_when_it_is_looked_at(visits: Visits, moira: Account) -> None:
    theirs = visits(moira)
    theirs.go("/sessions")
    expect(theirs.page.locator("main .skeleton")).to_have_count(0)
    browser = theirs.context.new_cdp_session(theirs.page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    _forget_all_pages()
    booked(a_mentee("Mina"), moira, TEN, title="Owls")
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    expect(theirs.part("session-card")).to_contain_text("Owls")


def test_typed_policies_are_there_after_a_restart(visits: Visits, admin: Account) -> None:
    visitor = visits(admin)
    line = Line(visitor)
    visitor.go("/admin/policies")
    field, save = visitor.part("policy-max_reschedules_per_session"), visitor.part("save-policies")
    field.fill("7")
    expect(save).to_have_text("Save 1 change")
    visitor.until(lambda: "max_reschedules_per_session" in visitor.page.evaluate(_KEPT))
    line.restart()
    line.wait_until_back()
    expect(field).to_have_value("7")
    expect(save).to_have_text("Save 1 change")
