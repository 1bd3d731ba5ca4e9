"""What must reach the outside: written with the change that calls for it, delivered by the worker."""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.delivery import OutboxMessage, WorkerBeat
from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.rows import add_rows
from mentorbook.services.clock import now

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a worker holds on lease; `attempts` counts this one too."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


def add_messages(
    session: Session, messages: list[tuple[str, dict[str, Any], str]], at: datetime | None = None
) -> None:
    """Write (kind, payload, dedupe key) rows in the caller's transaction; `at` is when they are due."""
    moment = now()
    add_rows(
        session,
        OutboxMessage,
        [
            {
                "kind": kind,
                "payload": payload,
                "dedupe_key": key,
                "available_at": at or moment,
                "created_at": moment,
            }
            for kind, payload, key in messages
        ],
    )


def lease(most: int = 10) -> list[Message]:
    """Lease due messages to this worker alone for a minute; a crash only delays them by that."""
    moment = now()
    with write_transaction() as session:
        due = (
            select(OutboxMessage)
            .where(
                col(OutboxMessage.state) == "waiting",
                col(OutboxMessage.available_at) <= moment,
                or_(col(OutboxMessage.leased_until).is_(None), col(OutboxMessage.leased_until) <= moment),
            )
            .order_by(col(OutboxMessage.available_at))
            .limit(most)
        )
        if not database().is_sqlite:
            due = due.with_for_update(skip_locked=True)
        rows = session.scalars(due).all()
        for row in rows:
            row.leased_until = moment + LEASE
            row.attempts += 1
        return [Message(row.id, row.kind, dict(row.payload), row.attempts) for row in rows]


def anything_due() -> bool:
    """Say whether a message is due now; only reads, so that an idle worker never takes the write lock."""
    moment = now()
    with read_transaction() as session:
        query = select(col(OutboxMessage.id)).where(
            col(OutboxMessage.state) == "waiting",
            col(OutboxMessage.available_at) <= moment,
            or_(col(OutboxMessage.leased_until).is_(None), col(OutboxMessage.leased_until) <= moment),
        )
        return session.scalar(query.limit(1)) is not None


def mark_done(message_id: UUID) -> None:
    """Mark a message as delivered."""
    with write_transaction() as session:
        _change(session, message_id, state="done", leased_until=None, done_at=now(), last_error=None)


def mark_failed(message: Message, error: str) -> None:
    """Schedule a retry, waiting twice as long each time up to an hour, or give up after 12 tries."""
    wait = min(_LONGEST_WAIT, timedelta(seconds=2**message.attempts))
    # Spread out, so that what failed together does not come back together.
    wait += wait * (secrets.randbelow(250) / 1000)
    state = "dead" if message.attempts >= MOST_ATTEMPTS else "waiting"
    with write_transaction() as session:
        _change(
            session,
            message.id,
            state=state,
            leased_until=None,
            available_at=now() + wait,
            last_error=error[:300],
        )


def _change(session: Session, message_id: UUID, **values: Any) -> None:
    session.execute(update(OutboxMessage).where(col(OutboxMessage.id) == message_id).values(**values))


def record_heartbeat(name: str) -> None:
    """Record that the worker of this name is alive."""
    # Refused when another of the same name says it for the first time at this very moment: said all the same.
    with contextlib.suppress(IntegrityError), write_transaction() as session:
        session.merge(WorkerBeat(name=name, beat_at=now()))
