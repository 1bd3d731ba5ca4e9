"""A worker of another process: what it does is on open pages at once, without a reload."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services import change_feed, clock
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.change_feed import EVERYBODY
from mentorbook.services.change_sharing import ChangeSender, sharing
from mentorbook.services.notifications import count_unread
from mentorbook.services.offload import call
from mentorbook.state.people.me import Me
from mentorbook.state.socket.live_pages import live
from tests.people import a_mentee, a_mentor, a_request
from tests.servers.processes import running_process
from tests.state.harness import Page, Tabs, publishing

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def worker_apart(db: Database, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`mentorbook worker` on this database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTORBOOK_")}
    url, output = db.url.render_as_string(hide_password=False), folder / "worker.log"
    own = {"MENTORBOOK_DATABASE_URL": url, "MENTORBOOK_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    with running_process(
        [sys.executable, "-m", "mentorbook.cli", "worker"],
        log=output,
        is_ready=lambda: "is running" in output.read_text(),
        cwd=folder,
        env={**kept, **own},
    ) as process:
        yield process


def somebody_whose_request_lapsed() -> Account:
    """By the machine's clock, which is the worker's: two days ago they asked, and nobody has answered."""
    then = datetime.now(UTC) - timedelta(days=2)
    with clock.stand_at(lambda: then):
        mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
        whole_hour = then.replace(minute=0, second=0, microsecond=0)
        create_booking(mentee, a_request(mentor, whole_hour + timedelta(days=3)))
    return mentee


@pytest.mark.parametrize("hears", [True, False])
def test_what_a_worker_apart_does_is_on_an_open_page(db: Database, tmp_path: Path, hears: bool) -> None:
    """Positive control: an app that does not listen shows it not."""
    mentee = somebody_whose_request_lapsed()
    # Not the first row that there ever was: a reader could not say that none went before it.
    ChangeSender(db, uuid4()).write(frozenset({uuid4()}))
    page, heard = Page(mentee), list[frozenset[UUID]]()

    async def run() -> tuple[int, int]:
        with (
            publishing(Tabs(page)),
            change_feed.listening(live.changed),
            change_feed.listening(heard.append),
            sharing(db, sends=False, receives=hears),
        ):
            await page.send(Me, "arrive")
            before = page.state(Me).unread
            with worker_apart(db, tmp_path):
                while await call(count_unread, mentee) == before:  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.1)
                # Thrice as long as until the next look, and longer on a machine that is busy.
                for _ in range(600 if hears else 15):
                    await asyncio.sleep(0.1)
                    if page.state(Me).unread > before:
                        break
            return before, page.state(Me).unread

    before, after = asyncio.run(asyncio.wait_for(run(), 120))
    assert after - before == hears
    assert any(mentee.id in each for each in heard) == hears
    assert not any(EVERYBODY in each for each in heard)
