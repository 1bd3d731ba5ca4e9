"""Open pages follow what others do: exactly those that show it, and never into a deadlock."""

import asyncio
import itertools
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.offload import call
from mentorbook.services.people import accounts
from mentorbook.services.people.accounts import accounts_by_logins
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import SUCCESS
from mentorbook.state.notifications import Bell
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentor_page import ProfilePage
from mentorbook.state.socket import live_pages, tab_login
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import is_of_login
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled
from tests.state.on_show import shown, what_is_booked
from tests.statements import statements


def test_a_change_reloads_exactly_the_tabs_that_show_it(db: Database, hands: Hands) -> None:
    mentor, other, mentee = a_mentor("One"), a_mentor("Two"), a_mentee()
    pages = [Page(person, tab=f"tab-{index}") for index, person in enumerate((mentor, mentor, other))]
    tabs = Tabs(*pages)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            for page in pages:
                await page.send(Me, "arrive")
            await call(create_booking, mentee, a_request(mentor, in_hours(24)))
            await settled()

    asyncio.run(run())
    assert sorted(tabs.loaned) == ["tab-0", "tab-1"]
    assert [page.state(Me).unread for page in pages] == [1, 1, 0]


def test_closed_tabs_are_not_lent_and_reloaded_when_they_are_back(sqlite_db: Database, hands: Hands) -> None:
    person = a_mentee()
    open_page, closed = Page(person, tab="open"), Page(person, tab="closed")
    tabs = Tabs(open_page, closed)

    async def run() -> None:
        with publishing(tabs):
            for page in (open_page, closed):
                await page.send(Me, "arrive")
            tabs.close(closed)
            await closed.send(Bell, "open_bell")
            live.changed(frozenset({person.id}))
            await settled()
            assert tabs.loaned == ["open"]
            tabs.open(closed)
            await closed.send(Me, "arrive")
            await settled()
            assert tabs.loaned == ["open", "closed"]

    asyncio.run(run())


def test_nothing_is_kept_of_a_tab_that_is_forgotten(sqlite_db: Database, hands: Hands) -> None:
    person = a_mentee()
    page = Page(person)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await page.send(Me, "arrive")
            tabs.close(page)
            live.changed(frozenset({person.id}))
            await settled()

    asyncio.run(run())
    assert all((live._follows, live._people, live._missed, live._tabs, live._logins))
    live.forget(page.token)
    assert not any((live._follows, live._people, live._missed, live._tabs, live._logins))


def test_a_tab_with_several_parts_is_lent_once_and_asks_once_who_is_there(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    page = Page(mentee, path=f"/mentors/{mentor.id}")
    tabs, asked = Tabs(page), list[str]()

    def counted(logins: Iterable[str]) -> dict[str, Account | None]:
        asked.extend(logins)
        return accounts_by_logins(logins)

    def never(login: str) -> Account | None:
        raise AssertionError("it was known who holds the tab")

    monkeypatch.setattr(live_pages, "accounts_by_logins", counted)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            await page.send(ProfilePage, "arrive")
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            monkeypatch.setattr(tab_login, "account_by_login", never)
            await call(create_booking, a_mentee("Other"), a_request(mentor, in_hours(1)))
            await settled()

    asyncio.run(run())
    assert tabs.loaned == ["tab"]
    assert len(asked) == 1
    states = list(shown(page.state(BookingModal)).slots.values())
    assert states[:4] == ["gone", "gone", "gone", "free"]  # an hour at 13:00 takes 12:30 to 13:30 with it


def test_tabs_are_reloaded_with_as_many_statements_however_many_they_are(
    sqlite_db: Database, hands: Hands
) -> None:
    mentor = a_mentor()

    def asked(count: int) -> int:
        pages = [
            Page(a_mentee(f"{count} {n}"), path=f"/mentors/{mentor.id}", tab=f"{count}-{n}")
            for n in range(count)
        ]

        async def run() -> int:
            with publishing(Tabs(*pages)):
                for page in pages:
                    await page.send(ProfilePage, "arrive")
                    await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
                with statements() as said:
                    live.changed(frozenset({mentor.id}))
                    await settled()
                return len(said)

        found = asyncio.run(run())
        live.clear()
        return found

    asked(1)  # what the mentor publishes is remembered from then on
    assert asked(2) == asked(live_pages.TABS_AT_ONCE)


def test_whoever_does_something_else_goes_on_between_two_pages(sqlite_db: Database, hands: Hands) -> None:
    """Counted in turns of the loop: by the clock it depends on the machine."""
    mentor, turns, at = a_mentor(), 0, list[int]()
    pages = [Page(a_mentee(), path=f"/mentors/{mentor.id}", tab=f"tab-{n}") for n in range(6)]
    tabs = Tabs(*pages)

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def run() -> None:
        with publishing(tabs):
            for page in pages:
                await page.send(ProfilePage, "arrive")
            tabs.sent = lambda _: at.append(turns)
            other = asyncio.create_task(count())
            live.changed(frozenset({mentor.id}))
            await settled()
            other.cancel()

    asyncio.run(run())
    gaps = [after - before for before, after in itertools.pairwise(at)]
    assert len(gaps) == len(pages) - 1
    assert min(gaps) >= 4


def test_a_viewers_own_session_hides_slots_on_their_page_only(db: Database, hands: Hands) -> None:
    mentor, elsewhere = a_mentor("Moira"), a_mentor("Elsewhere")
    busy, idle = a_mentee("Busy"), a_mentee("Idle")
    pages = [Page(person, path=f"/mentors/{mentor.id}", tab=person.name) for person in (busy, idle)]

    async def run() -> None:
        with publishing(Tabs(*pages)):
            for page in pages:
                await page.send(ProfilePage, "arrive")
                await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            # Nobody is told of this one: what the pages show of it comes from the mentor's change below.
            await call(create_booking, busy, a_request(elsewhere, in_hours(1)))
            live.changed(frozenset({mentor.id}))
            await settled()

    asyncio.run(run())
    first = [page.state(BookingModal)._free_starts()[0] - hands.now for page in pages]
    assert first == [timedelta(hours=2), timedelta(minutes=30)]
    lines = [page.state(ProfilePage).details.next_line for page in pages]
    assert lines == ["Next: today 14:00", "Next: today 12:30"]


@pytest.mark.parametrize("known_for", [0.0, 3_600.0])
def test_a_login_that_ends_while_the_tab_waits_for_its_turn_is_sent_nothing(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, known_for: float
) -> None:
    """Who holds the tabs is asked together, and again for a tab that waits longer than that holds.

    Positive control: if it held for an hour, the page would stay as it is.
    """
    monkeypatch.setattr(live_pages, "_KNOWN_FOR_SECONDS", known_for)
    person = a_mentee()
    page = Page(person)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await is_of_login(page.root)
            await page.send(Me, "arrive")
            async with tabs.locks["tab"]:
                live.changed(frozenset({person.id}))
                while not tabs.loaned:  # noqa: ASYNC110 - the stand-in tells nobody
                    await asyncio.sleep(0)
                await call(accounts.end_login, page.cookie)
            await settled()

    asyncio.run(run())
    assert page.state(Me).ready == (known_for > 0)


def test_a_reload_that_finds_nothing_new_sends_nothing(sqlite_db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    page = Page(mentee, path=f"/mentors/{mentor.id}")

    async def run() -> dict[str, Any]:
        with publishing(Tabs(page)):
            await page.send(ProfilePage, "arrive")
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            cast(Any, page.root)._clean()
            live.changed(frozenset({mentor.id}))
            await settled()
            return await page.root._get_resolved_delta()

    assert asyncio.run(run()) == {}


def test_a_tab_that_went_to_other_people_no_longer_follows(sqlite_db: Database, hands: Hands) -> None:
    first, second = a_mentee("One"), a_mentee("Two")
    page = Page(first)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await page.send(Me, "arrive")
            live.follow(page.state(Me), [second.id])
            live.changed(frozenset({first.id}))
            await settled()
            assert tabs.loaned == []
            live.changed(frozenset({second.id}))
            await settled()

    asyncio.run(run())
    assert tabs.loaned == ["tab"]


def test_publishing_from_within_a_tabs_own_handler_does_not_deadlock(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    page = Page(mentee)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            async with tabs.locks["tab"]:
                # As in the app: the tab's lock is held for the whole handler.
                await page.send(Me, "arrive")
                await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
                await page.send(BookingModal, "pick_earliest")
                await page.send(BookingModal, "to_details", start=page.state(BookingModal).chosen)
                await page.send(BookingModal, "write_title", text="A session")
                await page.send(BookingModal, "to_confirm")
                await page.send(BookingModal, "confirm", **what_is_booked(page))
                assert page.state(BookingModal).step == SUCCESS
            await settled()

    asyncio.run(asyncio.wait_for(run(), 60))
    assert "tab" in tabs.loaned
    assert page.state(Me).unread == 1


def test_a_change_before_the_app_runs_is_nobodys(sqlite_db: Database, hands: Hands) -> None:
    live.changed(frozenset({a_mentee().id}))
    assert not live._tasks


def test_a_tab_whose_state_is_gone_connects_anew(sqlite_db: Database, hands: Hands) -> None:
    """Asleep for so long that its state was thrown away: a new one knows nobody and must not say so.

    Its page still shows what it showed, so it has to begin anew.
    """
    page = Page(a_mentee())
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await page.send(Me, "arrive")
            fresh = Page(tab="another")
            tabs.pages[page.token] = fresh
            live.changed(frozenset(live._people[page.token]))
            await settled()
            assert not fresh.state(Me).ready

    asyncio.run(run())
    assert tabs.loaned == tabs.reconnected == ["tab"]
    assert not live._follows
