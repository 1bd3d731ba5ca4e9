"""A forgotten password: ask for a link, and choose a new password with it."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import AccountMail, LinkPurpose, SecretPurpose
from mentorbook.domain.schemas import ForgotPassword, ResetPassword, parse
from mentorbook.services import change_feed
from mentorbook.services.clock import now
from mentorbook.services.mail.account_messages import link_message, news_message
from mentorbook.services.mail.secret_addresses import drop_secrets
from mentorbook.services.outbox import add_messages
from mentorbook.services.people import accounts, known_devices, logins
from mentorbook.services.people.account_links import use_link, void_links
from mentorbook.services.people.mail_limits import count_reset_asked


def ask_for_reset(request: ForgotPassword | dict[str, Any], *, address: str) -> None:
    """Mail a link for a new password to the account with this e-mail address, if there is one.

    Nobody is looked up here: the same is done, and the same answered, whether there is one or not. The worker
    finds out. Where everybody together asks for too many, no second one is mailed for half an hour, and the
    same is answered. Raises `ValidationFailed`, `RateLimited`.
    """
    email = parse(ForgotPassword, request).email
    if not count_reset_asked(email, address):
        return
    with write_transaction() as session:
        add_messages(session, [link_message(LinkPurpose.RESET_PASSWORD, email)])


def reset_password(request: ResetPassword | dict[str, Any]) -> UUID:
    """Give the account of a link a new password, end every log-in and forget every browser of it.

    A link that was mailed confirms the address as well. Returns whose account it is. Raises
    `ValidationFailed`, `LinkVoid`.
    """
    wanted = parse(ResetPassword, request)
    hashed = accounts.hash_password(wanted.new_password)
    with write_transaction() as session:
        link = use_link(session, wanted.token, LinkPurpose.RESET_PASSWORD)
        user = link.user
        user.password_hash = hashed
        if link.is_mailed and user.email_confirmed_at is None:
            user.email_confirmed_at = now()
        logins.delete_logins(session, user.id, except_login="")
        known_devices.forget_others(session, user.id, "")
        after_new_password(session, user)
        owner = user.id
    change_feed.announce([owner, change_feed.ACCOUNTS])
    return owner


def after_new_password(session: Session, user: User) -> None:
    """Void, in the caller's transaction, what whoever knew the former password may have begun or kept: links,
    a change of the address, and the address of the calendar. The owner is told of the new password."""
    user.wanted_email = user.email_wanted_at = None
    session.flush()
    void_links(session, user.id, LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL)
    drop_secrets(session, user.id, SecretPurpose.CALENDAR)
    add_messages(session, [news_message(AccountMail.PASSWORD_CHANGED, user.id, user.email)])
