"""Open pages that are busy, broken or hear of many changes at once keep no other page from following."""

import asyncio
import logging
from typing import Any
from uuid import UUID

import pytest
import reflex as rx

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.state.action import action
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentor_page import ProfilePage
from mentorbook.state.socket import live_pages
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.probes import probe
from tests.state.harness import Page, Tabs, publishing, settled


@probe
class Broken(rx.State):
    """Cannot be reloaded."""

    @action("anyone")
    async def arrive(self, actor: Account | None, person: str) -> Any:
        """Follow somebody."""
        live.follow(self, [UUID(person)])

    async def _follow(self) -> None:
        raise RuntimeError("no reload today")


def test_a_page_that_cannot_be_reloaded_keeps_no_other_from_it(
    sqlite_db: Database, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    person = a_mentee()
    broken, whole = Page(tab="broken"), Page(person, tab="whole")
    tabs = Tabs(broken, whole)

    async def run() -> None:
        with publishing(tabs):
            await broken.send(Broken, "arrive", person=str(person.id))
            await whole.send(Me, "arrive")
            whole.state(Me).name = "stale"
            live.changed(frozenset({person.id}))
            await settled()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert whole.state(Me).name == person.name
    assert "a page could not be reloaded" in caplog.text


def test_a_tab_that_is_busy_keeps_no_other_from_a_change(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own event holds its lock for long; what changed meanwhile is shown once, after it."""
    mentor = a_mentor()
    busy, other = (Page(a_mentee(), path=f"/mentors/{mentor.id}", tab=name) for name in ("busy", "other"))
    tabs = Tabs(busy, other)
    # One tab after the other, whichever is first.
    monkeypatch.setattr(live_pages, "TABS_AT_ONCE", 1)

    async def run() -> None:
        with publishing(tabs):
            for page in (busy, other):
                await page.send(ProfilePage, "arrive")
            tabs.loaned.clear()
            async with tabs.locks["busy"]:
                for round_ in (1, 2, 3):
                    live.changed(frozenset({mentor.id}))
                    async with asyncio.timeout(30):
                        while tabs.loaned.count("other") < round_:  # noqa: ASYNC110 - there is no event
                            await asyncio.sleep(0.01)
                async with asyncio.timeout(30):
                    # The last round may come to the busy tab after the other one.
                    while "busy" not in tabs.loaned or (live._drainer and not live._drainer.done()):  # noqa: ASYNC110 - there is no event
                        await asyncio.sleep(0.01)
                assert tabs.loaned.count("busy") == 1
            await settled()

    asyncio.run(run())
    assert tabs.loaned.count("busy") == 1
    assert not live._waiting


@pytest.mark.parametrize("together", [1, 2, 5])
def test_tabs_are_reloaded_while_others_among_them_are_busy(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """However long what is known of log-ins is good for: none waits for what only a busy tab can do."""
    mentor = a_mentor()
    pages = [Page(a_mentee(), path=f"/mentors/{mentor.id}", tab=str(number)) for number in range(6)]
    tabs = Tabs(*pages)
    monkeypatch.setattr(live_pages, "TABS_AT_ONCE", together)
    monkeypatch.setattr(live_pages, "_KNOWN_FOR_SECONDS", 600)

    async def run() -> None:
        with publishing(tabs):
            for page in pages:
                await page.send(ProfilePage, "arrive")
            drawn = set[str]()
            tabs.sent = drawn.add
            async with tabs.locks["1"], tabs.locks["4"], asyncio.timeout(30):
                live.changed(frozenset({mentor.id}))
                while drawn != {"0", "2", "3", "5"}:  # noqa: ASYNC110 - there is no event
                    await asyncio.sleep(0.01)
            await settled()
            assert len(drawn) == 6

    asyncio.run(run())


def test_what_can_wait_waits_until_open_pages_are_told(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_mentee()
    page = Page(person)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await page.send(Me, "arrive")
            await live.settled()
            page.state(Me).name = "stale"
            live.changed(frozenset({person.id}))
            await asyncio.sleep(0)
            await live.settled()
            assert page.state(Me).name == person.name
            # No longer than a second, here none at all, for a page that does not get on.
            monkeypatch.setattr(live_pages, "_SETTLES_WITHIN_SECONDS", 0.0)
            async with tabs.locks[page.token]:
                live.changed(frozenset({person.id}))
                await asyncio.sleep(0)
                await live.settled()
            await settled()

    asyncio.run(run())


def test_changes_in_a_burst_reload_a_tab_a_few_times_at_most(sqlite_db: Database, hands: Hands) -> None:
    person = a_mentee()
    page = Page(person)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await page.send(Me, "arrive")
            for _ in range(100):
                live.changed(frozenset({person.id}))
            await settled()

    asyncio.run(run())
    assert 1 <= len(tabs.loaned) <= 2
