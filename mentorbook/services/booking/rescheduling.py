"""Move a session to another time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction
from mentorbook.db.sessions import MentoringSession, SessionAuditLog
from mentorbook.domain.availability.not_offered import NotOffered, NotOfferedReason, why_not_offered
from mentorbook.domain.booking.policies import MENTOR_ANSWERS_WITHIN, ROOM_OPENS
from mentorbook.domain.booking.refunds import RefundTerms, refund_now, refund_of_shorter
from mentorbook.domain.errors import OWN_SESSION, InvalidStatus, SlotTaken, SlotUnavailable, ValidationFailed
from mentorbook.domain.kinds import AuditAction, NoticeKind, RefundReason, SessionStatus
from mentorbook.domain.money.prices import payable, price_minor
from mentorbook.domain.schemas import RescheduleBooking, parse
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.availability.free_starts import offered, require_bookable
from mentorbook.services.availability.published_hours import PublishedCalendar, published_calendar
from mentorbook.services.booking import idempotency
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.booking_queries import kept_for_replay
from mentorbook.services.booking.bookings import with_nearest
from mentorbook.services.booking.reminders import drop_reminders, reminders_of
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.booking.session_transaction import (
    SessionTransaction,
    invitation_of,
    session_transaction,
)
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import room_dropped, room_ordered
from mentorbook.services.money.payment_orders import order_capture, order_refund


def reschedule_booking(
    actor: Account,
    booking_id: Any,
    request: RescheduleBooking | dict[str, Any],
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    key: str | None = None,
    seen: datetime | None = None,
    shown_refund: int | None = None,
) -> Booking:
    """Move a session to another offered slot; a failed move changes nothing. Mentee only.

    `seen` is the start that the person saw when they chose: a session that was moved meanwhile is not moved
    again by a stale page; nor is one that gives back something else by now than `shown_refund`, in minor
    units, when it gets shorter. Raises `NotFound`, `ValidationFailed`, `NotPermitted`, `InvalidStatus`,
    `MaxReschedulesReached`, `RescheduleCutoffPassed`, `SlotUnavailable`, `SlotTaken`.
    """
    wanted = parse(RescheduleBooking, request)
    mark = idempotency.fingerprint(f"reschedule_booking {booking_id}", wanted)
    try:
        with session_transaction(actor, booking_id, "reschedule", key, mark) as change:
            if change.replayed is not None:
                return change.replay(actor)
            change.refuse_if_moved(seen)
            _move(change, actor, wanted, origin, shown_refund)
            answer = change.for_viewer(change.updated_booking(), actor)
            idempotency.store_answer(change.session, actor.id, key, mark, kept_for_replay(answer))
            return answer
    except SlotTaken as taken:
        raise _nearest(actor, booking_id, wanted, taken) from None


def _move(
    change: SessionTransaction,
    actor: Account,
    wanted: RescheduleBooking,
    origin: Origin,
    shown_refund: int | None,
) -> None:
    session, row, before = change.session, change.row, change.row.scheduled_at
    duration = wanted.duration or row.duration
    published = published_calendar(session, row.mentor_id)
    require_bookable(published)
    _refuse_unless_offered(change, published, actor, wanted.scheduled_at, duration)
    given_back = _give_back_of_shorter(change, duration, shown_refund)
    if row.paid_minor is not None and row.status == SessionStatus.SCHEDULED:
        terms = RefundTerms.read(row.refund_terms, change.policies)
        row.refund_terms = terms.moved_at(refund_now(row, change.policies, now()).percent).stored()
    row.scheduled_at = wanted.scheduled_at
    row.ends_at = wanted.scheduled_at + timedelta(minutes=duration)
    if duration != row.duration:
        price = price_minor(row.rate, row.currency, duration)
        row.duration, row.price_minor = duration, payable(price, row.currency) if row.paid_minor else price
    row.rescheduled_from = before
    row.reschedule_count += 1
    if row.status == SessionStatus.PENDING:
        row.expires_at = min(_first_deadline(session, row, before), row.scheduled_at)
    session.flush()
    buffer = timedelta(minutes=published.schedule.buffer_minutes)
    intervals = {
        row.mentor_id: (row.scheduled_at, row.ends_at + buffer),
        row.mentee_id: (row.scheduled_at, row.ends_at),
    }
    claims.move(session, row.id, intervals)
    order_capture(session, row)
    entry = AuditEntry(
        AuditAction.RESCHEDULED, actor.id, origin, moved_from=before, moved_to=row.scheduled_at
    )
    change.audit(entry)
    is_confirmed = row.status == SessionStatus.SCHEDULED
    change.notify(
        mentor=NoticeKind.SESSION_RESCHEDULED,
        mentee=NoticeKind.RESCHEDULE_CONFIRMED,
        invitation=invitation_of(row) if is_confirmed else None,
        moved_from=before,
        given_back=given_back,
    )
    if is_confirmed:
        drop_reminders(session, row.id)
        # The room is ordered anew: it stays open until the session's end, which has moved.
        row.room_created_at = None
        # Whoever waits in it already waits for nobody.
        is_open = now() >= before - ROOM_OPENS
        old = [room_dropped(row.id, f"room.delete:{row.id}:{row.reschedule_count}")] if is_open else []
        outbox.add_messages(session, [*old, room_ordered(row), *reminders_of(row, now())])


def _give_back_of_shorter(change: SessionTransaction, duration: int, shown: int | None) -> int | None:
    """Order what the mentee gives up of a session that is paid to be given back, by the terms of a
    cancellation; returns that, or `None` where it is not shorter.

    Raises `ValidationFailed` for a longer one, which would have to be paid anew, and `InvalidStatus` where
    something else was `shown`.
    """
    row = change.row
    if row.paid_minor is not None and duration > row.duration:
        raise ValidationFailed({"duration": f"must be {row.duration} at most: so much is paid"})
    back = refund_of_shorter(row, duration, change.policies, now())
    if shown is not None and shown != back:
        raise InvalidStatus("What moving gives back has changed just now. Look at it again first.")
    if row.paid_minor is None or duration == row.duration:
        return None
    return order_refund(change, RefundReason.SHORTENED, back)


def _first_deadline(session: Session, row: MentoringSession, before: datetime) -> datetime:
    """Return when the unmoved request would have lapsed: a move neither gains nor loses the mentor time."""
    moves = select(col(SessionAuditLog.previous_scheduled_at)).where(
        col(SessionAuditLog.session_id) == row.id, col(SessionAuditLog.action) == AuditAction.RESCHEDULED
    )
    first = session.scalars(moves.order_by(col(SessionAuditLog.created_at)).limit(1)).one_or_none()
    # The mentor was asked when it was paid, where it was held first.
    asked_at = row.booked_at or row.created_at
    return min(asked_at + MENTOR_ANSWERS_WITHIN, first or before)


def _refuse_unless_offered(
    change: SessionTransaction, published: PublishedCalendar, actor: Account, at: datetime, duration: int
) -> None:
    window, moment, row = (at, at + timedelta(microseconds=1)), now(), change.row
    if at == row.scheduled_at and duration == row.duration:
        raise SlotUnavailable(NotOffered(NotOfferedReason.UNCHANGED))
    session = change.session
    if offered(session, published, actor.id, starts=window, duration=duration, moment=moment, exclude=row.id):
        return
    why = why_not_offered(published.calendar, published.name, at, duration, moment)
    if why is not None:
        raise SlotUnavailable(why)
    if offered(session, published, None, starts=window, duration=duration, moment=moment, exclude=row.id):
        raise SlotTaken(OWN_SESSION, own=True)
    raise SlotTaken


def _nearest(actor: Account, booking_id: Any, wanted: RescheduleBooking, taken: SlotTaken) -> SlotTaken:
    with read_transaction() as session:
        row = access_booking(session, actor, booking_id)
    return with_nearest(
        actor, row.mentor_id, wanted.scheduled_at, wanted.duration or row.duration, taken, exclude=row.id
    )
