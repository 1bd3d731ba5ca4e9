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
    # Back to scheduled when both only had a look before the start.
    SessionStatus.IN_PROGRESS: frozenset(
        {SessionStatus.SCHEDULED, SessionStatus.COMPLETED, SessionStatus.NO_SHOW}
    ),
    # Who has left early may come back, and whether the mentee came is the mentor's to say for a day.
    SessionStatus.COMPLETED: frozenset({SessionStatus.IN_PROGRESS, SessionStatus.NO_SHOW}),
    SessionStatus.CANCELLED: frozenset(),
    SessionStatus.NO_SHOW: frozenset(),
}


def check_transition(before: str, after: SessionStatus) -> SessionStatus:
    """Return `after`, if a session may go there from `before`. Raises `InvalidStatus`."""
    status = SessionStatus(before)
    if after not in TRANSITIONS[status]:
        raise InvalidStatus(f"A session that is {status.spoken} cannot become {after.spoken}.")
    return after
