"""What was chosen on a page outlives the server, also what no address has: zone, month, day, figures."""

import asyncio
from typing import Any, cast

import pytest
import reflex as rx

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.admin.policies import change_policies, current_policies
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.offload import call
from mentorbook.services.people import accounts
from mentorbook.state.admin.policy_form import PolicyForm
from mentorbook.state.availability.hours_editor import HoursEditor
from mentorbook.state.availability.hours_preview import HoursPreview
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.mentor_week import OwnWeek
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.drafts import KeepsDraft
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled

MOST = "max_reschedules_per_session"
HOSTILE = ("", "[]", '{"login":"","about":"","zone":"UTC"}', "x" * 100)


def restarted(page: Page, path: str, kind: type[rx.State], handler: str, holder: type[rx.State]) -> Page:
    """The page with another server: nothing is left but its cookie, and what the tab keeps of `holder`."""
    fresh, kept = Page(path=path, cookie=page.cookie, tab="restarted"), cast(KeepsDraft, page.state(holder))
    cast(KeepsDraft, fresh.state(holder)).draft = kept.draft
    fresh.do(kind, handler)
    return fresh


def test_a_zone_stays_chosen_before_any_time_is(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    session = create_booking(mentee, a_request(mentor, in_hours(24)))
    for kind, path in (
        (BookingModal, f"/mentors/{mentor.id}?book"),
        (RescheduleDialog, f"/sessions/{session.id}?reschedule={session.id}"),
    ):
        page = Page(mentee, path=path)
        page.do(kind, "arrive")
        page.do(kind, "choose_zone", name="Asia/Tokyo")
        state = restarted(page, path, kind, "arrive", kind).state(kind)
        assert (state.zone, state.chosen) == ("Asia/Tokyo", "")
        assert state._free_starts()


def test_the_month_and_the_day_that_were_looked_at_are_on_show_again(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(max_advance_booking_days=120), a_mentee()
    path = f"/mentors/{mentor.id}?book"
    page = Page(mentee, path=path)
    page.do(BookingModal, "arrive")
    page.do(BookingModal, "show_month", month="2027-03")
    page.do(BookingModal, "choose_day", iso="2027-03-09")
    again = restarted(page, path, BookingModal, "arrive", BookingModal)
    state = again.state(BookingModal)
    assert (state.month, state.day, state._is_loaded("2027-03")) == ("2027-03", "2027-03-09", True)
    # What is chosen stays chosen while one looks elsewhere.
    again.do(BookingModal, "choose_slot", start="2027-03-09T10:00:00Z")
    again.do(BookingModal, "show_month", month="2027-02")
    state = restarted(again, path, BookingModal, "arrive", BookingModal).state(BookingModal)
    assert (state.month, state.chosen) == ("2027-02", "2027-03-09T10:00:00Z")


@pytest.mark.parametrize(
    ("month", "day"), [("1999-01", ""), ("2031-01", ""), ("2027-13", ""), ("2027-02", "2027-02-31"), ("", "")]
)
def test_a_place_that_cannot_be_gone_to_is_not_kept(
    sqlite_db: Database, hands: Hands, month: str, day: str
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    path = f"/mentors/{mentor.id}?book"
    page = Page(mentee, path=path)
    page.do(BookingModal, "arrive")
    page.do(BookingModal, "choose_zone", name="Asia/Tokyo")
    state = page.state(BookingModal)
    state.draft = state.draft.replace('"2027-01"', f'"{month}"').replace(
        '"day":"2027-01-13"', f'"day":"{day}"'
    )
    after = restarted(page, path, BookingModal, "arrive", BookingModal).state(BookingModal)
    assert (after.zone, after.month, after.loading) == ("Asia/Tokyo", "2027-01", False)


def test_the_zone_of_a_mentors_week_survives_a_restart(db: Database, hands: Hands) -> None:
    mentor = a_mentor(zone="Asia/Kolkata")
    path = "/sessions?view=week"
    page = Page(mentor, path=path)
    page.do(OwnWeek, "load")
    page.do(OwnWeek, "choose_zone", name="Asia/Tokyo")
    own = restarted(page, path, OwnWeek, "load", OwnWeek).state(OwnWeek)
    assert own.zone == own.week.zone == "Asia/Tokyo"


def test_the_zone_month_and_day_of_the_preview_survive_a_restart(db: Database, hands: Hands) -> None:
    mentor = a_mentor(zone="Asia/Kolkata", max_advance_booking_days=120)
    page = Page(mentor, path="/availability")
    page.do(HoursEditor, "load")
    page.do(HoursPreview, "choose_zone", name="America/New_York")
    page.do(HoursPreview, "show_month", month="2027-03")
    page.do(HoursPreview, "show_day", iso="2027-03-09")
    before = page.state(HoursPreview)
    after = restarted(page, "/availability", HoursEditor, "load", HoursPreview).state(HoursPreview)
    assert (after.zone, after.month, after.day) == ("America/New_York", "2027-03", "2027-03-09")
    assert (after.cells, after.runs, after.offered) == (before.cells, before.runs, before.offered)


@pytest.mark.parametrize("day", ["1999-01-01", "2031-01-01", "tomorrow"])
def test_a_preview_of_a_day_that_cannot_be_shown_begins_with_this_month(
    sqlite_db: Database, hands: Hands, day: str
) -> None:
    page = Page(a_mentor(), path="/availability")
    page.do(HoursEditor, "load")
    page.do(HoursPreview, "show_day", iso="2027-01-20")
    state = page.state(HoursPreview)
    state.draft = state.draft.replace("2027-01-20", day)
    after = restarted(page, "/availability", HoursEditor, "load", HoursPreview).state(HoursPreview)
    assert (after.month, after.day) == ("2027-01", "2027-01-13")


def test_typed_policies_survive_a_restart_and_overwrite_nobody(db: Database, hands: Hands) -> None:
    ada, zoe = (a_mentee(name, is_admin=True) for name in ("Ada", "Zoe"))
    page = Page(ada, path="/admin/policies")
    page.do(PolicyForm, "load")
    page.do(PolicyForm, "type_value", key=MOST, text="5")
    page.do(PolicyForm, "type_value", key="cancellation_cutoff_hours", text="many")
    again = restarted(page, "/admin/policies", PolicyForm, "load", PolicyForm)
    form = again.state(PolicyForm)
    assert _values(form)[MOST] == "5"
    assert [row.value for row in form.rows if row.error] == ["many"]
    again.do(PolicyForm, "type_value", key="cancellation_cutoff_hours", text="2")
    # Saved by another admin since this was typed over the former value.
    change_policies(zoe, {MOST: 3})
    late = restarted(again, "/admin/policies", PolicyForm, "load", PolicyForm)
    late.do(PolicyForm, "save")
    assert late.state(PolicyForm).problem != ""
    assert current_policies().max_reschedules_per_session == 3
    late.do(PolicyForm, "discard")
    assert (_values(late.state(PolicyForm))[MOST], late.state(PolicyForm).draft) == ("3", "")


def _values(form: PolicyForm) -> dict[str, str]:
    return {row.key: row.value for row in form.rows}


def test_what_typed_policies_would_do_follows_the_sessions(sqlite_db: Database, hands: Hands) -> None:
    page, tabs_read = Page(a_mentee("Ada", is_admin=True), path="/admin/policies"), []
    mentor, mentee = a_mentor(), a_mentee()
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            await page.send(PolicyForm, "load")
            await call(create_booking, mentee, a_request(mentor, in_hours(24)))
            await settled()
            # Nothing is typed, so sessions change nothing here, and nothing is asked.
            assert tabs.loaned == []
            await page.send(PolicyForm, "type_value", key=MOST, text="0")
            tabs_read.append(page.state(PolicyForm).effects[0].count)
            await call(create_booking, mentee, a_request(mentor, in_hours(30)))
            await settled()
            tabs_read.append(page.state(PolicyForm).effects[0].count)

    asyncio.run(run())
    assert tabs_read == ["1 coming session", "2 coming sessions"]


@pytest.mark.parametrize("draft", HOSTILE)
@pytest.mark.parametrize(
    ("kind", "handler", "holder", "path"),
    [
        (OwnWeek, "load", OwnWeek, "/sessions?view=week"),
        (HoursEditor, "load", HoursPreview, "/availability"),
        (PolicyForm, "load", PolicyForm, "/admin/policies"),
    ],
)
def test_a_tab_that_brings_along_anything_else_begins_anew(
    sqlite_db: Database, hands: Hands, draft: str, kind: Any, handler: str, holder: Any, path: str
) -> None:
    person: Account = a_mentor(zone="Asia/Kolkata")
    accounts.grant_admin(person.id)
    page = Page(accounts.account(person.id), path=path)
    page.state(holder).draft = draft
    said = page.do(kind, handler)
    assert said == ""
    assert page.state(holder).draft == ""
