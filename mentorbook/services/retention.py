"""What is not kept for ever, and for how long: audit rows are, and sessions that were booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, tuple_
from sqlmodel import Session, SQLModel, col

from mentorbook.db.delivery import IdempotencyKey, Notification, OutboxMessage, WorkerBeat
from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.meeting import SessionAttendance, SessionMessage, VideoEvent
from mentorbook.db.money import Payment, PaymentEvent
from mentorbook.db.people import AccountLink, KnownDevice, LoginSession
from mentorbook.db.sessions import MentoringSession, SessionAuditLog, SessionClaim
from mentorbook.domain.kinds import MessageKind, SessionStatus
from mentorbook.services.clock import now
from mentorbook.services.people.known_devices import DEVICE_LASTS

DELIVERED_KEPT = timedelta(days=30)
ANSWERS_KEPT = EVENTS_KEPT = timedelta(days=7)
BEATS_KEPT = HOLDS_KEPT = timedelta(days=1)
VOID_LINKS_KEPT = timedelta(hours=1)
READ_NOTICES_KEPT = timedelta(days=180)
NOTICES_KEPT = timedelta(days=365)
# Rows of one transaction: it holds the one writer of SQLite, or locks, for some milliseconds.
BATCH = 500
# The tables whose rows name sessions, which then stay.
NAMES_A_SESSION = (
    SessionClaim,
    SessionAuditLog,
    SessionAttendance,
    SessionMessage,
    Notification,
    Payment,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of a table that have had their time; `key` is its primary key."""

    table: type[SQLModel]
    key: Sequence[Any]
    lapsed: ColumnElement[bool]


def purge(batch: int = BATCH) -> bool:
    """Delete rows past their retention: at most `batch` rows of each table, in a short transaction a table.

    Returns whether there may be more. Several workers may purge at once. Where no row has lapsed, no write
    transaction is opened.
    """
    more = False
    for rule in _rules(now()):
        with read_transaction() as session:
            found = session.execute(select(*rule.key).where(rule.lapsed).limit(1)).first()
        if found is None:
            continue
        with write_transaction() as session:
            more |= _delete(session, rule, batch) >= batch
    return more


def _rules(moment: datetime) -> list[_Rule]:
    outbox, notices = OutboxMessage, Notification
    return [
        # A row is due before it is done, so the index on what is due finds what was done long ago.
        _Rule(
            outbox,
            [col(outbox.id)],
            col(outbox.state).in_(("done", "void"))
            & (col(outbox.available_at) < moment - DELIVERED_KEPT)
            & (col(outbox.done_at) < moment - DELIVERED_KEPT)
            & _has_begun(outbox.session_id, moment),
        ),
        # Anybody can have these written, of any address.
        _Rule(
            outbox,
            [col(outbox.id)],
            (col(outbox.state) == "void")
            & (col(outbox.available_at) < moment - VOID_LINKS_KEPT)
            & (col(outbox.kind) == MessageKind.MAIL_LINK)
            & (col(outbox.done_at) < moment - VOID_LINKS_KEPT),
        ),
        _Rule(
            IdempotencyKey,
            [col(IdempotencyKey.user_id), col(IdempotencyKey.key)],
            col(IdempotencyKey.created_at) < moment - ANSWERS_KEPT,
        ),
        # The video server tells an event again for some minutes.
        _Rule(VideoEvent, [col(VideoEvent.id)], col(VideoEvent.received_at) < moment - EVENTS_KEPT),
        # A payment provider tells one again for three days.
        _Rule(PaymentEvent, [col(PaymentEvent.id)], col(PaymentEvent.received_at) < moment - EVENTS_KEPT),
        # Tickets that nobody took are log-ins that lapsed after 30 seconds.
        _Rule(LoginSession, [col(LoginSession.id)], col(LoginSession.expires_at) < moment),
        _Rule(AccountLink, [col(AccountLink.id)], col(AccountLink.expires_at) < moment),
        # Its cookie has lapsed; an account that is still used has forgotten it already.
        _Rule(KnownDevice, [col(KnownDevice.id)], col(KnownDevice.used_at) < moment - DEVICE_LASTS),
        _Rule(MentoringSession, [col(MentoringSession.id)], _was_never_paid(moment)),
        _Rule(WorkerBeat, [col(WorkerBeat.name)], col(WorkerBeat.beat_at) < moment - BEATS_KEPT),
        _Rule(
            notices,
            [col(notices.id)],
            (col(notices.created_at) < moment - READ_NOTICES_KEPT)
            & or_(col(notices.read_at).is_not(None), col(notices.created_at) < moment - NOTICES_KEPT)
            & _has_begun(notices.session_id, moment),
        ),
    ]


def _has_begun(session_id: Any, moment: datetime) -> ColumnElement[bool]:
    """Return the condition that what a row is about is no session that is still to come.

    By these rows one knows whose calendar was told of it, and is to be told when it changes.
    """
    row = MentoringSession
    return ~exists().where(col(row.id) == col(session_id), col(row.scheduled_at) > moment)


def _was_never_paid(moment: datetime) -> ColumnElement[bool]:
    """Return the condition of a time that was held, given back and begun to be paid by nobody.

    Everything else that names a session keeps it.
    """
    row = MentoringSession
    return and_(
        col(row.held_until) < moment - HOLDS_KEPT,
        col(row.status) == SessionStatus.CANCELLED,
        *(~exists().where(col(each.session_id) == col(row.id)) for each in NAMES_A_SESSION),
    )


def _delete(session: Session, rule: _Rule, batch: int) -> int:
    lapsed = select(*rule.key).where(rule.lapsed).limit(batch)
    if not database().is_sqlite:
        lapsed = lapsed.with_for_update(skip_locked=True)
    rows = session.execute(lapsed).all()
    if rows:
        session.execute(delete(rule.table).where(tuple_(*rule.key).in_([tuple(row) for row in rows])))
    return len(rows)
