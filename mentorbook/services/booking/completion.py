"""A session is over: completed, and its time is given back."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db import claims
from mentorbook.db.sessions import SessionAuditLog, SessionClaim
from mentorbook.domain.kinds import AuditAction, NoticeKind, RefundReason, SessionStatus
from mentorbook.services.booking.audit_trail import AuditEntry
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.meeting.recording import end_recording
from mentorbook.services.money.payment_orders import order_refund


def complete(change: SessionTransaction, moment: datetime, *, ended_at: datetime) -> None:
    """Mark the session as completed in the open transaction, as what ended at `ended_at`."""
    change.set_status(SessionStatus.COMPLETED)
    change.row.ended_at = ended_at
    release_time(change, moment)
    give_back_if_absent(change)
    end_recording(change.session, change.row)
    log = SessionAuditLog
    known = select(col(log.id)).where(
        col(log.session_id) == change.row.id, col(log.action) == AuditAction.COMPLETED.value
    )
    # Who left early may have come back: it is on record once.
    if change.session.scalars(known.limit(1)).first() is None:
        change.audit(AuditEntry(AuditAction.COMPLETED, None))


def give_back_if_absent(change: SessionTransaction) -> None:
    """Order all of a payment to be given back once the session is over, where the mentee came and the mentor,
    as the mentee has reported, did not.

    Where nothing is known of who came, an admin decides.
    """
    row = change.row
    mentor, mentee = row.mentor_attended_at, row.mentee_attended_at
    # Who looks in after the end has not come.
    has_come = mentor is not None and mentor < row.ends_at
    waited = mentee is not None and mentee < row.ends_at
    if row.mentor_absent_at is None or has_come or not waited or row.status != SessionStatus.COMPLETED:
        return
    if given_back := order_refund(change, RefundReason.MENTOR_ABSENT):
        change.notify(mentee=NoticeKind.MONEY_RETURNED, given_back=given_back)


def release_time(change: SessionTransaction, moment: datetime) -> bool:
    """Release the claims of a session that is over, but not before the mentor's buffer has passed.

    Returns whether that was done.
    """
    row = change.row
    held = select(col(SessionClaim.ends_at)).where(col(SessionClaim.session_id) == row.id)
    ends = change.session.scalars(held).all()
    if row.status != SessionStatus.COMPLETED or not ends or max(ends) > moment:
        return False
    claims.release(change.session, row.id)
    return True
