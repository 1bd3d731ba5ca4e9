"""What mentors publish: their schedule, week and exceptions, and the calendar that follows from them."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import is_snapshot, reading, writing
from mentorbook.db.people import AvailabilityException, AvailabilitySchedule, Mentor, User, WeeklyPattern
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.byte_cache import ByteCache
from mentorbook.domain.errors import NotFound
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock
from mentorbook.services.clock import now


@dataclass(frozen=True, slots=True)
class PublishedMentor:
    """What a mentor says about themselves; `rate` is per hour."""

    id: UUID
    headline: str
    bio: str
    expertise: tuple[str, ...]
    rate: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class PublishedSchedule:
    """How a mentor takes bookings, beside the hours; named like the columns of the schedule."""

    timezone: str
    default_session_duration: int
    buffer_minutes: int
    min_advance_booking_hours: float
    max_advance_booking_days: int | None
    allow_instant_booking: bool
    require_confirmation: bool


@dataclass(frozen=True, slots=True)
class PublishedCalendar:
    """A mentor's calendar without sessions, and what a booking needs to know beside it. Values, no rows: it
    outlives the transaction that read it."""

    version: int
    calendar: MentorCalendar
    mentor: PublishedMentor
    name: str
    schedule: PublishedSchedule
    takes_bookings: bool

    @property
    def asks_first(self) -> bool:
        """Whether a new session waits for the mentor's yes."""
        return self.schedule.require_confirmation or not self.schedule.allow_instant_booking


@dataclass(frozen=True, slots=True)
class Hours:
    """What a mentor publishes as a whole; `schedule` overrides the fields of the schedule's table."""

    weekly: tuple[WeeklyBlock, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()
    enabled_days: frozenset[int] | None = None
    schedule: dict[str, Any] = field(default_factory=dict)


_HOURS_VERSION = select(col(User.hours_version)).where(col(User.id) == bindparam("mentor"))


def _weigh(_mentor: UUID, published: PublishedCalendar) -> int:
    calendar, mentor = published.calendar, published.mentor
    texts = sum(len(text) for text in (mentor.bio, mentor.headline, published.name, *mentor.expertise))
    pieces = len(calendar.weekly) + len(calendar.exceptions) + len(mentor.expertise)
    return 2_000 + 4 * texts + 300 * pieces


# Calendars by mentor; an entry is used only while the version in the database is the same. Version and
# calendar come from one snapshot, so that an entry never holds what its version does not say.
_published: ByteCache[UUID, PublishedCalendar] = ByteCache(16 * 2**20, _weigh)


def published_calendar(session: Session, mentor_id: UUID) -> PublishedCalendar:
    """The mentor's calendar as published, without sessions. Raises `NotFound`.

    A transaction that writes takes what is remembered when its version is right, but leaves nothing behind:
    what it sees may yet be undone.
    """
    version = session.connection().execute(_HOURS_VERSION, {"mentor": mentor_id}).scalar()
    cached = _published.get(mentor_id)
    if cached is not None and cached.version == version:
        return cached
    loaded = _load(session, mentor_id)
    if is_snapshot(session):
        _published.keep(mentor_id, loaded)
    elif cached is not None:
        _published.drop(mentor_id)
    return loaded


def have_at_hand(mentor_id: UUID) -> None:
    """Remember the mentor's calendar, if there is such a mentor, for a write transaction that will ask."""
    if _published.get(mentor_id) is None:
        with suppress(NotFound), reading() as session:
            published_calendar(session, mentor_id)


def _load(session: Session, mentor_id: UUID) -> PublishedCalendar:
    row = session.execute(
        select(Mentor, AvailabilitySchedule, User)
        .join(AvailabilitySchedule, col(AvailabilitySchedule.mentor_id) == col(Mentor.id))
        .join(User, col(User.id) == col(Mentor.id))
        .where(col(Mentor.id) == mentor_id)
    ).first()
    if row is None:
        raise NotFound("There is no such mentor.")
    mentor, schedule, user = row
    patterns = session.scalars(select(WeeklyPattern).where(col(WeeklyPattern.mentor_id) == mentor_id)).all()
    exceptions = session.scalars(
        select(AvailabilityException).where(
            col(AvailabilityException.mentor_id) == mentor_id,
            # A day of slack: "today" is the mentor's, which can be behind UTC, and hours run past midnight.
            col(AvailabilityException.end_date) >= now().date() - timedelta(days=3),
        )
    ).all()
    calendar = MentorCalendar(
        timezone=schedule.timezone,
        weekly=tuple(block for pattern in patterns for block in _blocks(pattern, schedule)),
        exceptions=tuple(
            CalendarException(e.start_date, e.end_date, e.type, e.start_time, e.end_time) for e in exceptions
        ),
        buffer_minutes=schedule.buffer_minutes,
        min_advance_hours=schedule.min_advance_booking_hours,
        max_advance_days=schedule.max_advance_booking_days,
        default_start=schedule.default_start_time,
        default_end=schedule.default_end_time,
    )
    return PublishedCalendar(
        version=user.hours_version,
        calendar=calendar,
        mentor=PublishedMentor(
            mentor.id, mentor.headline, mentor.bio, tuple(mentor.expertise), mentor.rate, mentor.currency
        ),
        name=user.name,
        schedule=PublishedSchedule(
            schedule.timezone,
            schedule.default_session_duration,
            schedule.buffer_minutes,
            schedule.min_advance_booking_hours,
            schedule.max_advance_booking_days,
            schedule.allow_instant_booking,
            schedule.require_confirmation,
        ),
        takes_bookings=mentor.is_available and schedule.is_active,
    )


def _blocks(pattern: WeeklyPattern, schedule: AvailabilitySchedule) -> list[WeeklyBlock]:
    day = pattern.day_of_week
    if not pattern.is_enabled:
        return []
    if not pattern.time_blocks:
        return [WeeklyBlock(day, schedule.default_start_time, schedule.default_end_time, "AVAILABLE")]
    return [WeeklyBlock(day, b["startTime"], b["endTime"], b["type"]) for b in pattern.time_blocks]


def publish_hours(mentor_id: UUID, hours: Hours) -> None:
    """Replace all of a mentor's hours. Raises `NotFound`.

    Sessions stay as they are. Their claims take the new buffer as far as the next session lets them, so
    that the database and the slot calculator go on agreeing about which times are free.
    """
    with writing() as session:
        lock_people(session, [mentor_id])
        user = session.get(User, mentor_id)
        if user is None or session.get(Mentor, mentor_id) is None:
            raise NotFound("There is no such mentor.")
        schedule = session.get(AvailabilitySchedule, mentor_id) or AvailabilitySchedule(
            mentor_id=mentor_id, timezone=user.timezone, updated_at=now()
        )
        schedule.updated_at = now()
        session.add(schedule)
        # Before the values: an INSERT would take the column's default where "no limit" (None) is wanted.
        session.flush()
        for name, value in hours.schedule.items():
            setattr(schedule, name, value)
        session.flush()
        for table in (WeeklyPattern, AvailabilityException):
            session.execute(delete(table).where(col(table.mentor_id) == mentor_id))
        session.add_all(_patterns(mentor_id, hours))
        session.add_all(
            AvailabilityException(
                mentor_id=mentor_id,
                start_date=e.start_date,
                end_date=e.end_date,
                type=e.type,
                start_time=e.start_time,
                end_time=e.end_time,
            )
            for e in hours.exceptions
        )
        _rebuffer(session, mentor_id, timedelta(minutes=schedule.buffer_minutes))
        touch_calendars(session, [mentor_id], hours=True)


def _patterns(mentor_id: UUID, hours: Hours) -> list[WeeklyPattern]:
    days = {block.day for block in hours.weekly} if hours.enabled_days is None else hours.enabled_days
    return [
        WeeklyPattern(
            mentor_id=mentor_id,
            day_of_week=day,
            is_enabled=day in days,
            time_blocks=[
                {"startTime": block.start, "endTime": block.end, "type": block.type}
                for block in hours.weekly
                if block.day == day
            ],
        )
        for day in range(7)
    ]


def _rebuffer(session: Session, mentor_id: UUID, buffer: timedelta) -> None:
    claims = session.scalars(
        select(SessionClaim)
        .where(col(SessionClaim.user_id) == mentor_id, col(SessionClaim.ends_at) > now())
        .order_by(col(SessionClaim.starts_at))
    ).all()
    if not claims:
        return
    spans = {
        row.id: (row.ends_at, row.mentor_id)
        for row in session.scalars(
            select(MentoringSession).where(
                col(MentoringSession.id).in_([claim.session_id for claim in claims])
            )
        )
    }
    wanted = []
    for claim, following in zip(claims, [*claims[1:], None], strict=True):
        ends_at, mentor = spans[claim.session_id]
        end = ends_at + buffer if mentor == mentor_id else ends_at
        wanted.append((claim, min(end, following.starts_at) if following else end))
    # Shrink first, then grow: at no moment do two claims overlap.
    for claim, end in sorted(wanted, key=lambda pair: pair[1] > pair[0].ends_at):
        if claim.ends_at != end:
            claim.ends_at = end
            session.add(claim)
            session.flush()
