"""What would follow from hours that are not saved: the slots that mentees would see, sessions outside."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, or_, select
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction
from mentorbook.db.people import Mentor, User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.availability.closed_hours import ClosedBy, ClosedHour, why_closed
from mentorbook.domain.availability.draft import (
    MOST_BUFFER,
    AvailabilityDraft,
    calendar_of,
    parse_availability,
)
from mentorbook.domain.availability.opening_hours import is_open_throughout
from mentorbook.domain.kinds import LIVE_STATUSES
from mentorbook.domain.slots import open_slots
from mentorbook.domain.views import Account
from mentorbook.domain.zones import EPOCH, MINUTE, minute_after, minute_of, offset_at
from mentorbook.services.availability.free_starts import occupied_around
from mentorbook.services.availability.own_hours import require_mentor
from mentorbook.services.availability.published_hours import (
    PublishedCalendar,
    PublishedMentor,
    PublishedSchedule,
)
from mentorbook.services.availability.slots import (
    SlotList,
    SlotQuery,
    check_query,
    compute_slots,
    day_window,
)
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

    The mentor's sessions block, with the buffer of the draft. There are none while the draft is paused, or
    the profile says that the mentor takes no bookings: `explain_day` tells which. Raises `NotPermitted`,
    `ValidationFailed`.
    """
    require_mentor(actor)
    wanted = parse_availability(AvailabilityDraft, draft)
    query = SlotQuery(actor.id, start_date, end_date, timezone, duration, include_unavailable)
    check_query(query)
    with read_transaction() as session:
        published = _as_published(actor, wanted, _always_closed(session, actor, wanted))
        return compute_slots(session, published, None, query, now())


class ExplainedStart(NamedTuple):
    """A start of a day: why it is not offered, or `None`; and with whom the session is that stands there."""

    start: datetime
    closed: ClosedHour | None
    with_whom: str = ""


def explain_day(
    actor: Account,
    draft: AvailabilityDraft | dict[str, Any],
    day: date,
    *,
    timezone: str,
    duration: int | None = None,
) -> list[ExplainedStart]:
    """List every half hour of a day of a zone, and every start in it that the draft offers, in order of time.

    Half hours are those of the mentor's clock. Raises `NotPermitted`, `ValidationFailed`.
    """
    require_mentor(actor)
    wanted = parse_availability(AvailabilityDraft, draft)
    check_query(SlotQuery(actor.id, day, day, timezone, duration))
    minutes = duration or wanted.schedule.default_session_duration
    moment, window = now(), day_window(day, timezone)
    with read_transaction() as session:
        always = _always_closed(session, actor, wanted)
        published = _as_published(actor, wanted, always)
        occupied = occupied_around(session, [published], None, window, minutes)
        names = _who_is_met(session, actor.id, window, timedelta(minutes=minutes + MOST_BUFFER))
    busy = tuple((each.starts_at, each.ends_at) for each in occupied.sessions[actor.id])
    calendar = replace(published.calendar, busy=busy)
    # Every start that is offered, and every half hour, which may be none of them (S5).
    starts = sorted(
        {
            *open_slots(calendar, starts=window, duration=minutes, now=moment),
            *_half_hours(window, calendar.timezone),
        }
    )
    explained = []
    closed_hours = why_closed(calendar, starts, minutes, moment, always=always)
    for start, closed in zip(starts, closed_hours, strict=True):
        met = names.get(closed.busy, "") if closed is not None and closed.busy else ""
        explained.append(ExplainedStart(start, closed, met))
    return explained


def _half_hours(window: tuple[datetime, datetime], timezone: str) -> list[datetime]:
    """List the instants of a window at which a zone's clock reads a full or a half hour."""
    minutes = range(minute_of(window[0]), minute_after(window[1]))
    found = (minute for minute in minutes if (minute + offset_at(timezone, minute)) % 30 == 0)
    return [at for at in (EPOCH + minute * MINUTE for minute in found) if window[0] <= at < window[1]]


def _who_is_met(
    session: Session, person: UUID, window: tuple[datetime, datetime], around: timedelta
) -> dict[tuple[datetime, datetime], str]:
    """Return the names of those whom somebody meets around a window, by the times of the sessions."""
    other = case(
        (col(MentoringSession.mentor_id) == person, col(MentoringSession.mentee_id)),
        else_=col(MentoringSession.mentor_id),
    )
    meetings = (
        select(col(MentoringSession.scheduled_at), col(MentoringSession.ends_at), col(User.name))
        .join_from(MentoringSession, User, col(User.id) == other)
        .where(
            or_(col(MentoringSession.mentor_id) == person, col(MentoringSession.mentee_id) == person),
            col(MentoringSession.status).in_(LIVE_STATUSES),
            col(MentoringSession.held_until).is_(None),
            col(MentoringSession.scheduled_at) < window[1] + around,
            col(MentoringSession.ends_at) > window[0] - around,
        )
    )
    return {(starts, ends): name for starts, ends, name in session.execute(meetings)}


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
            col(MentoringSession.held_until).is_(None),
            col(MentoringSession.scheduled_at) > now(),
        )
        .order_by(col(MentoringSession.scheduled_at))
    )
    with read_transaction() as session:
        booked = [SessionOutside(*row) for row in session.execute(coming)]
    return [each for each in booked if not is_open_throughout(calendar, each.starts_at, each.ends_at)]


def _always_closed(session: Session, actor: Account, draft: AvailabilityDraft) -> ClosedBy | None:
    """Return what stands in the way of every hour of a draft, if anything does."""
    if not draft.schedule.is_active:
        return ClosedBy.PAUSED
    bookable = session.scalar(select(col(Mentor.is_available)).where(col(Mentor.id) == actor.id))
    return None if bookable else ClosedBy.NOT_BOOKABLE


def _as_published(actor: Account, draft: AvailabilityDraft, always: ClosedBy | None) -> PublishedCalendar:
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
        takes_bookings=always is None,
    )
