"""What happened to a session, for its people and for admins."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import SessionAuditLog
from mentorbook.domain.kinds import AuditAction
from mentorbook.domain.views import Account, FieldChange, TimelineEvent
from mentorbook.services.booking.access import access_booking


def session_timeline(actor: Account, booking_id: Any) -> list[TimelineEvent]:
    """List what was done to the session, newest first, from its booking on. Raises `NotFound`.

    Only admins see the policies that applied, and the IP address and user agent of each event.
    """
    with read_transaction() as session:
        row = access_booking(session, actor, booking_id)
        rows = session.execute(
            select(SessionAuditLog, col(User.name))
            .outerjoin(User, col(User.id) == col(SessionAuditLog.user_id))
            .where(col(SessionAuditLog.session_id) == row.id)
            .order_by(col(SessionAuditLog.created_at).desc())
        ).all()
        mentee = session.get_one(User, row.mentee_id)
    events = [
        TimelineEvent(
            action=entry.action,
            actor_id=entry.user_id,
            actor_name=name,
            at=entry.created_at,
            reason_category=entry.reason_category,
            reason_details=entry.reason_details,
            previous_scheduled_at=entry.previous_scheduled_at,
            new_scheduled_at=entry.new_scheduled_at,
            changes=[
                FieldChange(field=name, before=before, after=after)
                for name, (before, after) in (entry.changes or {}).items()
            ],
            policy_snapshot=entry.policy_snapshot if actor.is_admin else None,
            ip_address=entry.ip_address if actor.is_admin else None,
            user_agent=entry.user_agent if actor.is_admin else None,
        )
        for entry, name in rows
    ]
    booked = TimelineEvent(
        action=AuditAction.BOOKED, actor_id=mentee.id, actor_name=mentee.name, at=row.created_at
    )
    return [*events, booked]
