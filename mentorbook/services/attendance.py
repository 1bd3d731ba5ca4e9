"""Whether people came: the mentor marks a no-show."""

from typing import Any

from mentorbook.db import claims
from mentorbook.domain.views import Account, Booking
from mentorbook.domain.wording import first_name
from mentorbook.services.audit import Deed, Origin, record
from mentorbook.services.cancellation import drop_room
from mentorbook.services.clock import now
from mentorbook.services.session_change import changing


def mark_no_show(actor: Account, booking_id: Any, *, origin: Origin = Origin()) -> Booking:  # noqa: B008
    """Mark that the mentee did not come. Mentor only, from the start until 24 hours after it, also when the
    session is completed meanwhile.

    Raises `NotFound`, `NotPermitted`, `InvalidStatus`, `NoShowWindowClosed`.
    """
    with changing(actor, booking_id, "no_show") as change:
        row = change.row
        change.to("no_show")
        row.ended_at = min(now(), row.ends_at)
        claims.release(change.session, row.id)
        drop_room(change)
        record(change.session, row, Deed("no_show", actor.id, origin), change.policies)
        mentee = first_name(change.name(row.mentee_id))
        change.tell(
            ("no_show_marked", "No-show marked", f"{mentee} did not come to “{row.title}”"),
            ("no_show", "Marked as a no-show", f"{actor.name} waited for you in “{row.title}”"),
        )
        return change.shown(change.answer(), actor)
