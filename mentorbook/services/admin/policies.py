"""The session policies: those of this moment, what a change would do, and changing them."""

import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, text
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.db.rows import add_rows, table_of
from mentorbook.db.sessions import MentoringSession, PolicyChange, SessionPolicy
from mentorbook.domain.booking.policies import (
    AffectedSession,
    AffectedSessions,
    PolicyPreview,
    PolicyState,
    SessionPolicies,
    stored_policies,
)
from mentorbook.domain.errors import NotPermitted, PoliciesChanged, ValidationFailed
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.schemas import fields_of
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.clock import now

log = logging.getLogger(__name__)

_ALL = select(table_of(SessionPolicy).c.key, table_of(SessionPolicy).c.value)
_POLICY_LOCK = 7_305_813
_MOST_REPORTED = 100
# Of each kind; how many there are is said in a number.
MOST_PREVIEWED = 8
_reported: set[tuple[str, str]] = set()


def load_policies(session: Session) -> SessionPolicies:
    """Return the policies as they stand inside an open transaction; a policy that is not set has its default.

    So has a stored value that this version does not know or allow: it is logged once, and the health check
    reports it all the time.
    """
    policies, ignored = _stored(session)
    for key, why in ignored.items():
        if (key, why) not in _reported and len(_reported) < _MOST_REPORTED:
            _reported.add((key, why))
            log.error("the stored policy %s %s: it is ignored, its default holds", key, why)
    return policies


def ignored_policies(session: Session) -> list[str]:
    """List the keys of stored policies that this version does not know or allow, sorted."""
    return sorted(_stored(session)[1])


def _stored(session: Session) -> tuple[SessionPolicies, dict[str, str]]:
    return stored_policies({row[0]: row[1] for row in session.connection().execute(_ALL)})


def current_policies() -> SessionPolicies:
    """Return the policies in force at this moment, for dialogs."""
    with read_transaction() as session:
        return load_policies(session)


def policy_states(actor: Account) -> list[PolicyState]:
    """List every policy with who changed it last. Raises `NotPermitted` for all but admins."""
    _admins_only(actor)
    with read_transaction() as session:
        values = load_policies(session).model_dump()
        rows = session.execute(
            select(SessionPolicy, col(User.name)).outerjoin(
                User, col(User.id) == col(SessionPolicy.updated_by)
            )
        ).all()
    last = {row.key: (name, row.updated_at) for row, name in rows}
    return [PolicyState(key, value, *last.get(key, (None, None))) for key, value in values.items()]


def preview_policies(actor: Account, wanted: dict[str, Any]) -> PolicyPreview:
    """Preview what these changes would do; writes nothing. Raises `NotPermitted`, `ValidationFailed`.

    Only the sessions for which the answer of `allowed_actions` changes are read: those whose start lies
    between the two cutoffs, or that have been moved as often as only one of the limits allows.
    """
    _admins_only(actor)
    moment = now()
    with read_transaction() as session:
        before = load_policies(session)
        after = _merged(before, wanted)
        cancel = _affected(session, moment, *(_cancellable(each, moment) for each in (before, after)))
        move = _affected(session, moment, *(_movable(each, moment) for each in (before, after)))
    return PolicyPreview(cancel[False], cancel[True], move[False], move[True])


class _Possible(NamedTuple):
    """For which live sessions a thing is possible: they start from an instant on, and were moved less often
    than `most`."""

    statuses: tuple[str, ...]
    earliest: datetime
    most: int | None


def _cancellable(policies: SessionPolicies, moment: datetime) -> _Possible:
    # A request may be withdrawn whatever the policies.
    return _Possible(
        (SessionStatus.SCHEDULED,), moment + timedelta(hours=policies.cancellation_cutoff_hours), None
    )


def _movable(policies: SessionPolicies, moment: datetime) -> _Possible:
    earliest = moment + timedelta(hours=policies.reschedule_cutoff_hours)
    return _Possible(
        (SessionStatus.SCHEDULED, SessionStatus.PENDING), earliest, policies.max_reschedules_per_session
    )


def _affected(
    session: Session, moment: datetime, before: _Possible, after: _Possible
) -> dict[bool, AffectedSessions]:
    """Count the coming sessions for which only one of the two holds, by whether that is `after`.

    They are counted in the database, and only the soonest are read.
    """
    found = {False: AffectedSessions(), True: AffectedSessions()}
    if before == after:
        return found
    lapses, start = col(MentoringSession.expires_at), col(MentoringSession.scheduled_at)
    status, possible = col(MentoringSession.status), _holds(after)
    changed = [
        status.in_(before.statuses),
        col(MentoringSession.held_until).is_(None),
        start > moment,
        # For the index: nothing changes before both, nor after both where only the cutoff differs.
        start >= min(before.earliest, after.earliest),
        or_(status != SessionStatus.PENDING, lapses.is_(None), lapses > moment),
        possible != _holds(before),
    ]
    if before.most == after.most:
        changed.append(start < max(before.earliest, after.earliest))
    side = case((possible, 1), else_=0).label("side")
    counts = select(side, func.count()).where(*changed).group_by("side")
    connection = session.connection()
    for which, many in connection.execute(counts).all():
        soonest = (
            select(col(MentoringSession.title), start)
            .where(*changed, possible if which else not_(possible))
            .order_by(start, col(MentoringSession.id))
            .limit(MOST_PREVIEWED)
        )
        first = tuple(AffectedSession(*each) for each in connection.execute(soonest).all())
        found[bool(which)] = AffectedSessions(many, first)
    return found


def _holds(possible: _Possible) -> ColumnElement[bool]:
    starts = col(MentoringSession.scheduled_at) >= possible.earliest
    if possible.most is None:
        return and_(starts)
    return and_(starts, col(MentoringSession.reschedule_count) < possible.most)


def change_policies(
    actor: Account,
    wanted: dict[str, Any],
    *,
    seen: SessionPolicies | None = None,
    origin: Origin = Origin(),  # noqa: B008 - immutable
) -> SessionPolicies:
    """Set some policies, all or none; write a row with old and new value for each that changes. Admins only.

    `seen` is what the admin's page showed: when somebody else has changed one of these keys meanwhile,
    nothing is overwritten. Raises `NotPermitted`, `ValidationFailed`, `PoliciesChanged`.
    """
    _admins_only(actor)
    moment = now()
    with write_transaction() as session:
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
    change_feed.announce([change_feed.EVERYBODY])
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
