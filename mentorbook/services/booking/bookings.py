"""Book a session."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.rows import add_rows
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.availability.not_offered import why_not_offered
from mentorbook.domain.booking.booking_terms import booking_terms
from mentorbook.domain.booking.policies import HOLD_LASTS, MENTOR_ANSWERS_WITHIN, SessionPolicies
from mentorbook.domain.booking.refunds import RefundTerms
from mentorbook.domain.errors import (
    OWN_SESSION,
    InvalidStatus,
    NotAuthenticated,
    RateLimited,
    SelfBooking,
    SlotTaken,
    SlotUnavailable,
    ValidationFailed,
)
from mentorbook.domain.kinds import NoticeKind, SessionStatus
from mentorbook.domain.money.prices import payable, price_minor
from mentorbook.domain.schemas import SESSION_FIELDS, CreateBooking, parse
from mentorbook.domain.views import Account, Booking, NoticeFacts
from mentorbook.services import change_feed, notifications, outbox
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.availability.free_starts import nearest, offered, require_bookable
from mentorbook.services.availability.published_hours import (
    PublishedCalendar,
    preload_calendar,
    published_calendar,
)
from mentorbook.services.booking import idempotency
from mentorbook.services.booking.booking_queries import (
    booking_view,
    kept_for_replay,
    load_booking,
    replayed_booking,
    with_actions,
)
from mentorbook.services.booking.reminders import reminders_of
from mentorbook.services.booking.session_transaction import invitation_of
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import room_ordered
from mentorbook.services.money.holds import being_paid_until, refuse_more_holds
from mentorbook.services.notifications import NewNotice
from mentorbook.settings import settings

MOST_A_MINUTE = 3

_BOOKED_LATELY = (
    select(col(MentoringSession.booked_at))
    .where(
        col(MentoringSession.mentee_id) == bindparam("mentee"),
        col(MentoringSession.booked_at) > bindparam("since"),
    )
    .order_by(col(MentoringSession.booked_at).desc())
)


def create_booking(
    actor: Account | None,
    request: CreateBooking | dict[str, Any],
    key: str | None = None,
    *,
    shown_terms: str | None = None,
) -> Booking:
    """Book a slot: write session, claims, notifications and outbox rows in one transaction, or nothing.

    One that is to be paid here is held for ten minutes instead: pending, with its claims and nothing else.

    With an idempotency `key` a retry gets the first answer. `shown_terms` are the `booking_terms` that the
    person saw: nothing is booked at once under others, though it may be held, which is agreed to by paying.
    Raises, in this order: `NotAuthenticated`, `IdempotencyMismatch`, `RateLimited`, `ValidationFailed`,
    `SelfBooking`, `NotFound`, `MentorUnavailable`, `SlotUnavailable`, `SlotTaken` (with the nearest free
    slots), `TooManyHolds`, `InvalidStatus` for other terms.
    """
    if actor is None:
        raise NotAuthenticated
    idempotency.check_key(key)
    try:
        wanted = parse(CreateBooking, request)
    except ValidationFailed:
        with read_transaction() as session:
            refuse_too_many(session, actor)
        raise
    preload_calendar(wanted.mentor_id)
    try:
        with write_transaction() as session:
            booking = _create(session, actor, wanted, key, shown_terms)
    except SlotTaken as taken:
        raise with_nearest(actor, wanted.mentor_id, wanted.scheduled_at, wanted.duration, taken) from None
    change_feed.announce([actor.id, wanted.mentor_id, change_feed.SESSIONS])
    return booking


def booked_under(actor: Account, key: str) -> Booking | None:
    """Return the booking that the actor has made with an idempotency key, as it is now, or `None`."""
    with read_transaction() as session:
        made = idempotency.made_under(session, actor.id, idempotency.check_key(key))
        return load_booking(session, made) if made else None


def _create(
    session: Session, actor: Account, wanted: CreateBooking, key: str | None, shown_terms: str | None
) -> Booking:
    claims.lock_people(session, [actor.id, wanted.mentor_id])
    mark = idempotency.fingerprint("create_booking", wanted)
    first = idempotency.replay(session, actor.id, key, mark, Booking, partial(load_booking, session))
    if first is not None:
        return replayed_booking(session, first, actor, load_policies(session))
    refuse_too_many(session, actor)
    if wanted.mentor_id == actor.id:
        raise SelfBooking
    published = published_calendar(session, wanted.mentor_id)
    require_bookable(published)
    moment = now()
    _refuse_unless_offered(session, published, actor, wanted, moment)
    policies = load_policies(session)
    row = _new_session(published, actor, wanted, policies, moment)
    if settings.payment_way.charges:
        row.price_minor = payable(row.price_minor, row.currency)
    is_held = row.price_minor > 0 and settings.payment_way.charges
    if is_held:
        refuse_more_holds(session, actor, moment)
        _hold(row, moment)
    elif shown_terms not in (None, _terms(row, policies, asks_first=published.asks_first)):
        raise InvalidStatus("What booking this means has changed just now. Look at it again first.")
    elif settings.payment_way.charges:
        refuse_too_many(session, actor, and_being_paid=True)
    add_rows(session, MentoringSession, [row.model_dump()])
    buffer = timedelta(minutes=published.schedule.buffer_minutes)
    intervals = {
        wanted.mentor_id: (row.scheduled_at, row.ends_at + buffer),
        actor.id: (row.scheduled_at, row.ends_at),
    }
    claims.claim(session, row.id, intervals)
    if not is_held:
        _tell(session, row, actor, published, moment)
    booking = booking_view(row, published.mentor, published.name, published.schedule.timezone, actor)
    answer = with_actions(booking, actor, policies)
    idempotency.store_answer(session, actor.id, key, mark, kept_for_replay(answer))
    return answer


def _terms(row: MentoringSession, policies: SessionPolicies, *, asks_first: bool) -> str:
    refund = RefundTerms.of(policies)
    return booking_terms(
        row.scheduled_at, row.duration, row.price_minor, row.currency, refund, asks_first=asks_first
    )


def _hold(row: MentoringSession, moment: datetime) -> None:
    """Hold the session for its mentee to pay: nobody is told of it before."""
    row.status_once_paid, row.status = row.status, SessionStatus.PENDING
    row.held_until = row.expires_at = min(moment + HOLD_LASTS, row.scheduled_at)
    row.booked_at = None


def _tell(
    session: Session, row: MentoringSession, mentee: Account, published: PublishedCalendar, moment: datetime
) -> None:
    """Notify both, and order room and reminders of what is confirmed."""
    mails = notifications.add_notices(session, _notices(row, mentee, published))
    is_confirmed = row.status == SessionStatus.SCHEDULED
    # In one statement, since every booking waits for it.
    outbox.add_messages(
        session, [*mails, *([room_ordered(row), *reminders_of(row, moment)] if is_confirmed else ())]
    )


def refuse_too_many(session: Session, actor: Account, *, and_being_paid: bool = False) -> None:
    """Raise `RateLimited` after three bookings in a minute; counted where they are made, against races.

    With `and_being_paid` what may become a booking at any moment counts as well: a payment that its provider
    has taken always books, so it must be one of the three before it begins.
    """
    moment, minute = now(), timedelta(minutes=1)
    values = {"mentee": actor.id, "since": moment - minute}
    booked = session.connection().execute(_BOOKED_LATELY, values).scalars().fetchmany(MOST_A_MINUTE)
    counted, said = [each + minute for each in booked if each is not None], ""
    if and_being_paid:
        being_paid = being_paid_until(session, actor, moment)
        counted += being_paid
        said = ", what you are paying for among them" if being_paid else ""
    if len(counted) >= MOST_A_MINUTE:
        wait = (sorted(counted)[-MOST_A_MINUTE] - moment).total_seconds()
        raise RateLimited(
            wait, f"You can make {MOST_A_MINUTE} bookings a minute{said}. Wait a little and try again."
        )


def _refuse_unless_offered(
    session: Session, published: PublishedCalendar, actor: Account, wanted: CreateBooking, moment: datetime
) -> None:
    at = wanted.scheduled_at
    window = (at, at + timedelta(microseconds=1))
    if offered(session, published, actor.id, starts=window, duration=wanted.duration, moment=moment):
        return
    why = why_not_offered(published.calendar, published.name, at, wanted.duration, moment)
    if why is not None:
        raise SlotUnavailable(why)
    if offered(session, published, None, starts=window, duration=wanted.duration, moment=moment):
        raise SlotTaken(OWN_SESSION, own=True)
    raise SlotTaken


def _new_session(
    published: PublishedCalendar,
    actor: Account,
    wanted: CreateBooking,
    policies: SessionPolicies,
    moment: datetime,
) -> MentoringSession:
    identifier = uuid4()
    asks_first, mentor = published.asks_first, published.mentor
    price = price_minor(mentor.rate, mentor.currency, wanted.duration)
    return MentoringSession(
        id=identifier,
        mentor_id=wanted.mentor_id,
        mentee_id=actor.id,
        **_about(wanted),
        status=SessionStatus.PENDING if asks_first else SessionStatus.SCHEDULED,
        scheduled_at=wanted.scheduled_at,
        ends_at=wanted.scheduled_at + timedelta(minutes=wanted.duration),
        expires_at=min(moment + MENTOR_ANSWERS_WITHIN, wanted.scheduled_at) if asks_first else None,
        duration=wanted.duration,
        meeting_url=f"{settings.public_url}/room/{identifier}",
        rate=mentor.rate,
        currency=mentor.currency,
        price_minor=price,
        refund_terms=RefundTerms.of(policies).stored() if price else None,
        created_at=moment,
        booked_at=moment,
        updated_at=moment,
    )


def _about(wanted: CreateBooking) -> dict[str, Any]:
    """Return the fields that describe the session; an empty text becomes `None`."""
    return {name: getattr(wanted, name) or None for name in SESSION_FIELDS}


def _notices(row: MentoringSession, mentee: Account, published: PublishedCalendar) -> list[NewNotice]:
    to_mentor, to_mentee = NoticeKind.BOOKING_CREATED, NoticeKind.BOOKING_CONFIRMED
    if row.status == SessionStatus.PENDING:
        to_mentor, to_mentee = NoticeKind.APPROVAL_REQUESTED, NoticeKind.APPROVAL_PENDING
    pairs = (
        (row.mentor_id, to_mentor, mentee.id, mentee.name),
        (mentee.id, to_mentee, row.mentor_id, published.name),
    )
    invitation = invitation_of(row) if row.status == SessionStatus.SCHEDULED else None
    return [
        NewNotice(
            reader,
            kind,
            NoticeFacts(session_title=row.title, other_name=name),
            row.id,
            other,
            row.scheduled_at,
            invitation,
        )
        for reader, kind, other, name in pairs
    ]


def with_nearest(
    actor: Account,
    mentor_id: UUID,
    at: datetime,
    duration: int,
    taken: SlotTaken,
    exclude: UUID | None = None,
) -> SlotTaken:
    """Return the same `SlotTaken` with the nearest free slots; `exclude` is a session that does not block."""
    with read_transaction() as session:
        published = published_calendar(session, mentor_id)
        free = nearest(session, published, actor.id, at, duration, exclude=exclude)
    length = timedelta(minutes=duration)
    slots = [{"startTime": _wire(start), "endTime": _wire(start + length)} for start in free]
    return SlotTaken(taken.detail, nearestSlots=slots, **taken.extra)


def _wire(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
