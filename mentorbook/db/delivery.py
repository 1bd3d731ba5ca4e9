"""Tables of delivery: notifications inside the app, the outbox for what leaves it, answers to replay."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, Index
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


class OutboxMessage(SQLModel, table=True):
    """Something to do outside, written with the change that calls for it; `state` is waiting, done or dead.

    A worker holds a row while `leased_until` lies in the future.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "state", "available_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: str = Field(max_length=40)
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    dedupe_key: str = Field(max_length=200, unique=True)
    available_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = Field(default="waiting", max_length=8)
    last_error: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
