"""Whether people came: the mentor marks a no-show, the mentee reports an absent mentor."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db import claims
from mentorbook.db.people import User
from mentorbook.domain.booking.actions import MENTEE_CAME, MENTOR_CAME
from mentorbook.domain.kinds import AuditAction, NoticeKind, SessionStatus
from mentorbook.domain.views import Account, Booking, NoticeFacts
from mentorbook.services import change_feed, notifications, outbox
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.cancellation import drop_room
from mentorbook.services.booking.completion import give_back_if_absent
from mentorbook.services.booking.session_transaction import SessionTransaction, session_transaction
from mentorbook.services.clock import now
from mentorbook.services.meeting.progress import refuse_if_in_room
from mentorbook.services.notifications import NewNotice


def report_absent_mentor(actor: Account, booking_id: Any, *, origin: Origin = Origin()) -> Booking:  # noqa: B008
    """Report to the admins that the mentor did not come; the mentor is told.

    Mentee only, once, from the start until 24 hours after it. The session keeps its status.
    Raises `NotFound`, `NotPermitted`, `InvalidStatus`, `NoShowWindowClosed`.
    """
    with session_transaction(actor, booking_id, "mentor_absent") as change:
        row = change.row
        refuse_if_in_room(change, row.mentor_id, MENTOR_CAME)
        row.mentor_absent_at = now()
        change.audit(AuditEntry(AuditAction.MENTOR_ABSENT, actor.id, origin))
        give_back_if_absent(change)
        change.notify(mentor=NoticeKind.MENTOR_ABSENT, mentee=NoticeKind.ABSENCE_REPORTED)
        admins = _tell_admins(change, actor)
        booking = change.for_viewer(change.updated_booking(), actor)
    change_feed.announce(admins)
    return booking


def _tell_admins(change: SessionTransaction, actor: Account) -> list[UUID]:
    """Tell the admins, except those who are in the session themselves; returns whom."""
    row = change.row
    others = col(User.id).not_in((row.mentor_id, row.mentee_id))
    who = select(col(User.id)).where(col(User.is_admin), col(User.deactivated_at).is_(None), others)
    admins = list(change.session.scalars(who))
    facts = NoticeFacts(session_title=row.title, other_name=actor.name)
    kind, at = NoticeKind.ABSENCE_TO_REVIEW, row.scheduled_at
    notices = [NewNotice(admin, kind, facts, row.id, actor.id, at) for admin in admins]
    if notices:
        outbox.add_messages(change.session, notifications.add_notices(change.session, notices))
    return admins


def mark_no_show(actor: Account, booking_id: Any, *, origin: Origin = Origin()) -> Booking:  # noqa: B008
    """Mark the session as a no-show of the mentee. Mentor only, from the start until 24 hours after it, also
    when the session is completed meanwhile.

    Raises `NotFound`, `NotPermitted`, `InvalidStatus`, `NoShowWindowClosed`.
    """
    with session_transaction(actor, booking_id, "no_show") as change:
        row = change.row
        refuse_if_in_room(change, row.mentee_id, MENTEE_CAME)
        change.set_status(SessionStatus.NO_SHOW)
        row.ended_at = min(now(), row.ends_at)
        claims.release(change.session, row.id)
        drop_room(change)
        change.audit(AuditEntry(AuditAction.NO_SHOW, actor.id, origin))
        change.notify(mentor=NoticeKind.NO_SHOW_MARKED, mentee=NoticeKind.NO_SHOW)
        return change.for_viewer(change.updated_booking(), actor)
