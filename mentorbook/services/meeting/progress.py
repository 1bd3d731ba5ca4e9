"""The status of a session follows who was in its room."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session, col

from mentorbook.db.meeting import SessionAttendance
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import ROOM_STAYS
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.meeting.attendance import LEFT_FOR_GOOD, Stay, attended_at, emptied_at, met_at
from mentorbook.services import outbox
from mentorbook.services.booking.completion import complete
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.meeting.rooms import room_dropped


def stays_of(session: Session, session_id: UUID) -> list[Stay]:
    """Return who was in the room of a session and when, oldest first."""
    row = SessionAttendance
    rows = session.execute(
        select(col(row.user_id), col(row.joined_at), col(row.left_at))
        .where(col(row.session_id) == session_id)
        .order_by(col(row.joined_at), col(row.id))
    )
    return [Stay(*each) for each in rows]


def due_by_attendance(moment: datetime) -> ColumnElement[bool]:
    """Make the condition of sessions whose status may have to change although nobody comes or goes.

    Their time and that of their room is over, all have left them for good, or they begin with somebody in.
    """
    row, stay = MentoringSession, SessionAttendance
    of_session = col(stay.session_id) == col(row.id)
    is_in = exists().where(of_session, col(stay.left_at).is_(None))
    last = select(func.max(col(stay.left_at))).where(of_session).scalar_subquery()
    is_left = and_(
        col(row.status) == SessionStatus.IN_PROGRESS,
        ~is_in,
        last >= col(row.scheduled_at),
        last <= moment - LEFT_FOR_GOOD,
    )
    is_unnoticed = or_(col(row.mentor_attended_at).is_(None), col(row.mentee_attended_at).is_(None))
    return and_(
        col(row.status).in_((SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)),
        col(row.scheduled_at) <= moment,
        or_(col(row.ends_at) <= moment - ROOM_STAYS, is_left, and_(is_unnoticed, is_in)),
    )


def follow(change: SessionTransaction, moment: datetime) -> bool:
    """Have the session say what its attendance says at this moment; returns whether that changed it.

    It is in progress when both have come, and completed when both have gone for good after its start, or when
    its room closes. Who left early may come back until its end.
    """
    row = change.row
    stays = stays_of(change.session, row.id)
    before = (row.status, row.started_at, row.mentor_attended_at, row.mentee_attended_at)
    row.mentor_attended_at = attended_at(stays, row.mentor_id, row.scheduled_at, moment)
    row.mentee_attended_at = attended_at(stays, row.mentee_id, row.scheduled_at, moment)
    met, emptied = met_at(stays, (row.mentor_id, row.mentee_id)), emptied_at(stays)
    is_open = moment < row.ends_at + ROOM_STAYS
    if row.status == SessionStatus.COMPLETED and is_open and met and emptied is None:
        change.set_status(SessionStatus.IN_PROGRESS)
        row.ended_at = None
    if row.status == SessionStatus.SCHEDULED and met:
        change.set_status(SessionStatus.IN_PROGRESS)
        row.started_at = met
    if row.status in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS):
        if not is_open:
            _close(change, moment, emptied)
        elif row.status == SessionStatus.IN_PROGRESS and _is_over(row, emptied, moment):
            assert emptied is not None  # noqa: S101 - for the type checker
            complete(change, moment, ended_at=emptied)
    return before != (row.status, row.started_at, row.mentor_attended_at, row.mentee_attended_at)


def _is_over(row: MentoringSession, emptied: datetime | None, moment: datetime) -> bool:
    return emptied is not None and emptied >= row.scheduled_at and moment - emptied >= LEFT_FOR_GOOD


def _close(change: SessionTransaction, moment: datetime, emptied: datetime | None) -> None:
    """Complete the session whose room closes; whoever is still in it is shown out."""
    row = change.row
    closed = row.ends_at + ROOM_STAYS
    was_held = row.status == SessionStatus.IN_PROGRESS
    complete(change, moment, ended_at=(emptied or closed) if was_held else row.ends_at)
    outbox.add_messages(change.session, [room_dropped(row.id, f"room.delete:{uuid4()}")])
