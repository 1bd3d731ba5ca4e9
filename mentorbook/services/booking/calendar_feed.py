"""Somebody's sessions for their calendar program, under an address that works without a log-in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import SecretPurpose
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.booking_queries import load_bookings
from mentorbook.services.change_feed import announce
from mentorbook.services.clock import now
from mentorbook.services.mail.opened_addresses import open_address
from mentorbook.services.mail.secret_addresses import known_secret, renew_secret

LOOKS_BACK = timedelta(days=90)
MOST_SESSIONS = 500


def calendar_secret(actor: Account) -> str | None:
    """Return the secret of the actor's calendar address, or `None` until one is made."""
    return known_secret(actor.id, SecretPurpose.CALENDAR)


def renew_calendar_secret(actor: Account) -> str:
    """Create the actor's calendar address, or another one in its place: the former opens nothing any more."""
    secret = renew_secret(actor.id, SecretPurpose.CALENDAR)
    announce([actor.id])
    return secret


def sessions_by_secret(secret: str, address: str) -> tuple[UUID, list[Booking]]:
    """Return whose calendar address this is, and their sessions. `address` is who asks.

    In both roles and every status, from 90 days ago on. Beyond 500 those are left out that are furthest from
    now: of what is to come the latest, and only then of what is over the earliest. Raises `NotFound`,
    `RateLimited`.
    """
    holder = open_address(secret, SecretPurpose.CALENDAR, address)
    moment, start = now(), col(MentoringSession.scheduled_at)
    with read_transaction() as session:
        coming = _load(session, holder, start >= moment, order=start.asc(), most=MOST_SESSIONS)
        is_recent = (start < moment) & (start >= moment - LOOKS_BACK)
        over = _load(session, holder, is_recent, order=start.desc(), most=MOST_SESSIONS - len(coming))
    return holder, [*reversed(over), *coming]


def _load(
    session: Session, holder: UUID, when: ColumnElement[bool], *, order: ColumnElement[Any], most: int
) -> list[Booking]:
    is_theirs = or_(col(MentoringSession.mentor_id) == holder, col(MentoringSession.mentee_id) == holder)
    return load_bookings(
        session,
        is_theirs,
        col(MentoringSession.held_until).is_(None),
        when,
        order=(order, col(MentoringSession.id)),
        most=most,
    )
