"""One's log-ins: which browsers are in, and ending them."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy import CursorResult, delete, select, update
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import LoginSession
from mentorbook.domain.browsers import browser_in_words
from mentorbook.domain.errors import DatabaseBusy, NotFound
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, Login
from mentorbook.services import change_feed
from mentorbook.services.clock import now
from mentorbook.services.people import accounts
from mentorbook.services.people.login_throttle import digest

# How exact `used_at` is, and so how seldom it costs a write.
USED_WITHIN = timedelta(hours=1)

_noted: TTLCache[str, None] = TTLCache(10_000, USED_WITHIN.total_seconds(), timer=lambda: now().timestamp())
_noting = threading.Lock()


def list_logins(actor: Account, login: str) -> list[Login]:
    """List the actor's log-ins: the one whose cookie has the hash `login` first, then by last use."""
    with read_transaction() as session:
        rows = session.scalars(
            select(LoginSession).where(
                col(LoginSession.user_id) == actor.id,
                col(LoginSession.token_hash).is_not(None),
                col(LoginSession.expires_at) > now(),
            )
        ).all()
    found = [_view(row, is_current=row.token_hash == login) for row in rows]
    return sorted(found, key=lambda login: (login.is_current, login.used_at), reverse=True)


def end_one(actor: Account, login_id: Any) -> None:
    """End one of the actor's log-ins. Raises `NotFound`, also for somebody else's."""
    identifier = as_uuid(login_id)
    ended = 0
    if identifier is not None:
        with write_transaction() as session:
            ended = _delete(session, actor.id, col(LoginSession.id) == identifier)
    if not ended:
        raise NotFound("There is no such log-in; it may have ended already.")
    change_feed.announce([actor.id])


def end_logins(user_id: UUID, *, except_login: str = "") -> int:
    """End all log-ins of a user, but for `except_login`, the hash of one; returns how many were ended."""
    with write_transaction() as session:
        ended = delete_logins(session, user_id, except_login=except_login)
    change_feed.announce([user_id])
    return ended


def delete_logins(session: Session, user_id: UUID, *, except_login: str) -> int:
    """Run `end_logins` in the transaction of the caller, who announces it; tickets end too, uncounted."""
    # Tickets first: one that is being exchanged at this moment is a log-in by the time its row is free.
    _delete(session, user_id, col(LoginSession.token_hash).is_(None))
    return _delete(session, user_id, col(LoginSession.token_hash) != except_login)


def in_use(token: str | None) -> Account | None:
    """Return `accounts.account_by_token` for a request of a user, and note that the log-in is in use."""
    found = accounts.account_by_token(token)
    if found is not None:
        note_use(digest(token or ""))
    return found


def note_use(login: str) -> None:
    """Record that the log-in with this hash is in use, by a write an hour at most.

    Where the database is busy nothing is written, and the next use is recorded instead.
    """
    moment = now()
    with _noting:
        if login in _noted:
            return
        _noted[login] = None
    used = (
        update(LoginSession)
        .where(col(LoginSession.token_hash) == login, col(LoginSession.created_at) < moment - USED_WITHIN)
        .values(used_at=moment)
    )
    try:
        with write_transaction() as session:
            session.execute(used)
    except DatabaseBusy:
        with _noting:
            _noted.pop(login, None)


def _delete(session: Session, user_id: UUID, *which: Any) -> int:
    done = session.execute(delete(LoginSession).where(col(LoginSession.user_id) == user_id, *which))
    return done.rowcount if isinstance(done, CursorResult) else 0


def _view(row: LoginSession, *, is_current: bool) -> Login:
    return Login(
        id=row.id,
        browser=browser_in_words(row.user_agent),
        ip_address=row.ip_address,
        created_at=row.created_at,
        used_at=row.used_at or row.created_at,
        is_current=is_current,
    )
