"""What is known of a notice at the moment at which its mail is written."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db.delivery import NoticePreference, Notification
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.domain.booking.reminders import REMINDERS, makes_sense
from mentorbook.domain.kinds import TOPIC_OF, NoticeKind, NoticeTopic, SecretPurpose
from mentorbook.domain.mail_views import InvitationFacts, MailedNotice, MailReader
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.booking_queries import load_booking
from mentorbook.services.clock import now
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.services.notifications import stored_notice


def notice_to_mail(payload: dict[str, Any]) -> MailedNotice | None:
    """Return a notice with all that its mail says, or `None` when none is to be sent.

    None is sent to who does not want it or is deactivated, and none that reminds of a session once that makes
    no sense any more.
    """
    notice_id = UUID(payload["noticeId"])
    with read_transaction() as session:
        row = session.get(Notification, notice_id)
        user = session.get(User, row.user_id) if row is not None else None
        if row is None or user is None or not _is_wanted(session, user, row):
            return None
        booking = load_booking(session, row.session_id) if row.session_id else None
        policies = load_policies(session)
    given = payload.get("invitation")
    return MailedNotice(
        notice=stored_notice(row, None),
        reader=MailReader(id=user.id, name=user.name, email=user.email, timezone=user.timezone),
        booking=booking,
        policies=policies,
        secret=secret_of(user.id, SecretPurpose.UNSUBSCRIBE),
        invitation=InvitationFacts.model_validate(given) if given else None,
    )


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
