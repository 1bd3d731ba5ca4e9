"""Publish a mentor's hours; the claims of coming sessions follow the buffer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Session, col

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import write_transaction
from mentorbook.db.people import AvailabilityException, AvailabilitySchedule, Mentor, User, WeeklyPattern
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.errors import no_such
from mentorbook.domain.slots import CalendarException, WeeklyBlock
from mentorbook.services.clock import now


@dataclass(frozen=True, slots=True)
class Hours:
    """What a mentor publishes as a whole; `schedule` overrides the fields of the schedule's table."""

    weekly: tuple[WeeklyBlock, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()
    enabled_days: frozenset[int] | None = None
    schedule: dict[str, Any] = field(default_factory=dict)


def publish_hours(mentor_id: UUID, hours: Hours) -> None:
    """Replace all of a mentor's hours. Raises `NotFound`.

    Sessions stay as they are. Their claims get the new buffer as far as the next session allows, so that
    the database and the slot calculator agree about which times are free.
    """
    with write_transaction() as session:
        lock_people(session, [mentor_id])
        write_hours(session, mentor_id, hours.schedule, _patterns(mentor_id, hours))
        session.execute(
            delete(AvailabilityException).where(col(AvailabilityException.mentor_id) == mentor_id)
        )
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


def write_hours(
    session: Session, mentor_id: UUID, values: Mapping[str, Any], patterns: Iterable[WeeklyPattern]
) -> None:
    """Replace a locked mentor's week, and set columns of their schedule. Raises `NotFound`."""
    user = session.get(User, mentor_id)
    if user is None or session.get(Mentor, mentor_id) is None:
        raise no_such("mentor")
    schedule = session.get(AvailabilitySchedule, mentor_id) or AvailabilitySchedule(
        mentor_id=mentor_id, timezone=user.timezone, updated_at=now()
    )
    schedule.updated_at = now()
    session.add(schedule)
    # Before the values: an INSERT would take the column's default where "no limit" (None) is wanted.
    session.flush()
    for name, value in values.items():
        setattr(schedule, name, value)
    session.flush()
    session.execute(delete(WeeklyPattern).where(col(WeeklyPattern.mentor_id) == mentor_id))
    session.add_all(patterns)
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
