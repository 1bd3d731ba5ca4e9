"""The first and the fifth promise through crashes: a booking is whole or not there at all."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from mentorbook.db.delivery import Notification, OutboxMessage
from mentorbook.db.engine import Database, connect, read_transaction
from mentorbook.db.migrate import upgrade
from mentorbook.db.sessions import MentoringSession, SessionClaim
from tests.people import a_mentee, a_mentor, counts, overlapping_claims
from tests.servers.postgres import running_postgres

KILLS = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that keeps what it confirmed, as in production."""
    if request.param == "sqlite":
        yield from _migrated(f"sqlite:///{tmp_path / 'crash.db'}")
    else:
        with running_postgres(durable=True) as url:
            yield from _migrated(url)


def _migrated(url: str) -> Iterator[Database]:
    database = connect(url)
    upgrade(database)
    yield database
    database.close()


def killed_while_booking(url: str, mentor: object, mentee: object, after: float) -> int:
    """Let a child book for a moment, kill it without warning, and say how many bookings it confirmed."""
    command = [sys.executable, "-m", "tests.reliability.booking_loop", url, str(mentor), str(mentee)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "booked\n"
            time.sleep(after)
        finally:
            child.kill()
        rest = child.stdout.read().splitlines()
    return 1 + rest.count("booked")


def of_sessions(table: type[SQLModel]) -> Counter[object]:
    """How many rows of a table belong to each session."""
    with read_transaction() as session:
        return Counter(session.scalars(select(table.__table__.c.session_id)))  # type: ignore[attr-defined]


def test_after_every_crash_each_booking_is_whole(durable: Database) -> None:
    dice = random.Random(7)
    mentor, mentee = a_mentor(max_advance_booking_days=None), a_mentee()
    url = durable.url.render_as_string(hide_password=False)
    confirmed = 0
    for _ in range(KILLS):
        confirmed += killed_while_booking(url, mentor.id, mentee.id, dice.uniform(0.0, 0.15))
        with read_transaction() as session:
            live = session.scalars(select(col(MentoringSession.id))).all()
            rooms = [each.payload["sessionId"] for each in session.scalars(select(OutboxMessage))]
        assert of_sessions(SessionClaim) == dict.fromkeys(live, 2)
        assert of_sessions(Notification) == dict.fromkeys(live, 2)
        assert sorted(rooms) == sorted(str(each) for each in live)
        # At most one booking a crash was made whose answer nobody heard; none that was heard is missing.
        assert confirmed <= len(live) <= confirmed + KILLS
    assert overlapping_claims() == 0
    assert counts()["sessions"] >= KILLS
