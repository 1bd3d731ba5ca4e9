"""Whatever becomes of a loop that changes were published on, the next one publishes."""

import asyncio

import pytest

from mentorbook.db.engine import Database
from mentorbook.state.people.me import Me
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee
from tests.state.harness import Page, Tabs, publishing, settled


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_loop_that_ends_with_a_change_keeps_no_later_one_from_publishing(
    sqlite_db: Database, hands: Hands, turns: int
) -> None:
    """What publishes is cancelled with its loop: before it has begun, just as it has, or in the middle."""
    person = a_mentee()
    before, after = Page(person, tab="before"), Page(person, tab="after")
    tabs = Tabs(before, after)

    async def ends_with_a_change() -> None:
        with publishing(tabs):
            await before.send(Me, "arrive")
            live.changed(frozenset({person.id}))
            for _ in range(turns):
                await asyncio.sleep(0)

    async def goes_on() -> None:
        with publishing(tabs):
            await after.send(Me, "arrive")
            live.changed(frozenset({person.id}))
            await settled()

    asyncio.run(ends_with_a_change())
    tabs.loaned.clear()
    asyncio.run(goes_on())
    assert "after" in tabs.loaned
