"""Browsers that have logged in to an account before, so that wrong tries of strangers do not slow them down.

Known by a random cookie whose hash is stored, not by a signed one: there is no key to keep and to lose, and a
changed password forgets the others at once.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import KnownDevice, LoginSession
from mentorbook.services.clock import now
from mentorbook.services.people.login_throttle import digest

DEVICE_LASTS = timedelta(days=365)
# Of one account: those used longest ago go first.
MOST_DEVICES = 20


def remember(token: str, device: str) -> str:
    """Issue a new device cookie to the browser that has just got the log-in `token`; `device` is the hash of
    the one it sent, if any.

    The cookie changes with every log-in and stays valid for the other accounts that know the browser, so
    that a copy of the former one is worthless.
    """
    fresh = secrets.token_urlsafe(32)
    with write_transaction() as session:
        if device:
            session.execute(
                update(KnownDevice)
                .where(col(KnownDevice.token_hash) == device)
                .values(token_hash=digest(fresh))
            )
        user_id = session.scalar(
            select(col(LoginSession.user_id)).where(col(LoginSession.token_hash) == digest(token))
        )
        if user_id is not None:
            _note(session, user_id, digest(fresh))
            _forget_old_ones(session, user_id)
    return fresh


def forget_others(session: Session, user_id: UUID, device: str) -> None:
    """Delete every known browser of the account but this one, in the caller's transaction."""
    session.execute(
        delete(KnownDevice).where(col(KnownDevice.user_id) == user_id, col(KnownDevice.token_hash) != device)
    )


def _note(session: Session, user_id: UUID, token_hash: str) -> None:
    known = session.execute(
        update(KnownDevice)
        .where(col(KnownDevice.user_id) == user_id, col(KnownDevice.token_hash) == token_hash)
        .values(used_at=now())
        .returning(col(KnownDevice.id))
    ).first()
    if known is None:
        session.add(KnownDevice(user_id=user_id, token_hash=token_hash, used_at=now()))
        session.flush()


def _forget_old_ones(session: Session, user_id: UUID) -> None:
    newest = (
        select(col(KnownDevice.id))
        .where(col(KnownDevice.user_id) == user_id, col(KnownDevice.used_at) > now() - DEVICE_LASTS)
        .order_by(col(KnownDevice.used_at).desc(), col(KnownDevice.id))
        .limit(MOST_DEVICES)
    )
    kept = list(session.scalars(newest))
    session.execute(
        delete(KnownDevice).where(col(KnownDevice.user_id) == user_id, col(KnownDevice.id).not_in(kept))
    )
