"""People: register, log in and out, and who is asking."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Boolean, and_, bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.claims import touch_calendars
from mentorbook.db.engine import ask, read_transaction, write_transaction
from mentorbook.db.people import KnownDevice, LoginSession, Mentor, User
from mentorbook.domain.errors import (
    AccountChanged,
    NotAuthenticated,
    NotFound,
    ValidationFailed,
    WrongCredentials,
    no_such,
)
from mentorbook.domain.kinds import LinkPurpose, MentorStatus
from mentorbook.domain.people.pictures import picture_address
from mentorbook.domain.schemas import LogIn, Register, UpdateProfile, parse
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.clock import now
from mentorbook.services.mail.account_messages import link_message
from mentorbook.services.outbox import add_messages
from mentorbook.services.people import login_throttle
from mentorbook.services.people.login_throttle import digest as _digest
from mentorbook.services.people.mentor_directory import search_text
from mentorbook.settings import settings

LOGIN_LASTS = timedelta(days=30)
TICKET_LASTS = timedelta(seconds=30)
# Of one account, tickets on their way included: the one used longest ago ends for a new one.
MOST_LOGINS = 50

_hasher = PasswordHash((Argon2Hasher(),))
# Checked when there is no such account, so that the answer takes as long either way. It is no password's, and
# as costly as those that `_hasher` makes; to make one here would keep every command waiting for it.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$YNTkB/+J9ZEyEoKQwuje6A$MUZFft88WK28Zunqca/aktgqUlL4c8zG9k1bvIMlZjA"
)


_HOLDERS = (
    select(
        col(User.id),
        col(User.name),
        col(User.email),
        col(User.timezone),
        col(User.is_admin),
        col(Mentor.status),
        col(Mentor.picture),
    )
    .select_from(LoginSession)
    .join(User, col(User.id) == col(LoginSession.user_id))
    .outerjoin(Mentor, col(Mentor.id) == col(LoginSession.user_id))
    .where(
        col(LoginSession.expires_at) > bindparam("now"),
        col(User.deactivated_at).is_(None),
        # A published password opens nothing where strangers can reach it.
        col(User.is_demo).is_(False) | bindparam("local", type_=Boolean),
    )
)
# Asked with every request of somebody who is logged in.
_WHO = _HOLDERS.where(col(LoginSession.token_hash) == bindparam("token"))
_WHO_OF_MANY = _HOLDERS.add_columns(col(LoginSession.token_hash)).where(
    col(LoginSession.token_hash).in_(bindparam("tokens", expanding=True))
)


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """A log-in that may be tried: whose it would be, and what the password is compared with."""

    guesser: login_throttle.Guesser
    account: Account | None
    password: str = field(repr=False)
    stored: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvenPassword:
    """Somebody whose password was right. A log-in can be made of it as long as that is still the password."""

    account: Account
    against: str = field(repr=False)


def _account(user: User, status: str | None = None, picture: str | None = None) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        email=user.email,
        timezone=user.timezone,
        is_mentor=status == MentorStatus.APPROVED,
        is_admin=user.is_admin,
        mentor_status=MentorStatus(status or MentorStatus.NONE),
        picture=picture_address(user.id, picture),
    )


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store."""
    return _hasher.hash(password)


def check_password(password: str, stored: str) -> bool:
    """Say whether the stored hash is this password's."""
    return _hasher.verify(password, stored)


def account(user_id: UUID) -> Account:
    """Return a user's account. Raises `NotFound`."""
    with read_transaction() as session:
        found = _with_role(session, col(User.id) == user_id)
    if found is None:
        raise no_such("account")
    return _account(*found)


def account_by_email(email: str) -> Account:
    """Return the account with this e-mail address, for the command line. Raises `NotFound`."""
    with read_transaction() as session:
        found = _with_role(session, col(User.email) == email.strip().lower())
    if found is None:
        raise NotFound(f"There is no account {email}.")
    return _account(*found)


def grant_admin(user_id: UUID) -> None:
    """Make a user an admin, for the command line; admins use the audited `account_changes.set_admin`."""
    with write_transaction() as session:
        session.get_one(User, user_id).is_admin = True


def demo_is_locked_out() -> bool:
    """Say whether demo accounts exist and may not log in, because the app is reachable from outside."""
    if settings.is_local:
        return False
    with read_transaction() as session:
        return session.scalar(select(col(User.id)).where(col(User.is_demo)).limit(1)) is not None


def register(request: Register | dict[str, Any], *, address: str) -> Account:
    """Create an account, and have a link mailed to its address that confirms it.

    Raises `ValidationFailed`, also when the e-mail address has one, `RateLimited`.
    """
    wanted = parse(Register, request)
    login_throttle.count_registration(address)
    user = User(
        email=wanted.email,
        name=wanted.name,
        timezone=wanted.timezone,
        password_hash=hash_password(wanted.password),
        created_at=now(),
    )
    try:
        with write_transaction() as session:
            session.add(user)
            session.flush()
            add_messages(session, [link_message(LinkPurpose.CONFIRM_EMAIL, user.email, user.id)])
            made = _account(user)
    except IntegrityError:
        raise ValidationFailed({"email": "already has an account; log in instead"}) from None
    change_feed.announce([change_feed.ACCOUNTS])
    return made


def begin_log_in(request: LogIn | dict[str, Any], *, address: str, device: str = "") -> LoginAttempt:
    """Prepare the attempt that `finish_log_in` decides; `device` is the hash of the browser's device cookie.

    Raises `RateLimited`, `ValidationFailed`.
    """
    given = parse(LogIn, request)
    email = given.email.strip().lower()
    with read_transaction() as session:
        found = session.execute(
            select(User, col(Mentor.status), col(Mentor.picture), col(KnownDevice.id))
            .outerjoin(Mentor, col(Mentor.id) == col(User.id))
            .outerjoin(
                KnownDevice,
                and_(col(KnownDevice.user_id) == col(User.id), col(KnownDevice.token_hash) == device),
            )
            .where(col(User.email) == email)
        ).first()
    is_known = found is not None and found[3] is not None
    guesser = login_throttle.Guesser(
        _digest(email), login_throttle.network(address), device if is_known else None
    )
    login_throttle.admit(guesser)
    if found is None:
        return LoginAttempt(guesser, None, given.password, NOBODYS_HASH)
    may_enter = (settings.is_local or not found[0].is_demo) and found[0].deactivated_at is None
    account = _account(*found[:3]) if may_enter else None
    return LoginAttempt(guesser, account, given.password, found[0].password_hash)


def finish_log_in(attempt: LoginAttempt) -> ProvenPassword:
    """Verify the password and return whose it is, for `issue_ticket` and `start_login`.

    Raises `WrongCredentials`, the same for an unknown account as for a wrong password, after the same time.
    """
    if not check_password(attempt.password, attempt.stored) or attempt.account is None:
        login_throttle.failed(attempt.guesser)
        raise WrongCredentials
    login_throttle.passed(attempt.guesser)
    return ProvenPassword(attempt.account, attempt.stored)


def issue_ticket(
    user_id: UUID, *, address: str | None, agent: str | None, proven: ProvenPassword | None = None
) -> str:
    """Issue a single-use secret that a page exchanges for the log-in cookie within 30 seconds.

    Raises `WrongCredentials` when the password that was `proven` has been changed since, or the account
    is deactivated.
    """
    ticket = secrets.token_urlsafe(32)
    moment = now()
    login = LoginSession(
        user_id=user_id,
        ticket_hash=_digest(ticket),
        created_at=moment,
        expires_at=moment + TICKET_LASTS,
        ip_address=(address or "")[:45] or None,
        user_agent=(agent or "")[:300],
    )
    with write_transaction() as session:
        # One after the other with a change of the password, which ends what was there before it, and with
        # other log-ins of the same account, which are counted.
        user = session.get_one(User, user_id, with_for_update={"key_share": True})
        if proven is not None and user.password_hash != proven.against:
            raise WrongCredentials
        # Deactivating ends the log-ins that there are under the same lock: none is made after it.
        if user.deactivated_at is not None:
            raise WrongCredentials
        session.add(login)
        session.flush()
        ended = _end_oldest(session, login)
    if ended:
        change_feed.announce([user_id])
    return ticket


def redeem_ticket(ticket: str) -> str:
    """Exchange a ticket for the cookie's token. Raises `NotAuthenticated` when it is used, old or unknown."""
    token = secrets.token_urlsafe(32)
    moment = now()
    with write_transaction() as session:
        redeemed = session.execute(
            update(LoginSession)
            .where(col(LoginSession.ticket_hash) == _digest(ticket), col(LoginSession.expires_at) > moment)
            .values(ticket_hash=None, token_hash=_digest(token), expires_at=moment + LOGIN_LASTS)
            .returning(col(LoginSession.user_id))
        ).first()
    if redeemed is None:
        raise NotAuthenticated("This log-in has lapsed. Log in again.")
    change_feed.announce([redeemed[0]])
    return token


def start_login(
    user_id: UUID, *, address: str | None, agent: str | None, proven: ProvenPassword | None = None
) -> str:
    """Log a user in; returns the cookie's token. Raises `WrongCredentials` as `issue_ticket` does."""
    return redeem_ticket(issue_ticket(user_id, address=address, agent=agent, proven=proven))


def end_login(token: str | None) -> None:
    """Log a browser out, and have its open pages reload; an unknown token is already logged out."""
    with write_transaction() as session:
        ended = delete(LoginSession).where(col(LoginSession.token_hash) == _digest(token or ""))
        people = session.execute(ended.returning(col(LoginSession.user_id))).scalars().all()
    change_feed.announce(people)


def cookie_hash(secret: str | None) -> str:
    """Hash a cookie for storage, so that a leaked value is useless; empty for none."""
    return _digest(secret) if secret else ""


def account_by_token(token: str | None) -> Account | None:
    """Return the account whose browser holds this token, or `None`."""
    if not token or len(token) > 100:
        return None
    return account_by_login(cookie_hash(token))


def account_by_login(login: str) -> Account | None:
    """Return the account whose log-in has this hash, or `None` once it has ended."""
    values = {"token": login, "now": now(), "local": settings.is_local}
    rows = ask(_WHO, values)
    if not rows:
        return None
    return _holder(rows[0])


def accounts_by_logins(logins: Iterable[str]) -> dict[str, Account | None]:
    """Run `account_by_login` for many log-ins, in one statement."""
    known: dict[str, Account | None] = dict.fromkeys(logins)
    values = {"tokens": list(known), "now": now(), "local": settings.is_local}
    rows = ask(_WHO_OF_MANY, values)
    return known | {row[7]: _holder(row) for row in rows}


def _holder(row: Any) -> Account:
    return Account(
        id=row[0],
        name=row[1],
        email=row[2],
        timezone=row[3],
        is_admin=row[4],
        is_mentor=row[5] == MentorStatus.APPROVED,
        mentor_status=MentorStatus(row[5] or MentorStatus.NONE),
        picture=picture_address(row[0], row[6]),
    )


def update_profile(
    actor: Account, request: UpdateProfile | dict[str, Any], seen: Mapping[str, str] | None = None
) -> Account:
    """Change the actor's own name and time zone, or one of them, and return the account.

    `seen` has fields as the caller last saw them: what has been changed meanwhile is not overwritten. Raises
    `AccountChanged`, `ValidationFailed`.
    """
    wanted = parse(UpdateProfile, request).model_dump(exclude_none=True)
    with write_transaction() as session:
        user = session.get_one(User, actor.id, with_for_update={"key_share": True})
        present = {name: getattr(user, name) for name in wanted}
        expected = present | dict(seen or {})
        overtaken = {
            name: value for name, value in present.items() if value not in (expected[name], wanted[name])
        }
        if overtaken:
            raise AccountChanged(overtaken)
        for name, value in wanted.items():
            setattr(user, name, value)
        mentor = session.get(Mentor, actor.id)
        if mentor is not None:
            mentor.search_text = search_text(user.name, mentor.headline, mentor.expertise)
            touch_calendars(session, [actor.id], hours=True)
        changed = _account(user, mentor.status, mentor.picture) if mentor else _account(user)
    lists = (change_feed.ACCOUNTS, change_feed.SESSIONS, change_feed.MENTORS)
    change_feed.announce([actor.id, change_feed.looks_of(actor.id), *lists])
    return changed


def _end_oldest(session: Session, fresh: LoginSession) -> bool:
    """Keep at most `MOST_LOGINS` live log-ins, the new one among them; returns whether any was ended."""
    live = (col(LoginSession.user_id) == fresh.user_id, col(LoginSession.expires_at) > fresh.created_at)
    last_used = func.coalesce(col(LoginSession.used_at), col(LoginSession.created_at))
    others = (
        select(col(LoginSession.id))
        .where(*live, col(LoginSession.id) != fresh.id)
        .order_by(last_used.desc(), col(LoginSession.id))
        .limit(MOST_LOGINS - 1)
    )
    kept = [fresh.id, *session.scalars(others)]
    ended = delete(LoginSession).where(*live, col(LoginSession.id).not_in(kept))
    return bool(session.scalars(ended.returning(col(LoginSession.id))).all())


def _with_role(session: Session, *where: Any) -> tuple[User, str | None, str | None] | None:
    query = select(User, col(Mentor.status), col(Mentor.picture)).outerjoin(
        Mentor, col(Mentor.id) == col(User.id)
    )
    row = session.execute(query.where(*where)).first()
    return (row[0], row[1], row[2]) if row else None
