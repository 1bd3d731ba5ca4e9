"""What happened to a session, for its people and for admins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import SessionAuditLog
from mentorbook.domain.kinds import AuditAction
from mentorbook.domain.meeting.attendance import without_breaks
from mentorbook.domain.views import Account, FieldChange, TimelineEvent
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.meeting.progress import stays_of

# What an admin writes about money.
_FOR_PAYER = {AuditAction.REFUNDED}


def session_timeline(actor: Account, booking_id: Any) -> list[TimelineEvent]:
    """List what was done to the session and who was in its room, newest first, from its booking on.

    Raises `NotFound`.

    Only admins see the policies that applied, and the IP address and user agent of each event. Why an admin
    gave money back is between them and who paid: the mentor does not see it.
    """
    with read_transaction() as session:
        row = access_booking(session, actor, booking_id)
        rows = session.execute(
            select(SessionAuditLog, col(User.name))
            .outerjoin(User, col(User.id) == col(SessionAuditLog.user_id))
            .where(col(SessionAuditLog.session_id) == row.id)
            .order_by(col(SessionAuditLog.created_at).desc())
        ).all()
        names = {row.mentor_id: "", row.mentee_id: ""}
        known = select(col(User.id), col(User.name)).where(col(User.id).in_(names))
        names |= {each.id: each.name for each in session.execute(known)}
        stays = without_breaks(stays_of(session, row.id))
    knows_why = actor.is_admin or actor.id == row.mentee_id
    events = [
        TimelineEvent(
            action=entry.action,
            actor_id=entry.user_id,
            actor_name=name,
            at=entry.created_at,
            reason_category=entry.reason_category,
            reason_details=entry.reason_details if knows_why or entry.action not in _FOR_PAYER else None,
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
    came = [_event(AuditAction.JOINED, stay.person, names, stay.joined_at) for stay in stays]
    left = [_event(AuditAction.LEFT, stay.person, names, stay.left_at) for stay in stays if stay.left_at]
    booked = _event(AuditAction.BOOKED, row.mentee_id, names, row.created_at)
    latest_first = sorted([*events, *came, *left], key=lambda event: event.at, reverse=True)
    return [*latest_first, booked]


def _event(action: AuditAction, person: UUID, names: dict[UUID, str], at: datetime) -> TimelineEvent:
    return TimelineEvent(action=action, actor_id=person, actor_name=names[person], at=at)
