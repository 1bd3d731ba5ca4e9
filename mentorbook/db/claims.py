"""The guard of the first promise: nobody is in two places.

The statements here run in every booking, so they are built once and executed without the ORM.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.people import User
from mentorbook.db.rows import add_rows, table_of
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.errors import SlotTaken

LONGEST_CLAIM = timedelta(days=1)
CLAIM_OVERLAP = "session_claims_no_overlap"
Interval = tuple[datetime, datetime]

_users, _claims = table_of(User), table_of(SessionClaim)
_TOUCH = (
    update(_users)
    .where(_users.c.id.in_(bindparam("people", expanding=True)))
    .values(calendar_version=_users.c.calendar_version + 1)
)
_BUSY = (
    select(
        col(SessionClaim.user_id),
        col(SessionClaim.session_id),
        col(MentoringSession.scheduled_at),
        col(MentoringSession.ends_at),
        col(SessionClaim.starts_at),
        col(SessionClaim.ends_at),
    )
    .join_from(SessionClaim, MentoringSession, col(MentoringSession.id) == col(SessionClaim.session_id))
    .where(
        col(SessionClaim.user_id).in_(bindparam("people", expanding=True)),
        col(SessionClaim.starts_at) < bindparam("end"),
        # A claim is a day long at most (the database checks that): the index need not look further back.
        col(SessionClaim.starts_at) > bindparam("a_day_before"),
        col(SessionClaim.ends_at) > bindparam("start"),
    )
)


class Busy(NamedTuple):
    """A live session of somebody's, and the claim that it has on them."""

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    claimed_from: datetime
    claimed_until: datetime


def lock_people(session: Session, people: Iterable[UUID]) -> None:
    """Wait for these people's turn until the transaction ends.

    PostgreSQL alone needs it: an exclusion constraint decides rightly, but overlapping racers deadlock on
    it. Sorted, so that two callers never wait for each other. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    keys = sorted(int.from_bytes(person.bytes[:8], "big", signed=True) for person in set(people))
    locks = ", ".join(f"pg_advisory_xact_lock({key})" for key in keys)
    session.connection().execute(text(f"SELECT {locks}"))


@contextmanager
def overlap_is_slot_taken() -> Iterator[None]:
    """Turn the database's refusal of overlapping claims into `SlotTaken`."""
    try:
        yield
    except IntegrityError as error:
        if CLAIM_OVERLAP in str(error.orig):
            raise SlotTaken from None
        raise


def claim(session: Session, session_id: UUID, intervals: dict[UUID, Interval]) -> None:
    """Claim each person's interval for a session. Raises `SlotTaken` when somebody is elsewhere then."""
    rows = [
        {"session_id": session_id, "user_id": person, "starts_at": start, "ends_at": end}
        for person, (start, end) in sorted(intervals.items())
    ]
    with overlap_is_slot_taken():
        add_rows(session, SessionClaim, rows)
    touch_calendars(session, intervals)


def move(session: Session, session_id: UUID, intervals: dict[UUID, Interval]) -> None:
    """Claim other intervals for a session instead of those it has. Raises `SlotTaken`; then the caller's
    transaction ends, and with it the release of the old ones."""
    session.execute(delete(_claims).where(_claims.c.session_id == session_id))
    claim(session, session_id, intervals)


def release(session: Session, session_id: UUID) -> None:
    """Free the time that a session held."""
    held = select(_claims.c.user_id).where(_claims.c.session_id == session_id)
    touch_calendars(session, session.scalars(held).all())
    session.execute(delete(_claims).where(_claims.c.session_id == session_id))


def touch_calendars(session: Session, people: Iterable[UUID], *, hours: bool = False) -> None:
    """Say that these people's time looks different from now on; `hours` when what they publish does too."""
    session.connection().execute(_TOUCH, {"people": list(people)})
    if hours:
        published = update(User).where(col(User.id).in_(list(people)))
        session.execute(published.values(hours_version=User.hours_version + 1))


def busy_of(
    session: Session, people: Collection[UUID], start: datetime, end: datetime
) -> dict[UUID, list[Busy]]:
    """By person, their live sessions, in either role, whose claims touch [start, end); in one statement."""
    values = {"people": list(people), "start": start, "end": end, "a_day_before": start - LONGEST_CLAIM}
    found: dict[UUID, list[Busy]] = {person: [] for person in people}
    for row in session.connection().execute(_BUSY, values):
        found[row[0]].append(Busy(*row[1:]))
    return found
