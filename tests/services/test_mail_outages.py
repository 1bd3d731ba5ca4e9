"""Mail that cannot be sent: it is tried again, and what is given up says why."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage, ProviderHealth
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.kinds import MessageKind
from mentorbook.integrations import smtp
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services import outbox
from mentorbook.worker import Worker, running
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.servers.smtp import Fault, MailServer
from tests.services.mailing import BUSINESS, booked, deliver, to, work_for


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.BUSY, Fault.HANGS, Fault.RESET, Fault.DROPPED])
def test_after_an_outage_everything_arrives_within_a_minute(
    db: Database, hands: Hands, server: MailServer, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault is Fault.HANGS:
        monkeypatch.setattr(smtp, "_TIMEOUT", 0.5)
    server.fail(fault)
    people = [booked() for _ in range(4)]
    if fault is Fault.HANGS:
        work_for(server, hands, 6)
        hands.on(minutes=10)
        work_for(server, hands, 2)
    else:
        work_for(server, hands, 300)
    before = len(server.received)
    assert fault is Fault.DROPPED or before == 0
    server.fail(None)
    monkeypatch.undo()
    work_for(server, hands, 60)
    for mentor, mentee, _ in people:
        assert to(server, mentor)
        assert to(server, mentee)
    copies = Counter(mail["Message-ID"] for mail in server.received)
    assert len(copies) == 8
    # Twice only where the server took a mail and did not say so, under the same Message-ID.
    assert fault is Fault.DROPPED or set(copies.values()) == {1}
    with read_transaction() as session:
        states = session.scalars(
            select(col(OutboxMessage.state)).where(col(OutboxMessage.kind) == MessageKind.MAIL_NOTICE)
        ).all()
    assert states == ["done"] * 8


def test_while_the_server_is_down_it_is_not_asked_for_every_mail(
    db: Database, hands: Hands, server: MailServer
) -> None:
    server.fail(Fault.RESET)
    for _ in range(6):
        booked()
    work_for(server, hands, 180)
    # Ten at first, and then one after 2, 4, 8, 16, 30, 30 … seconds.
    assert server.asked <= 10 + 9


def test_after_hours_without_a_server_the_only_mail_arrives_within_a_minute(
    sqlite_db: Database, hands: Hands, server: MailServer
) -> None:
    server.fail(Fault.REFUSED)
    booked()
    for _ in range(180):
        work_for(server, hands, 1)
        hands.on(seconds=59)
    server.fail(None)
    work_for(server, hands, 60)
    assert len(server.received) == 2


def test_a_refusal_that_is_about_the_sender_is_no_end(db: Database, hands: Hands, server: MailServer) -> None:
    """A block list and a full mailbox are told in the answer to the recipient, and pass."""
    server.fail(Fault.BLOCKED)
    booked()
    work_for(server, hands, 30)
    server.fail(None)
    work_for(server, hands, 60)
    assert len(server.received) == 2


def test_an_address_that_is_refused_is_given_up_with_the_reason(
    db: Database, hands: Hands, server: MailServer
) -> None:
    booked()
    server.fail(Fault.NO_SUCH_MAILBOX)
    deliver(server)
    with read_transaction() as session:
        rows = session.scalars(select(OutboxMessage).where(col(OutboxMessage.state) == "dead")).all()
    assert [row.last_error for row in rows] == ["The mail server refused it, 550: 5.1.1 No such mailbox"] * 2
    server.fail(None)
    booked()
    deliver(server)
    assert len(server.received) == 2


def test_a_mail_server_that_hangs_keeps_no_room_waiting(
    sqlite_db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker makes another room while it waits for the mail server."""
    monkeypatch.setattr(smtp, "_TIMEOUT", 30)
    server.fail(Fault.HANGS)
    booked()
    rooms = RecordingRooms()

    async def until(holds: Callable[[], object]) -> None:
        for _ in range(2_000):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come to that")

    async def work() -> None:
        async with running(Worker(rooms, SmtpMailer(server.url, BUSINESS))):
            await until(lambda: server.asked)
            booked(80)
            await until(lambda: len(rooms.rooms) == 2)
            assert server.received == []

    asyncio.run(work())


def test_a_server_that_never_says_goodbye_has_the_mail(
    db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_FAREWELL", 0.1)
    server.fail(Fault.NO_FAREWELL)
    booked()
    work_for(server, hands, 90)
    assert len(server.received) == 2
    server.fail(None)


def test_an_outage_ends_with_the_first_answer_also_when_each_mail_is_put_off(
    db: Database, hands: Hands, server: MailServer
) -> None:
    """A server that answers is back, whatever it says of the mail that was tried."""
    server.fail(Fault.REFUSED)
    for _ in range(10):
        booked()
    work_for(server, hands, 180)
    server.fail(Fault.GREYLISTS)
    work_for(server, hands, 100)
    assert len(server.received) == 20


def test_nothing_is_given_up_because_nobody_worked(db: Database, hands: Hands, server: MailServer) -> None:
    for _ in range(4):
        booked(200)
    server.fail(Fault.REFUSED)
    work_for(server, hands, 6)
    server.fail(None)
    hands.on(hours=30)
    work_for(server, hands, 40)
    assert len(server.received) == 8


def test_a_day_of_asking_in_vain_gives_up_what_waited(
    sqlite_db: Database, hands: Hands, server: MailServer
) -> None:
    booked(200)
    server.fail(Fault.REFUSED)
    # Seldom, after the first hour: the last of the two may wait for its turn.
    for _ in range(24 * 60 + 40):
        work_for(server, hands, 1)
        hands.on(seconds=59)
    with read_transaction() as session:
        kinds = session.execute(
            select(col(OutboxMessage.state), col(OutboxMessage.last_error)).where(
                col(OutboxMessage.kind) == MessageKind.MAIL_NOTICE
            )
        ).all()
    assert {tuple(each) for each in kinds} == {("dead", "The mail server cannot be reached")}


def test_a_database_that_is_busy_for_a_moment_doubles_no_mail(
    sqlite_db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked()
    monkeypatch.setattr("mentorbook.worker._RECORDS_AGAIN_AFTER", (0.0, 0.0))
    record, failures = outbox.record, iter((True, False, False, False, False))

    def busy_once(outcomes: Sequence[outbox.Outcome]) -> None:
        if next(failures):
            raise DatabaseBusy
        record(outcomes)

    monkeypatch.setattr(outbox, "record", busy_once)
    deliver(server)
    hands.on(minutes=2)
    deliver(server)
    assert len(server.received) == 2


def test_a_mail_that_is_not_sent_after_all_ends_no_outage(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, _, _ = booked()
    server.fail(Fault.REFUSED)
    work_for(server, hands, 60)
    with write_transaction() as session:
        session.execute(update(User).values(deactivated_at=hands.now))
    work_for(server, hands, 60)
    with read_transaction() as session:
        (health,) = session.scalars(select(ProviderHealth))
    assert health.failing_since is not None
    assert mentor
