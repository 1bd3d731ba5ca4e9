"""The week on `/sessions`, without a browser: what the address asks for, and what it hears of."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import invite_mentor
from mentorbook.services.availability.own_hours import own_hours, save_hours
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.offload import call
from mentorbook.state.booking.mentor_week import OwnWeek
from mentorbook.state.booking.session_list import SessionList
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.page_alarms import page_alarms
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled

WEEK = "/sessions?view=week"
WEEKLY = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in (1, 2, 3, 4, 5))


def titles(page: Page) -> list[str]:
    """What stands in the week."""
    return [block.title for day in page.state(OwnWeek).week.days for block in day.blocks]


def test_the_address_says_which_week(db: Database, hands: Hands) -> None:
    page = Page(a_mentor("Moira", "Asia/Kolkata"))
    own = page.state(OwnWeek)
    shown = {}
    for query in ("", "&week=2027-02-03", "&week=nonsense", "&week=9999-12-31", "&week=0001-01-01"):
        page.go(WEEK + query)
        page.do(OwnWeek, "load")
        shown[query] = own.week.iso
        assert (own.phase, own.week.zone) == ("shown", "Asia/Kolkata")
        assert len(own.week.days) == 7
    assert shown.pop("&week=2027-02-03") == "2027-02-01"
    assert set(shown.values()) == {"2027-01-11"}
    # Beside the list only the figures are asked for.
    page.go("/sessions")
    page.do(OwnWeek, "load")
    assert (own.asked, own.week.days, own.figures.coming) == ("", [], "0")


def test_one_of_list_and_week_is_loaded(sqlite_db: Database, hands: Hands) -> None:
    moira, mina = a_mentor("Moira"), a_mentee("Mina")
    create_booking(mina, a_request(moira, in_hours(24)))
    for person, expected in ((moira, "loading"), (mina, "shown")):
        page = Page(person, path=WEEK, tab=person.name)
        page.do(SessionList, "load")
        page.do(OwnWeek, "load")
        assert page.state(SessionList).phase == expected
        assert (page.state(OwnWeek).phase == "shown") == (person is moira)


def test_bookings_and_hours_appear_without_a_reload(db: Database, hands: Hands) -> None:
    moira, mina = a_mentor("Moira", weekly=WEEKLY), a_mentee("Mina")
    page = Page(moira, path=WEEK)
    own = page.state(OwnWeek)
    hours: dict[str, Any] = own_hours(moira).model_dump(mode="json", by_alias=True)
    hours.pop("exceptions")
    hours["weeklyPatterns"] = [{"dayOfWeek": 6}]

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(OwnWeek, "load")
            assert (titles(page), own.figures.hours) == ([], "0 h of 40 h")
            await call(create_booking, mina, a_request(moira, in_hours(24), title="Maps"))
            await settled()
            assert (titles(page), own.figures.hours) == (["Maps"], "1 h of 40 h")
            await call(save_hours, moira, hours)
            await settled()
            assert (titles(page), own.week.days[5].hours) == (["Maps"], "Open 09:00–21:00")
            # On another page nothing is asked any more.
            page.go("/notifications")
            await call(create_booking, mina, a_request(moira, in_hours(72), title="Later"))
            await settled()
            assert titles(page) == ["Maps"]

    asyncio.run(run())


def test_whoever_is_made_a_mentor_meanwhile_has_figures_at_once(sqlite_db: Database, hands: Hands) -> None:
    noor, admin = a_mentee("Noor", "Asia/Kolkata"), a_mentee("Ada", is_admin=True)
    page = Page(noor, path="/sessions")
    own = page.state(OwnWeek)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(OwnWeek, "load")
            assert not own.has_figures
            await call(invite_mentor, admin, noor.id)
            await settled()

    asyncio.run(run())
    assert (own.has_figures, own.figures.hours, own.zone) == (True, "0 h of 0 h", "Asia/Kolkata")


def test_the_week_is_told_in_the_chosen_zone(sqlite_db: Database, hands: Hands) -> None:
    moira = a_mentor("Moira")
    create_booking(a_mentee(), a_request(moira, in_hours(24)))
    page = Page(moira, path=WEEK)
    own = page.state(OwnWeek)
    page.do(OwnWeek, "load")
    page.do(OwnWeek, "choose_zone", name="Asia/Tokyo")
    assert [(block.top, block.time) for day in own.week.days for block in day.blocks] == [
        (21 * 60, "21:00 – 22:00")
    ]
    # It stays while one goes from week to week, and an own zone that changes meanwhile does not take it back.
    page.go(f"{WEEK}&week=2027-01-18")
    page.do(OwnWeek, "load")
    assert own.week.zone == own.zone == "Asia/Tokyo"
    assert "toast" in page.do(OwnWeek, "choose_zone", name="Mars/Olympus")
    assert own.week.zone == own.zone == "Asia/Tokyo"


def test_what_is_over_fades_by_itself(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    moira = a_mentor("Moira")
    booking = create_booking(a_mentee(), a_request(moira, in_hours(24)))
    page, alarms = Page(moira, path=WEEK), []
    monkeypatch.setattr(page_alarms, "set", lambda person, moments: alarms.extend(moments))
    page.do(OwnWeek, "load")
    assert {booking.scheduled_at, booking.ends_at, in_hours(12)} <= set(alarms)
    hands.now = booking.ends_at + timedelta(minutes=1)
    page.do(OwnWeek, "load")
    assert [block.state for day in page.state(OwnWeek).week.days for block in day.blocks] == ["over"]


def test_who_is_no_mentor_is_told_nothing(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Mina"), path=WEEK)
    assert page.do(OwnWeek, "load") == ""
    assert page.do(OwnWeek, "choose_zone", name="Asia/Tokyo") == ""
    own = page.state(OwnWeek)
    assert (own.phase, own.has_figures, own.week.days) == ("loading", False, [])
