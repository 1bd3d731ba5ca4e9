"""What happens to sessions by the clock alone: requests lapse, sessions begin and are over."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlmodel import col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.kinds import AuditAction, Ending, NoticeKind, RefundReason, SessionStatus
from mentorbook.services import change_feed
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.audit_trail import AuditEntry
from mentorbook.services.booking.completion import complete, release_time
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.clock import now
from mentorbook.services.meeting.progress import due_by_attendance, follow, moments_of_attendance
from mentorbook.services.money.holds import drop_hold
from mentorbook.services.money.payment_orders import order_refund
from mentorbook.settings import settings

log = logging.getLogger(__name__)

_MOST_A_ROUND = 200

_status, _starts = col(MentoringSession.status), col(MentoringSession.scheduled_at)
_last_claim = (
    select(func.max(col(SessionClaim.ends_at)))
    .where(col(SessionClaim.session_id) == col(MentoringSession.id))
    .scalar_subquery()
)


def _those(*where: ColumnElement[bool]) -> Select[UUID]:
    return select(col(MentoringSession.id)).where(*where).order_by(_starts).limit(_MOST_A_ROUND)


# What each worker asks every second, which costs more to build than to ask.
_LAPSED = _those(_status == SessionStatus.PENDING, col(MentoringSession.expires_at) <= bindparam("moment"))
_BEGUN = _those(_status == SessionStatus.SCHEDULED, _starts <= bindparam("moment"))
_OVER = _those(_status == SessionStatus.IN_PROGRESS, col(MentoringSession.ends_at) <= bindparam("moment"))
_ATTENDED = _those(due_by_attendance())
# Only the latest can still have claims: so many days are looked through, not every session ever held.
_HOLDING_TIME = _those(
    _status == SessionStatus.COMPLETED, _starts > bindparam("recent"), _last_claim <= bindparam("moment")
)


def expire_requests() -> list[UUID]:
    """Cancel every pending session that was not answered in time, release its claims and notify both; a time
    that was held and not paid is only given back.

    Each change is announced when it is made. Returns the people whose pages show something new.
    """
    return _apply_to_due(_LAPSED, _expire, moment=now())


def expire_hold(session_id: UUID) -> None:
    """Give back a time that was held and not paid, once that is over: its page does not wait for a round."""
    _apply(session_id, _expire)


def advance_sessions() -> list[UUID]:
    """Start sessions and complete them; release the buffer after them later.

    With a video server by who was in their room, else at their start and their end.

    Each change is announced when it is made. Returns the people whose pages show something new.
    """
    if settings.video_configured:
        people = _apply_to_due(_ATTENDED, follow, **moments_of_attendance(now()))
    else:
        people = _apply_to_due(_BEGUN, _start, moment=now())
        people += _apply_to_due(_OVER, _complete, moment=now())
    recent = now() - 2 * claims.LONGEST_CLAIM
    return people + _apply_to_due(_HOLDING_TIME, release_time, moment=now(), recent=recent)


def _apply_to_due(
    due: Select[UUID], change: Callable[[SessionTransaction, datetime], bool], **moments: datetime
) -> list[UUID]:
    with read_transaction() as session:
        found: Sequence[UUID] = session.scalars(due, moments).all()
    people: list[UUID] = []
    for session_id in found:
        try:
            people += _apply(session_id, change)
        except Exception:
            # The next round tries it again; meanwhile it must not keep the others, and their pages, from it.
            log.exception("session %s could not be moved on", session_id)
    return people


def _apply(session_id: UUID, apply: Callable[[SessionTransaction, datetime], bool]) -> list[UUID]:
    with write_transaction() as session:
        row = session.get_one(MentoringSession, session_id)
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        # A person, or another worker, may have been first.
        session.refresh(row)
        change = SessionTransaction(session, row, load_policies(session))
        if not apply(change, now()):
            return []
        row.updated_at = now()
        people = [row.mentor_id, row.mentee_id]
    # Each by itself: whatever keeps the next one from it, pages show what was done.
    change_feed.announce([*people, change_feed.SESSIONS])
    return people


def _expire(change: SessionTransaction, moment: datetime) -> bool:
    row = change.row
    if row.status != SessionStatus.PENDING or row.expires_at is None or row.expires_at > moment:
        return False
    if row.held_until is not None:
        drop_hold(change, Ending.UNPAID)
        return True
    change.set_status(SessionStatus.CANCELLED)
    row.cancellation_reason = Ending.UNANSWERED
    claims.release(change.session, row.id)
    given_back = order_refund(change, RefundReason.EXPIRED)
    change.audit(AuditEntry(AuditAction.EXPIRED, None))
    change.notify(mentor=NoticeKind.REQUEST_EXPIRED, mentee=NoticeKind.REQUEST_EXPIRED, given_back=given_back)
    return True


def _start(change: SessionTransaction, moment: datetime) -> bool:
    row = change.row
    if row.status != SessionStatus.SCHEDULED or row.scheduled_at > moment:
        return False
    change.set_status(SessionStatus.IN_PROGRESS)
    row.started_at = row.scheduled_at
    return True


def _complete(change: SessionTransaction, moment: datetime) -> bool:
    row = change.row
    if row.status != SessionStatus.IN_PROGRESS or row.ends_at > moment:
        return False
    complete(change, moment, ended_at=row.ends_at)
    return True
