"""List the free slots of a mentor, the lengths that fit at one, and the earliest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlmodel import Session, col

from mentorbook.db.engine import ask, read_transaction
from mentorbook.db.people import User
from mentorbook.domain.byte_cache import ByteCache
from mentorbook.domain.errors import NotFound, ValidationFailed
from mentorbook.domain.hashed_once import HashedOnce
from mentorbook.domain.schemas import DURATION_STEP, FIRST_DATE, LAST_DATE, MAX_DURATION, MIN_DURATION
from mentorbook.domain.slots import grid_starts
from mentorbook.domain.views import Account
from mentorbook.domain.zones import is_zone, local_date, zone
from mentorbook.services.availability.free_starts import free_starts, next_slots, occupied_around, offered
from mentorbook.services.availability.published_hours import (
    PublishedCalendar,
    published_calendar,
    with_exceptions_over,
)
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.clock import now

MOST_DAYS = 62
# What a start takes in memory, and what it takes more at most when it cannot be booked; measured.
START_BYTES, UNAVAILABLE_BYTES = 60, 66


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """What to list: dates are local to `timezone` and inclusive; without `duration`, the mentor's default."""

    mentor_id: UUID
    start_date: date
    end_date: date
    timezone: str = "UTC"
    duration: int | None = None
    include_unavailable: bool = False
    exclude_booking_id: UUID | None = None


class ListedSlot(NamedTuple):
    """One start, in UTC, and whether it can be booked at this moment."""

    start_time: datetime
    available: bool


@dataclass(frozen=True, slots=True, eq=False)
class SlotList:
    """The slots of a query, and the mentor's notice. The same object is handed out as long as it holds.

    `starts` are in UTC and in order; `unavailable` are those of them that cannot be booked at this moment.
    """

    mentor_id: UUID
    timezone: str
    duration: int
    notice: timedelta
    starts: HashedOnce[datetime]
    unavailable: frozenset[datetime] = frozenset()

    @property
    def slots(self) -> tuple[ListedSlot, ...]:
        """List each start with whether it can be booked."""
        return tuple(ListedSlot(start, start not in self.unavailable) for start in self.starts)


@dataclass(frozen=True, slots=True)
class _Cached:
    versions: tuple[int, ...]
    valid_until: datetime
    answer: SlotList


_VERSIONS_OF = select(col(User.id), col(User.calendar_version))
_CALENDAR_VERSIONS = _VERSIONS_OF.where(
    col(User.id).in_([bindparam("mentor", type_=Uuid), bindparam("viewer", type_=Uuid)])
)
_ALL_CALENDAR_VERSIONS = _VERSIONS_OF.where(col(User.id).in_(bindparam("people", expanding=True, type_=Uuid)))


def _weigh(_key: tuple[SlotQuery, UUID | None], cached: _Cached) -> int:
    return weight_of(cached.answer)


def weight_of(found: SlotList) -> int:
    """Estimate the bytes that a list takes in memory."""
    return 1_000 + START_BYTES * len(found.starts) + UNAVAILABLE_BYTES * len(found.unavailable)


# Answers by what was asked, parsed, and by viewer. Versions and slots come from one snapshot.
_cache: ByteCache[tuple[SlotQuery, UUID | None], _Cached] = ByteCache(24 * 2**20, _weigh)


def list_slots(actor: Account | None, query: SlotQuery) -> SlotList:
    """List the mentor's slots, without those at which the viewer has another session.

    Raises `NotFound`, `ValidationFailed`. A mentor who takes no bookings has no slots. A cached answer is
    returned while neither person's calendar has changed and no slot has come or gone by the clock alone.
    """
    check_query(query)
    viewer = actor.id if actor else None
    moment = now()
    if query.exclude_booking_id is None and query.duration is not None:
        known = _cache.get((query, viewer))
        if known and moment <= known.valid_until and known.versions == _versions(ask, query, viewer):
            return known.answer
    with read_transaction() as session:
        if query.exclude_booking_id is not None and not _may_move(session, actor, query):
            query = replace(query, exclude_booking_id=None)
        if query.duration is None:
            usual = published_calendar(session, query.mentor_id).schedule.default_session_duration
            query = replace(query, duration=usual)
        versions = _versions(session.connection().execute, query, viewer)
        cached = _cache.get((query, viewer))
        if cached and cached.versions == versions and moment <= cached.valid_until:
            return cached.answer
        published = published_calendar(session, query.mentor_id)
        answer = compute_slots(session, published, viewer, query, moment)
    _cache.keep((query, viewer), _Cached(versions, _valid_until(answer, published, moment), answer))
    return answer


def is_remembered(actor: Account | None, query: SlotQuery) -> bool:
    """Say whether there is an answer to the query that `remembered_slots` may find to hold; asks nobody."""
    return query.exclude_booking_id is None and _cache.get((query, actor.id if actor else None)) is not None


def remembered_slots(
    questions: Sequence[tuple[Account | None, SlotQuery]],
) -> list[SlotList | None]:
    """Return for each viewer and query the answer that `list_slots` would give, as far as it is remembered
    and still holds; `None` where it has to be asked. One statement in all."""
    moment = now()
    viewers = [actor.id if actor else None for actor, _ in questions]
    people = {query.mentor_id for _, query in questions}.union(each for each in viewers if each)
    found = {row[0]: row[1] for row in ask(_ALL_CALENDAR_VERSIONS, {"people": list(people)})}
    answers: list[SlotList | None] = []
    for (_, query), viewer in zip(questions, viewers, strict=True):
        known = _cache.get((query, viewer))
        concerned = [query.mentor_id] if viewer is None else [query.mentor_id, viewer]
        holds = known and known.versions == tuple(found.get(person, -1) for person in concerned)
        if known and holds and moment <= known.valid_until:
            answers.append(known.answer)
        else:
            # So that its versions are not asked for once more.
            _cache.drop((query, viewer))
            answers.append(None)
    return answers


def _may_move(session: Session, actor: Account | None, query: SlotQuery) -> bool:
    """Say whether the session to exclude is one of this mentor's that the viewer may move.

    Excluding any other would disclose when other people's sessions are.
    """
    if actor is None:
        return False
    try:
        row = access_booking(session, actor, query.exclude_booking_id, to="move")
    except NotFound:
        return False
    return row.mentor_id == query.mentor_id


def check_query(query: SlotQuery) -> None:
    """Raise `ValidationFailed` when a field of the query has a value that is not allowed."""
    fields = {}
    if not is_zone(query.timezone):
        fields["timezone"] = "is not a time zone; use an IANA name such as Europe/London"
    if query.end_date < query.start_date:
        fields["endDate"] = "must not be before startDate"
    elif (query.end_date - query.start_date).days >= MOST_DAYS:
        fields["endDate"] = f"may be at most {MOST_DAYS - 1} days after startDate"
    elif not FIRST_DATE <= query.start_date <= query.end_date <= LAST_DATE:
        fields["startDate"] = "is out of reach"
    duration = query.duration
    if duration is not None and (not MIN_DURATION <= duration <= MAX_DURATION or duration % DURATION_STEP):
        fields["duration"] = f"must be {MIN_DURATION} to {MAX_DURATION} minutes, in steps of {DURATION_STEP}"
    if fields:
        raise ValidationFailed(fields)


def _versions(
    execute: Callable[[Any, Any], Iterable[Any]], query: SlotQuery, viewer: UUID | None
) -> tuple[int, ...]:
    people = [query.mentor_id] if viewer is None else [query.mentor_id, viewer]
    values = {"mentor": people[0], "viewer": people[-1]}
    found = {row[0]: row[1] for row in execute(_CALENDAR_VERSIONS, values)}
    return tuple(found.get(person, -1) for person in people)


def compute_slots(
    session: Session, published: PublishedCalendar, viewer: UUID | None, query: SlotQuery, moment: datetime
) -> SlotList:
    """Compute the slots of a checked query as the viewer sees them; the calendar may be a draft."""
    duration = query.duration or published.schedule.default_session_duration
    starts = (
        day_window(query.start_date, query.timezone)[0],
        day_window(query.end_date, query.timezone)[1],
    )
    shown: list[datetime] = []
    unavailable: frozenset[datetime] = frozenset()
    if published.takes_bookings:
        shown = offered(
            session,
            published,
            viewer,
            starts=starts,
            duration=duration,
            moment=moment,
            exclude=query.exclude_booking_id,
        )
        if query.include_unavailable:
            free = shown
            if starts[0] < moment:
                published = with_exceptions_over(session, published, starts[0], moment)
            grid = grid_starts(published.calendar, starts=starts, duration=duration, now=moment)
            shown = [start for start, _ in grid]
            unavailable = frozenset(shown) - frozenset(free)
    # A day that the clock repeats around midnight can stick out of the instants' window.
    while shown and local_date(query.timezone, shown[0]) < query.start_date:
        shown.pop(0)
    while shown and local_date(query.timezone, shown[-1]) > query.end_date:
        shown.pop()
    notice = timedelta(hours=published.calendar.min_advance_hours)
    return SlotList(query.mentor_id, query.timezone, duration, notice, HashedOnce(shown), unavailable)


def day_window(day: date, timezone: str) -> tuple[datetime, datetime]:
    """Return the instants between which a date lies in a zone: half-open, in UTC."""
    there = zone(timezone)
    begin = datetime.combine(day, time(), there).astimezone(UTC)
    return begin, datetime.combine(day + timedelta(days=1), time(), there).astimezone(UTC)


def _valid_until(answer: SlotList, published: PublishedCalendar, moment: datetime) -> datetime:
    """Return until when the clock alone changes nothing.

    S7 drops the first slot, S8 adds a day at midnight.
    """
    there = moment.astimezone(zone(published.schedule.timezone))
    midnight = datetime.combine(there.date() + timedelta(days=1), time(), there.tzinfo).astimezone(UTC)
    until = midnight - timedelta(microseconds=1)
    first = next((start for start in answer.starts if start not in answer.unavailable), None)
    if first is None:
        return until
    return min(until, first - timedelta(hours=published.schedule.min_advance_booking_hours))


def fitting_durations(
    actor: Account | None, mentor_id: UUID, start: datetime, exclude: UUID | None = None
) -> list[int]:
    """List the durations in minutes at which `start` can be booked at this moment. Raises `NotFound`.

    `exclude` is the session that is moved: it does not block, and at its present start its present duration
    is left out.
    """
    moment = now()
    window = (start, start + timedelta(microseconds=1))
    with read_transaction() as session:
        published = published_calendar(session, mentor_id)
        if not published.takes_bookings:
            return []
        viewer = actor.id if actor else None
        # What is in the way of the longest is all that can be in the way of any.
        occupied = occupied_around(session, [published], viewer, window, MAX_DURATION, exclude)
    return [
        minutes
        for minutes in range(MIN_DURATION, MAX_DURATION + 1, DURATION_STEP)
        if free_starts(published, occupied, starts=window, duration=minutes, moment=moment)
    ]


def earliest_slot(
    actor: Account | None, mentor_id: UUID, duration: int, exclude: UUID | None = None
) -> datetime | None:
    """Return the first start that can be booked at that duration, or `None`. Raises `NotFound`.

    `exclude` is a session that does not block, because it is the one moved.
    """
    with read_transaction() as session:
        published = published_calendar(session, mentor_id)
        viewer = actor.id if actor else None
        found = next_slots(session, [published], viewer, now(), duration=duration, exclude=exclude)
    return found.get(mentor_id)
