"""What happens to sessions by the clock alone: requests lapse, sessions begin and are over."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from mentorbook.db import claims
from mentorbook.db.engine import reading, writing
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.kinds import NoticeKind, SessionStatus
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.audit_trail import AuditEntry, record
from mentorbook.services.booking.session_transaction import Change
from mentorbook.services.clock import now

log = logging.getLogger(__name__)

_MOST_A_ROUND = 200


def expire_requests() -> list[UUID]:
    """Cancel every pending session whose time to answer is over, free its time and tell both people.

    Returns the people whose pages show something new.
    """
    return _each(
        [col(MentoringSession.status) == SessionStatus.PENDING, col(MentoringSession.expires_at) <= now()],
        _expire,
    )


def move_on() -> list[UUID]:
    """Have sessions begin at their start and be completed at their end; the buffer after it is freed later.

    Returns the people whose pages show something new.
    """
    row = MentoringSession
    status, starts, ends = col(row.status), col(row.scheduled_at), col(row.ends_at)
    people = _each([status == SessionStatus.SCHEDULED, starts <= now()], _begin)
    people += _each([status == SessionStatus.IN_PROGRESS, ends <= now()], _complete)
    # Only the latest can still have claims: so many days are looked through, not every session ever held.
    recent = starts > now() - 2 * claims.LONGEST_CLAIM
    last = select(func.max(col(SessionClaim.ends_at))).where(col(SessionClaim.session_id) == col(row.id))
    return people + _each(
        [status == SessionStatus.COMPLETED, recent, last.scalar_subquery() <= now()], _let_go
    )


def _each(where: list[ColumnElement[bool]], change: Callable[[Change, datetime], bool]) -> list[UUID]:
    with reading() as session:
        query = select(col(MentoringSession.id)).where(*where).order_by(col(MentoringSession.scheduled_at))
        due: Sequence[UUID] = session.scalars(query.limit(_MOST_A_ROUND)).all()
    people: list[UUID] = []
    for session_id in due:
        try:
            people += _one(session_id, change)
        except Exception:
            # The next round tries it again; meanwhile it must not keep the others, and their pages, from it.
            log.exception("session %s could not be moved on", session_id)
    return people


def _one(session_id: UUID, apply: Callable[[Change, datetime], bool]) -> list[UUID]:
    with writing() as session:
        row = session.get_one(MentoringSession, session_id)
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        # A person, or another worker, may have been first.
        session.refresh(row)
        change = Change(session, row, load_policies(session))
        if not apply(change, now()):
            return []
        row.updated_at = now()
        return [row.mentor_id, row.mentee_id]


def _expire(change: Change, moment: datetime) -> bool:
    row = change.row
    if row.status != SessionStatus.PENDING or row.expires_at is None or row.expires_at > moment:
        return False
    change.to(SessionStatus.CANCELLED)
    row.cancellation_reason = "The request was not answered in time"
    claims.release(change.session, row.id)
    record(change.session, row, AuditEntry("expired", None), change.policies)
    change.notify(mentor=NoticeKind.REQUEST_EXPIRED, mentee=NoticeKind.REQUEST_EXPIRED)
    return True


def _begin(change: Change, moment: datetime) -> bool:
    row = change.row
    if row.status != SessionStatus.SCHEDULED or row.scheduled_at > moment:
        return False
    change.to(SessionStatus.IN_PROGRESS)
    row.started_at = row.scheduled_at
    return True


def _complete(change: Change, moment: datetime) -> bool:
    row = change.row
    if row.status != SessionStatus.IN_PROGRESS or row.ends_at > moment:
        return False
    change.to(SessionStatus.COMPLETED)
    row.ended_at = row.ends_at
    _let_go(change, moment)
    record(change.session, row, AuditEntry("completed", None), change.policies)
    return True


def _let_go(change: Change, moment: datetime) -> bool:
    """Free the time of a session that is over, but not before the mentor has had their buffer."""
    row = change.row
    held = select(col(SessionClaim.ends_at)).where(col(SessionClaim.session_id) == row.id)
    ends = change.session.scalars(held).all()
    if row.status != SessionStatus.COMPLETED or not ends or max(ends) > moment:
        return False
    claims.release(change.session, row.id)
    return True
