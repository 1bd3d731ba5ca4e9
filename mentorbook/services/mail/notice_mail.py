"""What is known of a notice at the moment at which its mail is written."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from mentorbook.db.delivery import NoticePreference, Notification, OutboxMessage
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.domain.booking.reminders import REMINDERS, makes_sense
from mentorbook.domain.kinds import TOPIC_OF, NoticeKind, NoticeTopic, SecretPurpose, SessionStatus
from mentorbook.domain.mail_views import InvitationFacts, MailedNotice, MailReader
from mentorbook.domain.views import Booking
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.booking_queries import load_booking
from mentorbook.services.clock import now
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.services.notifications import stored_notice


def notice_to_mail(payload: dict[str, Any], message_id: UUID) -> MailedNotice | None:
    """Return a notice with all that its mail says, or `None` when none is to be sent.

    `message_id` is the message of the outbox. None is sent to who does not want it or is deactivated, and
    none that reminds of a session that was moved or cancelled, or once that makes no sense any more.
    """
    notice_id = UUID(payload["noticeId"])
    with read_transaction() as session:
        row = session.get(Notification, notice_id)
        user = session.get(User, row.user_id) if row is not None else None
        if row is None or user is None or not _is_wanted(session, user, row):
            return None
        booking = load_booking(session, row.session_id) if row.session_id else None
        if booking is not None and row.kind in REMINDERS and not _takes_place(booking, row):
            return None
        policies = load_policies(session)
        given = payload.get("invitation")
        invitation = InvitationFacts.model_validate(given) if given else None
        if booking and invitation and _is_overtaken(session, booking, invitation, message_id):
            invitation = None
    return MailedNotice(
        notice=stored_notice(row, None),
        reader=MailReader(id=user.id, name=user.name, email=user.email, timezone=user.timezone),
        booking=booking,
        policies=policies,
        secret=secret_of(user.id, SecretPurpose.UNSUBSCRIBE),
        invitation=invitation,
    )


def _takes_place(booking: Booking, row: Notification) -> bool:
    return booking.status == SessionStatus.SCHEDULED and booking.scheduled_at == row.happens_at


def _is_overtaken(session: Session, booking: Booking, invitation: InvitationFacts, message_id: UUID) -> bool:
    """Say whether the reader's calendar knows better already.

    So it is when the session has changed since, and the mail that says so does not wait behind this one: it
    was sent while this one was given up.
    """
    is_stale = booking.status == SessionStatus.CANCELLED or booking.reschedule_count > invitation.sequence
    if invitation.is_cancelled or not is_stale:
        return False
    this, later = aliased(OutboxMessage), aliased(OutboxMessage)
    waits = exists().where(
        col(later.stream) == col(this.stream),
        col(later.state) == "waiting",
        col(later.created_at) > col(this.created_at),
    )
    return session.scalar(select(col(this.id)).where(col(this.id) == message_id, waits)) is None


def _is_wanted(session: Session, user: User, row: Notification) -> bool:
    if user.deactivated_at is not None:
        return False
    kind = NoticeKind(row.kind) if row.kind in list(NoticeKind) else None
    if kind in REMINDERS and row.happens_at is not None and not makes_sense(kind, row.happens_at, now()):
        return False
    topic = TOPIC_OF[kind] if kind else NoticeTopic.CHANGES
    chosen = select(col(NoticePreference.by_mail)).where(
        col(NoticePreference.user_id) == user.id, col(NoticePreference.topic) == topic.value
    )
    return session.scalar(chosen) is not False
