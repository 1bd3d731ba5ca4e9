"""Cancel a session."""

from datetime import datetime
from typing import Any

from mentorbook.db import claims
from mentorbook.domain.booking.refunds import refund_now
from mentorbook.domain.errors import InvalidStatus, ValidationFailed
from mentorbook.domain.kinds import AuditAction, CancelReason, Ending, NoticeKind, RefundReason, SessionStatus
from mentorbook.domain.schemas import CancelBooking, parse
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.booking import idempotency
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.booking_queries import kept_for_replay
from mentorbook.services.booking.reminders import drop_reminders
from mentorbook.services.booking.session_transaction import (
    SessionTransaction,
    cancellation_of,
    session_transaction,
)
from mentorbook.services.clock import now
from mentorbook.services.meeting.recording import end_recording
from mentorbook.services.meeting.rooms import room_dropped
from mentorbook.services.money.holds import drop_hold
from mentorbook.services.money.payment_orders import order_refund


def cancel_booking(
    actor: Account,
    booking_id: Any,
    request: CancelBooking | dict[str, Any],
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    key: str | None = None,
    seen: datetime | None = None,
    shown_refund: int | None = None,
) -> Booking:
    """Cancel in one transaction: set the status, release the claims, audit, notify both. Mentee only.

    `seen` is the start that the person saw: a session that was moved meanwhile is not cancelled by a stale
    page; nor is one that gives back something else by now than `shown_refund`, in minor units. Raises
    `NotFound`, `ValidationFailed`, `NotPermitted`, `InvalidStatus`, `CancellationCutoffPassed`.
    """
    wanted = parse(CancelBooking, request)
    mark = idempotency.fingerprint(f"cancel_booking {booking_id}", wanted)
    with session_transaction(actor, booking_id, "cancel", key, mark) as change:
        if change.replayed is not None:
            return change.replay(actor)
        change.refuse_if_moved(seen)
        back = refund_now(change.row, change.policies, now()).amount_minor
        if shown_refund is not None and shown_refund != back:
            raise InvalidStatus("What cancelling gives back has changed just now. Look at it again first.")
        if change.row.held_until is not None:
            drop_hold(change, Ending.GIVEN_BACK)
            change.row.cancelled_by = actor.id
        else:
            _check_reason(wanted, required=change.policies.require_cancellation_reason)
            _cancel(change, actor, wanted, origin, back)
        answer = change.for_viewer(change.updated_booking(), actor)
        idempotency.store_answer(change.session, actor.id, key, mark, kept_for_replay(answer))
        return answer


def _check_reason(wanted: CancelBooking, *, required: bool) -> None:
    if required and wanted.reason_category is None:
        raise ValidationFailed({"reasonCategory": f"is required: {', '.join(CancelReason)}"})
    if wanted.reason_category == CancelReason.OTHER and not wanted.reason_details:
        raise ValidationFailed({"reasonDetails": "is required when the reason is other"})


def _cancel(
    change: SessionTransaction, actor: Account, wanted: CancelBooking, origin: Origin, back: int
) -> None:
    row = change.row
    was_confirmed = row.status == SessionStatus.SCHEDULED
    given_back = order_refund(change, RefundReason.CANCELLED, back)
    change.set_status(SessionStatus.CANCELLED)
    row.cancelled_by = actor.id
    label = wanted.reason_category.label if wanted.reason_category else None
    row.cancellation_reason = ": ".join(filter(None, (label, wanted.reason_details))) or None
    claims.release(change.session, row.id)
    entry = AuditEntry(AuditAction.CANCELLED, actor.id, origin, wanted.reason_category, wanted.reason_details)
    change.audit(entry)
    change.notify(
        mentor=NoticeKind.SESSION_CANCELLED,
        mentee=NoticeKind.CANCELLATION_CONFIRMED,
        invitation=cancellation_of(row) if was_confirmed else None,
        given_back=given_back,
    )
    drop_reminders(change.session, row.id)
    drop_room(change)


def drop_room(change: SessionTransaction) -> None:
    """Queue the deletion of the session's room, in case there is one, and have its recording end."""
    row = change.row
    end_recording(change.session, row)
    outbox.add_messages(change.session, [room_dropped(row.id, f"room.delete:{row.id}")])
    row.room_created_at = None
