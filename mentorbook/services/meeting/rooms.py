"""Video rooms of sessions, as far as the database knows them."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlmodel import Session, col

from mentorbook.db.claims import LONGEST_CLAIM
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import ROOM_OPENS, ROOM_STAYS
from mentorbook.domain.kinds import MessageKind, SessionStatus
from mentorbook.domain.schemas import as_uuid
from mentorbook.services import outbox
from mentorbook.services.clock import now
from mentorbook.services.outbox import NewMessage


@dataclass(frozen=True, slots=True)
class Room:
    """What to ask of the video server; `empty_timeout` in seconds."""

    name: str
    empty_timeout: int
    metadata: str


def room_name(session_id: UUID) -> str:
    """Return the name of a session's room on the video server."""
    return f"session-{session_id}"


def session_of_room(name: str) -> UUID | None:
    """Return which session a room of the video server belongs to, if it is one of ours."""
    return as_uuid(name.removeprefix("session-")) if name.startswith("session-") else None


def room_of(row: MentoringSession) -> Room:
    """Return the room of a session that has not ended: empty, it waits for people until it closes."""
    stays = (row.ends_at + ROOM_STAYS - now()).total_seconds()
    return Room(room_name(row.id), max(1, int(stays)), row.meeting_type)


def room_ordered(row: MentoringSession) -> NewMessage:
    """Return the message that has a confirmed session's room created, open until the session's end."""
    key = f"room.create:{row.id}" + (f":{row.reschedule_count}" if row.reschedule_count else "")
    return NewMessage(MessageKind.ROOM_CREATE, {"sessionId": str(row.id)}, key, stream=f"room:{row.id}")


def room_dropped(session_id: UUID, key: str) -> NewMessage:
    """Return the message that has a session's room deleted, in case there is one."""
    payload = {"name": room_name(session_id)}
    return NewMessage(MessageKind.ROOM_DELETE, payload, key, stream=f"room:{session_id}")


def open_rooms_dropped(session: Session, person: UUID) -> list[NewMessage]:
    """Return the messages that close every room that a person can be in at this moment."""
    row, moment = MentoringSession, now()
    rows = session.scalars(
        select(col(row.id)).where(
            or_(col(row.mentor_id) == person, col(row.mentee_id) == person),
            col(row.scheduled_at) <= moment + ROOM_OPENS,
            col(row.scheduled_at) > moment - LONGEST_CLAIM,
            col(row.ends_at) > moment - ROOM_STAYS,
        )
    )
    return [room_dropped(each, f"room.delete:{uuid4()}") for each in rows]


def room_wanted(session_id: UUID) -> Room | None:
    """Return the room to create, or `None` when the session is over, cancelled or not yet confirmed."""
    with read_transaction() as session:
        row = session.get(MentoringSession, session_id)
        if (
            row is None
            or row.status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)
            or row.ends_at + ROOM_STAYS <= now()
        ):
            return None
        return room_of(row)


def drop_made_room(room: Room) -> None:
    """Order the deletion of a room whose session is not to have one by now."""
    session_id = session_of_room(room.name)
    assert session_id is not None  # noqa: S101 - it is one of ours
    with write_transaction() as session:
        outbox.add_messages(session, [room_dropped(session_id, f"room.delete:{uuid4()}")])


def room_created(session_id: UUID) -> list[UUID]:
    """Record that the video server holds the session's room; returns its mentor and mentee.

    For a session that was cancelled meanwhile the room's deletion is queued instead.
    """
    with write_transaction() as session:
        row = session.get(MentoringSession, session_id)
        if row is None:
            return []
        if row.status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS):
            outbox.add_messages(session, [room_dropped(row.id, f"room.delete:{uuid4()}")])
            return []
        row.room_created_at = now()
        return [row.mentor_id, row.mentee_id]
