"""What is known of a notice at the moment at which its mail is written."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from mentorbook.db.delivery import NoticePreference, Notification, OutboxMessage
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.domain.booking.reminders import REMINDERS, makes_sense
from mentorbook.domain.kinds import (
    ALWAYS_TOLD,
    BRINGS_INVITATION,
    TOPIC_OF,
    NoticeKind,
    NoticeTopic,
    SecretPurpose,
    SessionStatus,
)
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
    notice_id, given = UUID(payload["noticeId"]), payload.get("invitation")
    with read_transaction() as session:
        row = session.get(Notification, notice_id)
        user = session.get(User, row.user_id) if row is not None else None
        if row is None or user is None:
            return None
        invitation = InvitationFacts.model_validate(given) if given else None
        topic = _wanted_as(session, user, row, has_invitation=invitation is not None)
        if topic is None:
            return None
        booking = load_booking(session, row.session_id) if row.session_id else None
        if booking is not None and row.kind in REMINDERS and not _takes_place(booking, row):
            return None
        policies = load_policies(session)
        if booking and invitation:
            invitation = _invitation_by_now(session, booking, invitation, message_id)
    return MailedNotice(
        notice=stored_notice(row, None),
        reader=MailReader(id=user.id, name=user.name, email=user.email, timezone=user.timezone),
        booking=booking,
        policies=policies,
        secret=secret_of(user.id, SecretPurpose.UNSUBSCRIBE),
        topic=topic,
        invitation=invitation,
    )


def _takes_place(booking: Booking, row: Notification) -> bool:
    return booking.status == SessionStatus.SCHEDULED and booking.scheduled_at == row.happens_at


def _invitation_by_now(
    session: Session, booking: Booking, invitation: InvitationFacts, message_id: UUID
) -> InvitationFacts | None:
    """Return what a mail may still put into the reader's calendar: what it was written for, unless the
    session has changed since and no mail that says so waits behind this one.

    That one was sent while this one was given up, or nobody wanted it: then it is the session as it stands,
    which every calendar may hear twice, or nothing if it was cancelled.
    """
    is_stale = booking.status == SessionStatus.CANCELLED or booking.reschedule_count > invitation.sequence
    if invitation.is_cancelled or not is_stale:
        return invitation
    this, later = aliased(OutboxMessage), aliased(OutboxMessage)
    waiting = (
        select(col(later.payload))
        .join(this, col(this.stream) == col(later.stream))
        .where(
            col(this.id) == message_id,
            col(later.state) == "waiting",
            col(later.created_at) > col(this.created_at),
        )
    )
    if any("invitation" in payload for payload in session.scalars(waiting)):
        return invitation
    if booking.status == SessionStatus.CANCELLED:
        return None
    return InvitationFacts(
        starts_at=booking.scheduled_at, minutes=booking.duration, sequence=booking.reschedule_count
    )


def _wanted_as(
    session: Session, user: User, row: Notification, *, has_invitation: bool
) -> NoticeTopic | None:
    """Return the topic by which somebody wants the mail of a notice; `None` when they do not want it."""
    kind = NoticeKind(row.kind) if row.kind in list(NoticeKind) else None
    if user.deactivated_at is not None or kind in ALWAYS_TOLD:
        return None
    if kind in REMINDERS and row.happens_at is not None and not makes_sense(kind, row.happens_at, now()):
        return None
    topics = [TOPIC_OF[kind] if kind else NoticeTopic.CHANGES]
    if has_invitation and topics == [NoticeTopic.CHANGES]:
        # Who let the session into their calendar has it corrected there, whatever they want to read of it.
        topics += _brought_by(session, row)
    unwanted = session.scalars(
        select(col(NoticePreference.topic)).where(
            col(NoticePreference.user_id) == user.id, col(NoticePreference.by_mail).is_(False)
        )
    ).all()
    return next((topic for topic in topics if topic not in unwanted), None)


def _brought_by(session: Session, row: Notification) -> list[NoticeTopic]:
    """Return the topic of the mail that has put a session into somebody's calendar."""
    bringing = session.scalar(
        select(col(Notification.kind))
        .where(
            col(Notification.user_id) == row.user_id,
            col(Notification.session_id) == row.session_id,
            col(Notification.kind).in_(BRINGS_INVITATION),
        )
        .order_by(col(Notification.created_at).desc())
        .limit(1)
    )
    return [TOPIC_OF[NoticeKind(bringing)]] if bringing else []
