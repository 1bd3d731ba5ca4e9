"""Sessions as their people see them: one, or a list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from mentorbook.db.aliases import shared_alias
from mentorbook.db.claims import LONGEST_CLAIM
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import AvailabilitySchedule, Mentor, User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.actions import allowed_actions
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.refunds import refund_now
from mentorbook.domain.kinds import LIVE_STATUSES, MeetingKind, PaymentStatus, PaymentWay, SessionStatus
from mentorbook.domain.people.pictures import picture_address
from mentorbook.domain.schemas import SESSION_FIELDS
from mentorbook.domain.views import (
    Account,
    ActionState,
    Booking,
    BookingPage,
    Person,
    RefundState,
)
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.availability.published_hours import PublishedMentor
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.clock import now

PAGE_SIZE = 20
When = Literal["coming", "past", "cancelled"]

_mentor_user, _mentee_user = shared_alias(User), shared_alias(User)


@dataclass(frozen=True, slots=True)
class BookingQuery:
    """Which of one's sessions: in which role, with which status, coming or past; `page` from 1.

    With `requests_first` what waits for the actor's own answer stands before everything else.
    """

    role: Literal["mentor", "mentee"] | None = None
    status: SessionStatus | None = None
    when: When | None = None
    page: int = 1
    requests_first: bool = False


def get_booking(actor: Account, booking_id: Any) -> Booking:
    """Return one session of the actor's. Raises `NotFound`, also for other people's."""
    with read_transaction() as session:
        booking = load_booking(session, access_booking(session, actor, booking_id).id)
        return with_actions(booking, actor, load_policies(session))


def load_booking(session: Session, booking_id: UUID) -> Booking:
    """Load a session with its mentor and mentee in an open transaction; the caller has checked access."""
    row = session.execute(_with_people().where(col(MentoringSession.id) == booking_id)).one()
    return _booking(*row)


def load_bookings(
    session: Session, *where: ColumnElement[bool], order: tuple[Any, ...], most: int
) -> list[Booking]:
    """Load sessions with their mentors and mentees in an open transaction; the caller has checked access."""
    rows = session.execute(_with_people().where(*where).order_by(*order).limit(most)).all()
    return [_booking(*row) for row in rows]


def list_bookings(actor: Account, query: BookingQuery) -> BookingPage:
    """List one page of the actor's sessions: coming ones soonest first, others latest first; 20 a page."""
    moment = now()
    where, is_asked = _where(actor, query, moment), _waits_for(actor, moment)
    start = col(MentoringSession.scheduled_at)
    order = [start.asc() if query.when == "coming" else start.desc(), col(MentoringSession.id)]
    if query.requests_first:
        order.insert(0, case((is_asked, 0), else_=1))
    with read_transaction() as session:
        counts = select(func.count(), func.count().filter(is_asked)).select_from(MentoringSession)
        total, requests = session.execute(counts.where(*where)).one()
        rows = session.execute(
            _with_people()
            .where(*where)
            .order_by(*order)
            .limit(PAGE_SIZE)
            .offset((query.page - 1) * PAGE_SIZE)
        ).all()
        policies = load_policies(session)
    pages = max(1, -(-total // PAGE_SIZE))
    return BookingPage(
        bookings=[with_actions(_booking(*row), actor, policies) for row in rows],
        page=query.page,
        pages=pages,
        total=total,
        requests=requests,
    )


def count_coming(actor: Account) -> int:
    """Count the actor's coming sessions without loading them."""
    where = _where(actor, BookingQuery(when="coming"), now())
    with read_transaction() as session:
        return session.scalar(select(func.count()).select_from(MentoringSession).where(*where)) or 0


def count_coming_and_asked(session: Session, actor: Account, moment: datetime) -> tuple[int, int]:
    """Count the actor's coming sessions, and the requests that they may answer, in one statement."""
    where = _where(actor, BookingQuery(when="coming"), moment)
    counts = select(func.count(), func.count().filter(_waits_for(actor, moment)))
    coming, requests = session.execute(counts.select_from(MentoringSession).where(*where)).one()
    return coming, requests


def with_actions(booking: Booking, actor: Account, policies: SessionPolicies) -> Booking:
    """Return the booking with the actions that the actor has now, and the refund of a cancellation."""
    moment = now()
    decisions = allowed_actions(booking, actor.id, policies, moment)
    actions = {
        action: ActionState(
            allowed=decision.allowed,
            code=decision.error.code if decision.error else None,
            reason=decision.error.detail if decision.error else None,
            changes_at=decision.changes_at,
            since=decision.since,
        )
        for action, decision in decisions.items()
    }
    refund = None
    if decisions["cancel"].allowed:
        back = refund_now(booking, policies, moment)
        refund = RefundState(percent=back.percent, amount_minor=back.amount_minor, until=back.until)
    return booking.model_copy(update={"actions": actions, "refund": refund})


def kept_for_replay(answer: Booking) -> Booking:
    """Return the part of an answer that is stored for `replayed_booking`."""
    return answer.model_copy(update={"actions": {}})


def replayed_booking(session: Session, first: Booking, actor: Account, policies: SessionPolicies) -> Booking:
    """Return the first answer to a repeated request, with the actions of the session as it is by now.

    Its `refund` is that of the first answer, which holds its own `until`.
    """
    present = with_actions(load_booking(session, first.id), actor, policies)
    return first.model_copy(update={"actions": present.actions})


def _where(actor: Account, query: BookingQuery, moment: datetime) -> list[Any]:
    as_mentor, as_mentee = (
        col(MentoringSession.mentor_id) == actor.id,
        col(MentoringSession.mentee_id) == actor.id,
    )
    roles = {"mentor": as_mentor, "mentee": as_mentee}
    where: list[Any] = [roles[query.role] if query.role else or_(as_mentor, as_mentee), is_shown_to(actor.id)]
    status, ends = col(MentoringSession.status), col(MentoringSession.ends_at)
    if query.status:
        where.append(status == query.status)
    if query.when == "coming":
        # No session is longer than a claim may be: the index need not look at what began long ago.
        start = col(MentoringSession.scheduled_at)
        where += [status.in_(LIVE_STATUSES), ends > moment, start > moment - LONGEST_CLAIM]
    elif query.when == "past":
        where += [status != SessionStatus.CANCELLED, or_(ends <= moment, status.not_in(LIVE_STATUSES))]
    elif query.when == "cancelled":
        where.append(status == SessionStatus.CANCELLED)
    return where


def is_shown_to(person: UUID) -> ColumnElement[bool]:
    """Return the condition that one of a session's two people sees it in lists.

    What is only held while it is paid is its mentee's alone, and nobody's once it is held no more.
    """
    row = MentoringSession
    is_held = and_(col(row.mentee_id) == person, col(row.status) == SessionStatus.PENDING)
    return or_(col(row.held_until).is_(None), is_held)


def _waits_for(actor: Account, moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a session is a request which the actor may still answer."""
    expires = col(MentoringSession.expires_at)
    return and_(
        col(MentoringSession.mentor_id) == actor.id,
        col(MentoringSession.status) == SessionStatus.PENDING,
        col(MentoringSession.held_until).is_(None),
        or_(expires.is_(None), expires > moment),
    )


def _with_people() -> "Select[*tuple[Any, ...]]":
    return (
        select(MentoringSession, Mentor, _mentor_user, col(AvailabilitySchedule.timezone), _mentee_user)
        .join(Mentor, col(Mentor.id) == col(MentoringSession.mentor_id))
        .join(_mentor_user, col(_mentor_user.id) == col(MentoringSession.mentor_id))
        .join(AvailabilitySchedule, col(AvailabilitySchedule.mentor_id) == col(MentoringSession.mentor_id))
        .join(_mentee_user, col(_mentee_user.id) == col(MentoringSession.mentee_id))
    )


def _booking(
    row: MentoringSession, mentor: Mentor, mentor_user: User, timezone: str, mentee: User
) -> Booking:
    return booking_view(row, mentor, mentor_user.name, timezone, mentee)


def booking_view(
    row: MentoringSession,
    mentor: Mentor | PublishedMentor,
    mentor_name: str,
    mentor_timezone: str,
    mentee: User | Account,
) -> Booking:
    """Return the row as a plain object, with its mentor and mentee."""
    return Booking(
        id=row.id,
        mentor=Person(
            id=mentor.id,
            name=mentor_name,
            timezone=mentor_timezone,
            picture=picture_address(mentor.id, mentor.picture),
        ),
        mentee=Person(id=mentee.id, name=mentee.name, timezone=mentee.timezone),
        mentor_headline=mentor.headline,
        **{name: getattr(row, name) for name in SESSION_FIELDS} | {"meeting_type": meeting_kind(row)},
        status=SessionStatus(row.status),
        scheduled_at=row.scheduled_at,
        ends_at=row.ends_at,
        duration=row.duration,
        meeting_url=row.meeting_url,
        video_ready=row.room_created_at is not None,
        rate=row.rate,
        currency=row.currency,
        price_minor=row.price_minor,
        refund_terms=row.refund_terms,
        reschedule_count=row.reschedule_count,
        expires_at=row.expires_at,
        held_until=row.held_until,
        status_once_paid=SessionStatus(row.status_once_paid)
        if row.held_until and row.status_once_paid
        else None,
        hold_extended=row.hold_extended_at is not None,
        payment_status=PaymentStatus(row.payment_status) if row.payment_status else None,
        payment_way=PaymentWay(row.payment_way) if row.payment_way else None,
        paid_minor=row.paid_minor,
        refunded_minor=row.refunded_minor,
        cancelled_by=row.cancelled_by,
        cancellation_reason=row.cancellation_reason,
        started_at=row.started_at,
        ended_at=row.ended_at,
        mentor_attended_at=row.mentor_attended_at,
        mentee_attended_at=row.mentee_attended_at,
        mentor_absent_at=row.mentor_absent_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def meeting_kind(row: MentoringSession) -> MeetingKind:
    """Return the way to meet; one that another version knows is read as the usual one, not refused."""
    known = row.meeting_type in list(MeetingKind)
    return MeetingKind(row.meeting_type) if known else MeetingKind.VIDEO
