"""Reminders: to both, a day and an hour before, of what will take place then, and never twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from mentorbook.db.delivery import Notification, OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.booking import reminders
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.notifications import list_notifications
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.people import a_mentee, a_mentor, a_request, in_hours

DAY, HOUR = "reminder_day", "reminder_hour"


def work() -> None:
    """Have a worker do what is due."""
    worker = Worker(RecordingRooms())

    async def rounds() -> None:
        while await worker.round():
            pass

    asyncio.run(rounds())


def reminded(person: Account) -> list[str]:
    """The reminders that somebody has got, the oldest first."""
    found = [each.kind for each in list_notifications(person, limit=100).notices]
    return [kind for kind in reversed(found) if kind in (DAY, HOUR)]


def booked(hours: int, **mentor: Any) -> tuple[Account, Account, Booking]:
    """A mentor, a mentee and their session in so many hours."""
    one, other = a_mentor(**mentor), a_mentee()
    return one, other, create_booking(other, a_request(one, in_hours(hours)))


def waiting() -> int:
    """How many reminders are still to come."""
    with read_transaction() as session:
        query = select(func.count()).select_from(OutboxMessage)
        return (
            session.scalar(
                query.where(col(OutboxMessage.kind) == "reminder", col(OutboxMessage.state) == "waiting")
            )
            or 0
        )


def test_both_are_reminded_a_day_and_an_hour_before(db: Database, hands: Hands) -> None:
    mentor, mentee, booking = booked(48)
    hands.now = booking.scheduled_at - timedelta(hours=24, seconds=1)
    work()
    assert reminded(mentor) == reminded(mentee) == []
    hands.on(seconds=1)
    work()
    assert reminded(mentor) == reminded(mentee) == [DAY]
    hands.now = booking.scheduled_at - timedelta(hours=1)
    work()
    assert reminded(mentor) == reminded(mentee) == [DAY, HOUR]
    hands.now = booking.ends_at
    work()
    assert reminded(mentee) == [DAY, HOUR]


@pytest.mark.parametrize(("hours", "expected"), [(23, [HOUR]), (24, [HOUR]), (1, [])])
def test_what_is_booked_late_has_the_reminders_that_are_still_to_come(
    db: Database, hands: Hands, hours: int, expected: list[str]
) -> None:
    _, mentee, booking = booked(hours)
    for _ in range(hours * 4):
        hands.on(minutes=15)
        work()
    assert hands.now >= booking.scheduled_at
    assert reminded(mentee) == expected


def test_moving_a_session_moves_its_reminders(db: Database, hands: Hands) -> None:
    _, mentee, booking = booked(48)
    moved = reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(96).isoformat()})
    assert waiting() == 2
    hands.now = booking.scheduled_at
    work()
    assert reminded(mentee) == []
    hands.now = moved.scheduled_at - timedelta(hours=24)
    work()
    assert reminded(mentee) == [DAY]


def test_moving_there_and_back_reminds_as_if_nothing_had_been(db: Database, hands: Hands) -> None:
    _, mentee, booking = booked(48)
    for hours in (96, 48):
        reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(hours).isoformat()})
    hands.now = booking.scheduled_at - timedelta(hours=24)
    work()
    assert reminded(mentee) == [DAY]


def cancel(_: Account, mentee: Account, booking: Booking) -> None:
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})


def test_cancelling_removes_them(db: Database, hands: Hands) -> None:
    mentor, mentee, booking = booked(48)
    cancel(mentor, mentee, booking)
    assert waiting() == 0
    hands.now = booking.scheduled_at - timedelta(minutes=30)
    work()
    assert reminded(mentor) == []


def decline(mentor: Account, _: Account, booking: Booking) -> None:
    decline_booking(mentor, booking.id)


def accept(mentor: Account, _: Account, booking: Booking) -> None:
    accept_booking(mentor, booking.id)


@pytest.mark.parametrize(("answer", "expected"), [(accept, [DAY]), (decline, [])])
def test_a_request_is_reminded_of_once_it_is_accepted(
    db: Database,
    hands: Hands,
    answer: Callable[[Account, Account, Booking], None],
    expected: list[str],
) -> None:
    mentor, mentee, booking = booked(48, require_confirmation=True)
    assert waiting() == 0
    answer(mentor, mentee, booking)
    hands.now = booking.scheduled_at - timedelta(hours=24)
    work()
    assert reminded(mentee) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(hours=20), [DAY]),
        (timedelta(hours=1, seconds=1), [DAY]),
        # The one of the day before says nothing that the other does not say better.
        (timedelta(hours=1), [HOUR]),
        (timedelta(minutes=5), [HOUR]),
        (timedelta(0), []),
        (timedelta(hours=-3), []),
    ],
)
def test_a_worker_that_starts_late_sends_what_still_makes_sense(
    db: Database, hands: Hands, before: timedelta, expected: list[str]
) -> None:
    _, mentee, booking = booked(48)
    hands.now = booking.scheduled_at - before
    work()
    assert reminded(mentee) == expected
    assert waiting() == (1 if expected == [DAY] else 0)


def test_workers_that_hold_the_same_reminder_send_it_once(db: Database, hands: Hands) -> None:
    """The lease of the first has lapsed while it was slow: both go on with it."""
    mentor, mentee, booking = booked(48)
    hands.now = booking.scheduled_at - timedelta(hours=24)
    held = [next(each for each in outbox.lease() if each.kind == "reminder")]
    hands.on(minutes=2)
    held.append(next(each for each in outbox.lease() if each.kind == "reminder"))
    assert held[0].id == held[1].id
    told = [reminders.remind(each) for each in held]
    assert told == [[mentor.id, mentee.id], []]
    assert reminded(mentee) == [DAY]


def test_a_reminder_that_dies_with_its_worker_is_sent_by_the_next(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mentee, booking = booked(48)
    hands.now = booking.scheduled_at - timedelta(hours=24)

    class Killed(BaseException):
        """What a kill looks like from inside."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("mentorbook.services.notifications.add_rows", killed)
        with pytest.raises(Killed):
            work()
    assert reminded(mentee) == []
    hands.on(minutes=1)
    work()
    assert reminded(mentee) == [DAY]


def test_a_reminder_is_mailed_to_both(db: Database, hands: Hands) -> None:
    _, _, booking = booked(48)
    hands.now = booking.scheduled_at - timedelta(hours=1)
    work()
    with read_transaction() as session:
        kinds = session.scalars(
            select(col(Notification.kind)).where(col(Notification.kind).in_((DAY, HOUR)))
        ).all()
        mails = session.scalars(select(OutboxMessage).where(col(OutboxMessage.kind) == "mail.notice")).all()
    assert sorted(kinds) == [HOUR, HOUR]
    assert len(mails) == 4
