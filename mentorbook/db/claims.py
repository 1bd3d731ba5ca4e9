"""The guard of the first promise: nobody is in two places.

The statements here run in every booking, so they are built once and executed without the ORM.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Uuid, bindparam, delete, select, text, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import NullType
from sqlmodel import Session, col

from mentorbook.db.people import User
from mentorbook.db.rows import add_rows, table_of
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.errors import SlotTaken

LONGEST_CLAIM = timedelta(days=1)
CLAIM_OVERLAP = "session_claims_no_overlap"
Interval = tuple[datetime, datetime]

_NO_SESSION = UUID(int=0)
_users, _claims = table_of(User), table_of(SessionClaim)
_TOUCH = (
    update(_users)
    .where(_users.c.id.in_(bindparam("people", expanding=True)))
    .values(calendar_version=_users.c.calendar_version + 1)
)


def _busy_where(whose: ColumnElement[bool]) -> Executable:
    return (
        select(
            # As the driver has it: making a UUID of each takes longer than all the rest of the row.
            type_coerce(col(SessionClaim.user_id), NullType()),
            col(MentoringSession.scheduled_at),
            col(MentoringSession.ends_at),
            col(SessionClaim.starts_at),
            col(SessionClaim.ends_at),
        )
        .join_from(SessionClaim, MentoringSession, col(MentoringSession.id) == col(SessionClaim.session_id))
        .where(
            whose,
            col(SessionClaim.starts_at) < bindparam("end"),
            # A claim is a day long at most (the database checks that): the index need not look further back.
            col(SessionClaim.starts_at) > bindparam("a_day_before"),
            col(SessionClaim.ends_at) > bindparam("start"),
            col(SessionClaim.session_id) != bindparam("exclude"),
        )
    )


# Nearly always one or two people are meant: a list of any length is written into the text anew each time.
_BUSY_OF_TWO = _busy_where(
    col(SessionClaim.user_id).in_([bindparam("one", type_=Uuid), bindparam("other", type_=Uuid)])
)
_BUSY_OF_MANY = _busy_where(col(SessionClaim.user_id).in_(bindparam("people", expanding=True)))


class BusyInterval(NamedTuple):
    """A live session of somebody's, and the claim that it has on them."""

    starts_at: datetime
    ends_at: datetime
    claimed_from: datetime
    claimed_until: datetime


def lock_people(session: Session, people: Iterable[UUID]) -> None:
    """Lock these people until the transaction ends.

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
    """Claim each person's interval for a session. Raises `SlotTaken` when one has an overlapping claim."""
    rows = [
        {"session_id": session_id, "user_id": person, "starts_at": start, "ends_at": end}
        for person, (start, end) in sorted(intervals.items())
    ]
    with overlap_is_slot_taken():
        add_rows(session, SessionClaim, rows)
    touch_calendars(session, intervals)


def move(session: Session, session_id: UUID, intervals: dict[UUID, Interval]) -> None:
    """Replace the claims of a session with other intervals. Raises `SlotTaken`; then the caller's
    transaction is rolled back, and with it the release of the old claims."""
    session.execute(delete(_claims).where(_claims.c.session_id == session_id))
    claim(session, session_id, intervals)


def release(session: Session, session_id: UUID) -> None:
    """Release the claims of a session."""
    held = select(_claims.c.user_id).where(_claims.c.session_id == session_id)
    touch_calendars(session, session.scalars(held).all())
    session.execute(delete(_claims).where(_claims.c.session_id == session_id))


def touch_calendars(session: Session, people: Iterable[UUID], *, hours: bool = False) -> None:
    """Increment these people's calendar version; with `hours`, the version of their published hours too."""
    session.connection().execute(_TOUCH, {"people": list(people)})
    if hours:
        published = update(User).where(col(User.id).in_(list(people)))
        session.execute(published.values(hours_version=User.hours_version + 1))


def busy_of(
    session: Session, people: Collection[UUID], start: datetime, end: datetime, exclude: UUID | None = None
) -> dict[UUID, list[BusyInterval]]:
    """List by person the live sessions, in either role, whose claims touch [start, end); in one statement.

    `people` must not be empty. `exclude` is a session that is left out.
    """
    values: dict[str, Any] = {"start": start, "end": end, "a_day_before": start - LONGEST_CLAIM}
    values["exclude"] = exclude or _NO_SESSION
    whose = list(people)
    query = _BUSY_OF_TWO if len(whose) <= 2 else _BUSY_OF_MANY
    values |= {"one": whose[0], "other": whose[-1]} if len(whose) <= 2 else {"people": whose}
    found: dict[UUID, list[BusyInterval]] = {person: [] for person in people}
    by_key = {person.hex: busy for person, busy in found.items()}
    for row in session.connection().execute(query, values):
        person = row[0]
        by_key[person if isinstance(person, str) else person.hex].append(BusyInterval._make(row[1:]))
    return found
