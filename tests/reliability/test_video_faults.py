"""A video server that is down, slow, wrongly keyed or mad: everything else works, and joining comes back.

With the protocol double of `tests/servers/livekit_double.py`, since a healthy server shows none of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.errors import VideoUnavailable
from mentorbook.domain.kinds import Provider
from mentorbook.domain.meeting.video import JoinedRoom
from mentorbook.domain.ports import ProviderDown
from mentorbook.domain.views import Booking
from mentorbook.integrations.livekit import LiveKitRooms
from mentorbook.services.admin.system import system_state
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.meeting.joining import join_session
from mentorbook.services.meeting.video_server import video_by
from mentorbook.services.people.accounts import account
from mentorbook.settings import settings
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.servers.livekit_double import Fault, VideoDouble, running_double

# Long enough for this machine at its busiest where an answer comes; short where none ever does.
PATIENT, SHORT = 30.0, 0.2
BAD = [fault for fault in Fault if fault is not Fault.SLOW]
CALLS: dict[str, Callable[[LiveKitRooms], Awaitable[Any]]] = {
    "CreateRoom": lambda rooms: rooms.create_room("session-1", empty_timeout=60, metadata="video"),
    "DeleteRoom": lambda rooms: rooms.delete_room("session-1"),
    "ListParticipants": lambda rooms: rooms.participants("session-1"),
}


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[VideoDouble]:
    """A double that the settings name."""
    caplog.set_level(logging.CRITICAL)
    with running_double() as server:
        monkeypatch.setattr(settings, "livekit_url", server.url.replace("http", "ws"))
        monkeypatch.setattr(settings, "livekit_api_key", server.api_key)
        yield server


def with_rooms(
    double: VideoDouble, step: Callable[[LiveKitRooms], Awaitable[Any]], *, secret: str | None = None
) -> Any:
    """What a step comes to that asks the double; an answer that never comes is not waited for long."""
    timeout = SHORT if double.fault is Fault.HANGS else PATIENT

    async def go() -> Any:
        rooms = LiveKitRooms(double.url, double.api_key, secret or double.api_secret, timeout=timeout)
        try:
            return await step(rooms)
        finally:
            await rooms.close()

    return asyncio.run(go())


def work(double: VideoDouble) -> None:
    """One round of a worker."""
    with_rooms(double, lambda rooms: Worker(rooms).round())


def join(double: VideoDouble, booking: Booking) -> JoinedRoom:
    """The mentee joins."""

    async def go(rooms: LiveKitRooms) -> JoinedRoom:
        with video_by(rooms):
            return await join_session(account(booking.mentee.id), booking.id)

    given: JoinedRoom = with_rooms(double, go)
    return given


def booked(hours: float = 24) -> Booking:
    """A session, in so many hours."""
    return create_booking(a_mentee(), a_request(a_mentor(), in_hours(hours)))


def message(booking: Booking) -> OutboxMessage:
    """The message that has its room made."""
    with read_transaction() as session:
        query = select(OutboxMessage).where(col(OutboxMessage.dedupe_key) == f"room.create:{booking.id}")
        return session.scalars(query).one()


def video_line() -> Any:
    """How the video server stands, as an admin sees it."""
    shown = system_state(a_mentee("Admin", is_admin=True))
    return next(each for each in shown.providers if each.provider == Provider.VIDEO)


@pytest.mark.parametrize("name", CALLS)
def test_every_call_has_a_deadline_of_its_own(double: VideoDouble, name: str) -> None:
    double.fail(Fault.HANGS)
    with pytest.raises(ProviderDown, match=r"did not answer within 0\.2 s"):
        with_rooms(double, CALLS[name])
    assert double.asked == [name]


def test_the_deadline_is_ten_seconds_where_nobody_says_otherwise() -> None:
    async def made() -> float:
        rooms = LiveKitRooms("ws://127.0.0.1:1", "key", "s" * 32)
        await rooms.close()
        return rooms._timeout

    assert asyncio.run(made()) == 10


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("fault", BAD)
def test_whatever_goes_wrong_is_the_server_being_down(double: VideoDouble, name: str, fault: Fault) -> None:
    with_rooms(double, CALLS["CreateRoom"])
    double.fail(fault)
    if fault is Fault.NOT_FOUND and name != "CreateRoom":
        assert not with_rooms(double, CALLS[name])  # a room that is not there is deleted, and empty
        return
    with pytest.raises(ProviderDown) as down:
        with_rooms(double, CALLS[name])
    assert double.api_secret not in str(down.value)
    double.fail(None)
    with_rooms(double, CALLS[name])


@pytest.mark.parametrize("name", CALLS)
def test_a_slow_server_is_waited_for(double: VideoDouble, name: str) -> None:
    double.fail(Fault.SLOW)
    with_rooms(double, CALLS["CreateRoom"])
    with_rooms(double, CALLS[name])
    assert double.asked == ["CreateRoom", name]


def test_a_wrong_secret_does_nothing(double: VideoDouble) -> None:
    with pytest.raises(ProviderDown, match="LiveKit answered 401"):
        with_rooms(double, CALLS["CreateRoom"], secret="another-secret-of-at-least-32-letters")
    assert double.rooms == {}


@pytest.mark.parametrize("fault", BAD)
def test_sessions_are_booked_and_cancelled_meanwhile_and_the_room_comes_later(
    db: Database, hands: Hands, double: VideoDouble, fault: Fault
) -> None:
    double.fail(fault)
    kept, dropped = booked(), booked()
    work(double)
    assert message(kept).state == message(dropped).state == "waiting"
    assert message(kept).last_error
    assert double.api_secret not in (message(kept).last_error or "")
    shown = video_line()
    assert shown.failing_since is not None
    assert shown.last_error
    mentee = account(dropped.mentee.id)
    cancel_booking(mentee, dropped.id, {"reasonCategory": "schedule_conflict"})
    assert not get_booking(account(kept.mentee.id), kept.id).video_ready

    double.fail(None)
    for _ in range(3):
        hands.on(seconds=60)
        work(double)
    assert (message(kept).state, message(dropped).state) == ("done", "void")
    assert get_booking(account(kept.mentee.id), kept.id).video_ready
    assert set(double.rooms) == {f"session-{kept.id}"}
    assert video_line().failing_since is None


@pytest.mark.parametrize("fault", BAD)
def test_joining_says_so_and_works_when_the_server_is_back(
    sqlite_db: Database, hands: Hands, double: VideoDouble, fault: Fault
) -> None:
    booking = booked()
    hands.on(hours=23, minutes=55)
    double.fail(fault)
    with pytest.raises(VideoUnavailable) as refused:
        join(double, booking)
    assert refused.value.status == 503
    assert refused.value.retry_after >= 1
    assert double.api_secret not in str(refused.value.detail)
    assert video_line().failing_since is not None

    double.fail(None)
    assert join(double, booking).room_name == f"session-{booking.id}"
    assert video_line().failing_since is None
    assert double.made == {f"session-{booking.id}": 1}


def test_a_room_whose_answer_was_lost_is_not_made_again(
    db: Database, hands: Hands, double: VideoDouble
) -> None:
    booking = booked()
    double.fail(Fault.LOST)
    work(double)
    assert message(booking).state == "waiting"
    first = double.rooms[f"session-{booking.id}"].sid
    double.fail(None)
    hands.on(seconds=60)
    work(double)
    assert message(booking).state == "done"
    assert double.asked.count("CreateRoom") == 2
    assert double.made == {f"session-{booking.id}": 1}
    assert double.rooms[f"session-{booking.id}"].sid == first
