"""Whose rows are whose: everything about one session is loaded through here."""

from typing import Any, Literal
from uuid import UUID

from sqlmodel import Session

from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import no_such
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account

Purpose = Literal["see", "move"]


def access_booking(
    session: Session, actor: Account, booking_id: Any, *, to: Purpose = "see"
) -> MentoringSession:
    """Return the session if the actor may see or move it, whichever `to` says. Raises `NotFound`.

    Its mentor, its mentee and admins may see it; only its mentee may move it. A session that the actor has
    no right to raises the same `NotFound` as one that does not exist.
    """
    identifier: UUID | None = as_uuid(booking_id)
    row = session.get(MentoringSession, identifier) if identifier else None
    if row is None:
        raise no_such("session")
    allowed = {row.mentee_id} if to == "move" else {row.mentee_id, row.mentor_id}
    is_only_held = row.held_until is not None and row.paid_minor is None
    if row.held_until is not None:
        # Nobody else knows of it before it is paid; admins see what was paid too late.
        allowed = {row.mentee_id}
    may_look = to == "see" and actor.is_admin and not is_only_held
    if actor.id not in allowed and not may_look:
        raise no_such("session")
    return row
