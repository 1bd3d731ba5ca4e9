"""One's address: whether it is confirmed, and another in its place once its owner has followed a link."""

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import LinkVoid, ValidationFailed
from mentorbook.domain.kinds import AccountMail, LinkPurpose, SecretPurpose
from mentorbook.domain.schemas import ChangeEmail, FollowLink, parse
from mentorbook.domain.views import Account, ConfirmedEmail, OwnEmail
from mentorbook.services import change_feed
from mentorbook.services.clock import now
from mentorbook.services.mail.account_messages import link_message, news_message
from mentorbook.services.mail.secret_addresses import drop_secrets
from mentorbook.services.outbox import add_messages
from mentorbook.services.people.account_links import UsedLink, use_link, void_links, wanted_until
from mentorbook.services.people.mail_limits import count_change_asked, count_confirmation_asked
from mentorbook.services.people.present_password import proven_hash


def own_email(actor: Account) -> OwnEmail:
    """Return the actor's address, and the one that waits to take its place."""
    with read_transaction() as session:
        return _view(session.get_one(User, actor.id))


def send_confirmation(actor: Account, *, address: str) -> OwnEmail:
    """Mail another link that confirms the actor's address, unless it is confirmed. Raises `RateLimited`."""
    found = own_email(actor)
    if found.confirmed_at is not None:
        return found
    count_confirmation_asked(actor.id, address)
    with write_transaction() as session:
        add_messages(session, [link_message(LinkPurpose.CONFIRM_EMAIL, found.email, actor.id)])
    return found


def ask_to_change(actor: Account, request: ChangeEmail | dict[str, Any], *, address: str) -> OwnEmail:
    """Mail a link to another address, which replaces the actor's own when it is followed.

    The same is done and answered whether the address has an account or not: the worker finds out, and tells
    its owner. The present address hears of it. Raises `ValidationFailed`, also for a wrong present password,
    and `RateLimited`.
    """
    wanted = parse(ChangeEmail, request)
    before = proven_hash(actor, wanted.current_password, address=address)
    if wanted.new_email == actor.email:
        raise ValidationFailed({"newEmail": "is the one you have already"})
    count_change_asked(actor.id, wanted.new_email, address)
    with write_transaction() as session:
        user = session.get_one(User, actor.id, with_for_update=True)
        if user.password_hash != before:
            raise ValidationFailed({"currentPassword": "has been changed meanwhile"})
        user.wanted_email, user.email_wanted_at = wanted.new_email, now()
        session.flush()
        void_links(session, user.id, LinkPurpose.CHANGE_EMAIL)
        messages = [
            link_message(LinkPurpose.CHANGE_EMAIL, wanted.new_email, user.id),
            news_message(AccountMail.EMAIL_CHANGE_ASKED, user.id, user.email),
        ]
        add_messages(session, messages)
        found = _view(user)
    change_feed.announce([actor.id])
    return found


def withdraw_change(actor: Account) -> OwnEmail:
    """Withdraw the change of the actor's address: no link that was mailed for it works any more."""
    with write_transaction() as session:
        user = session.get_one(User, actor.id, with_for_update=True)
        user.wanted_email = user.email_wanted_at = None
        session.flush()
        void_links(session, user.id, LinkPurpose.CHANGE_EMAIL)
        found = _view(user)
    change_feed.announce([actor.id])
    return found


def confirm_email(request: FollowLink | dict[str, Any]) -> ConfirmedEmail:
    """Confirm the address that a link was mailed to, and make it the account's where that was asked for.

    Logs nobody in. Raises `LinkVoid`, also when another account was quicker to take the address.
    """
    token = parse(FollowLink, request).token
    try:
        with write_transaction() as session:
            link = use_link(session, token, LinkPurpose.CONFIRM_EMAIL, LinkPurpose.CHANGE_EMAIL)
            is_new = link.purpose == LinkPurpose.CHANGE_EMAIL
            if is_new:
                _replace(session, link)
            link.user.email_confirmed_at = now()
            owner, email = link.user.id, link.user.email
    except IntegrityError:
        raise LinkVoid from None
    change_feed.announce([owner, change_feed.ACCOUNTS])
    return ConfirmedEmail(email=email, is_new=is_new)


def _replace(session: Session, link: UsedLink) -> None:
    """Set the account's address to the link's; no link in mail to the former one works any more."""
    user, former = link.user, link.user.email
    user.email = link.email
    user.wanted_email = user.email_wanted_at = None
    session.flush()
    void_links(session, user.id, *LinkPurpose)
    drop_secrets(session, user.id, SecretPurpose.UNSUBSCRIBE)
    add_messages(session, [news_message(AccountMail.EMAIL_CHANGED, user.id, former)])


def _view(user: User) -> OwnEmail:
    until = wanted_until(user)
    return OwnEmail(
        email=user.email,
        confirmed_at=user.email_confirmed_at,
        wanted=user.wanted_email if until else None,
        wanted_until=until,
    )
