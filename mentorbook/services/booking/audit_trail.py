"""The audit trail of sessions: what was done, by whom, from where, under which policies."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from mentorbook.db.rows import add_rows
from mentorbook.db.sessions import MentoringSession, SessionAuditLog
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import AuditAction
from mentorbook.services.clock import now


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call came from, as far as is known."""

    address: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing done to a session; `moved_from` and `moved_to` only when it was moved, `changes` only when it
    was edited: what stood there before and after, by wire name."""

    action: AuditAction
    actor_id: UUID | None
    origin: Origin = Origin()
    reason_category: str | None = None
    reason_details: str | None = None
    moved_from: datetime | None = None
    moved_to: datetime | None = None
    changes: dict[str, list[str | None]] | None = None


def add_audit_entry(
    session: Session, row: MentoringSession, entry: AuditEntry, policies: SessionPolicies
) -> None:
    """Write the entry in the caller's transaction, with the policies that applied."""
    values = {
        "session_id": row.id,
        "user_id": entry.actor_id,
        "action": entry.action.value,
        "reason_category": entry.reason_category,
        "reason_details": entry.reason_details,
        "previous_scheduled_at": entry.moved_from,
        "new_scheduled_at": entry.moved_to,
        "changes": entry.changes,
        "policy_snapshot": policies.model_dump(mode="json"),
        "ip_address": (entry.origin.address or "")[:45] or None,
        "user_agent": (entry.origin.agent or "")[:300] or None,
        "created_at": now(),
    }
    add_rows(session, SessionAuditLog, [values])
