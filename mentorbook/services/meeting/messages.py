"""What the two people of a session write to each other in its room, kept with the session."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.meeting import SessionMessage
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.actions import allowed_actions
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.errors import IdempotencyMismatch, InvalidStatus, NotPermitted, RateLimited
from mentorbook.domain.meeting.chat import PAGE_LENGTH, ChatMessage, ChatPage, WriteMessage
from mentorbook.domain.schemas import as_uuid, parse
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.booking_queries import load_booking, with_actions
from mentorbook.services.booking.idempotency import check_key
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.clock import now

# More than two people write who talk to each other at the same time; less than a program would.
MOST_A_MINUTE, MOST_A_SESSION = 30, 1000
_MINUTE = timedelta(minutes=1)
_LONGEST_KEY = 64
_ROW = SessionMessage


@dataclass(frozen=True, slots=True)
class Conversation:
    """The newest page of what two people wrote, and the session and rules that say whether they may go on."""

    page: ChatPage
    booking: Booking
    policies: SessionPolicies


def require_conversation(actor: Account, booking_id: Any) -> None:
    """Raise `NotFound` or `NotPermitted` for whom this conversation is not.

    For callers that have not parsed the request yet.
    """
    with read_transaction() as session:
        _conversation(session, actor, booking_id)


def write_message(
    actor: Account, booking_id: Any, request: WriteMessage | dict[str, Any], key: str | None = None
) -> ChatMessage:
    """Keep a message to the other of the session's two people, and announce it to whoever shows messages.

    As long as the room can be joined. Under a `key` that the actor has used in this session before, it
    returns the first message, also later. Raises `NotFound`, `NotPermitted`, `ValidationFailed`,
    `InvalidStatus`, `RateLimited`, `IdempotencyMismatch`.
    """
    wanted = parse(WriteMessage, request)
    kept_key = _key(key)
    with write_transaction() as session:
        row = _conversation(session, actor, booking_id)
        # One after the other, so that the order in which they are read is the order in which they came.
        session.refresh(row, with_for_update={"key_share": True})
        if written := _written(session, row.id, actor.id, kept_key):
            if written.text != wanted.text:
                raise IdempotencyMismatch
            return _view(written, actor)
        moment = now()
        decision = allowed_actions(row, actor.id, load_policies(session), moment)["join"]
        if decision.error is not None:
            raise decision.error
        latest = _check_number(session, row.id, actor.id, moment)
        if latest is not None:
            moment = max(moment, latest + timedelta(microseconds=1))
        message = SessionMessage(
            session_id=row.id, user_id=actor.id, text=wanted.text, key=kept_key, sent_at=moment
        )
        session.add(message)
        session.flush()
        kept, subject = _view(message, actor), change_feed.messages_of(row.id)
    change_feed.announce([subject])
    return kept


def conversation(actor: Account, booking_id: Any) -> Conversation:
    """Return the latest messages with the session they belong to. Raises `NotFound`, `NotPermitted`."""
    with read_transaction() as session:
        row = _conversation(session, actor, booking_id)
        policies = load_policies(session)
        booking = with_actions(load_booking(session, row.id), actor, policies)
        return Conversation(_page(session, row.id, actor), booking, policies)


def read_messages(
    actor: Account, booking_id: Any, *, before: Any = None, most: int = PAGE_LENGTH
) -> ChatPage:
    """Return the latest messages, or the latest of those before the message `before`; 1 to 100 of them.

    Raises `NotFound`, `NotPermitted`. Before what is no message of this session there are none.
    """
    limit = min(max(most, 1), PAGE_LENGTH)
    with read_transaction() as session:
        return _page(session, _conversation(session, actor, booking_id).id, actor, before, limit)


def _page(
    session: Session, session_id: UUID, actor: Account, before: Any = None, limit: int = PAGE_LENGTH
) -> ChatPage:
    query = select(_ROW).where(col(_ROW.session_id) == session_id)
    if before is not None:
        its_own = select(col(_ROW.sent_at)).where(
            col(_ROW.id) == as_uuid(before), col(_ROW.session_id) == session_id
        )
        query = query.where(col(_ROW.sent_at) < its_own.scalar_subquery())
    found = list(session.scalars(query.order_by(col(_ROW.sent_at).desc()).limit(limit + 1)))
    messages = tuple(_view(each, actor) for each in reversed(found[:limit]))
    return ChatPage(messages=messages, has_earlier=len(found) > limit)


def _conversation(session: Session, actor: Account, booking_id: Any) -> MentoringSession:
    row = access_booking(session, actor, booking_id)
    if actor.id not in (row.mentor_id, row.mentee_id):
        raise NotPermitted("Only the two people of a session can read what they wrote to each other.")
    return row


def _key(given: str | None) -> str:
    """Return the key to keep. Raises `ValidationFailed` for one that is none."""
    key = check_key(given)
    if key is None:
        return str(uuid4())
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _written(session: Session, session_id: UUID, person: UUID, key: str) -> SessionMessage | None:
    return session.scalars(
        select(_ROW).where(
            col(_ROW.session_id) == session_id, col(_ROW.user_id) == person, col(_ROW.key) == key
        )
    ).one_or_none()


def _check_number(session: Session, session_id: UUID, person: UUID, moment: datetime) -> datetime | None:
    """Return when the latest message was sent. Raises `RateLimited`, `InvalidStatus` for one too many."""
    is_late = (col(_ROW.user_id) == person) & (col(_ROW.sent_at) > moment - _MINUTE)
    latest: datetime | None
    total, latest, lately, oldest = session.execute(
        select(
            func.count(),
            func.max(col(_ROW.sent_at)),
            func.count(case((is_late, 1))),
            func.min(case((is_late, col(_ROW.sent_at)))),
        ).where(col(_ROW.session_id) == session_id)
    ).one()
    if total >= MOST_A_SESSION:
        raise InvalidStatus(f"There are {MOST_A_SESSION} messages in this session, and no more fit.")
    if lately >= MOST_A_MINUTE:
        wait = (oldest + _MINUTE - moment).total_seconds()
        raise RateLimited(wait, "You are writing very fast. Wait a moment, then send it again.")
    return latest


def _view(row: SessionMessage, actor: Account) -> ChatMessage:
    own_key = row.key if row.user_id == actor.id else None
    return ChatMessage(id=row.id, user_id=row.user_id, text=row.text, sent_at=row.sent_at, key=own_key)
