"""Rounds of the worker: rooms arrive whatever happens on the way, and are made once."""

import asyncio
import logging
import os
import signal
import threading
import time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

import mentorbook.worker
from mentorbook.db.delivery import OutboxMessage, WorkerBeat
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import MessageKind, Provider
from mentorbook.domain.mail import Mail
from mentorbook.domain.views import Account, Booking
from mentorbook.mailing import written_mail
from mentorbook.services import change_feed, outbox
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.worker import Worker, run_until_signalled, running
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.people import a_mentee, a_mentor, a_request, in_hours


def booked() -> tuple[Account, Booking]:
    """Somebody with a session tomorrow."""
    mentee = a_mentee()
    return mentee, create_booking(mentee, a_request(a_mentor(), in_hours(24)))


def states() -> list[tuple[str, int]]:
    """State and attempts of every message about rooms, or of an unknown kind."""
    with read_transaction() as session:
        about_rooms = col(OutboxMessage.kind).not_in((MessageKind.MAIL_NOTICE, MessageKind.REMINDER))
        rows = session.execute(
            select(col(OutboxMessage.state), col(OutboxMessage.attempts)).where(about_rooms)
        )
        return [(row[0], row[1]) for row in rows]


def test_a_round_makes_the_room_and_the_session_says_so(db: Database, hands: Hands) -> None:
    mentee, booking = booked()
    rooms, told = RecordingRooms(), list[frozenset[UUID]]()
    with change_feed.listening(told.append):
        assert asyncio.run(Worker(rooms).round())
    assert rooms.rooms == {f"session-{booking.id}": (25 * 3600 + 30 * 60, "video")}
    assert get_booking(mentee, booking.id).video_ready
    assert told == [frozenset({booking.mentor.id, booking.mentee.id})]
    assert states() == [("done", 1)]
    assert not asyncio.run(Worker(rooms).round())


def test_without_a_video_server_the_session_stands_and_has_no_room(db: Database, hands: Hands) -> None:
    mentee, booking = booked()
    asyncio.run(Worker(None).round())
    assert states() == [("void", 1)]
    assert not get_booking(mentee, booking.id).video_ready
    assert get_booking(mentee, booking.id).status == "scheduled"


def test_a_room_arrives_once_the_server_is_back(db: Database, hands: Hands) -> None:
    mentee, booking = booked()
    rooms = RecordingRooms(down=True)

    async def work() -> None:
        worker = Worker(rooms)
        for _ in range(3):
            await worker.round()
            assert not await worker.round()
            hands.on(seconds=20)
        rooms.down = False
        await worker.round()

    asyncio.run(work())
    assert rooms.asked == [f"session-{booking.id}"] * 4
    assert states() == [("done", 4)]
    assert get_booking(mentee, booking.id).video_ready


@pytest.mark.parametrize(
    ("payload", "kind"),
    [({}, "room.create"), ({"sessionId": "nonsense"}, "room.create"), ({}, "pigeon.send")],
)
def test_a_message_that_cannot_be_read_holds_nobody_up(
    sqlite_db: Database,
    hands: Hands,
    payload: dict[str, Any],
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with write_transaction() as session:
        session.add(
            OutboxMessage(
                kind=kind,
                payload=payload,
                dedupe_key="broken",
                available_at=hands.now,
                due_at=hands.now,
                created_at=hands.now,
            )
        )
    _, booking = booked()
    rooms = RecordingRooms()
    with caplog.at_level(logging.CRITICAL, "mentorbook.worker"):
        asyncio.run(Worker(rooms).round())
    assert list(rooms.rooms) == [f"session-{booking.id}"]
    assert sorted(states()) == [("done", 1), ("waiting", 1)]


@pytest.mark.parametrize("status", ["pending", "cancelled", "completed", "no_show"])
def test_a_session_that_will_not_meet_gets_no_room(db: Database, hands: Hands, status: str) -> None:
    _, booking = booked()
    with write_transaction() as session:
        session.get_one(MentoringSession, booking.id).status = status
    rooms = RecordingRooms()
    asyncio.run(Worker(rooms).round())
    assert rooms.asked == []
    assert states() == [("void", 1)]


def test_a_room_that_came_too_late_is_taken_down(db: Database, hands: Hands) -> None:
    """The session is cancelled while the video server makes its room."""
    mentee, booking = booked()

    class Slow(RecordingRooms):
        """Somebody cancels before it has answered."""

        async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
            await super().create_room(name, empty_timeout=empty_timeout, metadata=metadata)
            cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})

    rooms = Slow()
    asyncio.run(Worker(rooms).round())
    assert not get_booking(mentee, booking.id).video_ready
    asyncio.run(Worker(rooms).round())
    assert rooms.rooms == {}


def test_a_session_that_is_over_gets_no_room(sqlite_db: Database, hands: Hands) -> None:
    booked()
    hands.on(hours=25, minutes=30)
    rooms = RecordingRooms()
    asyncio.run(Worker(rooms).round())
    assert rooms.asked == []


def test_racing_workers_deliver_each_message_once(db: Database, hands: Hands) -> None:
    names = {f"session-{booked()[1].id}" for _ in range(12)}
    rooms = RecordingRooms()

    async def work() -> None:
        workers = [Worker(rooms) for _ in range(4)]
        while outbox.anything_due((Provider.VIDEO,)):
            await asyncio.gather(*(worker.round() for worker in workers))

    asyncio.run(work())
    assert sorted(rooms.asked) == sorted(names)
    assert states() == [("done", 1)] * 12


def test_killed_between_sending_and_marking_it_is_sent_again(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, booking = booked()
    rooms = RecordingRooms()

    class Killed(BaseException):
        """What a kill looks like from inside: no `except` of the worker stops it."""

    def killed(_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "record", killed)
        with pytest.raises(Killed):
            asyncio.run(Worker(rooms).round())
    assert states() == [("waiting", 1)]
    asyncio.run(Worker(rooms).round())
    assert rooms.asked == [f"session-{booking.id}"]
    hands.on(minutes=1)
    asyncio.run(Worker(rooms).round())
    assert rooms.asked == [f"session-{booking.id}"] * 2
    assert len(rooms.rooms) == 1
    assert states() == [("done", 2)]


def test_a_round_that_fails_does_not_end_the_worker(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    booked()
    monkeypatch.setattr("mentorbook.worker.IDLE_SECONDS", 0.0)
    rooms, beats = RecordingRooms(), []

    def broken(name: str) -> None:
        beats.append(name)
        if len(beats) == 1:
            raise RuntimeError("the database sneezed")

    monkeypatch.setattr(outbox, "record_heartbeat", broken)

    async def work() -> None:
        done = asyncio.Event()
        with change_feed.listening(lambda _: done.set()):
            async with running(Worker(rooms)):
                await asyncio.wait_for(done.wait(), 60)

    asyncio.run(work())
    assert len(rooms.rooms) == 1
    assert "a round of the worker failed" in caplog.text


def test_messages_wait_for_whoever_looks_at_a_page(db: Database, hands: Hands) -> None:
    booked()
    rooms, seen = RecordingRooms(), list[tuple[int, set[tuple[str, int]]]]()

    async def pages_first() -> None:
        seen.append((len(rooms.rooms), set(states())))

    asyncio.run(Worker(rooms, pages_first=pages_first).round())
    assert len(rooms.rooms) == 1
    # Before it is leased, and before it is worked on if pages are told of something by then.
    assert (0, {("waiting", 0)}) in seen
    assert (0, {("waiting", 1)}) in seen
    # What has been sent is marked at once: were the process killed while it waits, it would be sent again.
    assert (1, {("waiting", 1)}) not in seen


def test_each_mail_is_written_only_when_pages_are_told(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails, done = 2 * len([booked() for _ in range(2)]), list[str]()

    async def pages_first() -> None:
        done.append("pages")

    def noted(message: outbox.Message) -> Mail | None:
        done.append("mail")
        return None

    class Idle:
        """Is given nothing to send."""

        async def send(self, _mail: Mail) -> None:
            raise AssertionError("there was no mail")

    monkeypatch.setattr("mentorbook.worker.written_mail", noted)
    asyncio.run(Worker(RecordingRooms(), Idle(), pages_first=pages_first).round())
    assert done.count("mail") == mails
    assert "mail mail" not in " ".join(done)
    # Each step begins with it too: time, two comparisons.
    assert done[:3] == ["pages"] * 3


def test_mail_is_written_one_at_a_time_and_sent_side_by_side(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = 2 * len([booked() for _ in range(2)])
    most = {"writing": 0, "sending": 0}
    present = dict.fromkeys(most, 0)
    counting, all_there = threading.Lock(), asyncio.Event()

    def count(what: str, by: int) -> None:
        with counting:
            present[what] += by
            most[what] = max(most[what], present[what])

    def slowly(message: outbox.Message) -> Mail | None:
        count("writing", 1)
        time.sleep(0.02)
        count("writing", -1)
        return written_mail(message)

    class Patient:
        """Takes no mail before all are there."""

        async def send(self, _mail: Mail) -> None:
            count("sending", 1)
            if present["sending"] == mails:
                all_there.set()
            async with asyncio.timeout(20):
                await all_there.wait()

    monkeypatch.setattr(mentorbook.worker, "written_mail", slowly)
    asyncio.run(Worker(None, Patient()).round())
    assert most == {"writing": 1, "sending": mails}


def test_the_worker_says_that_it_is_alive(db: Database, hands: Hands) -> None:
    asyncio.run(Worker(None).round())
    with read_transaction() as session:
        assert [beat.beat_at for beat in session.scalars(select(WorkerBeat))] == [hands.now]


def test_a_round_lets_old_requests_expire(db: Database, hands: Hands) -> None:
    booking = create_booking(a_mentee(), a_request(a_mentor(require_confirmation=True), in_hours(72)))
    told = list[frozenset[UUID]]()
    hands.on(hours=48)
    with change_feed.listening(told.append):
        assert asyncio.run(Worker(None).round())
    assert told == [frozenset({booking.mentor.id, booking.mentee.id, change_feed.SESSIONS})]


class HearingWorker(Worker):
    """A worker that tells when it has been asked to stop."""

    def __init__(self, video: RecordingRooms) -> None:
        super().__init__(video)
        self.heard = asyncio.Event()

    def stop(self) -> None:
        super().stop()
        self.heard.set()


class SignalledRooms(RecordingRooms):
    """The process is asked to end while the video server makes a room, as many times as it is told."""

    def __init__(self, signals: list[signal.Signals]) -> None:
        super().__init__()
        self.worker = HearingWorker(self)
        self._signals = signals

    async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
        for number in self._signals:
            os.kill(os.getpid(), number)
            await self.worker.heard.wait()
        if len(self._signals) > 1:
            await asyncio.sleep(60)
        await super().create_room(name, empty_timeout=empty_timeout, metadata=metadata)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_worker_after_its_round(db: Database, hands: Hands, number: signal.Signals) -> None:
    _, booking = booked()
    rooms = SignalledRooms([number])
    asyncio.run(run_until_signalled(rooms.worker))
    assert list(rooms.rooms) == [f"session-{booking.id}"]
    assert states() == [("done", 1)]


def test_a_second_signal_ends_the_worker_at_once_and_the_message_waits(db: Database, hands: Hands) -> None:
    booked()
    rooms = SignalledRooms([signal.SIGTERM, signal.SIGTERM])
    asyncio.run(run_until_signalled(rooms.worker))
    assert rooms.rooms == {}
    assert states() == [("waiting", 1)]


def test_what_is_done_is_told_although_the_next_step_fails(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [
        create_booking(a_mentee(), a_request(a_mentor(require_confirmation=True), in_hours(72)))
        for _ in range(2)
    ]
    told = list[frozenset[UUID]]()
    hands.on(hours=48)

    def broken() -> list[UUID]:
        raise RuntimeError("the database sneezed")

    monkeypatch.setattr(lifecycle, "advance_sessions", broken)
    with change_feed.listening(told.append), pytest.raises(RuntimeError):
        asyncio.run(Worker(None).round())
    assert set(told) == {
        frozenset({each.mentor.id, each.mentee.id, change_feed.SESSIONS}) for each in requests
    }
