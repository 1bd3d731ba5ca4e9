"""Tables of people: who they are, how they log in, what mentors publish."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from mentorbook.db.types import Rate, UtcDateTime
from mentorbook.domain.kinds import MentorStatus


class User(SQLModel, table=True):
    """Somebody with an account. Everybody may book; `mentors` and `is_admin` add to that.

    `calendar_version` grows with every change of what this person's time looks like: hours, exceptions,
    sessions in either role. Whoever has computed slots at the same version has the same slots.
    `hours_version` grows only when what they publish changes: hours, exceptions, profile.
    Who has `deactivated_at` cannot log in, and is neither shown nor booked.
    `email_confirmed_at` is when they last followed a link that was mailed to `email`. `wanted_email` is the
    address that they asked for at `email_wanted_at`, until they follow the link that is mailed to it.
    `is_demo` marks an account whose password is published.
    """

    __tablename__ = "users"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=80)
    timezone: str = Field(max_length=64)
    email_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wanted_email: str | None = Field(default=None, max_length=254)
    email_wanted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    password_hash: str = Field(sa_type=Text)
    is_admin: bool = False
    is_demo: bool = False
    calendar_version: int = 0
    hours_version: int = 0
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Mentor(SQLModel, table=True):
    """The public side of somebody who mentors, or asks to; shares its id with the account.

    `links` holds `{url, label}`. `search_text` is name, headline and expertise without case and accents, for
    the directory's search. `requested_at` is when they last asked, `picture` the name of the file.
    """

    __tablename__ = "mentors"

    id: UUID = Field(foreign_key="users.id", primary_key=True)
    headline: str = Field(default="", max_length=120)
    bio: str = Field(default="", max_length=4000)
    expertise: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    rate: Decimal = Field(default=Decimal(0), sa_type=Rate)
    currency: str = Field(default="USD", max_length=3)
    city: str | None = Field(default=None, max_length=80)
    languages: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    links: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    is_available: bool = True
    # Closed unless said otherwise: nobody is shown by a forgotten value.
    status: MentorStatus = Field(default=MentorStatus.REQUESTED, sa_column=Column(String(10), nullable=False))
    decline_reason: str | None = Field(default=None, max_length=500)
    requested_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    picture: str | None = Field(default=None, max_length=32)
    search_text: str = Field(default="", max_length=2000)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AvailabilitySchedule(SQLModel, table=True):
    """How a mentor takes bookings; wall times and dates are in `timezone`."""

    __tablename__ = "mentor_availability_schedules"
    __table_args__ = (
        CheckConstraint("buffer_minutes BETWEEN 0 AND 240", name="buffer_in_range"),
        CheckConstraint("min_advance_booking_hours >= 0", name="notice_not_negative"),
    )

    mentor_id: UUID = Field(foreign_key="mentors.id", primary_key=True)
    timezone: str = Field(max_length=64)
    default_session_duration: int = 60
    buffer_minutes: int = 0
    min_advance_booking_hours: float = 0.5
    # A column of its own making: with a default in the database layer too, "no limit" would become 60.
    max_advance_booking_days: int | None = Field(default=60, sa_column=Column(Integer, nullable=True))
    default_start_time: str = Field(default="09:00", max_length=5)
    default_end_time: str = Field(default="21:00", max_length=5)
    is_active: bool = True
    allow_instant_booking: bool = True
    require_confirmation: bool = False
    updated_at: datetime = Field(sa_type=UtcDateTime)


class WeeklyPattern(SQLModel, table=True):
    """One weekday of a schedule (0 = Sunday); `time_blocks` holds `{startTime, endTime, type}`."""

    __tablename__ = "mentor_weekly_patterns"
    __table_args__ = (
        UniqueConstraint("mentor_id", "day_of_week", name="one_pattern_a_day"),
        CheckConstraint("day_of_week BETWEEN 0 AND 6", name="day_in_week"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mentor_id: UUID = Field(foreign_key="mentor_availability_schedules.mentor_id")
    day_of_week: int
    is_enabled: bool = True
    time_blocks: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class AvailabilityException(SQLModel, table=True):
    """Dates on which the week does not hold; without times it is about whole days."""

    __tablename__ = "mentor_availability_exceptions"
    __table_args__ = (
        CheckConstraint("end_date >= start_date", name="dates_in_order"),
        Index("exceptions_of_mentor", "mentor_id", "end_date"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mentor_id: UUID = Field(foreign_key="mentor_availability_schedules.mentor_id")
    start_date: date
    end_date: date
    type: str = Field(max_length=10)
    start_time: str | None = Field(default=None, max_length=5)
    end_time: str | None = Field(default=None, max_length=5)
    reason: str | None = Field(default=None, max_length=200)


class LoginSession(SQLModel, table=True):
    """One browser that is logged in; only hashes of its secrets are stored.

    A log-in from a page first leaves a `ticket_hash`, which the browser exchanges for the cookie. `used_at`
    is written once an hour at most, so it is that exact.
    """

    __tablename__ = "login_sessions"
    __table_args__ = (
        Index("login_sessions_of_user", "user_id"),
        Index("login_sessions_by_end", "expires_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    token_hash: str | None = Field(default=None, max_length=64, unique=True)
    ticket_hash: str | None = Field(default=None, max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ip_address: str | None = Field(default=None, max_length=45)
    user_agent: str | None = Field(default=None, max_length=300)


class KnownDevice(SQLModel, table=True):
    """A browser that has logged in to this account before; only a hash of its cookie is stored.

    It grants nothing: wrong tries of strangers do not slow it down, that is all.
    """

    __tablename__ = "known_devices"
    __table_args__ = (
        UniqueConstraint("token_hash", "user_id", name="one_row_a_device"),
        Index("known_devices_of_user", "user_id"),
        Index("known_devices_by_use", "used_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    token_hash: str = Field(max_length=64)
    used_at: datetime = Field(sa_type=UtcDateTime)


class AccountLink(SQLModel, table=True):
    """A link that was made for an account: works once, until `expires_at`; only a hash of it is stored.

    `purpose` is a `LinkPurpose`; `email` the address it was made for, which a link that changes the address
    makes the account's. One that is not `is_mailed` was given to an admin, and says nothing about the
    address. A used link's row is deleted, with all others of its purpose.
    """

    __tablename__ = "account_links"
    __table_args__ = (Index("links_of_account", "user_id", "purpose"), Index("links_by_end", "expires_at"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    purpose: str = Field(max_length=20)
    email: str = Field(max_length=254)
    is_mailed: bool = True
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class SecretAddress(SQLModel, table=True):
    """The secret in an address that works without a log-in: `purpose` is a `SecretPurpose`.

    Stored as it is, since it is shown again and stands in every mail; whoever reads the database reads
    what it opens anyway.
    """

    __tablename__ = "secret_addresses"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    purpose: str = Field(primary_key=True, max_length=20)
    secret: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AccountAuditLog(SQLModel, table=True):
    """What an admin did to an account; the database refuses to change or delete the row."""

    __tablename__ = "account_audit_log"
    __table_args__ = (Index("audit_of_account", "subject_id", "created_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    actor_id: UUID = Field(foreign_key="users.id")
    subject_id: UUID = Field(foreign_key="users.id")
    action: str = Field(max_length=20)
    details: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    ip_address: str | None = Field(default=None, max_length=45)
    user_agent: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
