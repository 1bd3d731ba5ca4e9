"""What was booked before there were reminders is reminded of; what waits is not given up for its age."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect, select, update
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.rows import add_rows
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import MessageKind
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.outbox import NewMessage, Outcome
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request
from tests.services.test_mentors_of_before import migrated
from tests.services.test_reminders import DAY, HOUR, reminded, waiting, work

BEFORE = "0010"


@pytest.fixture(autouse=True)
def _present(hands: Hands) -> None:
    """Migrations go by the machine's clock, so what is to come here is to come by that."""
    hands.now = datetime.now(UTC)


def in_hours(hands: Hands, hours: int) -> datetime:
    """A full hour so many hours from now."""
    return hands.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)


def booked(hands: Hands, hours: int, **mentor: Any) -> tuple[Account, Account, Booking]:
    """A mentor, a mentee and their session in so many hours."""
    one, other = a_mentor(**mentor), a_mentee()
    return one, other, create_booking(other, a_request(one, in_hours(hands, hours)))


def reminders() -> dict[str, tuple[Any, ...]]:
    """What stands in the outbox of each reminder, apart from when it was written."""
    row = OutboxMessage
    with read_transaction() as session:
        found = session.scalars(select(row).where(col(row.kind) == MessageKind.REMINDER.value))
        return {
            each.dedupe_key: (
                *(each.payload, each.session_id, each.available_at, each.due_at, each.stream),
                *(each.attempts, each.state, each.leased_until),
            )
            for each in found
        }


def test_sessions_of_before_have_the_reminders_that_they_would_have_had(db: Database, hands: Hands) -> None:
    booked(hands, 5)
    _, mentee, moved = booked(hands, 48)
    reschedule_booking(mentee, moved.id, {"scheduledAt": in_hours(hands, 72).isoformat()})
    booked(hands, 48, require_confirmation=True)
    _, cancels, booking = booked(hands, 48)
    cancel_booking(cancels, booking.id, {"reasonCategory": "technical_issues"})
    written = reminders()
    assert len(written) == 3
    for _ in range(2):
        migrated(db, BEFORE)
        assert reminders_of_before(db) == 0
        migrated(db, "head")
        assert reminders() == written


def reminders_of_before(db: Database) -> int:
    """How many reminders an earlier version would find, which knows none."""
    with db.engine.connect() as connection:
        kinds = connection.scalars(select(col(OutboxMessage.kind))).all()
    return kinds.count(MessageKind.REMINDER.value)


def test_both_are_reminded_of_a_session_of_before_once(db: Database, hands: Hands) -> None:
    mentor, mentee, booking = booked(hands, 48)
    migrated(db, BEFORE)
    migrated(db, "head")
    for before, expected in ((timedelta(hours=24), [DAY]), (timedelta(hours=1), [DAY, HOUR])):
        hands.now = booking.scheduled_at - before - timedelta(seconds=1)
        work()
        assert reminded(mentor) == reminded(mentee) == expected[:-1]
        hands.on(seconds=1)
        work()
        work()
        assert reminded(mentor) == reminded(mentee) == expected


def test_cancelling_a_session_of_before_removes_its_reminders(db: Database, hands: Hands) -> None:
    _, mentee, booking = booked(hands, 48)
    migrated(db, BEFORE)
    migrated(db, "head")
    assert waiting() == 2
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    assert waiting() == 0


def test_however_many_sessions_there_are(db: Database, hands: Hands) -> None:
    _, _, booking = booked(hands, 48)
    with read_transaction() as session:
        row = session.get_one(MentoringSession, booking.id).model_dump()
    migrated(db, BEFORE)
    known = {column["name"] for column in inspect(db.engine).get_columns("sessions")}
    row = {name: value for name, value in row.items() if name in known}
    with write_transaction() as session:
        add_rows(session, MentoringSession, [row | {"id": uuid4()} for _ in range(2000)])
    migrated(db, "head")
    assert waiting() == 2 * 2001


def test_what_waits_for_days_has_another_one(db: Database, hands: Hands) -> None:
    row = OutboxMessage
    with write_transaction() as session:
        new = [NewMessage(MessageKind.ROOM_CREATE, {"key": key}, key) for key in ("waits", "is done")]
        outbox.add_messages(session, new)
        session.execute(update(row).where(col(row.dedupe_key) == "is done").values(state="done"))
        # It has been tried often enough to be given up, once its time has come.
        session.execute(update(row).values(created_at=hands.now - timedelta(days=3), attempts=9))
    migrated(db, BEFORE)
    migrated(db, "head")
    hands.now = max(hands.now, datetime.now(UTC))

    def fail() -> str:
        (message,) = outbox.lease()
        outbox.record([Outcome(message, "refused")])
        with read_transaction() as session:
            return session.scalars(select(col(row.state)).where(col(row.dedupe_key) == "waits")).one()

    assert fail() == "waiting"
    hands.on(hours=23)
    assert fail() == "waiting"
    hands.on(hours=1)
    assert fail() == "dead"
    with read_transaction() as session:
        done = session.scalars(select(row).where(col(row.dedupe_key) == "is done")).one()
        assert done.due_at == done.created_at
