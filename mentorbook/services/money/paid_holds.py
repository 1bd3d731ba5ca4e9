"""A session whose payment was made: it stands, has its time back, or is paid back in full."""

from datetime import datetime, timedelta

from mentorbook.db import claims
from mentorbook.domain.booking.policies import MENTOR_ANSWERS_WITHIN
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import Ending, NoticeKind, RefundReason, SessionStatus
from mentorbook.services import outbox
from mentorbook.services.availability.free_starts import require_bookable
from mentorbook.services.availability.published_hours import published_calendar
from mentorbook.services.booking.reminders import reminders_of
from mentorbook.services.booking.session_transaction import SessionTransaction, invitation_of
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import room_ordered
from mentorbook.services.money.payment_orders import order_refund


def confirm_or_give_back(change: SessionTransaction) -> None:
    """Book the session of a payment that was just made, or give the money back, in the open transaction.

    Held, it is booked. Where the hold had lapsed, it takes its time again if that is free, else everything is
    given back; its payer is told which.
    """
    row, moment = change.row, now()
    if row.held_until is None or moment >= row.scheduled_at:
        _give_back(change)
    elif row.status == SessionStatus.PENDING:
        _book(change, moment)
    elif _takes_time_again(change):
        # The one way back from being cancelled: it was never more than held.
        row.status, row.cancelled_by, row.cancellation_reason = SessionStatus.PENDING, None, None
        _book(change, moment)
    else:
        _give_back(change)


def _book(change: SessionTransaction, moment: datetime) -> None:
    """Set the held session to what it was to be once paid, and notify both."""
    row = change.row
    asks_first = row.status_once_paid == SessionStatus.PENDING
    row.held_until, row.booked_at = None, moment
    row.expires_at = min(moment + MENTOR_ANSWERS_WITHIN, row.scheduled_at) if asks_first else None
    if asks_first:
        change.notify(mentor=NoticeKind.APPROVAL_REQUESTED, mentee=NoticeKind.APPROVAL_PENDING)
        return
    change.set_status(SessionStatus.SCHEDULED)
    change.notify(
        mentor=NoticeKind.BOOKING_CREATED,
        mentee=NoticeKind.BOOKING_CONFIRMED,
        invitation=invitation_of(row),
    )
    outbox.add_messages(change.session, [room_ordered(row), *reminders_of(row, moment)])


def _takes_time_again(change: SessionTransaction) -> bool:
    """Claim the time of a hold that had lapsed, if it is free for both and its mentor can still be booked;
    both are locked."""
    row, session = change.row, change.session
    try:
        published = published_calendar(session, row.mentor_id)
        require_bookable(published)
    except DomainError:
        return False
    buffer = timedelta(minutes=published.schedule.buffer_minutes)
    intervals = {
        row.mentor_id: (row.scheduled_at, row.ends_at + buffer),
        row.mentee_id: (row.scheduled_at, row.ends_at),
    }
    for person, (start, end) in intervals.items():
        if claims.busy_of(session, [person], start, end)[person]:
            return False
    claims.claim(session, row.id, intervals)
    return True


def _give_back(change: SessionTransaction) -> None:
    """Order all of a payment that came too late to be given back, and tell its payer."""
    row = change.row
    amount = order_refund(change, RefundReason.PAID_TOO_LATE)
    if row.status == SessionStatus.PENDING and row.held_until is not None:
        change.set_status(SessionStatus.CANCELLED)
        row.cancellation_reason = Ending.PAID_TOO_LATE
        claims.release(change.session, row.id)
    if amount:
        change.notify(mentee=NoticeKind.PAID_TOO_LATE, given_back=amount)
