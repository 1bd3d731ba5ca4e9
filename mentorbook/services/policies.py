"""The session policies: those of this moment, what a change would do, and changing them."""

import logging
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, text
from sqlmodel import Session, col

from mentorbook.db.engine import reading, writing
from mentorbook.db.people import User
from mentorbook.db.rows import add_rows, table_of
from mentorbook.db.sessions import MentoringSession, PolicyChange, SessionPolicy
from mentorbook.domain.actions import allowed_actions
from mentorbook.domain.errors import NotPermitted, PoliciesChanged, ValidationFailed
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.policies import (
    AffectedSession,
    PolicyPreview,
    PolicyState,
    SessionPolicies,
    stored_policies,
)
from mentorbook.domain.schemas import fields_of
from mentorbook.domain.views import Account
from mentorbook.services import changes
from mentorbook.services.audit import Origin
from mentorbook.services.clock import now

log = logging.getLogger(__name__)

_ALL = select(table_of(SessionPolicy).c.key, table_of(SessionPolicy).c.value)
_POLICY_LOCK = 7_305_813
_MOST_REPORTED = 100
_reported: set[tuple[str, str]] = set()


def load_policies(session: Session) -> SessionPolicies:
    """The policies as they stand inside an open transaction; what nobody has set has its default.

    So has what today's program does not know or allow; the log says so once, and health all the time.
    """
    policies, ignored = _stored(session)
    for key, why in ignored.items():
        if (key, why) not in _reported and len(_reported) < _MOST_REPORTED:
            _reported.add((key, why))
            log.error("the stored policy %s %s: it is ignored, its default holds", key, why)
    return policies


def ignored_policies(session: Session) -> list[str]:
    """Keys of stored policies that today's program does not know or allow, sorted."""
    return sorted(_stored(session)[1])


def _stored(session: Session) -> tuple[SessionPolicies, dict[str, str]]:
    return stored_policies({row[0]: row[1] for row in session.connection().execute(_ALL)})


def current_policies() -> SessionPolicies:
    """The policies of this moment, for dialogs."""
    with reading() as session:
        return load_policies(session)


def policy_states(actor: Account) -> list[PolicyState]:
    """Every policy with who changed it last. Raises `NotPermitted` for all but admins."""
    _admins_only(actor)
    with reading() as session:
        values = load_policies(session).model_dump()
        rows = session.execute(
            select(SessionPolicy, col(User.name)).outerjoin(
                User, col(User.id) == col(SessionPolicy.updated_by)
            )
        ).all()
    last = {row.key: (name, row.updated_at) for row, name in rows}
    return [PolicyState(key, value, *last.get(key, (None, None))) for key, value in values.items()]


def preview_policies(actor: Account, wanted: dict[str, Any]) -> PolicyPreview:
    """What these changes would do. Raises `NotPermitted`, `ValidationFailed`; changes nothing."""
    _admins_only(actor)
    moment = now()
    with reading() as session:
        before = load_policies(session)
        after = _merged(before, wanted)
        rows = session.scalars(
            select(MentoringSession)
            .where(
                col(MentoringSession.status).in_((SessionStatus.PENDING, SessionStatus.SCHEDULED)),
                col(MentoringSession.scheduled_at) > moment,
            )
            .order_by(col(MentoringSession.scheduled_at))
        ).all()
    found: dict[tuple[str, bool], list[AffectedSession]] = {}
    for row in rows:
        could = allowed_actions(row, row.mentee_id, before, moment)
        can = allowed_actions(row, row.mentee_id, after, moment)
        for action in ("cancel", "reschedule"):
            if could[action].allowed != can[action].allowed:
                affected = AffectedSession(row.title, row.scheduled_at)
                found.setdefault((action, can[action].allowed), []).append(affected)
    return PolicyPreview(
        found.get(("cancel", False), []),
        found.get(("cancel", True), []),
        found.get(("reschedule", False), []),
        found.get(("reschedule", True), []),
    )


def change_policies(
    actor: Account,
    wanted: dict[str, Any],
    *,
    seen: SessionPolicies | None = None,
    origin: Origin = Origin(),  # noqa: B008 - immutable
) -> SessionPolicies:
    """Set some policies, all or none; each that changes leaves a row with old and new value. Admins only.

    `seen` is what the admin had before them: when somebody else has changed one of these keys meanwhile,
    nothing is overwritten. Raises `NotPermitted`, `ValidationFailed`, `PoliciesChanged`.
    """
    _admins_only(actor)
    moment = now()
    with writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"SELECT pg_advisory_xact_lock({_POLICY_LOCK})"))
        before, ignored = _stored(session)
        after = _merged(before, wanted)
        old, new = before.model_dump(), after.model_dump()
        if seen is not None and any(getattr(seen, key) != old[key] for key in wanted):
            raise PoliciesChanged
        # Also where the default is wanted instead of what stands there and is ignored.
        changed = [key for key in wanted if old[key] != new[key] or key in ignored]
        for key in changed:
            session.merge(SessionPolicy(key=key, value=new[key], updated_by=actor.id, updated_at=moment))
        common = {"user_id": actor.id, "created_at": moment}
        common["ip_address"] = (origin.address or "")[:45] or None
        common["user_agent"] = (origin.agent or "")[:300] or None
        rows = [common | {"key": key, "old_value": old[key], "new_value": new[key]} for key in changed]
        if rows:
            add_rows(session, PolicyChange, rows)
    changes.announce([changes.EVERYBODY])
    return after


def _admins_only(actor: Account) -> None:
    if not actor.is_admin:
        raise NotPermitted("Only admins can see and set the policies.")


def _merged(before: SessionPolicies, wanted: dict[str, Any]) -> SessionPolicies:
    if not wanted:
        raise ValidationFailed({"body": "names no policy to change"})
    try:
        return SessionPolicies.model_validate(before.model_dump() | wanted, strict=True)
    except ValidationError as error:
        raise ValidationFailed(fields_of(error)) from None
