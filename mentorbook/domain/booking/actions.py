"""What a person may do with a session at a moment, and if not, why: the one function that decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from mentorbook.domain.booking.policies import (
    NO_SHOW_WINDOW,
    ROOM_OPENS,
    ROOM_STAYS,
    SessionPolicies,
    policy_times,
)
from mentorbook.domain.errors import (
    CancellationCutoffPassed,
    DomainError,
    InvalidStatus,
    MaxReschedulesReached,
    NoShowWindowClosed,
    NotPermitted,
    RescheduleCutoffPassed,
)
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.spoken_lengths import spoken, spoken_hours

Action = Literal["join", "reschedule", "cancel", "edit", "no_show", "mentor_absent", "accept", "decline"]
ACTIONS: tuple[Action, ...] = (
    "join",
    "reschedule",
    "cancel",
    "edit",
    "no_show",
    "mentor_absent",
    "accept",
    "decline",
)
MENTEE_CAME = "The mentee was in the room, so this is no no-show."
MENTOR_CAME = "Your mentor was in the room, so they were not absent."
MENTEE_ONLY = "Only the mentee can cancel or reschedule this session"


class Session(Protocol):
    """What the decision looks at; rows and views both have it."""

    @property
    def status(self) -> str: ...
    @property
    def scheduled_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def held_until(self) -> datetime | None: ...
    @property
    def reschedule_count(self) -> int: ...
    @property
    def mentor_attended_at(self) -> datetime | None: ...
    @property
    def mentee_attended_at(self) -> datetime | None: ...
    @property
    def mentor_absent_at(self) -> datetime | None: ...
    @property
    def mentor_id(self) -> UUID: ...
    @property
    def mentee_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may be done. `error` says why not; `changes_at` is when the answer next changes by
    the clock alone, `since` when it became what it is."""

    error: DomainError | None = None
    changes_at: datetime | None = None
    since: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Say whether the action may be done now."""
        return self.error is None


def allowed_actions(
    session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime
) -> dict[Action, Decision]:
    """Return every action with its decision, for one of the session's two people; instants are aware.

    A cutoff is the last moment at which a thing is possible, to the very second (section 3.2 of the
    design). Whoever is neither mentor nor mentee may do nothing.
    """
    rules = {
        "join": _join,
        "reschedule": _reschedule,
        "cancel": _cancel,
        "edit": _edit,
        "no_show": _no_show,
        "mentor_absent": _mentor_absent,
        "accept": _answer,
        "decline": _answer,
    }
    return {action: rules[action](session, actor_id, policies, now) for action in ACTIONS}


def _mentee_only(session: Session, actor_id: UUID) -> Decision | None:
    return None if actor_id == session.mentee_id else Decision(NotPermitted(MENTEE_ONLY))


def _changeable(session: Session, verb: str, now: datetime) -> Decision | None:
    """Return why a session can no longer be changed, or `None`. A lapsed request cannot, even before the
    worker has marked it."""
    if session.status not in (SessionStatus.PENDING, SessionStatus.SCHEDULED):
        return Decision(InvalidStatus(f"This session is {_spoken(session)} and cannot be {verb}."))
    lapsed = _lapses_at(session)
    if lapsed is not None and now >= lapsed:
        what = "answered" if session.held_until is None else "paid"
        said = f"This request was not {what} in time and cannot be {verb}."
        return Decision(InvalidStatus(said), since=lapsed)
    return None


def _lapses_at(session: Session) -> datetime | None:
    """Return when a request lapses that the mentor does not answer: at its start at the latest."""
    if session.status != SessionStatus.PENDING:
        return None
    return min(session.expires_at or session.scheduled_at, session.scheduled_at)


def _possible(session: Session, until: datetime) -> Decision:
    """Allow the action until `until` or until a request lapses, whichever is first."""
    lapses = _lapses_at(session)
    return Decision(changes_at=until if lapses is None else min(until, lapses))


def _cancel(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    is_request = session.status == SessionStatus.PENDING
    verb = "withdrawn" if is_request else "cancelled"
    if refused := _mentee_only(session, actor_id) or _changeable(session, verb, now):
        return refused
    if is_request:
        # Nothing is agreed yet, so no cutoff protects the mentor: it may be withdrawn until it lapses.
        return _possible(session, session.scheduled_at)
    until = policy_times(policies, session.scheduled_at).cancel_until
    if now > until:
        hours = spoken_hours(policies.cancellation_cutoff_hours)
        return Decision(
            CancellationCutoffPassed(f"It could be cancelled until {hours} before the start."), since=until
        )
    return _possible(session, until)


def _reschedule(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    if refused := _mentee_only(session, actor_id) or _changeable(session, "moved", now):
        return refused
    if session.held_until is not None:
        return Decision(InvalidStatus("Pay for this session first, or give its time back."))
    most = policies.max_reschedules_per_session
    if session.reschedule_count >= most:
        return Decision(MaxReschedulesReached(_used_up(session.reschedule_count, most)))
    until = policy_times(policies, session.scheduled_at).reschedule_until
    if now > until:
        hours = spoken_hours(policies.reschedule_cutoff_hours)
        return Decision(
            RescheduleCutoffPassed(f"It could be moved until {hours} before the start."), since=until
        )
    return _possible(session, until)


def _edit(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    if actor_id != session.mentee_id:
        return Decision(NotPermitted("Only the mentee can change what the session is about."))
    if refused := _changeable(session, "changed", now):
        return refused
    if now >= session.scheduled_at:
        return Decision(
            InvalidStatus("This session has started and cannot be changed."), since=session.scheduled_at
        )
    return _possible(session, session.scheduled_at)


def _join(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    if actor_id not in (session.mentor_id, session.mentee_id):
        return Decision(NotPermitted("Only the two people of a session can join it."))
    if session.held_until is not None:
        return Decision(InvalidStatus("This session is not paid."))
    if session.status == SessionStatus.PENDING:
        return Decision(InvalidStatus("The mentor has not accepted this session yet."))
    # Who has left early may come back until the end.
    is_completed, ended_at = session.status == SessionStatus.COMPLETED, session.ended_at
    is_left = is_completed and ended_at is not None and max(ended_at, now) < session.ends_at
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS) and not is_left:
        return Decision(InvalidStatus(f"This session is {_spoken(session)}."))
    opens = session.scheduled_at - ROOM_OPENS
    closes = session.ends_at if is_left else session.ends_at + ROOM_STAYS
    if now < opens:
        said = f"The room opens {spoken(ROOM_OPENS)} before the start."
        return Decision(InvalidStatus(said), changes_at=opens)
    if now >= closes:
        return Decision(InvalidStatus("This session is over."), since=closes)
    return Decision(changes_at=closes, since=opens)


def _no_show(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    if actor_id != session.mentor_id:
        return Decision(NotPermitted("Only the mentor can mark a no-show."))
    # A session is completed when it ends, and whether the mentee came is still the mentor's to say.
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS, SessionStatus.COMPLETED):
        return Decision(InvalidStatus(f"This session is {_spoken(session)} and cannot be marked a no-show."))
    if session.mentee_attended_at is not None and session.mentee_attended_at < session.ends_at:
        return Decision(InvalidStatus(MENTEE_CAME), since=session.mentee_attended_at)
    return _within_a_day(session, now, "A no-show can be marked")


def _mentor_absent(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    if actor_id != session.mentee_id:
        return Decision(NotPermitted("Only the mentee can report that the mentor did not come."))
    if session.mentor_absent_at is not None:
        said = "You have reported already that your mentor did not come."
        return Decision(InvalidStatus(said), since=session.mentor_absent_at)
    # Also of what the mentor calls a no-show: who was there is then for the admins to say.
    if session.status in (SessionStatus.PENDING, SessionStatus.CANCELLED):
        return Decision(InvalidStatus(f"This session is {_spoken(session)}, so nobody was awaited."))
    # Who looks in after the end has not come.
    if session.mentor_attended_at is not None and session.mentor_attended_at < session.ends_at:
        return Decision(InvalidStatus(MENTOR_CAME), since=session.mentor_attended_at)
    return _within_a_day(session, now, "An absence can be reported")


def _within_a_day(session: Session, now: datetime, what: str) -> Decision:
    """Allow it from the start until a day after it."""
    closes = session.scheduled_at + NO_SHOW_WINDOW
    if now < session.scheduled_at:
        error = NoShowWindowClosed(f"{what} once the session has started.")
        return Decision(error, changes_at=session.scheduled_at)
    if now > closes:
        error = NoShowWindowClosed(f"{what} until {spoken(NO_SHOW_WINDOW)} after the start.")
        return Decision(error, since=closes)
    return Decision(changes_at=closes, since=session.scheduled_at)


def _answer(session: Session, actor_id: UUID, policies: SessionPolicies, now: datetime) -> Decision:
    if actor_id != session.mentor_id:
        return Decision(NotPermitted("Only the mentor can accept or decline a request."))
    if session.status != SessionStatus.PENDING:
        return Decision(InvalidStatus(f"This session is {_spoken(session)}, so there is nothing to answer."))
    if session.held_until is not None:
        return Decision(InvalidStatus("This session is not paid yet, so there is nothing to answer."))
    if session.expires_at is not None and now >= session.expires_at:
        return Decision(InvalidStatus("The time to answer this request is over."), since=session.expires_at)
    return Decision(changes_at=session.expires_at)


def _spoken(session: Session) -> str:
    return SessionStatus(session.status).spoken


def _used_up(used: int, most: int) -> str:
    if most == 0:
        return "Sessions cannot be moved."
    times = {1: "once", 2: "twice"}.get(used, f"{used} times")
    return f"You have moved this session {times}, which is the limit."
