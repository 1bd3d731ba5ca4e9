"""Links that work once: made for an account, known by a hash of their secret, used up together."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction
from mentorbook.db.people import AccountLink, User
from mentorbook.domain.errors import LinkVoid
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.schemas import FollowLink, parse
from mentorbook.services.clock import now
from mentorbook.services.people.login_throttle import digest
from mentorbook.settings import settings

LASTS = {
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CONFIRM_EMAIL: timedelta(days=3),
    LinkPurpose.CHANGE_EMAIL: timedelta(days=1),
}
# Of one account and purpose: the newest. A mail that is tried again holds another link each time.
MOST_LINKS = 20


@dataclass(frozen=True, slots=True)
class LiveLink:
    """A link that still works: what it does, with which address, and what the account's address is."""

    purpose: LinkPurpose
    email: str
    account_email: str


@dataclass(frozen=True, slots=True)
class UsedLink:
    """A link that the present transaction uses up, and the locked account that it was made for."""

    user: User
    purpose: LinkPurpose
    email: str
    is_mailed: bool


def add_link(
    session: Session,
    user: User,
    purpose: LinkPurpose,
    email: str,
    *,
    lasts: timedelta | None = None,
    is_mailed: bool = True,
) -> str:
    """Create a link in the caller's transaction; return its secret, which is nowhere stored."""
    token, moment = secrets.token_urlsafe(32), now()
    # A stranger asks for mailed ones, and takes the place of no link that an admin made.
    alike = col(AccountLink.is_mailed) == is_mailed
    kept = (
        select(col(AccountLink.id))
        .where(col(AccountLink.user_id) == user.id, col(AccountLink.purpose) == purpose.value, alike)
        .order_by(col(AccountLink.created_at).desc(), col(AccountLink.id))
        .limit(MOST_LINKS - 1)
    )
    others = list(session.scalars(kept))
    _delete(session, user.id, [purpose], alike, col(AccountLink.id).not_in(others))
    session.add(
        AccountLink(
            user_id=user.id,
            purpose=purpose.value,
            email=email,
            is_mailed=is_mailed,
            token_hash=digest(token),
            created_at=moment,
            expires_at=moment + (lasts or LASTS[purpose]),
        )
    )
    session.flush()
    return token


def look_at_link(request: FollowLink | dict[str, Any], *purposes: LinkPurpose) -> LiveLink:
    """Return what a link would do, and leave it as it is. Raises `LinkVoid`, `ValidationFailed`."""
    token = parse(FollowLink, request).token
    with read_transaction() as session:
        found = session.execute(
            select(AccountLink, User)
            .join(User, col(User.id) == col(AccountLink.user_id))
            .where(col(AccountLink.token_hash) == digest(token))
        ).first()
    if found is None:
        raise LinkVoid
    link, user = found
    if not _works(link, user, purposes):
        raise LinkVoid
    return LiveLink(LinkPurpose(link.purpose), link.email, user.email)


def use_link(session: Session, token: str, *purposes: LinkPurpose) -> UsedLink:
    """Use a link up in the caller's transaction, with all others of its account and purpose.

    Locks the account, so of several at the same moment one is used. Raises `LinkVoid`.
    """
    hashed = digest(token)
    owner = session.scalar(select(col(AccountLink.user_id)).where(col(AccountLink.token_hash) == hashed))
    if owner is None:
        raise LinkVoid
    user = session.get_one(User, owner, with_for_update=True, populate_existing=True)
    # Only now: whoever was quicker had the lock, and has deleted it.
    link = session.scalar(select(AccountLink).where(col(AccountLink.token_hash) == hashed))
    if link is None or not _works(link, user, purposes):
        raise LinkVoid
    purpose = LinkPurpose(link.purpose)
    used = UsedLink(user, purpose, link.email, link.is_mailed)
    void_links(session, user.id, purpose)
    return used


def void_links(session: Session, user_id: UUID, *purposes: LinkPurpose) -> None:
    """Void an account's links of these purposes, in the transaction of the caller, who has it locked."""
    _delete(session, user_id, purposes)


def may_enter(user: User) -> bool:
    """Say whether the account may be logged in to at all, and so whether links are made for it."""
    return user.deactivated_at is None and (settings.is_local or not user.is_demo)


def wanted_until(user: User) -> datetime | None:
    """Return until when the address that the account asked for can be confirmed; `None` for none."""
    if user.wanted_email is None or user.email_wanted_at is None:
        return None
    until = user.email_wanted_at + LASTS[LinkPurpose.CHANGE_EMAIL]
    return until if until > now() else None


def _works(link: AccountLink, user: User, purposes: tuple[LinkPurpose, ...]) -> bool:
    if link.purpose not in purposes or link.expires_at <= now() or not may_enter(user):
        return False
    if link.purpose == LinkPurpose.CHANGE_EMAIL:
        return user.wanted_email == link.email and wanted_until(user) is not None
    # What was mailed to an address says nothing about the one that took its place.
    return not link.is_mailed or user.email == link.email


def _delete(session: Session, user_id: UUID, purposes: Iterable[LinkPurpose], *which: Any) -> None:
    is_one = col(AccountLink.purpose).in_([purpose.value for purpose in purposes])
    session.execute(delete(AccountLink).where(col(AccountLink.user_id) == user_id, is_one, *which))
