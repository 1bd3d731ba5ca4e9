"""The week of a mentor: sessions in either role, open hours, exceptions, and what the page counts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from mentorbook.db.aliases import shared_alias
from mentorbook.db.claims import LONGEST_CLAIM
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import AvailabilityException, User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.availability.intervals import Span
from mentorbook.domain.availability.mentor_calendar import CalendarException, MentorCalendar
from mentorbook.domain.availability.mentor_week import (
    EARLIEST,
    LATEST,
    MentorWeek,
    WeekException,
    WeekFigures,
    WeekSession,
    exception_spans,
    hours_of_week,
    monday_of,
    open_spans,
    week_bounds,
    week_spans,
)
from mentorbook.domain.errors import NotFound, NotPermitted, ValidationFailed
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account
from mentorbook.domain.zones import DAY, EPOCH, MINUTE, is_zone, local_date
from mentorbook.services.availability.published_hours import PublishedCalendar, published_calendar
from mentorbook.services.booking.booking_queries import count_coming_and_asked, is_shown_to
from mentorbook.services.clock import now

_mentor, _mentee = shared_alias(User), shared_alias(User)


def mentor_week(actor: Account, first_day: date | None, zone: str) -> MentorWeek:
    """Return the week that a date of `zone` is in, by default this one, from one snapshot.

    Past and coming sessions are in it, cancelled ones are not. Raises `NotPermitted` for anybody but a
    mentor, and `ValidationFailed`.
    """
    if not actor.is_mentor:
        raise NotPermitted("Only mentors have a week of hours.")
    if not is_zone(zone):
        raise ValidationFailed({"timezone": "must be the name of an IANA time zone"})
    moment = now()
    this_week = monday_of(local_date(zone, moment))
    if first_day is not None and not EARLIEST <= first_day <= LATEST:
        raise ValidationFailed({"week": "is out of reach"})
    shown = monday_of(first_day) if first_day else this_week
    bounds = [week_bounds(each) for each in dict.fromkeys((shown, this_week))]
    with read_transaction() as session:
        published = _published(session, actor.id)
        exceptions = _exceptions(session, actor.id, bounds)
        sessions = _sessions(session, actor.id, bounds, moment)
        coming, requests = count_coming_and_asked(session, actor, moment)
    calendar = _calendar(published, [exception for exception, _ in exceptions], actor.timezone)
    booked, opens = hours_of_week(
        sessions, open_spans(calendar, week_bounds(this_week)), week_spans(zone, this_week)
    )
    first, end = bounds[0]
    return MentorWeek(
        first_day=shown,
        zone=zone,
        moment=moment,
        sessions=tuple(each for each in sessions if each.span[0] < end and each.span[1] > first),
        open=tuple(open_spans(calendar, bounds[0])),
        exceptions=tuple(
            WeekException(exception, reason, spans)
            for exception, reason in exceptions
            if (spans := tuple(exception_spans(calendar, exception, bounds[0])))
        ),
        figures=WeekFigures(coming, requests, booked, opens),
        is_paused=published is None or not published.takes_bookings,
    )


def _published(session: Session, mentor_id: UUID) -> PublishedCalendar | None:
    """Return what the mentor has published; nothing where there are no hours yet."""
    try:
        return published_calendar(session, mentor_id)
    except NotFound:
        return None


def _calendar(
    published: PublishedCalendar | None, exceptions: list[CalendarException], zone: str
) -> MentorCalendar:
    """Return the mentor's calendar with the exceptions of these weeks, of which some may be over."""
    if published is None:
        return MentorCalendar(zone, ())
    calendar = published.calendar
    return MentorCalendar(
        calendar.timezone,
        calendar.weekly,
        tuple(exceptions),
        default_start=calendar.default_start,
        default_end=calendar.default_end,
    )


def _exceptions(session: Session, mentor_id: UUID, bounds: list[Span]) -> list[tuple[CalendarException, str]]:
    start, end = col(AvailabilityException.start_date), col(AvailabilityException.end_date)
    touched = [and_(start <= _date(last), end >= _date(first)) for first, last in bounds]
    rows = session.scalars(
        select(AvailabilityException)
        .where(col(AvailabilityException.mentor_id) == mentor_id, or_(*touched))
        .order_by(start, col(AvailabilityException.id))
    )
    return [
        (
            CalendarException(row.start_date, row.end_date, row.type, row.start_time, row.end_time),
            row.reason or "",
        )
        for row in rows
    ]


def _sessions(session: Session, actor: UUID, bounds: list[Span], moment: datetime) -> list[WeekSession]:
    start, status = col(MentoringSession.scheduled_at), col(MentoringSession.status)
    # Each of them is one range of an index. No session is longer than a claim may be, so none needs to look
    # further back than that.
    touched = [
        and_(who == actor, start > _instant(first) - LONGEST_CLAIM, start < _instant(end))
        for who in (col(MentoringSession.mentor_id), col(MentoringSession.mentee_id))
        for first, end in bounds
    ]
    rows = session.execute(
        select(MentoringSession, col(_mentor.name), col(_mentee.name))
        .join(_mentor, col(_mentor.id) == col(MentoringSession.mentor_id))
        .join(_mentee, col(_mentee.id) == col(MentoringSession.mentee_id))
        .where(or_(*touched), status != SessionStatus.CANCELLED, is_shown_to(actor))
        .order_by(start, col(MentoringSession.id))
    ).all()
    return [_session(row, mentor, mentee, actor, moment) for row, mentor, mentee in rows]


def _session(row: MentoringSession, mentor: str, mentee: str, actor: UUID, moment: datetime) -> WeekSession:
    mentors = row.mentor_id == actor
    is_asked = row.status == SessionStatus.PENDING and (row.expires_at is None or row.expires_at > moment)
    return WeekSession(
        id=row.id,
        title=row.title,
        other_name=mentee if mentors else mentor,
        starts_at=row.scheduled_at,
        ends_at=row.ends_at,
        status=SessionStatus(row.status),
        mentors=mentors,
        waits=mentors and is_asked,
        is_held=row.held_until is not None,
    )


def _instant(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def _date(minute: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + minute // DAY)
