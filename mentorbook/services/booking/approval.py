"""The mentor's answer to a request."""

from datetime import datetime
from typing import Any

from mentorbook.db import claims
from mentorbook.domain.kinds import AuditAction, Ending, NoticeKind, RefundReason, SessionStatus
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.reminders import reminders_of
from mentorbook.services.booking.session_transaction import invitation_of, session_transaction
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import room_ordered
from mentorbook.services.money.payment_orders import order_refund


def accept_booking(
    actor: Account,
    booking_id: Any,
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    seen: datetime | None = None,
) -> Booking:
    """Accept a request: schedule it, order its room, notify both. Mentor only, while it waits.

    `seen` is the start that the mentor saw: a request that was moved meanwhile is not accepted by a stale
    page. Raises `NotFound`, `NotPermitted`, `InvalidStatus`.
    """
    with session_transaction(actor, booking_id, "accept") as change:
        change.refuse_if_moved(seen)
        row = change.row
        change.set_status(SessionStatus.SCHEDULED)
        row.expires_at = None
        change.audit(AuditEntry(AuditAction.ACCEPTED, actor.id, origin))
        change.notify(
            mentor=NoticeKind.REQUEST_ACCEPTED,
            mentee=NoticeKind.BOOKING_CONFIRMED,
            is_answer=True,
            invitation=invitation_of(row),
        )
        outbox.add_messages(change.session, [room_ordered(row), *reminders_of(row, now())])
        return change.for_viewer(change.updated_booking(), actor)


def decline_booking(
    actor: Account,
    booking_id: Any,
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    seen: datetime | None = None,
) -> Booking:
    """Decline a request: cancel it, release its claims, notify both. Mentor only, while it waits.

    `seen` as for accepting. Raises `NotFound`, `NotPermitted`, `InvalidStatus`.
    """
    with session_transaction(actor, booking_id, "decline") as change:
        change.refuse_if_moved(seen)
        row = change.row
        change.set_status(SessionStatus.CANCELLED)
        row.cancelled_by, row.expires_at = actor.id, None
        row.cancellation_reason = Ending.DECLINED
        claims.release(change.session, row.id)
        given_back = order_refund(change, RefundReason.DECLINED)
        change.audit(AuditEntry(AuditAction.DECLINED, actor.id, origin))
        change.notify(
            mentor=NoticeKind.REQUEST_DECLINED_BY_YOU,
            mentee=NoticeKind.REQUEST_DECLINED,
            given_back=given_back,
        )
        return change.for_viewer(change.updated_booking(), actor)
