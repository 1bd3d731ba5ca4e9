"""Load what the mail of a notice says, at the moment at which it is written, and whether it is wanted."""

from typing import Any, NamedTuple
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
from mentorbook.services.notifications import mail_key, stored_notice


def notice_to_mail(payload: dict[str, Any], message_id: UUID) -> MailedNotice | None:
    """Return a notice with all that its mail says, or `None` when none is to be sent.

    `payload` is what `notifications.add_notices` wrote, `message_id` the message of the outbox. None is sent
    to who does not want it or is deactivated, and none that reminds of a session that was moved or cancelled,
    or once that makes no sense any more. Whoever was sent an invitation gets what corrects it, whatever they
    want by now.
    """
    notice_id, given = UUID(payload["noticeId"]), payload.get("invitation")
    with read_transaction() as session:
        row = session.get(Notification, notice_id)
        user = session.get(User, row.user_id) if row is not None else None
        if row is None or user is None:
            return None
        invitation = InvitationFacts.model_validate(given) if given else None
        why = _why(session, user, row, has_invitation=invitation is not None)
        if why is None:
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
        topic=why.topic,
        invitation=invitation,
        is_correction=why.is_correction,
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


class _Why(NamedTuple):
    """Why somebody gets the mail of a notice: the topic by which they can stop mail like it, and whether it
    is only there to correct what an earlier one has put into their calendar."""

    topic: NoticeTopic
    is_correction: bool = False


def _why(session: Session, user: User, row: Notification, *, has_invitation: bool) -> _Why | None:
    """Return why somebody gets the mail of a notice; `None` when they do not."""
    kind = NoticeKind(row.kind) if row.kind in list(NoticeKind) else None
    if user.deactivated_at is not None or kind in ALWAYS_TOLD:
        return None
    if kind in REMINDERS and row.happens_at is not None and not makes_sense(kind, row.happens_at, now()):
        return None
    topic = TOPIC_OF[kind] if kind else NoticeTopic.CHANGES
    choice = session.get(NoticePreference, (user.id, topic.value))
    if choice is None or choice.by_mail:
        return _Why(topic)
    if topic != NoticeTopic.CHANGES or not has_invitation:
        return None
    bringing = _brought_by(session, row)
    return _Why(TOPIC_OF[bringing], is_correction=True) if bringing else None


def _brought_by(session: Session, row: Notification) -> NoticeKind | None:
    """Return the notice whose mail has first put a session into somebody's calendar; `None` if none was sent.

    That is what the outbox says of the mails. Those before this one are delivered or given up by now, since
    all mail to somebody about a session is one stream.
    """
    told = session.execute(
        select(col(Notification.id), col(Notification.kind))
        .where(col(Notification.user_id) == row.user_id, col(Notification.session_id) == row.session_id)
        .order_by(col(Notification.created_at))
    )
    kinds = {mail_key(identifier): NoticeKind(kind) for identifier, kind in told if kind in list(NoticeKind)}
    mails = session.scalars(select(OutboxMessage).where(col(OutboxMessage.dedupe_key).in_(kinds)))
    mail_of = {mail.dedupe_key: mail for mail in mails}
    return next((kind for key, kind in kinds.items() if _has_brought(kind, mail_of.get(key))), None)


def _has_brought(kind: NoticeKind, mail: OutboxMessage | None) -> bool:
    if mail is None:
        # Of a version that kept no mail until its session begins: what is gone was delivered.
        return kind in BRINGS_INVITATION
    invitation = mail.payload.get("invitation")
    return mail.state == "done" and invitation is not None and not invitation.get("is_cancelled")
