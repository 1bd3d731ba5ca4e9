"""The calendar section of the settings."""

import asyncio

from mentorbook.db.engine import Database
from mentorbook.services import change_feed
from mentorbook.services.booking.calendar_feed import calendar_secret
from mentorbook.settings import settings
from mentorbook.state.people.calendar_link import RENEWED, CalendarLink
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee
from tests.state.harness import Page, Tabs, publishing, settled


def test_an_address_is_made_and_renewed_at_the_press(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    page = Page(mina, path="/settings")
    state = page.state(CalendarLink)
    page.do(CalendarLink, "load")
    assert (state.phase, state.url, calendar_secret(mina)) == ("shown", "", None)
    page.do(CalendarLink, "renew")
    first = state.url
    assert first == f"{settings.public_url}/api/calendar/{calendar_secret(mina)}.ics"
    assert state.told == ""
    page.do(CalendarLink, "renew")
    assert (state.told, state.url != first) == (RENEWED, True)
    page.do(CalendarLink, "load")
    assert (state.told, state.url) == ("", f"{settings.public_url}/api/calendar/{calendar_secret(mina)}.ics")


def test_another_tab_of_the_same_person_follows(sqlite_db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    here, there, other = Page(mina, tab="a"), Page(mina, tab="b"), Page(noor, tab="c")

    async def run() -> None:
        with publishing(Tabs(here, there, other)), change_feed.listening(live.changed):
            for page in (here, there, other):
                await page.send(CalendarLink, "load")
            await here.send(CalendarLink, "renew")
            await settled()
            assert there.state(CalendarLink).url == here.state(CalendarLink).url != ""
            assert other.state(CalendarLink).url == ""

    asyncio.run(run())
