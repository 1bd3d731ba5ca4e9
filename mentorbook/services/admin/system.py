"""How the machinery stands, and what admins do about messages that were given up."""

from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, delete, func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from mentorbook import __version__
from mentorbook.db.delivery import Notification, OutboxMessage, ProviderHealth, WorkerBeat
from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.meeting import SessionAttendance, VideoEvent
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import NotFound
from mentorbook.domain.kinds import KINDS_OF_PROVIDER, Provider, SessionStatus
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.system_views import (
    LATE_AFTER,
    DeadMessage,
    MessagesRetried,
    ProviderState,
    QueueState,
    SystemState,
    WorkerState,
)
from mentorbook.domain.views import Account
from mentorbook.services.admin.people import require_admin
from mentorbook.services.change_feed import SYSTEM, announce
from mentorbook.services.clock import now
from mentorbook.services.health import BEAT_LASTS
from mentorbook.settings import settings

PAGE_SIZE = 25
_GONE = "There is no such message among those that were given up."
_SHOWN_FOR = timedelta(days=1)
# A webhook comes within seconds; the video server's clock may be ahead of ours by some.
_TOLD_WITHIN, _CLOCKS_DIFFER = timedelta(minutes=1), timedelta(seconds=5)
_MEETS = (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS, SessionStatus.COMPLETED)


def system_state(actor: Account, *, page: int = 1) -> SystemState:
    """Return how queue, workers and providers stand, with one page of the messages that were given up.

    Raises `NotPermitted` for non-admins.
    """
    require_admin(actor)
    moment = now()
    with read_transaction() as session:
        queue = _queue(session, moment)
        pages = max(1, -(-queue.dead // PAGE_SIZE))
        shown = min(max(1, page), pages)
        return SystemState(
            version=__version__,
            database="SQLite" if database().is_sqlite else "PostgreSQL",
            queue=queue,
            workers=_workers(session, moment),
            providers=_providers(session, moment),
            dead_messages=_dead(session, shown),
            page=shown,
            pages=pages,
        )


def retry_message(actor: Account, message_id: Any) -> None:
    """Try a message again that was given up: at once, and for a day. Raises `NotFound`."""
    require_admin(actor)
    with write_transaction() as session:
        if not _retry(session, col(OutboxMessage.id) == _identifier(message_id)):
            raise NotFound(_GONE)
    announce([SYSTEM])


def retry_all(actor: Account) -> MessagesRetried:
    """Try every message again that was given up."""
    require_admin(actor)
    with write_transaction() as session:
        retried = _retry(session, col(OutboxMessage.state) == "dead")
    announce([SYSTEM])
    return MessagesRetried(retried=retried)


def discard_message(actor: Account, message_id: Any) -> None:
    """Delete a message that was given up: it is never delivered. Raises `NotFound`."""
    require_admin(actor)
    row = OutboxMessage
    with write_transaction() as session:
        gone = session.execute(
            delete(row)
            .where(col(row.id) == _identifier(message_id), col(row.state) == "dead")
            .returning(col(row.id))
        ).first()
        if gone is None:
            raise NotFound(_GONE)
    announce([SYSTEM])


def _identifier(message_id: Any) -> UUID:
    found = as_uuid(message_id)
    if found is None:
        raise NotFound(_GONE)
    return found


def _retry(session: Session, which: Any) -> int:
    moment, row = now(), OutboxMessage
    again = update(row).where(which, col(row.state) == "dead").returning(col(row.id))
    # It is due anew: whatever happens now, it is not given up before another day.
    values = {"state": "waiting", "due_at": moment, "available_at": moment, "leased_until": None}
    return len(session.execute(again.values(**values)).all())


def _queue(session: Session, moment: datetime) -> QueueState:
    row = OutboxMessage
    is_waiting, is_due = col(row.state) == "waiting", col(row.due_at) <= moment
    waiting, oldest, later, dead, late_error = session.execute(
        select(
            func.count().filter(and_(is_waiting, is_due)),
            func.min(col(row.due_at)).filter(and_(is_waiting, is_due)),
            func.count().filter(and_(is_waiting, ~is_due)),
            func.count().filter(col(row.state) == "dead"),
            _late_error(moment),
        )
        .select_from(row)
        .where(col(row.state).in_(("waiting", "dead")))
    ).one()
    return QueueState(waiting=waiting, oldest_due_at=oldest, late_error=late_error, later=later, dead=dead)


def _late_error(moment: datetime) -> ScalarSelect[Any]:
    row = aliased(OutboxMessage)
    return (
        select(col(row.last_error))
        .where(
            col(row.state) == "waiting",
            col(row.due_at) < moment - LATE_AFTER,
            col(row.last_error).is_not(None),
        )
        .group_by(col(row.last_error))
        .order_by(func.count().desc(), col(row.last_error))
        .limit(1)
        .scalar_subquery()
    )


def _workers(session: Session, moment: datetime) -> list[WorkerState]:
    recent = select(WorkerBeat).where(col(WorkerBeat.beat_at) > moment - _SHOWN_FOR)
    return [
        WorkerState(name=row.name, beat_at=row.beat_at, is_alive=moment - row.beat_at < BEAT_LASTS)
        for row in session.scalars(recent.order_by(col(WorkerBeat.beat_at).desc(), col(WorkerBeat.name)))
    ]


def _providers(session: Session, moment: datetime) -> list[ProviderState]:
    known = {row.provider: row for row in session.scalars(select(ProviderHealth))}
    untold = {Provider.VIDEO: _untold_at(session, moment)}
    return [
        _provider(each, known.get(each.value), _delivered_at(session, each), untold.get(each))
        for each in Provider
    ]


def _untold_at(session: Session, moment: datetime) -> datetime | None:
    """Return when somebody last came into a room that only comparing has shown, for all that is known.

    Whoever comes has the video server call its webhook: where nothing has been told since, it calls nobody,
    or is not believed. Looks at sessions of the last day.
    """
    row, stay = MentoringSession, SessionAttendance
    seen = (
        select(func.max(col(stay.joined_at)))
        .join(row, col(row.id) == col(stay.session_id))
        .where(
            col(row.status).in_(_MEETS),
            col(row.scheduled_at) > moment - _SHOWN_FOR,
            col(stay.joined_at) < moment - _TOLD_WITHIN,
        )
    )
    told = select(func.max(col(VideoEvent.received_at)))
    last_seen, last_told = session.execute(select(seen.scalar_subquery(), told.scalar_subquery())).one()
    if last_seen is None or (last_told is not None and last_told >= last_seen - _CLOCKS_DIFFER):
        return None
    return cast(datetime, last_seen)


def _provider(
    provider: Provider,
    health: ProviderHealth | None,
    delivered_at: datetime | None,
    untold_at: datetime | None,
) -> ProviderState:
    is_down = health is not None and health.failing_since is not None
    return ProviderState(
        provider=provider,
        carrier=_carrier(provider),
        failing_since=health.failing_since if health and is_down else None,
        last_error=health.last_error if health and is_down else None,
        next_try_at=health.probe_at if health and is_down else None,
        delivered_at=delivered_at,
        untold_at=untold_at,
    )


def _carrier(provider: Provider) -> str | None:
    match provider:
        case Provider.VIDEO:
            return urlsplit(settings.livekit_url or "").hostname if settings.video_configured else None
        case Provider.MAIL:
            if settings.smtp_url is None:
                return "files"
            return urlsplit(settings.smtp_url.get_secret_value()).hostname
        case Provider.PAYMENTS:
            return settings.payment_way.value


def _delivered_at(session: Session, provider: Provider) -> datetime | None:
    """Return when the provider last delivered something; by the index on what is due, from its end."""
    row = OutboxMessage
    latest = (
        select(col(row.done_at))
        .where(col(row.state) == "done", col(row.kind).in_(KINDS_OF_PROVIDER[provider]))
        .order_by(col(row.available_at).desc())
        .limit(1)
    )
    return session.scalar(latest)


def _dead(session: Session, page: int) -> list[DeadMessage]:
    row = OutboxMessage
    rows = session.scalars(
        select(row)
        .where(col(row.state) == "dead")
        .order_by(col(row.due_at).desc(), col(row.id))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    noticed = [found for each in rows if (found := _notice_id(each))]
    told = {
        notice.id: (notice, name)
        for notice, name in session.execute(
            select(Notification, col(User.name))
            .join(User, col(User.id) == col(Notification.user_id))
            .where(col(Notification.id).in_(noticed))
        )
    }
    return [_dead_message(each, *told.get(_notice_id(each), (None, None))) for each in rows]


def _notice_id(row: OutboxMessage) -> UUID | None:
    return as_uuid(row.payload.get("noticeId"))


def _dead_message(row: OutboxMessage, notice: Notification | None, name: str | None) -> DeadMessage:
    about = notice.session_id if notice else as_uuid(row.payload.get("sessionId"))
    return DeadMessage(
        id=row.id,
        kind=row.kind,
        person_name=name,
        notice_kind=notice.kind if notice else None,
        session_id=about,
        attempts=row.attempts,
        due_at=row.due_at,
        last_error=row.last_error,
    )
