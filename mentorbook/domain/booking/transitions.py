"""Which status may follow which; nothing else ever changes a session's status."""

from mentorbook.domain.errors import InvalidStatus
from mentorbook.domain.kinds import SessionStatus

TRANSITIONS: dict[SessionStatus, frozenset[SessionStatus]] = {
    SessionStatus.PENDING: frozenset({SessionStatus.SCHEDULED, SessionStatus.CANCELLED}),
    SessionStatus.SCHEDULED: frozenset(
        {
            SessionStatus.IN_PROGRESS,
            SessionStatus.COMPLETED,
            SessionStatus.CANCELLED,
            SessionStatus.NO_SHOW,
        }
    ),
    SessionStatus.IN_PROGRESS: frozenset({SessionStatus.COMPLETED, SessionStatus.NO_SHOW}),
    # Whoever did not come is known only to the mentor, who may say so for a day.
    SessionStatus.COMPLETED: frozenset({SessionStatus.NO_SHOW}),
    SessionStatus.CANCELLED: frozenset(),
    SessionStatus.NO_SHOW: frozenset(),
}


def check_transition(before: str, after: SessionStatus) -> SessionStatus:
    """`after`, if a session may go there from `before`. Raises `InvalidStatus`."""
    if after not in TRANSITIONS.get(before, frozenset()):  # type: ignore[call-overload]
        raise InvalidStatus(f"A session that is {spoken(before)} cannot become {spoken(after)}.")
    return after


def spoken(status: str) -> str:
    """A status as people say it: `in progress`, `a no-show`."""
    return {"in_progress": "in progress", "no_show": "a no-show"}.get(status, status)
