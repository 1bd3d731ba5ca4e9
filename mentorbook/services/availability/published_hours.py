"""What mentors publish: their schedule, week and exceptions, and the calendar that follows from them."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, null, select, type_coerce, union_all
from sqlmodel import Session

from mentorbook.db.engine import is_snapshot, read_transaction
from mentorbook.db.people import AvailabilityException, AvailabilitySchedule, Mentor, User, WeeklyPattern
from mentorbook.db.rows import table_of
from mentorbook.domain.byte_cache import ByteCache
from mentorbook.domain.errors import NotFound, no_such
from mentorbook.domain.kinds import BlockType, MentorStatus, PaymentWay
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock
from mentorbook.domain.views import MentorLink
from mentorbook.domain.zones import local_date
from mentorbook.services.clock import now
from mentorbook.settings import settings


@dataclass(frozen=True, slots=True)
class PublishedMentor:
    """What a mentor says about themselves; `rate` is what an hour costs."""

    id: UUID
    headline: str
    bio: str
    expertise: tuple[str, ...]
    rate: Decimal
    currency: str
    city: str | None = None
    languages: tuple[str, ...] = ()
    links: tuple[MentorLink, ...] = ()
    picture: str | None = None


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
    # Its sessions stay, so that it is still there for them; nobody else is shown it.
    is_deactivated: bool = False

    @property
    def asks_first(self) -> bool:
        """Say whether a new session waits for the mentor's approval."""
        return self.schedule.require_confirmation or not self.schedule.allow_instant_booking


_people, _mentors, _schedules = table_of(User), table_of(Mentor), table_of(AvailabilitySchedule)
_patterns_table, _exceptions = table_of(WeeklyPattern), table_of(AvailabilityException)
_wanted: BindParameter[list[UUID]] = bindparam("mentors", expanding=True)

_HOURS_VERSION = select(_people.c.hours_version).where(_people.c.id == bindparam("mentor"))
_MENTORS = (
    select(
        *(
            _mentors.c[name]
            for name in (
                *("id", "headline", "bio", "expertise", "rate", "currency", "city", "languages", "links"),
                *("is_available", "picture"),
            )
        ),
        *(column for column in _schedules.c if column.name not in ("mentor_id", "updated_at")),
        _people.c.name,
        _people.c.hours_version,
        _people.c.deactivated_at,
    )
    .join_from(_mentors, _schedules, _schedules.c.mentor_id == _mentors.c.id)
    .join(_people, _people.c.id == _mentors.c.id)
    .where(_mentors.c.id.in_(_wanted), _mentors.c.status == MentorStatus.APPROVED)
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

_OVER = select(*(_exceptions.c[name] for name in _DATED)).where(
    _exceptions.c.mentor_id == bindparam("mentor"),
    _exceptions.c.end_date >= bindparam("since"),
    _exceptions.c.end_date < bindparam("today"),
)


def _weigh(_mentor: UUID, published: PublishedCalendar) -> int:
    calendar, mentor = published.calendar, published.mentor
    said = (mentor.bio, mentor.headline, published.name, mentor.city or "", *mentor.expertise)
    texts = sum(len(text) for text in said)
    texts += sum(len(link.url) + len(link.label or "") for link in mentor.links)
    pieces = len(calendar.weekly) + len(calendar.exceptions) + len(mentor.expertise) + len(mentor.languages)
    return 2_100 + 4 * texts + 300 * pieces + 600 * len(mentor.links)


# Calendars by mentor; an entry is used only while the version in the database is the same. Version and
# calendar come from one snapshot, so that an entry never holds what its version does not say.
_published: ByteCache[UUID, PublishedCalendar] = ByteCache(16 * 2**20, _weigh)


def published_calendar(session: Session, mentor_id: UUID) -> PublishedCalendar:
    """Return the mentor's calendar as published, without sessions. Raises `NotFound`.

    A transaction that writes reads a cache entry of the right version, but stores none: what it sees may
    yet be rolled back.
    """
    version = None
    if _published.get(mentor_id) is not None:
        # What is loaded brings its version along.
        version = session.connection().execute(_HOURS_VERSION, {"mentor": mentor_id}).scalar()
    found = published_calendars(session, {mentor_id: version}).get(mentor_id)
    if found is None:
        raise no_such("mentor")
    return found


def published_calendars(
    session: Session, versions: Mapping[UUID, int | None]
) -> dict[UUID, PublishedCalendar]:
    """Return the calendars of these mentors, by the `hours_version` that the same transaction has just read,
    or `None` for one that is not cached.

    Two statements for all that are not cached, however many. Ids of no mentor, and of one who is not
    approved, are left out.
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


def with_exceptions_over(
    session: Session, published: PublishedCalendar, since: datetime, moment: datetime
) -> PublishedCalendar:
    """Return a calendar with the exceptions that are over at this moment, and tell of times from `since`.

    What is published, and what is drafted, holds those that are not over: nothing else can be booked.
    """
    # Hours run past midnight, and a date of the mentor's can begin a day before that of UTC.
    values = {
        "mentor": published.mentor.id,
        "since": since.date() - timedelta(days=2),
        "today": local_date(published.schedule.timezone, moment),
    }
    over = [CalendarException(*row) for row in session.connection().execute(_OVER, values)]
    exceptions = tuple(dict.fromkeys((*published.calendar.exceptions, *over)))
    return replace(published, calendar=replace(published.calendar, exceptions=exceptions))


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


def asked_rate(rate: Decimal) -> Decimal:
    """Return what an hour of a mentor costs who wants so much: nothing where the settings make all free."""
    return Decimal(0) if settings.payment_way == PaymentWay.FREE else rate


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
        mentor=PublishedMentor(
            row.id,
            row.headline,
            row.bio,
            tuple(row.expertise),
            asked_rate(row.rate),
            row.currency,
            row.city,
            tuple(row.languages),
            tuple(MentorLink(**link) for link in row.links),
            row.picture,
        ),
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
        takes_bookings=row.is_available and row.is_active and row.deactivated_at is None,
        is_deactivated=row.deactivated_at is not None,
    )


def _blocks(day: int, blocks: list[dict[str, Any]], default: tuple[str, str]) -> list[WeeklyBlock]:
    """Return the blocks of an enabled day, or the schedule's default hours where it has none."""
    if not blocks:
        return [WeeklyBlock(day, *default, BlockType.AVAILABLE)]
    return [WeeklyBlock(day, block["startTime"], block["endTime"], block["type"]) for block in blocks]
