"""Write, list and mark notifications inside the app."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy import ColumnElement, case, func, literal_column, select, update
from sqlmodel import Session, col

from mentorbook.db.delivery import NoticePreference, Notification
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.db.rows import add_rows
from mentorbook.domain.kinds import ALWAYS_TOLD, TOPIC_OF, MessageKind, NoticeKind, NoticeTopic
from mentorbook.domain.mail_views import InvitationFacts
from mentorbook.domain.schemas import MarkRead, parse
from mentorbook.domain.views import Account, NoticeFacts, StoredNotice, StoredNotices
from mentorbook.services import change_feed
from mentorbook.services.clock import now
from mentorbook.services.outbox import NewMessage

_MOST = 100
# Written out, since these are sent with every page.
_TOPIC = case(
    *(
        (col(Notification.kind) == literal_column(f"'{kind}'"), literal_column(f"'{topic}'"))
        for kind, topic in TOPIC_OF.items()
    ),
    *((col(Notification.kind) == literal_column(f"'{kind}'"), literal_column("''")) for kind in ALWAYS_TOLD),
    # Of another version; its mail is taken for the same.
    else_=literal_column(f"'{NoticeTopic.CHANGES}'"),
)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One thing to tell one person about a session or an account, as kind and facts: words are made later."""

    user_id: UUID
    kind: NoticeKind
    facts: NoticeFacts
    session_id: UUID | None = None
    actor_id: UUID | None = None
    happens_at: datetime | None = None
    invitation: InvitationFacts | None = None


def add_notices(session: Session, notices: list[NewNotice]) -> list[NewMessage]:
    """Write notifications in the caller's transaction; returns the mails that tell the same, which the caller
    writes into the outbox with whatever else it sends."""
    moment = now()
    ids = [uuid4() for _ in notices]
    add_rows(
        session,
        Notification,
        [
            {
                "id": identifier,
                "user_id": each.user_id,
                "kind": each.kind.value,
                "facts": each.facts.model_dump(mode="json", exclude_defaults=True),
                "session_id": each.session_id,
                "actor_id": each.actor_id,
                "happens_at": each.happens_at,
                "created_at": moment,
            }
            for identifier, each in zip(ids, notices, strict=True)
        ],
    )
    return [_mail(identifier, each) for identifier, each in zip(ids, notices, strict=True)]


def _mail(identifier: UUID, notice: NewNotice) -> NewMessage:
    payload: dict[str, Any] = {"noticeId": str(identifier)}
    if notice.invitation is not None:
        payload["invitation"] = notice.invitation.model_dump(mode="json")
    # One after the other to each person about each session: a cancellation never comes before the booking.
    about = f"{notice.user_id}:{notice.session_id}" if notice.session_id else f"{notice.user_id}"
    return NewMessage(
        MessageKind.MAIL_NOTICE,
        payload,
        mail_key(identifier),
        stream=f"mail:{about}",
        session_id=notice.session_id,
    )


def mail_key(notice_id: UUID) -> str:
    """Return the key under which the outbox keeps the mail of a notification, and no other."""
    return f"mail:{notice_id}"


def list_notifications(actor: Account, *, limit: int = 30, page: int = 1) -> StoredNotices:
    """List one page of the actor's notifications, newest first, at most 100, and count those unread in all.

    `page` counts from 1, in pages of `limit`; beyond the last one it is empty. Of topics that the actor does
    not want to hear of in the app there are none.
    """
    limit = max(1, min(limit, _MOST))
    of_actor, is_unread = _wanted_by(actor.id), col(Notification.read_at).is_(None)
    with read_transaction() as session:
        rows = session.execute(
            select(Notification, col(User.name))
            .outerjoin(User, col(User.id) == col(Notification.actor_id))
            .where(*of_actor)
            .order_by(col(Notification.created_at).desc(), col(Notification.id))
            .limit(limit)
            .offset((page - 1) * limit)
        ).all()
        counts = select(func.count(), func.count().filter(is_unread)).select_from(Notification)
        total, unread = session.execute(counts.where(*of_actor)).one()
    notices = [stored_notice(row, name) for row, name in rows]
    return StoredNotices(notices, unread, page, max(1, -(-total // limit)), total)


def count_unread(actor: Account) -> int:
    """Count the actor's unread notifications, of the topics that they want to hear of in the app."""
    is_unread = (*_wanted_by(actor.id), col(Notification.read_at).is_(None))
    with read_transaction() as session:
        return session.scalar(select(func.count()).select_from(Notification).where(*is_unread)) or 0


def mark_read(actor: Account, request: MarkRead | dict[str, Any]) -> StoredNotices:
    """Mark the actor's own notifications as read, all of them without `ids`. Raises `ValidationFailed`.

    Ids that are unknown or somebody else's change nothing.
    """
    wanted = parse(MarkRead, request)
    with write_transaction() as session:
        change = update(Notification).where(
            col(Notification.user_id) == actor.id, col(Notification.read_at).is_(None)
        )
        if wanted.ids is not None:
            change = change.where(col(Notification.id).in_(wanted.ids))
        session.execute(change.values(read_at=now()))
    change_feed.announce([change_feed.reading_of(actor.id)])
    return list_notifications(actor)


def mark_topics_read(session: Session, user_id: UUID, topics: Iterable[NoticeTopic]) -> None:
    """Mark what somebody has of these topics as read, in an open transaction."""
    session.execute(
        update(Notification)
        .where(
            col(Notification.user_id) == user_id,
            col(Notification.read_at).is_(None),
            _TOPIC.in_([topic.value for topic in topics]),
        )
        .values(read_at=now())
    )


def _wanted_by(user_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a notification is somebody's, and of a topic that they get in the app."""
    unwanted = select(col(NoticePreference.topic)).where(
        col(NoticePreference.user_id) == user_id, col(NoticePreference.in_app).is_(False)
    )
    return col(Notification.user_id) == user_id, _TOPIC.not_in(unwanted)


def stored_notice(row: Notification, actor_name: str | None) -> StoredNotice:
    """Return the row as a plain object."""
    return StoredNotice(
        id=row.id,
        kind=row.kind,
        facts=_facts(row.facts),
        session_id=row.session_id,
        actor_name=actor_name,
        happens_at=row.happens_at,
        created_at=row.created_at,
        read=row.read_at is not None,
        actor_id=row.actor_id,
    )


def _facts(stored: Any) -> NoticeFacts:
    """Parse the stored facts of a notification; facts of another version that cannot be read are left out."""
    try:
        return NoticeFacts.model_validate(stored)
    except ValidationError:
        return NoticeFacts()
