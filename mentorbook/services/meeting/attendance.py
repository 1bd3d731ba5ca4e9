"""Who was in the room of a session: recorded as the video server tells it, and compared with what it says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.meeting import SessionAttendance
from mentorbook.db.meeting import VideoEvent as SeenEvent
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import ROOM_OPENS, ROOM_STAYS
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.meeting.attendance import is_in
from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.clock import now
from mentorbook.services.meeting.progress import follow, stays_of
from mentorbook.services.meeting.recording import begin_recording
from mentorbook.services.meeting.rooms import room_name, session_of_room

_JOINED, _FINISHED = "participant_joined", "room_finished"
_LEFT = ("participant_left", "participant_connection_aborted")
# What is asked of the server and what it tells by itself cross: so much later they are known to agree.
_CROSSING = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Presence:
    """Who of a session's two people is in its room now."""

    mentor: bool = False
    mentee: bool = False


def presence(actor: Account, booking_id: Any) -> Presence:
    """Return who is in the room of a session of the actor's. Raises `NotFound`."""
    with read_transaction() as session:
        row = access_booking(session, actor, booking_id)
        stays = stays_of(session, row.id)
        return Presence(is_in(stays, row.mentor_id), is_in(stays, row.mentee_id))


def take_in(event: VideoEvent) -> None:
    """Record what the video server tells: once, however often and in whatever order it comes.

    What is about no session, about neither of its two people, or about anything else than coming and going,
    changes nothing.
    """
    person = event.participant
    if event.kind != _FINISHED and (person is None or event.kind not in (_JOINED, *_LEFT)):
        return

    def record(session: Session, row: MentoringSession) -> bool:
        if session.get(SeenEvent, event.id) is not None:
            return False
        session.add(SeenEvent(id=event.id, received_at=now()))
        if event.kind == _FINISHED:
            return _end_stays(session, row, event.at, except_for=())
        assert person is not None  # noqa: S101 - looked at above
        return _record_stay(session, row, person, event.at if event.kind in _LEFT else None)

    _change(session_of_room(event.room), record)


def rooms_to_compare() -> list[tuple[UUID, str]]:
    """List the sessions whose rooms are open at this moment, each with the name of its room."""
    row, moment = MentoringSession, now()
    is_open = (
        col(row.status).in_((SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS, SessionStatus.COMPLETED)),
        col(row.scheduled_at) <= moment + ROOM_OPENS,
        col(row.scheduled_at) > moment - claims.LONGEST_CLAIM,
        col(row.ends_at) > moment - ROOM_STAYS,
    )
    with read_transaction() as session:
        found = session.scalars(select(col(row.id)).where(*is_open)).all()
    return [(each, room_name(each)) for each in found]


def compare(session_id: UUID, people: Iterable[Participant], asked_at: datetime) -> None:
    """Correct what was not told: `people` is who is in the session's room, as asked for at `asked_at`."""
    there = {each.connection: each for each in people}
    settled = asked_at - _CROSSING

    def record(session: Session, row: MentoringSession) -> bool:
        changed = [_record_stay(session, row, each, None, back_since=settled) for each in there.values()]
        return _end_stays(session, row, settled, except_for=there) or any(changed)

    if _differs(session_id, there, settled):
        _change(session_id, record)


def _differs(session_id: UUID, there: dict[str, Participant], settled: datetime) -> bool:
    """Say whether there may be something to record: nearly always there is not, and nothing is locked."""
    row = SessionAttendance
    with read_transaction() as session:
        known = session.execute(
            select(col(row.connection), col(row.joined_at)).where(
                col(row.session_id) == session_id, col(row.left_at).is_(None)
            )
        ).all()
    open_stays = {each.connection for each in known}
    is_gone = any(each.connection not in there and each.joined_at <= settled for each in known)
    return is_gone or any(connection not in open_stays for connection in there)


def _change(session_id: UUID | None, record: Callable[[Session, MentoringSession], bool]) -> None:
    if session_id is None:
        return
    with write_transaction() as session:
        row = session.get(MentoringSession, session_id)
        if row is None:
            return
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        session.refresh(row, with_for_update={"key_share": True})
        if not record(session, row):
            return
        session.flush()
        has_changed = follow(SessionTransaction(session, row, load_policies(session)), now())
        begin_recording(session, row)
        if has_changed:
            row.updated_at = now()
        people = [row.mentor_id, row.mentee_id, change_feed.SESSIONS] if has_changed else []
    change_feed.announce([session_id, *people])


def _record_stay(
    session: Session,
    row: MentoringSession,
    person: Participant,
    left_at: datetime | None,
    *,
    back_since: datetime | None = None,
) -> bool:
    """Record that somebody came, or has left; returns whether that was news.

    Whoever was taken to have left before `back_since` and is there all the same has not left.
    """
    user_id, moment = as_uuid(person.identity), now()
    if not person.is_person or user_id not in (row.mentor_id, row.mentee_id):
        return False
    known = session.scalars(
        select(SessionAttendance).where(
            col(SessionAttendance.session_id) == row.id,
            col(SessionAttendance.connection) == person.connection,
        )
    ).first()
    # The server's clock may be ahead of ours: nothing has happened later than now.
    joined_at = min(person.joined_at, moment)
    left_at = max(joined_at, min(left_at, moment)) if left_at else None
    if known is None:
        session.add(
            SessionAttendance(
                session_id=row.id,
                user_id=user_id,
                connection=person.connection,
                joined_at=joined_at,
                left_at=left_at,
            )
        )
        return True
    if known.left_at is None and left_at is not None:
        known.left_at = left_at
        return True
    if known.left_at is not None and back_since is not None and known.left_at < back_since:
        known.left_at = None
        return True
    return False


def _end_stays(session: Session, row: MentoringSession, at: datetime, *, except_for: Iterable[str]) -> bool:
    """End the stays that began until then, but for some connections; returns whether there were any."""
    stay, moment = SessionAttendance, min(at, now())
    ended = session.scalars(
        select(stay).where(
            col(stay.session_id) == row.id,
            col(stay.left_at).is_(None),
            col(stay.joined_at) <= moment,
            col(stay.connection).not_in(list(except_for)),
        )
    ).all()
    for each in ended:
        each.left_at = moment
    return bool(ended)
