"""What has had its time is purged by the worker, in small pieces; what is for ever stays."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import ForeignKey, event, func, select, update
from sqlmodel import SQLModel, col

from mentorbook.db.delivery import IdempotencyKey, Notification, OutboxMessage, WorkerBeat
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.meeting import VideoEvent
from mentorbook.db.metadata import metadata
from mentorbook.db.people import AccountLink, KnownDevice, LoginSession
from mentorbook.db.rows import table_of
from mentorbook.db.sessions import MentoringSession, PolicyChange, SessionAuditLog
from mentorbook.domain.errors import NotFound
from mentorbook.domain.kinds import MessageKind
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services import outbox, retention
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.money.holds import release_hold
from mentorbook.services.notifications import mark_read
from mentorbook.services.outbox import Outcome
from mentorbook.services.people import accounts, known_devices
from mentorbook.services.people.password_reset import ask_for_reset
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.letters import Letters
from tests.paying import demo_payments, pay_now
from tests.people import a_mentee, a_mentor, a_request, in_hours


def count(table: type[SQLModel]) -> int:
    """How many rows a table has."""
    with read_transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def purge_all() -> int:
    """Purge until nothing is left; says in how many goes."""
    goes = 1
    while retention.purge():
        goes += 1
    return goes


def a_booking(key: str | None = None) -> None:
    """A session that was cancelled, with an idempotency key."""
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)), key)
    cancel_booking(mentee, booked.id, {"reasonCategory": "schedule_conflict"})


def put_messages(how_many: int) -> None:
    """Messages of the outbox that are due now."""
    with write_transaction() as session:
        new = [outbox.NewMessage(MessageKind.ROOM_CREATE, {}, str(number)) for number in range(how_many)]
        outbox.add_messages(session, new)


def test_events_of_the_video_server_go_when_it_tells_them_no_more(db: Database, hands: Hands) -> None:
    with write_transaction() as session:
        for number, age in enumerate((6, 8)):
            session.add(VideoEvent(id=f"EV_{number}", received_at=hands.now - timedelta(days=age)))
    purge_all()
    with read_transaction() as session:
        assert session.scalars(select(col(VideoEvent.id))).all() == ["EV_0"]


def test_links_that_nobody_followed_go(db: Database, hands: Hands) -> None:
    person = a_mentee().id
    with write_transaction() as session:
        for number, lasts in enumerate((10, 20)):
            session.add(
                AccountLink(
                    user_id=person,
                    purpose="reset_password",
                    email="x@people.test",
                    token_hash=str(number),
                    created_at=hands.now,
                    expires_at=hands.now + timedelta(minutes=lasts),
                )
            )
    hands.on(minutes=15)
    purge_all()
    assert count(AccountLink) == 1


def test_answers_are_kept_for_a_week(db: Database, hands: Hands) -> None:
    a_booking("a key")
    hands.on(days=7)
    purge_all()
    assert count(IdempotencyKey) == 1
    hands.on(seconds=1)
    purge_all()
    assert count(IdempotencyKey) == 0


def test_delivered_messages_are_kept_for_thirty_days_and_others_for_good(db: Database, hands: Hands) -> None:
    put_messages(4)
    waiting, dead, *done = outbox.lease()
    for message in done:
        outbox.record([Outcome(message)])
    with write_transaction() as session:
        session.execute(update(OutboxMessage).where(col(OutboxMessage.id) == dead.id).values(state="dead"))
    assert len(done) == 2
    hands.on(days=30)
    purge_all()
    assert count(OutboxMessage) == 4
    hands.on(seconds=1)
    purge_all()
    with read_transaction() as session:
        left = {row.id for row in session.scalars(select(OutboxMessage))}
    assert left == {waiting.id, dead.id}


def test_a_message_that_waited_long_is_kept_for_thirty_days_from_its_delivery(
    db: Database, hands: Hands
) -> None:
    put_messages(2)
    hands.on(days=40)
    for message in outbox.lease():
        outbox.record([Outcome(message)])
    hands.on(days=29)
    purge_all()
    assert count(OutboxMessage) == 2


def test_links_that_nobody_was_to_get_are_kept_for_an_hour(
    db: Database, hands: Hands, letters: Letters
) -> None:
    owner, gone = a_mentee(), a_mentee()
    deactivate(a_mentee(is_admin=True), gone.id, {"reason": "Because"})
    for email in (owner.email, gone.email):
        ask_for_reset({"email": email}, address="192.0.2.1")
    letters.delivered()
    hands.on(hours=1)
    purge_all()
    assert count(OutboxMessage) == 2
    hands.on(seconds=1)
    purge_all()
    with read_transaction() as session:
        (left,) = session.scalars(select(OutboxMessage))
    assert left.payload["email"] == owner.email


def test_lapsed_log_ins_and_tickets_go_and_others_stay(db: Database, hands: Hands) -> None:
    accounts.issue_ticket(a_mentee().id, address=None, agent=None)
    token = accounts.start_login(a_mentee().id, address=None, agent=None)
    hands.on(seconds=31)
    purge_all()
    assert count(LoginSession) == 1
    assert accounts.account_by_token(token) is not None
    hands.on(days=30)
    purge_all()
    assert count(LoginSession) == 0


def test_browsers_that_were_not_used_for_a_year_are_forgotten(db: Database, hands: Hands) -> None:
    for _ in range(2):
        known_devices.remember(accounts.start_login(a_mentee().id, address=None, agent=None), "")
        hands.on(days=1)
    hands.on(days=363)
    purge_all()
    assert count(KnownDevice) == 2
    hands.on(seconds=1)
    purge_all()
    assert count(KnownDevice) == 1


def test_beats_of_workers_that_are_gone_go_after_a_day(db: Database, hands: Hands) -> None:
    outbox.record_heartbeat("old")
    hands.on(hours=23)
    outbox.record_heartbeat("new")
    hands.on(hours=2)
    purge_all()
    with read_transaction() as session:
        assert session.scalars(select(col(WorkerBeat.name))).all() == ["new"]


def test_read_notifications_go_after_half_a_year_and_all_after_a_year(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    mark_read(mentee, {})
    assert count(Notification) == 2
    hands.on(days=180, seconds=1)
    purge_all()
    assert count(Notification) == 1
    hands.on(days=185)
    purge_all()
    assert count(Notification) == 0


def test_audit_rows_and_sessions_stay_for_ever(db: Database, hands: Hands) -> None:
    change_policies(a_mentee("Admin", is_admin=True), {"max_reschedules_per_session": 3})
    a_booking()
    hands.on(days=20_000)
    purge_all()
    assert (count(SessionAuditLog), count(PolicyChange), count(MentoringSession)) == (1, 1, 1)
    assert count(OutboxMessage) == 6


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """Sessions are paid here."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def a_hold(hours: float, mentee: Account | None = None) -> Booking:
    """A time that is held to be paid."""
    return create_booking(mentee or a_mentee(), a_request(a_mentor(), in_hours(hours)), str(uuid4()))


def test_times_that_were_held_and_not_paid_go_after_a_day(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    released, lapsed = a_hold(100, mentee), a_hold(110)
    release_hold(mentee, released.id)
    hands.on(minutes=11)
    lifecycle.expire_requests()
    written = count(OutboxMessage)
    hands.on(hours=23)
    purge_all()
    assert count(MentoringSession) == 2
    hands.on(hours=2)
    assert get_booking(mentee, released.id).status == "cancelled"
    purge_all()
    assert count(MentoringSession) == 0
    assert (count(OutboxMessage), count(IdempotencyKey)) == (written, 2)
    with pytest.raises(NotFound):
        get_booking(mentee, lapsed.id)


def test_what_was_paid_or_is_told_of_stays(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    paid = a_hold(300, mentee)
    pay_now(mentee, paid)
    begun = a_hold(310, mentee)
    pay_now(mentee, begun, None)
    release_hold(mentee, begun.id)
    hands.on(minutes=1)
    told = a_hold(320, mentee)
    release_hold(mentee, told.id)
    with write_transaction() as session:
        session.add(SessionAuditLog(session_id=told.id, action="cancelled", created_at=hands.now))
    held = a_hold(330, mentee)
    hands.on(hours=26)
    purge_all()
    # The last one is held no longer, but nobody has said so yet.
    with read_transaction() as session:
        left = set(session.scalars(select(col(MentoringSession.id))))
    assert left == {paid.id, begun.id, told.id, held.id}


def test_every_table_that_names_sessions_keeps_them() -> None:
    named = {table for table in metadata.tables.values() for key in table.foreign_keys if is_of_sessions(key)}
    assert named == {table_of(each) for each in retention.NAMES_A_SESSION}


def is_of_sessions(key: ForeignKey) -> bool:
    """Whether a key leads to sessions."""
    return key.column.table is table_of(MentoringSession)


def many_keys(person: Any, hands: Hands, number: int) -> None:
    """Leave so many old answers behind."""
    with write_transaction() as session:
        session.add_all(
            IdempotencyKey(user_id=person, key=str(uuid4()), body_hash="", answer={}, created_at=hands.now)
            for _ in range(number)
        )


def test_no_transaction_deletes_more_than_a_batch(db: Database, hands: Hands) -> None:
    many_keys(a_mentee().id, hands, 25)
    hands.on(days=8)
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _connection: commits.append(1))
    assert retention.purge(batch=10)
    assert (count(IdempotencyKey), len(commits)) == (15, 1)
    assert retention.purge(batch=10)
    assert not retention.purge(batch=10)
    assert count(IdempotencyKey) == 0


def test_where_nothing_lapsed_nothing_is_written(db: Database, hands: Hands) -> None:
    a_booking("a key")
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _connection: commits.append(1))
    assert not retention.purge()
    assert commits == []


def test_two_workers_purge_side_by_side(postgres_db: Database, hands: Hands) -> None:
    many_keys(a_mentee().id, hands, 20)
    hands.on(days=8)
    held = select(IdempotencyKey).order_by(col(IdempotencyKey.key)).limit(12).with_for_update()
    with write_transaction() as session:
        session.scalars(held).all()
        assert not retention.purge(batch=10)
        assert count(IdempotencyKey) == 12
    purge_all()
    assert count(IdempotencyKey) == 0


def test_the_worker_purges_at_once_and_then_once_an_hour(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_booking("a key")
    hands.on(days=8)
    purges: list[int] = []
    purge = retention.purge

    def counted() -> bool:
        purges.append(1)
        return purge()

    monkeypatch.setattr(retention, "purge", counted)
    worker = Worker(None)

    async def three_rounds() -> None:
        for _ in range(3):
            await worker.round()

    asyncio.run(three_rounds())
    assert count(IdempotencyKey) == 0
    assert len(purges) == 1


def test_the_worker_goes_on_until_all_is_purged(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_keys(a_mentee().id, hands, 25)
    hands.on(days=8)
    monkeypatch.setattr(retention.purge, "__defaults__", (10,))
    worker, left = Worker(None), list[int]()

    async def rounds() -> None:
        for _ in range(4):
            await worker.round()
            left.append(count(IdempotencyKey))

    asyncio.run(rounds())
    assert left == [15, 5, 0, 0]


def test_what_lapses_is_found_by_an_index(sqlite_db: Database, hands: Hands) -> None:
    for rule in retention._rules(hands.now + timedelta(days=1)):
        if rule.table is WorkerBeat:
            continue
        query = select(*rule.key).where(rule.lapsed).limit(1)
        compiled = query.compile(sqlite_db.engine, compile_kwargs={"literal_binds": True})
        with read_transaction() as session:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
        assert "USING" in plan[0][3], (rule.table, plan)
        assert "INDEX" in plan[0][3], (rule.table, plan)
