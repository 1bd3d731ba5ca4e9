"""Whatever others can change is on every page that shows it: at once, after a sleep, after a restart.

Positive control: with the listener unplugged, or where the page does not follow, nothing arrives.
"""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.integrations.picture_files import PictureFiles
from mentorbook.integrations.pillow import square_picture
from mentorbook.services import change_feed
from mentorbook.services.offload import call
from mentorbook.services.people.pictures import pictures_by
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.state.deeds import Cast, Row
from tests.state.following import ROWS
from tests.state.harness import Page, Tabs, publishing, settled

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


@pytest.fixture(autouse=True)
def pictures(tmp_path: Path) -> Iterator[None]:
    """Pictures are kept in a folder of the test."""
    with pictures_by(square_picture, PictureFiles(tmp_path)):
        yield


def _observed(row: Row, *, is_live: bool = True, is_asleep: bool = False) -> tuple[Any, Any, int]:
    """What is read before and after the change, and how often the page was reloaded for it."""
    cast = Cast()
    if row.first is not None:
        row.first(cast)
    page = Page(getattr(cast, row.who), path=row.address(cast))
    tabs = Tabs(page)

    async def run() -> tuple[Any, Any, int]:
        with publishing(tabs), change_feed.listening(live.changed) if is_live else nullcontext():
            await page.send(row.kind, row.loads)
            # What one does oneself, such as reading, is heard of by one's own pages too.
            await settled()
            before = row.read(page)
            tabs.loaned.clear()
            if is_asleep:
                tabs.close(page)
            await call(row.change, cast)
            await settled()
            if is_asleep:
                assert (row.read(page), tabs.loaned) == (before, [])
                tabs.open(page)
                await page.send(row.kind, row.loads)
                await settled()
            return before, row.read(page), len(tabs.loaned)

    return asyncio.run(run())


@every_row
def test_a_page_shows_what_others_change(sqlite_db: Database, hands: Hands, row: Row) -> None:
    before, after, loaned = _observed(row)
    assert (before, after) == (row.before, row.after)
    assert 1 <= loaned <= 3


@every_row
def test_nothing_arrives_while_the_pages_are_not_plugged_in(
    sqlite_db: Database, hands: Hands, row: Row
) -> None:
    """The control of the test above: what it reads comes by the feed and by nothing else."""
    assert _observed(row, is_live=False) == (row.before, row.before, 0)


@every_row
def test_a_page_that_slept_shows_it_when_it_wakes(sqlite_db: Database, hands: Hands, row: Row) -> None:
    before, after, _ = _observed(row, is_asleep=True)
    assert (before, after) == (row.before, row.after)
