"""The status of a session follows who was in its room."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlmodel import Session, col

from mentorbook.db.meeting import SessionAttendance
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import ROOM_STAYS
from mentorbook.domain.errors import InvalidStatus
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.meeting.attendance import LEFT_FOR_GOOD, Stay, attended_at, emptied_at, is_in, met_at
from mentorbook.services import outbox
from mentorbook.services.booking.completion import complete
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.clock import now
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


def due_by_attendance() -> ColumnElement[bool]:
    """Return the condition of sessions whose status may have to change although nobody comes or goes.

    Their time and that of their room is over, all have left them for good, or they begin with somebody in.
    The moment is given when it is asked, by the parameters `moments_of_attendance`.
    """
    row, stay = MentoringSession, SessionAttendance
    of_session = col(stay.session_id) == col(row.id)
    is_in = exists().where(of_session, col(stay.left_at).is_(None))
    unnoticed = [
        and_(
            attended.is_(None),
            exists().where(of_session, col(stay.left_at).is_(None), col(stay.user_id) == person),
        )
        for attended, person in (
            (col(row.mentor_attended_at), col(row.mentor_id)),
            (col(row.mentee_attended_at), col(row.mentee_id)),
        )
    ]
    last = select(func.max(col(stay.left_at))).where(of_session).scalar_subquery()
    is_left = and_(
        col(row.status) == SessionStatus.IN_PROGRESS,
        ~is_in,
        last >= col(row.scheduled_at),
        last <= bindparam("left_by"),
    )
    return and_(
        col(row.status).in_((SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)),
        col(row.scheduled_at) <= bindparam("moment"),
        or_(col(row.ends_at) <= bindparam("over_by"), is_left, *unnoticed),
    )


def moments_of_attendance(moment: datetime) -> dict[str, datetime]:
    """Return the parameters of `due_by_attendance` at an aware instant."""
    return {"moment": moment, "left_by": moment - LEFT_FOR_GOOD, "over_by": moment - ROOM_STAYS}


def follow(change: SessionTransaction, moment: datetime) -> bool:
    """Derive the status of the session from its attendance at this moment; return whether that changed it.

    It is in progress when both have come, and completed when both have gone for good after its start, or when
    its room closes. Who left before the start has only had a look. Who left early may come back until the
    end, and when both do it is in progress again.
    """
    row = change.row
    stays = _that_count(stays_of(change.session, row.id), row.scheduled_at)
    before = (row.status, row.started_at, row.mentor_attended_at, row.mentee_attended_at)
    row.mentor_attended_at = attended_at(stays, row.mentor_id, row.scheduled_at, moment)
    row.mentee_attended_at = attended_at(stays, row.mentee_id, row.scheduled_at, moment)
    people = (row.mentor_id, row.mentee_id)
    met, emptied = met_at(stays, people), emptied_at(stays)
    is_open = moment < row.ends_at + ROOM_STAYS
    are_back = all(is_in(stays, person) for person in people)
    if row.status == SessionStatus.COMPLETED and is_open and are_back:
        change.set_status(SessionStatus.IN_PROGRESS)
        row.ended_at = None
    if row.status == SessionStatus.IN_PROGRESS and met is None and _began_early(row):
        change.set_status(SessionStatus.SCHEDULED)
        row.started_at = None
    if row.status == SessionStatus.SCHEDULED and met:
        change.set_status(SessionStatus.IN_PROGRESS)
        row.started_at = met
    if row.status in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS):
        if not is_open:
            _close(change, moment, emptied, was_used=bool(stays))
        elif row.status == SessionStatus.IN_PROGRESS and _is_over(row, emptied, moment):
            assert emptied is not None  # noqa: S101 - for the type checker
            complete(change, moment, ended_at=emptied)
    return before != (row.status, row.started_at, row.mentor_attended_at, row.mentee_attended_at)


def refuse_if_in_room(change: SessionTransaction, person: UUID, why: str) -> None:
    """Raise `InvalidStatus` when somebody was in the room between start and end, also when that is not on the
    session's row yet."""
    row = change.row
    came = attended_at(stays_of(change.session, row.id), person, row.scheduled_at, now())
    if came is not None and came < row.ends_at:
        raise InvalidStatus(why)


def _that_count(stays: list[Stay], start: datetime) -> list[Stay]:
    """Return the stays that are part of the meeting: not those that ended before its start."""
    return [stay for stay in stays if stay.left_at is None or stay.left_at >= start]


def _began_early(row: MentoringSession) -> bool:
    return row.started_at is not None and row.started_at < row.scheduled_at


def _is_over(row: MentoringSession, emptied: datetime | None, moment: datetime) -> bool:
    return emptied is not None and emptied >= row.scheduled_at and moment - emptied >= LEFT_FOR_GOOD


def _close(change: SessionTransaction, moment: datetime, emptied: datetime | None, *, was_used: bool) -> None:
    """Complete the session whose room closes; whoever is still in it is shown out.

    One of which nothing is known but that it was in progress, as before there was a video server, ended at
    its end.
    """
    row = change.row
    was_held = row.status == SessionStatus.IN_PROGRESS and was_used
    complete(change, moment, ended_at=(emptied or row.ends_at + ROOM_STAYS) if was_held else row.ends_at)
    outbox.add_messages(change.session, [room_dropped(row.id, f"room.delete:{uuid4()}")])
