"""Load what a mail about an account says, at the moment at which it is written; links are made here."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.account_mail import Addressee, MailedLink, MailedNews
from mentorbook.domain.kinds import AccountMail, LinkPurpose
from mentorbook.services.clock import now
from mentorbook.services.people.account_links import LASTS, add_link, may_enter, wanted_until


def link_to_mail(payload: dict[str, Any]) -> MailedLink | MailedNews | None:
    """Make a new link, and return it with all that its mail says; `None` when none is to be sent.

    `payload` is that of `link_message`.
    Every call makes another, so a mail that is sent twice has two that work. None is made for an address
    without an account, for who may not log in, and for what is not asked for any more. Whoever has the
    address that somebody wants already is told so instead.
    """
    purpose, email = LinkPurpose(payload["purpose"]), payload["email"]
    # Strangers can ask for any number of addresses that have no account: these keep no booking waiting.
    with read_transaction() as session:
        if _holder(session, email, payload.get("userId")) is None:
            return None
    with write_transaction() as session:
        user = _holder(session, email, payload.get("userId"))
        if user is None or not may_enter(user) or not _is_asked(user, purpose, email):
            return None
        if purpose == LinkPurpose.CHANGE_EMAIL:
            owner = _by_email(session, email)
            if owner is not None:
                return (
                    MailedNews(AccountMail.EMAIL_WANTED, _addressee(owner, email))
                    if may_enter(owner)
                    else None
                )
        token = add_link(session, user, purpose, email)
        return MailedLink(purpose, _addressee(user, email), now() + LASTS[purpose], token)


def news_to_mail(payload: dict[str, Any]) -> MailedNews | None:
    """Return what has happened to an account, or `None` where nobody uses it any more.

    `payload` is that of `news_message`.
    """
    with read_transaction() as session:
        user = session.get(User, UUID(payload["userId"]))
        if user is None or not may_enter(user):
            return None
        return MailedNews(AccountMail(payload["about"]), _addressee(user, payload["email"]))


def _holder(session: Session, email: str, user_id: str | None) -> User | None:
    return session.get(User, UUID(user_id)) if user_id else _by_email(session, email)


def _by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(col(User.email) == email))


def _is_asked(user: User, purpose: LinkPurpose, email: str) -> bool:
    if purpose == LinkPurpose.CONFIRM_EMAIL:
        return user.email == email and user.email_confirmed_at is None
    if purpose == LinkPurpose.CHANGE_EMAIL:
        return user.wanted_email == email and wanted_until(user) is not None
    return True


def _addressee(user: User, email: str) -> Addressee:
    return Addressee(name=user.name, email=email, timezone=user.timezone)
