"""Change what a session is about."""

from typing import Any

from pydantic.alias_generators import to_camel

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.kinds import AuditAction
from mentorbook.domain.schemas import UpdateBooking, parse
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.audit_trail import AuditEntry, Origin
from mentorbook.services.booking.session_transaction import session_transaction


def update_booking(
    actor: Account,
    booking_id: Any,
    request: UpdateBooking | dict[str, Any],
    *,
    origin: Origin = Origin(),  # noqa: B008 - immutable
) -> Booking:
    """Change title, description or meeting type; a field left out stays. Mentee only, before the start.

    The audit row holds the values before and after; without a difference no row is written, the
    session keeps its tag and nobody is notified. Raises `NotFound`, `ValidationFailed`,
    `NotPermitted`, `InvalidStatus`.
    """
    wanted = parse(UpdateBooking, request)
    given = wanted.model_dump(exclude_unset=True)
    missing = {name: "must not be empty" for name in ("title", "meeting_type") if given.get(name, "") is None}
    if missing:
        raise ValidationFailed(
            {"meetingType" if name == "meeting_type" else name: why for name, why in missing.items()}
        )
    with session_transaction(actor, booking_id, "edit") as change:
        changes = {}
        for name, value in given.items():
            before, after = getattr(change.row, name), value or None
            if before != after:
                changes[to_camel(name)] = [before, after]
                setattr(change.row, name, after)
        if not changes:
            return change.for_viewer(change.leave_unchanged(), actor)
        entry = AuditEntry(AuditAction.EDITED, actor.id, origin, changes=changes)
        change.audit(entry)
        return change.for_viewer(change.updated_booking(), actor)
