"""The worker and a real LiveKit server: rooms arrive, once, whenever the server comes back."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from livekit import api
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.ports import ProviderDown
from mentorbook.domain.views import Booking
from mentorbook.integrations.livekit import LiveKitRooms
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people.accounts import account
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.servers.livekit import LiveKit, running_livekit
from tests.servers.ports import free_port


@pytest.fixture(scope="module")
def livekit() -> Iterator[LiveKit]:
    """A server for the tests of this file."""
    with running_livekit() as server:
        yield server


def booked() -> Booking:
    """A session tomorrow."""
    return create_booking(a_mentee(), a_request(a_mentor(), in_hours(24), meetingType="audio"))


def message() -> OutboxMessage:
    """The only message about a room."""
    is_room = col(OutboxMessage.kind).startswith("room.")
    with read_transaction() as session:
        return session.scalars(select(OutboxMessage).where(is_room)).one()


def work(server: LiveKit, *, rounds: int = 1, secret: str | None = None) -> None:
    """Rounds of a worker that knows this server."""

    async def go() -> None:
        rooms = LiveKitRooms(server.url, server.api_key, secret or server.api_secret)
        try:
            for _ in range(rounds):
                await Worker(rooms).round()
        finally:
            await rooms.close()

    asyncio.run(go())


def rooms_of(server: LiveKit) -> dict[str, api.Room]:
    """The rooms that the server has."""

    async def ask() -> dict[str, api.Room]:
        async with api.LiveKitAPI(server.url, server.api_key, server.api_secret) as client:
            listed = await client.room.list_rooms(api.ListRoomsRequest())
            return {room.name: room for room in listed.rooms}

    return asyncio.run(ask())


def is_ready(booking: Booking) -> bool:
    """Whether the mentee is told that the room is there."""
    return get_booking(account(booking.mentee.id), booking.id).video_ready


def test_the_worker_makes_the_room(db: Database, hands: Hands, livekit: LiveKit) -> None:
    booking = booked()
    work(livekit)
    room = rooms_of(livekit)[f"session-{booking.id}"]
    assert (room.metadata, room.max_participants) == ("audio", 10)
    assert room.empty_timeout == 25 * 3600 + 30 * 60
    assert message().state == "done"
    assert is_ready(booking)


def test_a_room_that_is_asked_for_twice_is_one(sqlite_db: Database, hands: Hands, livekit: LiveKit) -> None:
    name = f"session-{booked().id}"

    async def twice() -> None:
        rooms = LiveKitRooms(livekit.url.replace("http", "ws"), livekit.api_key, livekit.api_secret)
        for _ in range(2):
            await rooms.create_room(name, empty_timeout=60, metadata="video")
        await rooms.close()

    before = rooms_of(livekit)
    asyncio.run(twice())
    work(livekit)
    assert set(rooms_of(livekit)) - set(before) == {name}


def test_a_room_arrives_when_the_server_has_come_back(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "mentorbook.worker")
    port = free_port()
    away = LiveKit(f"http://127.0.0.1:{port}", "test-key", "test-secret-of-at-least-32-letters")
    booking = booked()
    work(away, rounds=2)
    assert (message().state, message().attempts) == ("waiting", 1)
    assert "cannot be reached" in (message().last_error or "")
    assert not is_ready(booking)
    with ExitStack() as stack:
        back = stack.enter_context(running_livekit())
        work(back)
        assert message().attempts == 1
        hands.on(seconds=10)
        work(back)
        assert (message().state, message().attempts) == ("done", 2)
        assert f"session-{booking.id}" in rooms_of(back)
    assert is_ready(booking)


def test_a_wrong_key_is_tried_again(
    sqlite_db: Database, hands: Hands, livekit: LiveKit, caplog: pytest.LogCaptureFixture
) -> None:
    booking = booked()
    with caplog.at_level(logging.WARNING, "mentorbook.worker"):
        work(livekit, secret="another-secret-of-at-least-32-letters")
    assert (message().state, message().last_error) == ("waiting", "LiveKit answered 401")
    assert "secret" not in caplog.text
    hands.on(seconds=10)
    work(livekit)
    assert message().state == "done"
    assert f"session-{booking.id}" in rooms_of(livekit)


def test_a_server_that_is_away_is_provider_down() -> None:
    async def ask() -> None:
        rooms = LiveKitRooms(f"ws://127.0.0.1:{free_port()}", "key", "secret-of-at-least-32-letters-ooo")
        try:
            await rooms.create_room("room", empty_timeout=60, metadata="")
        finally:
            await rooms.close()

    with pytest.raises(ProviderDown):
        asyncio.run(ask())
