"""Whether people came: the mentor marks a no-show."""

from typing import Any

from mentorbook.db import claims
from mentorbook.domain.kinds import AuditAction, NoticeKind, SessionStatus
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.cancellation import drop_room
from mentorbook.services.booking.session_transaction import session_transaction
from mentorbook.services.clock import now


def mark_no_show(actor: Account, booking_id: Any, *, origin: Origin = Origin()) -> Booking:  # noqa: B008
    """Mark the session as a no-show of the mentee. Mentor only, from the start until 24 hours after it, also
    when the session is completed meanwhile.

    Raises `NotFound`, `NotPermitted`, `InvalidStatus`, `NoShowWindowClosed`.
    """
    with session_transaction(actor, booking_id, "no_show") as change:
        row = change.row
        change.set_status(SessionStatus.NO_SHOW)
        row.ended_at = min(now(), row.ends_at)
        claims.release(change.session, row.id)
        drop_room(change)
        change.audit(AuditEntry(AuditAction.NO_SHOW, actor.id, origin))
        change.notify(mentor=NoticeKind.NO_SHOW_MARKED, mentee=NoticeKind.NO_SHOW)
        return change.for_viewer(change.updated_booking(), actor)
