"""Tables of sessions: the bookings, the claims that keep people out of two places, policies and audit."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, text
from sqlmodel import Field, SQLModel

from mentorbook.db.types import Rate, StoredJson, UtcDateTime
from mentorbook.domain.kinds import MeetingKind, SessionStatus

_HELD = text("held_until IS NOT NULL")
_STATUSES = ", ".join(f"'{status.value}'" for status in SessionStatus)


class MentoringSession(SQLModel, table=True):
    """A booking. `rate`, `currency` and `price_minor` are as they were when it was made.

    `booked_at` is when it was booked or put to its mentor: when it was made, or paid where it was held first;
    without it, it never was.

    `started_at` is when both had come into the room, `ended_at` when it was over. `…_attended_at` is the
    first moment from the start on at which that person was in the room, `mentor_absent_at` when the mentee
    said that the mentor had not come.

    `held_until` stands in one that is not paid yet, and stays in one that never was: such a session is its
    mentee's alone to see, and has the status of `status_once_paid` when it is. `refund_terms` are the
    policies of then that say what a cancellation gives back. `payment_status`, `payment_way`, `paid_minor`
    and `refunded_minor` (what has been promised back) repeat what its payment says; without a status it is
    not paid here.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="known_status"),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        CheckConstraint("duration BETWEEN 15 AND 240", name="duration_in_range"),
        Index("sessions_of_mentor", "mentor_id", "scheduled_at"),
        Index("sessions_of_mentee", "mentee_id", "scheduled_at"),
        Index("sessions_booked_by_mentee", "mentee_id", "booked_at", "created_at"),
        Index("sessions_by_status", "status", "scheduled_at"),
        Index("holds_by_age", "held_until", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mentor_id: UUID = Field(foreign_key="mentors.id")
    mentee_id: UUID = Field(foreign_key="users.id")
    title: str = Field(max_length=120)
    description: str | None = Field(default=None, max_length=2000)
    status: str = Field(max_length=12)
    scheduled_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mentor_attended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mentee_attended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mentor_absent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    hold_extended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status_once_paid: str | None = Field(default=None, max_length=12)
    duration: int
    meeting_url: str = Field(max_length=300)
    meeting_type: str = Field(default=MeetingKind.VIDEO, max_length=5)
    location: str | None = Field(default=None, max_length=200)
    room_created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rate: Decimal = Field(sa_type=Rate)
    currency: str = Field(max_length=3)
    price_minor: int
    refund_terms: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    payment_status: str | None = Field(default=None, max_length=12)
    payment_way: str | None = Field(default=None, max_length=10)
    paid_minor: int | None = None
    refunded_minor: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    cancelled_by: UUID | None = Field(default=None, foreign_key="users.id")
    cancellation_reason: str | None = Field(default=None, max_length=1000)
    rescheduled_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reschedule_count: int = 0
    recording_config: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    created_at: datetime = Field(sa_type=UtcDateTime)
    booked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class SessionClaim(SQLModel, table=True):
    """That a person is somewhere from `starts_at` to `ends_at`; the mentor's includes the buffer after it.

    The database refuses two overlapping claims of one person: an exclusion constraint on PostgreSQL,
    triggers on SQLite (see the first migration). Every live session has exactly two claims.
    """

    __tablename__ = "session_claims"
    __table_args__ = (Index("claims_of_person", "user_id", "starts_at"),)

    session_id: UUID = Field(foreign_key="sessions.id", primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class SessionPolicy(SQLModel, table=True):
    """One policy and its value."""

    __tablename__ = "session_policies"

    key: str = Field(primary_key=True, max_length=60)
    value: Any = Field(sa_column=Column(StoredJson, nullable=False))
    updated_by: UUID | None = Field(default=None, foreign_key="users.id")
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionAuditLog(SQLModel, table=True):
    """What happened to a session, under which policies; the database refuses to change or delete it.

    `changes` of an edit holds the text before and after by the field's name on the wire.
    """

    __tablename__ = "session_audit_log"
    __table_args__ = (Index("audit_of_session", "session_id", "created_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    session_id: UUID = Field(foreign_key="sessions.id")
    user_id: UUID | None = Field(default=None, foreign_key="users.id")
    action: str = Field(max_length=20)
    reason_category: str | None = Field(default=None, max_length=40)
    reason_details: str | None = Field(default=None, max_length=1000)
    previous_scheduled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    new_scheduled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changes: dict[str, list[str | None]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )
    policy_snapshot: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    ip_address: str | None = Field(default=None, max_length=45)
    user_agent: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)


class PolicyChange(SQLModel, table=True):
    """One policy that an admin changed; the database refuses to change or delete the row."""

    __tablename__ = "policy_changes"
    __table_args__ = (Index("policy_changes_by_time", "created_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(max_length=60)
    old_value: Any = Field(sa_column=Column(JSON, nullable=False))
    new_value: Any = Field(sa_column=Column(JSON, nullable=False))
    user_id: UUID = Field(foreign_key="users.id")
    ip_address: str | None = Field(default=None, max_length=45)
    user_agent: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
