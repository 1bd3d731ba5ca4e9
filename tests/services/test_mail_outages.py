"""Mail that cannot be sent: it is tried again, and what is given up says why."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from mentorbook import worker as worker_module
from mentorbook.db.delivery import OutboxMessage, ProviderHealth
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.kinds import MessageKind, Provider
from mentorbook.integrations import smtp
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services import outbox, provider_health
from mentorbook.services.health import check_health
from mentorbook.worker import Worker, running
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.servers.smtp import Fault, MailServer
from tests.services.mailing import BUSINESS, booked, deliver, to, work_for, worker


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
        # Five minutes. How often a worker looks meanwhile is nothing to the pauses between two tries.
        work_for(server, hands, 60, every=5)
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
    work_for(server, hands, 180, every=60)
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
            server.fail(None)  # the end of the worker waits for it

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


def test_a_server_that_puts_everything_off_is_down_and_all_arrives_within_a_minute_of_its_end(
    db: Database, hands: Hands, server: MailServer
) -> None:
    outbox.record_heartbeat("here:1")
    server.fail(Fault.BUSY)
    for _ in range(3):
        booked()
    work_for(server, hands, 20)
    # By now each mail by itself would be tried once in a quarter of an hour.
    hands.on(minutes=70)
    work_for(server, hands, 3)
    outbox.record_heartbeat("here:1")
    health = check_health()
    assert (health.status, health.failing_providers) == ("degraded", ["mail"])
    assert health.outbox_waiting_since is not None
    # Six at first, and then one after 2, 4 and 8 seconds, and one more after the pause.
    assert server.asked <= 6 + 4
    server.fail(None)
    work_for(server, hands, 60)
    assert len(server.received) == 6
    outbox.record_heartbeat("here:1")
    assert (check_health().status, check_health().failing_providers) == ("ok", [])


def test_a_server_that_puts_off_whom_it_does_not_know_is_not_down_for_long(
    db: Database, hands: Hands, server: MailServer
) -> None:
    server.fail(Fault.GREYLISTS)
    for _ in range(7):
        booked()
    work_for(server, hands, 20)
    assert len(server.received) == 14
    assert check_health().failing_providers == []


@pytest.mark.parametrize("fault", [Fault.FULL, Fault.NO_SUCH_MAILBOX])
def test_what_a_server_says_of_one_mailbox_is_no_outage(
    sqlite_db: Database, hands: Hands, server: MailServer, fault: Fault
) -> None:
    server.fail(fault)
    for _ in range(2):
        booked()
    work_for(server, hands, 3)
    with read_transaction() as session:
        assert provider_health.failing(session) == {}


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
    work_for(server, hands, 24 * 12 + 8, every=5 * 60)
    with read_transaction() as session:
        kinds = session.execute(
            select(col(OutboxMessage.state), col(OutboxMessage.last_error)).where(
                col(OutboxMessage.kind) == MessageKind.MAIL_NOTICE
            )
        ).all()
    assert {tuple(each) for each in kinds} == {("dead", "The mail server cannot be reached")}


def test_a_database_that_is_away_for_long_doubles_no_mail(
    sqlite_db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is known until it is recorded, however often that fails."""
    booked()
    monkeypatch.setattr("mentorbook.worker._RECORDS_AGAIN_AFTER", 0.0)
    record, failures = outbox.record, iter(range(20))

    def away(outcomes: Sequence[outbox.Outcome]) -> None:
        if next(failures, None) is not None:
            hands.on(seconds=10)
            raise DatabaseBusy
        record(outcomes)

    monkeypatch.setattr(outbox, "record", away)
    deliver(server)
    hands.on(minutes=2)
    deliver(server)
    assert len(server.received) == 2


def test_whoever_has_sent_it_may_say_so_first_when_the_database_is_back(
    db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked()
    sent = outbox.lease(lanes=(Provider.MAIL,))
    hands.on(minutes=5)
    another = worker(server)

    def away(*_: object, **__: object) -> None:
        raise DatabaseBusy

    async def work() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "anything_due", away)
            patch.setattr("mentorbook.worker.IDLE_SECONDS", 0.0)
            async with running(another):
                await asyncio.sleep(0.1)
        await another.round()

    asyncio.run(work())
    assert server.received == []
    outbox.record([outbox.Outcome(each, is_up=True) for each in sent])
    deliver(server)
    assert server.received == []


def test_a_worker_that_stops_does_not_wait_for_a_database_that_stays_away(
    sqlite_db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked()
    monkeypatch.setattr("mentorbook.worker._RECORDS_AGAIN_AFTER", 0.0)
    monkeypatch.setattr("mentorbook.worker._ENDS_WITHIN", 0.1)
    stopping = worker(server)

    def away(_: object) -> None:
        stopping.stop()
        raise DatabaseBusy

    monkeypatch.setattr(outbox, "record", away)
    with pytest.raises(DatabaseBusy):
        asyncio.run(stopping.round())


def test_an_app_that_ends_waits_for_the_longest_mail() -> None:
    """A mail that is cut off when the server has it is sent again."""
    longest = smtp._TIMEOUT + smtp._FAREWELL
    assert longest < worker_module._ENDS_WITHIN
    assert longest < outbox.LEASE.total_seconds() / 2


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
