"""Let one of a session's two people into its room."""

import logging
from typing import Any
from uuid import UUID

from mentorbook.db.engine import read_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.actions import allowed_actions
from mentorbook.domain.booking.policies import ROOM_OPENS, ROOM_STAYS
from mentorbook.domain.errors import DomainError, RateLimited, VideoUnavailable
from mentorbook.domain.kinds import MEDIA_OF, Provider
from mentorbook.domain.meeting.video import JoinedRoom, RoomPass
from mentorbook.domain.ports import ProviderDown
from mentorbook.domain.views import Account
from mentorbook.services import outbox, provider_health
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.booking_queries import meeting_kind
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import Room, drop_made_room, room_of
from mentorbook.services.meeting.video_server import video_server
from mentorbook.services.offload import call
from mentorbook.services.rate_counters import ceilings

log = logging.getLogger(__name__)

# Each asks the video server. Whoever waits for it to come back tries every few seconds.
MOST_TRIES, COUNTED_FOR = 30, 60  # seconds

_NO_SERVER = "No video server is set up here, so there is no room to join. Your session stands."


async def join_session(actor: Account, booking_id: Any) -> JoinedRoom:
    """Return what lets the actor into the session's room, which is there by then.

    The two people of the session only, from 10 minutes before its start until 30 minutes after its end.
    Raises `NotFound`, `NotPermitted`, `InvalidStatus`, `RateLimited`, and `VideoUnavailable` when the video
    server does not do its part.
    """
    room, _ = await call(_checked, actor, booking_id)
    await call(_count, actor)
    server = video_server()
    if server is None:
        raise VideoUnavailable(_NO_SERVER, retry_after=3600)
    asked_at = now()
    try:
        # It may have been restarted since, or have lost it: made again, it is the same.
        await server.create_room(room.name, empty_timeout=room.empty_timeout, metadata=room.metadata)
    except ProviderDown as error:
        log.warning("a room could not be made for somebody who joins: %s", error)
        await call(provider_health.is_down, Provider.VIDEO, str(error), asked_at)
        raise VideoUnavailable from None
    try:
        # It may have been cancelled while the server was asked.
        _, given = await call(_checked, actor, booking_id)
    except DomainError:
        # Its deletion has been delivered already, perhaps.
        await call(drop_made_room, room)
        raise
    await call(outbox.provider_answered, Provider.VIDEO)
    return JoinedRoom(server_url=server.browser_url, token=server.token(given), room_name=given.room)


def _checked(actor: Account, booking_id: Any) -> tuple[Room, RoomPass]:
    with read_transaction() as session:
        row = access_booking(session, actor, booking_id)
        decision = allowed_actions(row, actor.id, load_policies(session), now())["join"]
        if decision.error is not None:
            raise decision.error
        return room_of(row), _pass(row, actor.id, actor.name)


def _pass(row: MentoringSession, person: UUID, name: str) -> RoomPass:
    return RoomPass(
        room=room_of(row).name,
        identity=str(person),
        name=name,
        sources=MEDIA_OF[meeting_kind(row)],
        opens=row.scheduled_at - ROOM_OPENS,
        closes=row.ends_at + ROOM_STAYS,
    )


def _count(actor: Account) -> None:
    counted = f"joins {actor.id}"
    if ceilings().add(counted, COUNTED_FOR) > MOST_TRIES:
        raise RateLimited(ceilings().left(counted), "You have tried to join very often. Wait a minute.")
