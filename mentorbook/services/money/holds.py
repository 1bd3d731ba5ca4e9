"""Times that are held for somebody while they pay."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import HOLD_LASTS
from mentorbook.domain.errors import InvalidStatus, RateLimited, TooManyHolds
from mentorbook.domain.kinds import Ending, PaymentStatus, SessionStatus
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.booking.session_transaction import SessionTransaction, session_transaction
from mentorbook.services.clock import now
from mentorbook.services.money.payment_orders import follow_ordered, open_payment

MOST_HOLDS, MOST_HOLDS_A_MINUTE = 3, 10


def refuse_more_holds(session: Session, actor: Account, moment: datetime) -> None:
    """Raise `TooManyHolds` when three times are held for the actor, `RateLimited` after ten in a minute."""
    row = MentoringSession
    is_held = (col(row.status) == SessionStatus.PENDING) & (col(row.held_until) > moment)
    since = moment - timedelta(minutes=1)
    is_recent = col(row.created_at) > since
    counts = select(
        func.count().filter(is_held),
        func.count().filter(is_recent),
        func.min(col(row.created_at)).filter(is_recent),
    )
    held, made, first = session.execute(
        counts.where(
            col(row.mentee_id) == actor.id,
            col(row.booked_at).is_(None),
            col(row.created_at) > moment - 3 * HOLD_LASTS,
        )
    ).one()
    if held >= MOST_HOLDS:
        raise TooManyHolds(
            f"You have {MOST_HOLDS} times held already. Pay for one of them or give it back first."
        )
    if made >= MOST_HOLDS_A_MINUTE:
        wait = (first + timedelta(minutes=1) - moment).total_seconds()
        raise RateLimited(wait, "You have had many times held within a minute. Wait a little and try again.")


def being_paid_until(session: Session, actor: Account, moment: datetime) -> list[datetime]:
    """List until when each time is held that the actor has begun to pay for."""
    row = MentoringSession
    held_until = select(col(row.held_until)).where(
        col(row.mentee_id) == actor.id,
        col(row.booked_at).is_(None),
        col(row.created_at) > moment - 3 * HOLD_LASTS,
        col(row.status) == SessionStatus.PENDING,
        col(row.held_until) > moment,
        col(row.payment_status) == PaymentStatus.OPEN,
    )
    return [each for each in session.scalars(held_until) if each is not None]


def extend_hold(actor: Account, booking_id: Any) -> Booking:
    """Hold the time for ten minutes longer; once, by its mentee, while it is held.

    Raises `NotFound`, `NotPermitted`, `ChangedMeanwhile` (see `if_unchanged`), `InvalidStatus`.
    """
    with session_transaction(actor, booking_id, "cancel") as change:
        row = change.row
        if row.held_until is None:
            raise InvalidStatus("This session is not waiting to be paid.")
        if row.hold_extended_at is not None:
            raise InvalidStatus("You have kept this time longer already. Pay before it is given back.")
        row.hold_extended_at = now()
        row.held_until = min(row.held_until + HOLD_LASTS, row.scheduled_at)
        row.expires_at = row.held_until
        return change.for_viewer(change.updated_booking(), actor)


def release_hold(actor: Account, booking_id: Any) -> Booking:
    """Give the time back that is held; by its mentee. One that is not held any more stays as it is.

    Raises `NotFound`, `NotPermitted`, and `InvalidStatus` for a session that is paid.
    """
    with session_transaction(actor, booking_id, "cancel") as change:
        if change.row.held_until is None:
            raise InvalidStatus("This session is paid, so it is cancelled rather than given back.")
        drop_hold(change, Ending.GIVEN_BACK)
        change.row.cancelled_by = actor.id
        return change.for_viewer(change.updated_booking(), actor)


def drop_hold(change: SessionTransaction, why: Ending) -> None:
    """End a hold in the open transaction: its time is free, and it can be paid no more."""
    row = change.row
    change.set_status(SessionStatus.CANCELLED)
    row.cancellation_reason = why
    claims.release(change.session, row.id)
    payment = open_payment(change.session, row.id)
    if payment is not None:
        outbox.add_messages(change.session, [follow_ordered(payment)])
