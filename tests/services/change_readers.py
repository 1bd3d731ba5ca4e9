"""Processes that share changes, and what they hear."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from sqlalchemy import func, select

from mentorbook.db.delivery import Announcement
from mentorbook.db.engine import Database
from mentorbook.services.change_sharing import ChangeReceiver, ChangeSender
from tests.conftest import make_forgetful

Heard = list[frozenset[UUID]]


@contextmanager
def another(db: Database) -> Iterator[Database]:
    """The same database as another process has it: with connections of its own."""
    database = Database(db.url.render_as_string(hide_password=False))
    make_forgetful(database)
    try:
        yield database
    finally:
        database.close()


def a_reader(db: Database, process: UUID | None = None) -> ChangeReceiver:
    """A process with pages, which begins to listen now."""
    reader = ChangeReceiver(db, process or uuid4())
    # Ids of the copy of a database go on where a former test left off.
    ChangeSender(db, uuid4()).write(frozenset({uuid4()}))
    reader.begin()
    return reader


def one(subject: UUID) -> frozenset[UUID]:
    """It alone."""
    return frozenset({subject})


def rows(db: Database) -> int:
    """How many announcements there are."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Announcement)) or 0


def until(holds: Callable[[], object], within: float = 60) -> None:
    """Wait for something that a thread does."""
    patience = time.monotonic() + within
    while not holds():
        assert time.monotonic() < patience, "it did not happen"
        time.sleep(0.01)
