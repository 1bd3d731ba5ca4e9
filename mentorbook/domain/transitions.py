"""Which status may follow which; nothing else ever changes a session's status."""

from mentorbook.domain.errors import InvalidStatus
from mentorbook.domain.views import SessionStatus

TRANSITIONS: dict[SessionStatus, frozenset[SessionStatus]] = {
    "pending": frozenset({"scheduled", "cancelled"}),
    "scheduled": frozenset({"in_progress", "completed", "cancelled", "no_show"}),
    "in_progress": frozenset({"completed", "no_show"}),
    # Whoever did not come is known only to the mentor, who may say so for a day.
    "completed": frozenset({"no_show"}),
    "cancelled": frozenset(),
    "no_show": frozenset(),
}


def check_transition(before: str, after: SessionStatus) -> SessionStatus:
    """`after`, if a session may go there from `before`. Raises `InvalidStatus`."""
    if after not in TRANSITIONS.get(before, frozenset()):  # type: ignore[call-overload]
        raise InvalidStatus(f"A session that is {spoken(before)} cannot become {spoken(after)}.")
    return after


def spoken(status: str) -> str:
    """A status as people say it: `in progress`, `a no-show`."""
    return {"in_progress": "in progress", "no_show": "a no-show"}.get(status, status)
