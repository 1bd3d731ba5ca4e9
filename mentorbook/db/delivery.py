"""Tables of delivery: notifications inside the app, the outbox for what leaves it, answers to replay, and
what processes tell each other."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, text
from sqlmodel import Field, SQLModel

from mentorbook.db.types import StoredJson, UtcDateTime


class Notification(SQLModel, table=True):
    """A notification inside the app, as a kind and facts; the words are made when it is read."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("notifications_of_user", "user_id", "created_at"),
        Index("notifications_by_age", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    session_id: UUID | None = Field(default=None, foreign_key="sessions.id")
    actor_id: UUID | None = Field(default=None, foreign_key="users.id")
    kind: str = Field(max_length=40)
    facts: dict[str, Any] = Field(sa_column=Column(StoredJson, nullable=False))
    happens_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


_WAITING = text("state = 'waiting'")


class OutboxMessage(SQLModel, table=True):
    """Something to do outside, written with the change that calls for it.

    `state` is waiting, done, void (when it was due its provider had nothing to do any more) or dead.
    A worker holds a row while `leased_until` lies in the future. Rows of one `stream` are delivered in the
    order of `created_at`; without a stream a row waits for no other. `available_at` is when it is tried
    next, `due_at` when it was to be delivered first: a day after that it is given up.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "state", "available_at"),
        Index("outbox_in_order", "stream", "created_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("outbox_of_session", "session_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: str = Field(max_length=40)
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    dedupe_key: str = Field(max_length=200, unique=True)
    stream: str | None = Field(default=None, max_length=100)
    session_id: UUID | None = None
    available_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = Field(default="waiting", max_length=8)
    last_error: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProviderHealth(SQLModel, table=True):
    """Since when a provider fails, when it last did, and when it is tried next.

    `failures` counts the tries in a row. No row, or one without `failing_since`, is a provider of which
    nothing bad is known. `put_off` are the ids of the first messages that it answered with "not now" since it
    has taken one.
    """

    __tablename__ = "provider_health"

    provider: str = Field(primary_key=True, max_length=20)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = Field(default=0, sa_column=Column(Integer, nullable=False, default=0))
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    probe_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = Field(default=None, max_length=300)
    put_off: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class NoticePreference(SQLModel, table=True):
    """How somebody wants to hear of a topic (`NoticeTopic`); without a row, in both ways."""

    __tablename__ = "notice_preferences"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    topic: str = Field(primary_key=True, max_length=20)
    in_app: bool = True
    by_mail: bool = True
    updated_at: datetime = Field(sa_type=UtcDateTime)


class IdempotencyKey(SQLModel, table=True):
    """The first answer to a request that carried an Idempotency-Key, to be given again."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_by_age", "created_at"),)

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    key: str = Field(max_length=255, primary_key=True)
    body_hash: str = Field(max_length=64)
    answer: dict[str, Any] = Field(sa_column=Column(StoredJson, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


class WorkerBeat(SQLModel, table=True):
    """When each worker last went round, so that health can tell."""

    __tablename__ = "worker_beats"

    name: str = Field(primary_key=True, max_length=80)
    beat_at: datetime = Field(sa_type=UtcDateTime)


class Announcement(SQLModel, table=True):
    """What one process has announced to the others, as ids of what has changed; kept for some minutes.

    Ids grow, but rows of transactions that overlap need not appear in their order. The newest is never
    deleted, and older ones only from the beginning on: who finds the last row they know has missed none.
    """

    __tablename__ = "announcements"

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    process_id: UUID
    subjects: list[str] = Field(sa_column=Column(StoredJson, nullable=False))
    announced_at: datetime = Field(sa_type=UtcDateTime)
