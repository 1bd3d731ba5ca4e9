"""Secrets in addresses that work without a log-in: made when first needed, replaced when somebody asks."""

import re
import secrets
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import SecretAddress, User
from mentorbook.domain.kinds import SecretPurpose
from mentorbook.services.clock import now

# What `token_urlsafe` makes; a database need not be asked about anything else.
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def secret_of(user_id: UUID, purpose: SecretPurpose) -> str:
    """Return somebody's secret for a purpose; make it if there is none.

    In transactions of its own, never inside another.
    """
    found = known_secret(user_id, purpose)
    if found is not None:
        return found
    made = _new_row(user_id, purpose)
    secret = made.secret
    try:
        with write_transaction() as session:
            session.add(made)
    except IntegrityError:
        # Somebody else has made it at this very moment: what they have given out must stay right.
        return known_secret(user_id, purpose) or renew_secret(user_id, purpose)
    return secret


def known_secret(user_id: UUID, purpose: SecretPurpose) -> str | None:
    """Return somebody's secret for a purpose, or `None` when none was made yet."""
    with read_transaction() as session:
        row = session.get(SecretAddress, (user_id, purpose.value))
        return row.secret if row else None


def renew_secret(user_id: UUID, purpose: SecretPurpose) -> str:
    """Replace somebody's secret, and return the new one; addresses with the former open nothing any more."""
    made = _new_row(user_id, purpose)
    with write_transaction() as session:
        session.merge(made)
    return made.secret


def drop_secrets(session: Session, user_id: UUID, *purposes: SecretPurpose) -> None:
    """Delete somebody's secrets for these purposes in the caller's transaction: their addresses open nothing
    any more, and others are made when they are next needed."""
    row = SecretAddress
    wanted = [purpose.value for purpose in purposes]
    session.execute(delete(row).where(col(row.user_id) == user_id, col(row.purpose).in_(wanted)))


def _new_row(user_id: UUID, purpose: SecretPurpose) -> SecretAddress:
    secret = secrets.token_urlsafe(32)
    return SecretAddress(user_id=user_id, purpose=purpose.value, secret=secret, created_at=now())


def holder_of(secret: str, purpose: SecretPurpose) -> UUID | None:
    """Return whose secret this is, or `None`: unknown, renewed, or of an account that is deactivated."""
    if not _SECRET.fullmatch(secret):
        return None
    with read_transaction() as session:
        return session.scalar(
            select(col(SecretAddress.user_id))
            .join(User, col(User.id) == col(SecretAddress.user_id))
            .where(
                col(SecretAddress.secret) == secret,
                col(SecretAddress.purpose) == purpose.value,
                col(User.deactivated_at).is_(None),
            )
        )
