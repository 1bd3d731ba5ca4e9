"""What mentors do with their own hours: read, replace, add and remove exceptions."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import AvailabilityException, AvailabilitySchedule, User, WeeklyPattern
from mentorbook.domain.availability.draft import (
    MOST_EXCEPTIONS,
    Availability,
    AvailabilityDraft,
    AvailabilityUpdate,
    DayPattern,
    NewException,
    SavedException,
    Schedule,
    TimeBlock,
    parse_availability,
    parse_exception,
)
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import HoursChanged, NotPermitted, ValidationFailed, no_such
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.domain.zones import local_date
from mentorbook.services.availability.publishing import write_hours
from mentorbook.services.change_feed import MENTORS, announce
from mentorbook.services.clock import now

# The columns of the schedule by their names on the wire, in Python's spelling, where these differ.
_COLUMNS = {"buffer_time_between_sessions": "buffer_minutes"}


def own_hours(actor: Account) -> Availability:
    """Return what a mentor has published. Raises `NotPermitted` for anybody else."""
    require_mentor(actor)
    with read_transaction() as session:
        return _read(session, actor.id)


def save_hours(
    actor: Account, request: AvailabilityUpdate | dict[str, Any], condition: IfMatch | None = None
) -> Availability:
    """Replace a mentor's schedule and week, all or none; exceptions stay, and so does every session.

    Days left out are disabled. Open pages that show the mentor's time hear of it. Raises `NotPermitted`,
    `ValidationFailed`, and `HoursChanged` where the condition does not hold.
    """
    require_mentor(actor)
    wanted = parse_availability(AvailabilityUpdate, request)
    patterns = {pattern.day_of_week: pattern for pattern in wanted.weekly_patterns}
    with write_transaction() as session:
        _check(session, actor.id, condition)
        _publish(session, actor.id, wanted.schedule, patterns)
        saved = _read(session, actor.id)
    announce([actor.id, MENTORS])
    return saved


def publish_draft(
    actor: Account, request: AvailabilityDraft | dict[str, Any], condition: IfMatch | None = None
) -> Availability:
    """Replace all that a mentor has published, coming exceptions included, all or none; sessions stay.

    An exception with the id of one that is coming takes its place; coming ones that are left out are removed.
    Raises `NotPermitted`, `ValidationFailed`, and `HoursChanged` where the condition does not hold.
    """
    require_mentor(actor)
    wanted = parse_availability(AvailabilityDraft, request)
    patterns = {pattern.day_of_week: pattern for pattern in wanted.weekly_patterns}
    with write_transaction() as session:
        _check(session, actor.id, condition)
        zones = {_schedule_row(session, actor.id).timezone, wanted.schedule.timezone}
        _publish(session, actor.id, wanted.schedule, patterns)
        _replace_exceptions(session, actor.id, wanted, [local_date(zone, now()) for zone in zones])
        touch_calendars(session, [actor.id], hours=True)
        session.flush()
        saved = _read(session, actor.id)
    announce([actor.id, MENTORS])
    return saved


def _publish(session: Session, mentor_id: UUID, schedule: Schedule, patterns: dict[int, DayPattern]) -> None:
    values = {_COLUMNS.get(name, name): value for name, value in schedule.model_dump().items()}
    week = [patterns.get(each.day_of_week, each) for each in _no_week()]
    write_hours(session, mentor_id, values, [_row(mentor_id, each) for each in week])
    session.flush()


def _replace_exceptions(
    session: Session, mentor_id: UUID, wanted: AvailabilityDraft, todays: list[date]
) -> None:
    """Replace the coming exceptions by those that are wanted.

    `todays` are the date by the zone of before and by the new one: a row that is over in either is not
    removed, and what is new is judged by the new one.
    """
    today = local_date(wanted.schedule.timezone, now())
    rows = session.scalars(
        select(AvailabilityException).where(
            col(AvailabilityException.mentor_id) == mentor_id,
            col(AvailabilityException.end_date) >= min(todays),
        )
    )
    coming = {row.id: row for row in rows}
    for at, each in enumerate(wanted.exceptions):
        row = coming.pop(each.id, None) if each.id else None
        if row is not None:
            row.sqlmodel_update(each.model_dump(exclude={"id"}))
        elif each.end_date < today:
            # One that is over by now was there when the draft was begun, and stays on record.
            if each.id is None:
                raise ValidationFailed({f"exceptions.{at}.endDate": "must not be in the past"})
        else:
            row = AvailabilityException(mentor_id=mentor_id, **each.model_dump(exclude={"id"}))
            session.add(row)
    for row in coming.values():
        if row.end_date >= max(todays):
            session.delete(row)


def add_exception(
    actor: Account, request: NewException | dict[str, Any], condition: IfMatch | None = None
) -> SavedException:
    """Add dates on which a mentor's week does not hold. Sessions stay as they are.

    Raises `NotPermitted`, `ValidationFailed`, and `HoursChanged` where the condition does not hold.
    """
    require_mentor(actor)
    wanted = parse_exception(request)
    with write_transaction() as session:
        _check(session, actor.id, condition)
        schedule = _schedule_row(session, actor.id)
        today = local_date(schedule.timezone, now())
        if wanted.end_date < today:
            raise ValidationFailed({"endDate": "must not be in the past"})
        if _count_coming(session, actor.id, today) >= MOST_EXCEPTIONS:
            why = f"There may be at most {MOST_EXCEPTIONS} exceptions that are not over."
            raise ValidationFailed({"body": why}, why)
        if session.get(AvailabilitySchedule, actor.id) is None:
            # Exceptions hang on the schedule; without one every day is off.
            write_hours(session, actor.id, {}, [_row(actor.id, each) for each in _no_week()])
        row = AvailabilityException(mentor_id=actor.id, **wanted.model_dump())
        session.add(row)
        touch_calendars(session, [actor.id], hours=True)
        session.flush()
        saved = _saved(row)
    announce([actor.id, MENTORS])
    return saved


def require_own_exception(actor: Account, exception_id: object) -> None:
    """Raise `NotPermitted` for anybody but a mentor, and `NotFound` for what is no exception of theirs."""
    require_mentor(actor)
    with read_transaction() as session:
        _own_exception(session, actor, exception_id)


def remove_exception(actor: Account, exception_id: object, condition: IfMatch | None = None) -> None:
    """Remove an exception of a mentor's. Raises `NotPermitted`, `NotFound`, `HoursChanged`."""
    require_mentor(actor)
    with write_transaction() as session:
        _check(session, actor.id, condition)
        session.delete(_own_exception(session, actor, exception_id))
        touch_calendars(session, [actor.id], hours=True)
    announce([actor.id, MENTORS])


def _own_exception(session: Session, actor: Account, exception_id: object) -> AvailabilityException:
    which = as_uuid(exception_id)
    row = session.get(AvailabilityException, which) if which else None
    if row is None or row.mentor_id != actor.id:
        raise no_such("exception")
    return row


def require_mentor(actor: Account) -> None:
    """Raise `NotPermitted` for anybody but a mentor or who asks to be one."""
    if not actor.has_mentor_side:
        raise NotPermitted("Only mentors have hours.")


def _check(session: Session, mentor_id: UUID, condition: IfMatch | None) -> None:
    """Lock the mentor, and raise `HoursChanged` unless the hours are what the caller last saw."""
    lock_people(session, [mentor_id])
    if condition is None:
        return
    tag = tag_of_answer(_read(session, mentor_id))
    if not condition.holds(tag):
        raise HoursChanged(tag)


def _read(session: Session, mentor_id: UUID) -> Availability:
    schedule = _schedule_row(session, mentor_id)
    patterns = session.scalars(select(WeeklyPattern).where(col(WeeklyPattern.mentor_id) == mentor_id))
    by_day = {row.day_of_week: _pattern(row) for row in patterns}
    week = [by_day.get(pattern.day_of_week, pattern) for pattern in _no_week()]
    exceptions = session.scalars(
        select(AvailabilityException)
        .where(
            col(AvailabilityException.mentor_id) == mentor_id,
            col(AvailabilityException.end_date) >= local_date(schedule.timezone, now()),
        )
        .order_by(col(AvailabilityException.start_date), col(AvailabilityException.id))
    )
    names = {name: getattr(schedule, _COLUMNS.get(name, name)) for name in Schedule.model_fields}
    return Availability.model_construct(
        schedule=Schedule.model_construct(**names),
        weekly_patterns=week,
        exceptions=[_saved(row) for row in exceptions],
    )


def _schedule_row(session: Session, mentor_id: UUID) -> AvailabilitySchedule:
    """Return the mentor's schedule, or an unsaved one with its defaults."""
    row = session.get(AvailabilitySchedule, mentor_id)
    if row is not None:
        return row
    person = session.get(User, mentor_id)
    return AvailabilitySchedule(
        mentor_id=mentor_id, timezone=person.timezone if person else "UTC", updated_at=now()
    )


def _count_coming(session: Session, mentor_id: UUID, today: Any) -> int:
    return session.scalars(
        select(func.count())
        .select_from(AvailabilityException)
        .where(
            col(AvailabilityException.mentor_id) == mentor_id, col(AvailabilityException.end_date) >= today
        )
    ).one()


def _no_week() -> list[DayPattern]:
    return [DayPattern(day_of_week=day, is_enabled=False) for day in range(7)]


def _row(mentor_id: UUID, pattern: DayPattern) -> WeeklyPattern:
    return WeeklyPattern(
        mentor_id=mentor_id,
        day_of_week=pattern.day_of_week,
        is_enabled=pattern.is_enabled,
        time_blocks=[block.model_dump(by_alias=True) for block in pattern.time_blocks],
    )


def _pattern(row: WeeklyPattern) -> DayPattern:
    # What was published is answered as it is, also where it would no longer be taken.
    blocks = [
        TimeBlock.model_construct(
            start_time=each["startTime"], end_time=each["endTime"], type=BlockType(each["type"])
        )
        for each in row.time_blocks
    ]
    return DayPattern.model_construct(
        day_of_week=row.day_of_week, is_enabled=row.is_enabled, time_blocks=blocks
    )


def _saved(row: AvailabilityException) -> SavedException:
    kept = {name: getattr(row, name) for name in SavedException.model_fields}
    return SavedException.model_construct(**kept | {"type": BlockType(row.type)})
