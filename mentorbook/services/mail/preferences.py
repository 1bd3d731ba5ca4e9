"""How people want to hear of each topic: in the app, by mail, by both or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db.delivery import NoticePreference
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import NoticeTopic, SecretPurpose
from mentorbook.domain.people.notice_choices import MailChoices, NoticeChoices, TopicChoice
from mentorbook.domain.schemas import ChangeChoices, ChangeTopic, parse
from mentorbook.domain.views import Account
from mentorbook.services.change_feed import announce
from mentorbook.services.clock import now
from mentorbook.services.mail.opened_addresses import open_address
from mentorbook.services.notifications import mark_topics_read


def notice_choices(actor: Account) -> NoticeChoices:
    """Return how the actor hears of each topic."""
    with read_transaction() as session:
        return _choices(_rows(session, actor.id))


def change_choices(actor: Account, request: ChangeChoices | dict[str, Any]) -> NoticeChoices:
    """Change how the actor hears of some topics, and have their open pages follow.

    What is turned off in the app, or on again, is read: nothing old comes up as new. Raises
    `ValidationFailed`.
    """
    wanted = parse(ChangeChoices, request)
    with write_transaction() as session:
        choices = _choices(_change(session, actor.id, wanted.topics))
    announce([actor.id])
    return choices


def mail_choices(secret: str, address: str) -> MailChoices:
    """Return of which topics mail is sent to whoever holds this secret.

    `address` is the IP address that asks. Raises `NotFound`, `RateLimited`.
    """
    holder = open_address(secret, SecretPurpose.UNSUBSCRIBE, address)
    with read_transaction() as session:
        return _mail_choices(session, holder, _rows(session, holder))


def change_mail(secret: str, address: str, wanted: Mapping[NoticeTopic, bool]) -> MailChoices:
    """Stop the mail of some topics, or have it sent again, for whoever holds this secret.

    What they hear of in the app stays. `address` is the IP address that asks. Raises `NotFound`,
    `RateLimited`.
    """
    holder = open_address(secret, SecretPurpose.UNSUBSCRIBE, address)
    changes = [ChangeTopic(topic=topic, by_mail=is_on) for topic, is_on in wanted.items()]
    with write_transaction() as session:
        choices = _mail_choices(session, holder, _change(session, holder, changes))
    announce([holder])
    return choices


Rows = dict[str, NoticePreference]


def _rows(session: Session, user_id: UUID) -> Rows:
    rows = session.scalars(select(NoticePreference).where(col(NoticePreference.user_id) == user_id))
    return {row.topic: row for row in rows}


def _change(session: Session, user_id: UUID, wanted: Sequence[ChangeTopic]) -> Rows:
    # One after the other with another tab's change: a row can be made only once.
    session.get_one(User, user_id, with_for_update={"key_share": True})
    rows, moment, turned = _rows(session, user_id), now(), []
    for each in wanted:
        row = rows.get(each.topic)
        if row is None:
            row = rows[each.topic] = NoticePreference(
                user_id=user_id, topic=each.topic.value, updated_at=moment
            )
            session.add(row)
        if each.in_app is not None and each.in_app != row.in_app:
            row.in_app, row.updated_at = each.in_app, moment
            turned.append(each.topic)
        if each.by_mail is not None and each.by_mail != row.by_mail:
            row.by_mail, row.updated_at = each.by_mail, moment
    if turned:
        mark_topics_read(session, user_id, turned)
    return rows


def _choices(rows: Rows) -> NoticeChoices:
    return NoticeChoices(topics=[_choice(topic, rows.get(topic)) for topic in NoticeTopic])


def _choice(topic: NoticeTopic, row: NoticePreference | None) -> TopicChoice:
    if row is None:
        return TopicChoice(topic=topic)
    return TopicChoice(topic=topic, in_app=row.in_app, by_mail=row.by_mail)


def _mail_choices(session: Session, user_id: UUID, rows: Rows) -> MailChoices:
    wanted = {choice.topic: choice.by_mail for choice in _choices(rows).topics}
    return MailChoices(session.get_one(User, user_id).email, wanted)
