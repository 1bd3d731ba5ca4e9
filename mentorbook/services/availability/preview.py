"""What would follow from hours that are not saved: the slots that mentees would see, sessions outside."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.availability.draft import AvailabilityDraft, calendar_of, parse_availability
from mentorbook.domain.availability.opening_hours import is_open_throughout
from mentorbook.domain.kinds import LIVE_STATUSES
from mentorbook.domain.views import Account
from mentorbook.services.availability.own_hours import require_mentor
from mentorbook.services.availability.published_hours import (
    PublishedCalendar,
    PublishedMentor,
    PublishedSchedule,
)
from mentorbook.services.availability.slots import SlotList, SlotQuery, check_query, compute_slots
from mentorbook.services.clock import now


class SessionOutside(NamedTuple):
    """A booked session that is not, or not wholly, within the hours. It stays as it is."""

    id: UUID
    title: str
    mentee_name: str
    starts_at: datetime
    ends_at: datetime


def preview_slots(
    actor: Account,
    draft: AvailabilityDraft | dict[str, Any],
    *,
    start_date: date,
    end_date: date,
    timezone: str = "UTC",
    duration: int | None = None,
    include_unavailable: bool = False,
) -> SlotList:
    """List the slots that a mentee without sessions would see if a mentor published the draft; saves nothing.

    The mentor's sessions block, with the buffer of the draft. Raises `NotPermitted`, `ValidationFailed`.
    """
    require_mentor(actor)
    wanted = parse_availability(AvailabilityDraft, draft)
    query = SlotQuery(actor.id, start_date, end_date, timezone, duration, include_unavailable)
    check_query(query)
    with read_transaction() as session:
        return compute_slots(session, _as_published(actor, wanted), None, query, now())


def sessions_outside(actor: Account, draft: AvailabilityDraft | dict[str, Any]) -> list[SessionOutside]:
    """List a mentor's coming sessions that the hours of the draft would not cover, soonest first.

    Raises `NotPermitted`, `ValidationFailed`.
    """
    require_mentor(actor)
    calendar = calendar_of(parse_availability(AvailabilityDraft, draft))
    coming = (
        select(
            col(MentoringSession.id),
            col(MentoringSession.title),
            col(User.name),
            col(MentoringSession.scheduled_at),
            col(MentoringSession.ends_at),
        )
        .join_from(MentoringSession, User, col(User.id) == col(MentoringSession.mentee_id))
        .where(
            col(MentoringSession.mentor_id) == actor.id,
            col(MentoringSession.status).in_(LIVE_STATUSES),
            col(MentoringSession.scheduled_at) > now(),
        )
        .order_by(col(MentoringSession.scheduled_at))
    )
    with read_transaction() as session:
        booked = [SessionOutside(*row) for row in session.execute(coming)]
    return [each for each in booked if not is_open_throughout(calendar, each.starts_at, each.ends_at)]


def _as_published(actor: Account, draft: AvailabilityDraft) -> PublishedCalendar:
    schedule = draft.schedule
    return PublishedCalendar(
        version=0,
        calendar=calendar_of(draft),
        mentor=PublishedMentor(actor.id, "", "", (), Decimal(0), ""),
        name=actor.name,
        schedule=PublishedSchedule(
            schedule.timezone,
            schedule.default_session_duration,
            schedule.buffer_time_between_sessions,
            schedule.min_advance_booking_hours,
            schedule.max_advance_booking_days,
            schedule.allow_instant_booking,
            schedule.require_confirmation,
        ),
        takes_bookings=schedule.is_active,
    )
