"""The app with a video server, in a process of its own: LiveKit's tokens need the clock of the machine.

Each line of its standard input is an order as JSON, answered by a line of JSON; it ends when its input does.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from livekit import api
from pydantic import SecretStr
from sqlmodel import col, delete

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.meeting.attendance import presence
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.e2e.server import running_app
from tests.people import a_mentee, a_mentor, a_request, in_hours


def book(kind: str, starts_in: int, minutes: int, title: str, names: list[str]) -> dict[str, Any]:
    """Two people with a session that begins so many seconds from now; and how each logs in."""
    mentor, mentee = a_mentor(names[0], "Europe/London"), a_mentee(names[1], "Asia/Kolkata")
    booking = create_booking(mentee, a_request(mentor, in_hours(48), meetingType=kind, title=title), None)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=starts_in)
    with write_transaction() as session:
        row = session.get(MentoringSession, booking.id)
        assert row is not None
        row.scheduled_at, row.ends_at, row.duration = start, start + timedelta(minutes=minutes), minutes
        session.exec(delete(SessionClaim).where(col(SessionClaim.session_id) == booking.id))
    return {"session": str(booking.id), "mentor": _known(mentor), "mentee": _known(mentee)}


def _known(person: Account) -> dict[str, str]:
    token = accounts.start_login(person.id, address=None, agent="tests")
    return {"id": str(person.id), "name": person.name, "cookie": settings.cookie, "token": token}


def cancel(session: str, who: str) -> str:
    """Cancel a session, as its mentee."""
    reason = {"reasonCategory": "no_longer_needed"}
    return cancel_booking(accounts.account(UUID(who)), session, reason).status


def state(session: str, who: str) -> dict[str, Any]:
    """How a session stands: its status, and who is in its room."""
    actor = accounts.account(UUID(who))
    there = presence(actor, session)
    return {
        "status": get_booking(actor, session).status,
        "in": [name for name in ("mentor", "mentee") if getattr(there, name)],
    }


def keep_recordings(folder: str | None) -> None:
    """Have sessions recorded into a folder, or not at all; the video server has nothing to record with."""
    settings.livekit_recordings = folder


def forget_pages() -> None:
    """Leave nothing of any page with the app, as after a restart of it."""
    from mentorbook.mentorbook import app

    cast(Any, app.state_manager).states.clear()


def delete_room(session: str) -> None:
    """Delete the room behind everybody's back."""
    _ask(lambda rooms: rooms.delete_room(api.DeleteRoomRequest(room=_room(session))))


def remove(session: str, who: str) -> None:
    """Take somebody out of the room."""
    request = api.RoomParticipantIdentity(room=_room(session), identity=who)
    _ask(lambda rooms: rooms.remove_participant(request))


def _room(session: str) -> str:
    with read_transaction() as found:
        row = found.get(MentoringSession, as_uuid(session))
        assert row is not None
        return room_name(row.id)


def _ask(question: Callable[[Any], Any]) -> None:
    async def go() -> None:
        secret = settings.livekit_api_secret
        assert secret is not None
        address = (settings.livekit_url or "").replace("ws", "http", 1)
        async with api.LiveKitAPI(address, settings.livekit_api_key, secret.get_secret_value()) as client:
            await question(client.room)

    asyncio.run(go())


ORDERS: dict[str, Callable[..., Any]] = {
    each.__name__: each for each in (book, cancel, state, keep_recordings, forget_pages, delete_room, remove)
}


def main(folder: str, port: str, url: str, key: str, secret: str) -> None:
    """Serve, and do as told."""
    video: dict[str, Any] = {
        "livekit_url": url,
        "livekit_api_key": key,
        "livekit_api_secret": SecretStr(secret),
    }
    with running_app(Path(folder), port=int(port), **video):
        change_policies(a_mentee("Admin", is_admin=True), {"cancellation_cutoff_hours": 0})
        _answer("ready")
        for line in sys.stdin:
            order = json.loads(line)
            _answer(ORDERS[order.pop("do")](**order))


def _answer(value: Any) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
