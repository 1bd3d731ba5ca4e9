"""What mentors publish: their schedule, week and exceptions, and the calendar that follows from them."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, delete, null, select, type_coerce, union_all
from sqlmodel import Session, col

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import is_snapshot, read_transaction, write_transaction
from mentorbook.db.people import AvailabilityException, AvailabilitySchedule, Mentor, User, WeeklyPattern
from mentorbook.db.rows import table_of
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
        """Say whether a new session waits for the mentor's approval."""
        return self.schedule.require_confirmation or not self.schedule.allow_instant_booking


@dataclass(frozen=True, slots=True)
class Hours:
    """What a mentor publishes as a whole; `schedule` overrides the fields of the schedule's table."""

    weekly: tuple[WeeklyBlock, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()
    enabled_days: frozenset[int] | None = None
    schedule: dict[str, Any] = field(default_factory=dict)


_people, _mentors, _schedules = table_of(User), table_of(Mentor), table_of(AvailabilitySchedule)
_patterns_table, _exceptions = table_of(WeeklyPattern), table_of(AvailabilityException)
_wanted: BindParameter[list[UUID]] = bindparam("mentors", expanding=True)

_HOURS_VERSION = select(_people.c.hours_version).where(_people.c.id == bindparam("mentor"))
_MENTORS = (
    select(
        *(
            _mentors.c[name]
            for name in ("id", "headline", "bio", "expertise", "rate", "currency", "is_available")
        ),
        *(column for column in _schedules.c if column.name not in ("mentor_id", "updated_at")),
        _people.c.name,
        _people.c.hours_version,
    )
    .join_from(_mentors, _schedules, _schedules.c.mentor_id == _mentors.c.id)
    .join(_people, _people.c.id == _mentors.c.id)
    .where(_mentors.c.id.in_(_wanted))
)
# Weeks and exceptions in one look: a row is one or the other, and has nothing in the other's columns.
_WEEKLY = ("day_of_week", "is_enabled", "time_blocks")
_DATED = ("start_date", "end_date", "type", "start_time", "end_time")
_HOURS = union_all(
    select(
        _patterns_table.c.mentor_id,
        *(_patterns_table.c[name] for name in _WEEKLY),
        *(type_coerce(null(), _exceptions.c[name].type).label(name) for name in _DATED),
    ).where(_patterns_table.c.mentor_id.in_(_wanted)),
    select(
        _exceptions.c.mentor_id,
        *(type_coerce(null(), _patterns_table.c[name].type).label(name) for name in _WEEKLY),
        *(_exceptions.c[name] for name in _DATED),
    ).where(_exceptions.c.mentor_id.in_(_wanted), _exceptions.c.end_date >= bindparam("since")),
)


def _weigh(_mentor: UUID, published: PublishedCalendar) -> int:
    calendar, mentor = published.calendar, published.mentor
    texts = sum(len(text) for text in (mentor.bio, mentor.headline, published.name, *mentor.expertise))
    pieces = len(calendar.weekly) + len(calendar.exceptions) + len(mentor.expertise)
    return 2_000 + 4 * texts + 300 * pieces


# Calendars by mentor; an entry is used only while the version in the database is the same. Version and
# calendar come from one snapshot, so that an entry never holds what its version does not say.
_published: ByteCache[UUID, PublishedCalendar] = ByteCache(16 * 2**20, _weigh)


def published_calendar(session: Session, mentor_id: UUID) -> PublishedCalendar:
    """Return the mentor's calendar as published, without sessions. Raises `NotFound`.

    A transaction that writes reads a cache entry of the right version, but stores none: what it sees may
    yet be rolled back.
    """
    version = session.connection().execute(_HOURS_VERSION, {"mentor": mentor_id}).scalar()
    found = published_calendars(session, {mentor_id: version}).get(mentor_id)
    if found is None:
        raise NotFound("There is no such mentor.")
    return found


def published_calendars(
    session: Session, versions: Mapping[UUID, int | None]
) -> dict[UUID, PublishedCalendar]:
    """Return the calendars of these mentors, by the `hours_version` that the same transaction has just read.

    Two statements for all that are not cached, however many. Ids of no mentor are left out.
    """
    found: dict[UUID, PublishedCalendar] = {}
    stale: list[UUID] = []
    for mentor_id, version in versions.items():
        cached = _published.get(mentor_id)
        if cached is not None and cached.version == version:
            found[mentor_id] = cached
            continue
        stale.append(mentor_id)
        if cached is not None and not is_snapshot(session):
            _published.drop(mentor_id)
    if stale:
        loaded = _load(session, stale)
        if is_snapshot(session):
            for mentor_id, published in loaded.items():
                _published.keep(mentor_id, published)
        found |= loaded
    return found


def preload_calendar(mentor_id: UUID) -> None:
    """Cache the mentor's calendar, if there is such a mentor, for a write transaction that will read it."""
    if _published.get(mentor_id) is None:
        with suppress(NotFound), read_transaction() as session:
            published_calendar(session, mentor_id)


def _load(session: Session, mentor_ids: list[UUID]) -> dict[UUID, PublishedCalendar]:
    connection = session.connection()
    # A day of slack: "today" is the mentor's, which can be behind UTC, and hours run past midnight.
    values = {"mentors": mentor_ids, "since": now().date() - timedelta(days=3)}
    weeks: dict[UUID, list[WeeklyBlock]] = defaultdict(list)
    exceptions: dict[UUID, list[CalendarException]] = defaultdict(list)
    mentors = connection.execute(_MENTORS, {"mentors": mentor_ids}).all()
    defaults = {row.id: (row.default_start_time, row.default_end_time) for row in mentors}
    for row in connection.execute(_HOURS, values) if mentors else ():
        if row.day_of_week is None:
            times = (row.start_date, row.end_date, row.type, row.start_time, row.end_time)
            exceptions[row.mentor_id].append(CalendarException(*times))
        elif row.is_enabled:
            weeks[row.mentor_id] += _blocks(row.day_of_week, row.time_blocks, defaults[row.mentor_id])
    return {row.id: _calendar(row, weeks[row.id], exceptions[row.id]) for row in mentors}


def _calendar(row: Any, weekly: list[WeeklyBlock], exceptions: list[CalendarException]) -> PublishedCalendar:
    calendar = MentorCalendar(
        timezone=row.timezone,
        weekly=tuple(weekly),
        exceptions=tuple(exceptions),
        buffer_minutes=row.buffer_minutes,
        min_advance_hours=row.min_advance_booking_hours,
        max_advance_days=row.max_advance_booking_days,
        default_start=row.default_start_time,
        default_end=row.default_end_time,
    )
    return PublishedCalendar(
        version=row.hours_version,
        calendar=calendar,
        mentor=PublishedMentor(row.id, row.headline, row.bio, tuple(row.expertise), row.rate, row.currency),
        name=row.name,
        schedule=PublishedSchedule(
            row.timezone,
            row.default_session_duration,
            row.buffer_minutes,
            row.min_advance_booking_hours,
            row.max_advance_booking_days,
            row.allow_instant_booking,
            row.require_confirmation,
        ),
        takes_bookings=row.is_available and row.is_active,
    )


def _blocks(day: int, blocks: list[dict[str, Any]], default: tuple[str, str]) -> list[WeeklyBlock]:
    """Return the blocks of an enabled day, or the schedule's default hours where it has none."""
    if not blocks:
        return [WeeklyBlock(day, *default, "AVAILABLE")]
    return [WeeklyBlock(day, block["startTime"], block["endTime"], block["type"]) for block in blocks]


def publish_hours(mentor_id: UUID, hours: Hours) -> None:
    """Replace all of a mentor's hours. Raises `NotFound`.

    Sessions stay as they are. Their claims get the new buffer as far as the next session allows, so that
    the database and the slot calculator agree about which times are free.
    """
    with write_transaction() as session:
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
