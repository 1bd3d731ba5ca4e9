"""Kills at random moments: what was confirmed is whole and told to both; what was refused is not there."""

import asyncio
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from mentorbook.db.delivery import Notification, OutboxMessage
from mentorbook.db.engine import Database, connect, read_transaction
from mentorbook.db.migrate import upgrade
from mentorbook.db.sessions import MentoringSession, SessionAuditLog, SessionClaim
from mentorbook.domain.kinds import SessionStatus
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services import outbox
from mentorbook.worker import Worker
from tests.people import a_mentee, a_mentor, overlapping_claims
from tests.reliability import lives
from tests.servers.postgres import running_postgres
from tests.servers.smtp import MailServer, running_mail_server

KILLS = 30
# By so much the clock is ahead of the time before: what a killed worker held is free again.
LEASE = outbox.LEASE.total_seconds() + 1

# Children are forked from a process that has imported everything: each begins at once.
_children = multiprocessing.get_context("forkserver")
_children.set_forkserver_preload([lives.__name__])


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


@pytest.fixture
def server() -> Iterator[MailServer]:
    """The mail server, which nobody kills."""
    with running_mail_server() as running:
        yield running


@dataclass
class Confirmed:
    """What the clients saw confirmed, by session; how often the app was killed, and what it refused."""

    booked: set[UUID] = field(default_factory=set)
    moved: Counter[UUID] = field(default_factory=Counter)
    cancelled: set[UUID] = field(default_factory=set)
    refused: int = 0

    def hear(self, told: Connection, changes: int) -> None:
        """Take note of so many things that a client saw."""
        for _ in range(changes):
            assert told.poll(60), "an app that nobody killed does nothing"
            self._note(*told.recv())

    def hear_the_rest(self, told: Connection) -> None:
        """Take note of everything else that a client saw before the app was killed."""
        while told.poll():
            try:
                what, session_id = told.recv()
            except EOFError:
                return
            self._note(what, session_id)

    def _note(self, what: str, session_id: UUID) -> None:
        match what:
            case "booked":
                self.booked.add(session_id)
            case "moved":
                self.moved[session_id] += 1
            case "cancelled":
                self.cancelled.add(session_id)
            case _:
                self.refused += 1


def begun(target: Any, *given: Any) -> tuple[ForkServerProcess, Connection]:
    """A child that has begun its work."""
    here, there = _children.Pipe(duplex=False)
    child = _children.Process(target=target, args=(*given, there), daemon=True)
    child.start()
    there.close()
    assert here.poll(60), "a child did not begin"
    return child, here


def rows(table: type[SQLModel]) -> list[Any]:
    """All rows of a table."""
    with read_transaction() as session:
        return list(session.scalars(select(table)))


def finish(server: MailServer, ahead: float) -> None:
    """Have one more worker deliver what is left."""

    async def rounds() -> None:
        worker = Worker(None, SmtpMailer(server.url, "no-reply@book.example"))
        while await worker.round():
            pass

    with lives.ahead_by(ahead):
        asyncio.run(rounds())


def await_mails(server: MailServer, more: int) -> None:
    """Wait for so many mails more, while there may be any: a worker may have nothing left to send."""
    wanted, patience = len(server.received) + more, time.monotonic() + 1
    while len(server.received) < wanted and time.monotonic() < patience:
        time.sleep(0.005)


def killed_again_and_again(url: str, server: MailServer, deliver: Any, kills: int) -> Confirmed:
    """Let an app and a worker begin, and kill both a little later; again and again, then let one finish.

    A little later is after some work of the one that is killed, not by the clock alone: a busy machine may
    let none of them come to anything meanwhile.
    """
    dice, confirmed = random.Random(7), Confirmed()
    mentor, mentee = a_mentor(max_advance_booking_days=None), a_mentee()
    for turn in range(kills):
        ahead = turn * LEASE
        hurry = _children.Event()
        app, told = begun(lives.book_and_change, url, mentor.id, mentee.id, turn, ahead, hurry)
        worker, _ = begun(deliver, url, server.url, ahead)
        for child in dice.sample((app, worker), 2):
            if child is app:
                hurry.set()  # so that the kill falls into a change, and not between two
                confirmed.hear(told, dice.randrange(6))
            else:
                await_mails(server, dice.randrange(4))
            time.sleep(dice.uniform(0.0, 0.06))
            child.kill()
            child.join()
        confirmed.hear_the_rest(told)
        told.close()
    finish(server, (kills + 1) * LEASE)
    return confirmed


@pytest.mark.promise(1)
def test_after_every_kill_each_change_is_whole_and_is_told(durable: Database, server: MailServer) -> None:
    url = durable.url.render_as_string(hide_password=False)
    check_sessions(killed_again_and_again(url, server, lives.deliver, KILLS))
    check_what_is_told(server)


def test_a_worker_that_marked_before_it_sent_would_lose_mail(sqlite_db: Database, server: MailServer) -> None:
    """Positive control: the order of sending and marking is what the test above is about."""
    url = sqlite_db.url.render_as_string(hide_password=False)
    lost = 0
    # On a busy machine eight kills may all fall where nothing is in anybody's hands.
    for _ in range(6):
        killed_again_and_again(url, server, lives.deliver_carelessly, 8)
        mails = [row for row in rows(OutboxMessage) if row.kind == "mail.notice"]
        lost = len(mails) - len({mail["Message-ID"] for mail in server.received})
        if lost:
            break
    assert lost > 0


def check_sessions(confirmed: Confirmed) -> None:
    """Sessions, claims and trail: all that was confirmed, one change more a kill at most, no refused one."""
    sessions = {row.id: row for row in rows(MentoringSession)}
    live = {key for key, row in sessions.items() if row.status == SessionStatus.SCHEDULED}
    moves = Counter(row.session_id for row in rows(SessionAuditLog) if row.action == "rescheduled")
    assert confirmed.booked <= set(sessions)
    assert confirmed.cancelled <= set(sessions) - live
    assert moves >= confirmed.moved
    made = len(sessions) + sum(moves.values()) + len(sessions) - len(live)
    seen = len(confirmed.booked) + sum(confirmed.moved.values()) + len(confirmed.cancelled)
    assert seen <= made <= seen + KILLS
    assert Counter(row.session_id for row in rows(SessionClaim)) == dict.fromkeys(live, 2)
    assert overlapping_claims() == 0
    assert min(len(confirmed.booked), sum(confirmed.moved.values()), len(confirmed.cancelled)) > 5
    assert confirmed.refused


def check_what_is_told(server: MailServer) -> None:
    """Each change has a notice for both, each notice a mail that arrived, each live session its reminders."""
    sessions, messages = rows(MentoringSession), rows(OutboxMessage)
    cancelled = [row.id for row in sessions if row.status == SessionStatus.CANCELLED]
    moves = [row.session_id for row in rows(SessionAuditLog) if row.action == "rescheduled"]
    changes = Counter([*(row.id for row in sessions), *moves, *cancelled])
    notices = rows(Notification)
    assert Counter(row.session_id for row in notices) == {key: 2 * n for key, n in changes.items()}
    mails = [row for row in messages if row.kind == "mail.notice"]
    assert {row.payload["noticeId"] for row in mails} == {str(row.id) for row in notices}
    assert {row.state for row in mails} == {"done"}
    arrived = Counter(mail["Message-ID"].strip("<>").partition("@")[0] for mail in server.received)
    assert set(arrived) == {str(row.id) for row in mails}
    # Twice only what a worker had in its hands when it was killed.
    assert sum(arrived.values()) - len(arrived) <= KILLS * 10
    waiting = Counter((row.session_id, row.payload["startsAt"]) for row in messages if row.kind == "reminder")
    live = [row for row in sessions if row.status == SessionStatus.SCHEDULED]
    assert waiting == {(row.id, row.scheduled_at.isoformat()): 2 for row in live}
