"""Who is let into a session's room: asked again after the room was made, and nothing left behind."""

import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.errors import InvalidStatus, VideoUnavailable
from mentorbook.domain.meeting.video import JoinedRoom
from mentorbook.domain.views import Account, Booking
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.meeting.joining import join_session
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.meeting.video_server import video_by
from mentorbook.services.people import accounts
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.people import a_mentee, a_mentor, a_request, in_hours


@pytest.fixture
def booked(db: Database, hands: Hands) -> Booking:
    """A session whose room is open; cancelling is allowed until its start."""
    change_policies(a_mentee("Admin", is_admin=True), {"cancellation_cutoff_hours": 0})
    mentee = a_mentee()
    made = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    hands.now = in_hours(23.9)
    return get_booking(mentee, made.id)


def join(booking: Booking, actor: Account, server: RecordingRooms) -> JoinedRoom:
    """Join with this server plugged in."""
    with video_by(server):
        return asyncio.run(join_session(actor, booking.id))


def mentee_of(booking: Booking) -> Account:
    """The mentee of a session, as an account."""
    return accounts.account(booking.mentee.id)


def test_each_is_let_into_their_own_room_under_their_own_name(booked: Booking) -> None:
    server = RecordingRooms()
    found = join(booked, mentee_of(booked), server)
    assert found.room_name == room_name(booked.id)
    assert found.token == f"{booked.mentee.id} to {room_name(booked.id)}"
    assert list(server.rooms) == [room_name(booked.id)]
    assert found.token not in repr(found)


def test_a_room_that_the_server_cannot_make_is_a_refusal_that_passes(booked: Booking) -> None:
    server = RecordingRooms(down=True)
    with pytest.raises(VideoUnavailable):
        join(booked, mentee_of(booked), server)
    server.down = False
    assert join(booked, mentee_of(booked), server)


def test_what_is_cancelled_while_the_room_is_made_lets_nobody_in_and_leaves_no_room(booked: Booking) -> None:
    mentee = mentee_of(booked)

    class Slow(RecordingRooms):
        """While it makes the room, the session is cancelled, and its room deleted by the worker."""

        async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
            cancel_booking(mentee, booked.id, {"reasonCategory": "technical_issues"})
            for _ in range(3):  # what was ordered before is delivered first
                await Worker(RecordingRooms()).round()
            await super().create_room(name, empty_timeout=empty_timeout, metadata=metadata)

    server = Slow()
    with pytest.raises(InvalidStatus):
        join(booked, mentee, server)
    assert list(server.rooms) == [room_name(booked.id)]
    with read_transaction() as session:
        waiting = select(col(OutboxMessage.kind)).where(col(OutboxMessage.state) == "waiting")
        assert list(session.scalars(waiting.where(col(OutboxMessage.kind) == "room.delete"))) == [
            "room.delete"
        ]
    asyncio.run(Worker(server).round())
    assert server.rooms == {}
