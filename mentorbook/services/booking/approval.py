"""The mentor's answer to a request."""

from datetime import datetime
from typing import Any

from mentorbook.db import claims
from mentorbook.domain.kinds import NoticeKind, SessionStatus
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.booking.audit_trail import AuditEntry, Origin, record
from mentorbook.services.booking.session_transaction import session_transaction


def accept_booking(
    actor: Account,
    booking_id: Any,
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    seen: datetime | None = None,
) -> Booking:
    """Accept a request: it is scheduled, its room is ordered, both are told. Mentor only, while it waits.

    `seen` is the start that the mentor saw: a request that was moved meanwhile is not accepted by a stale
    page. Raises `NotFound`, `NotPermitted`, `InvalidStatus`.
    """
    with session_transaction(actor, booking_id, "accept") as change:
        change.refuse_if_moved(seen)
        row = change.row
        change.to(SessionStatus.SCHEDULED)
        row.expires_at = None
        record(change.session, row, AuditEntry("accepted", actor.id, origin), change.policies)
        change.notify(mentor=NoticeKind.REQUEST_ACCEPTED, mentee=NoticeKind.BOOKING_CONFIRMED, is_answer=True)
        outbox.put(change.session, [("room.create", {"sessionId": str(row.id)}, f"room.create:{row.id}")])
        return change.shown(change.answer(), actor)


def decline_booking(
    actor: Account,
    booking_id: Any,
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    seen: datetime | None = None,
) -> Booking:
    """Decline a request: its time is free again, both are told. Mentor only, while it waits.

    `seen` as for accepting. Raises `NotFound`, `NotPermitted`, `InvalidStatus`.
    """
    with session_transaction(actor, booking_id, "decline") as change:
        change.refuse_if_moved(seen)
        row = change.row
        change.to(SessionStatus.CANCELLED)
        row.cancelled_by, row.expires_at = actor.id, None
        row.cancellation_reason = "The mentor declined the request"
        claims.release(change.session, row.id)
        record(change.session, row, AuditEntry("declined", actor.id, origin), change.policies)
        change.notify(mentor=NoticeKind.REQUEST_DECLINED_BY_YOU, mentee=NoticeKind.REQUEST_DECLINED)
        return change.shown(change.answer(), actor)
