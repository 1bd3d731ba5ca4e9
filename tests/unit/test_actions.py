"""`allowed_actions` as a table: role, action, status, time; both sides of each edge to the second."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from mentorbook.domain.booking.actions import ACTIONS, Action, allowed_actions
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.transitions import TRANSITIONS, check_transition
from mentorbook.domain.errors import InvalidStatus
from mentorbook.domain.kinds import SessionStatus

MENTOR, MENTEE, STRANGER = uuid4(), uuid4(), uuid4()
START = datetime(2027, 1, 14, 12, 0, tzinfo=UTC)
POLICIES = SessionPolicies()


@dataclass(frozen=True)
class A:
    """A session of an hour."""

    status: str = "scheduled"
    reschedule_count: int = 0
    scheduled_at: datetime = START
    ends_at: datetime = START + timedelta(hours=1)
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    held_until: datetime | None = None
    mentor_attended_at: datetime | None = None
    mentee_attended_at: datetime | None = None
    mentor_absent_at: datetime | None = None
    mentor_id: UUID = MENTOR
    mentee_id: UUID = MENTEE


def code(session: A, who: UUID, action: Action, hours: float, seconds: int = 0) -> str:
    """The error's code, or `yes`; the moment is so many hours (and seconds) before the start."""
    moment = START - timedelta(hours=hours) + timedelta(seconds=seconds)
    error = allowed_actions(session, who, POLICIES, moment)[action].error
    return error.code if error else "yes"


ALIVE = ("pending", "scheduled")
ALL = tuple(TRANSITIONS)


@pytest.mark.parametrize("status", ALL)
@pytest.mark.parametrize("action", ["cancel", "reschedule", "edit"])
def test_mentees_change_what_has_not_begun(status: str, action: Action) -> None:
    expected = "yes" if status in ALIVE else "invalid_status"
    assert code(A(status), MENTEE, action, 48) == expected
    assert code(A(status), MENTOR, action, 48) == "not_permitted"
    assert code(A(status), STRANGER, action, 48) == "not_permitted"


@pytest.mark.parametrize(
    ("action", "hours", "seconds", "expected"),
    [
        ("reschedule", 4, 0, "yes"),
        ("reschedule", 4, 1, "reschedule_cutoff_passed"),
        ("reschedule", 4, -1, "yes"),
        ("edit", 0, -1, "yes"),
        ("edit", 0, 0, "invalid_status"),
    ],
)
def test_cutoffs_hold_to_the_second(action: Action, hours: float, seconds: int, expected: str) -> None:
    for status in ALIVE:
        assert code(A(status), MENTEE, action, hours, seconds) == expected


@pytest.mark.parametrize(
    ("hours", "seconds", "scheduled", "pending"),
    [
        (2, -1, "yes", "yes"),
        (2, 0, "yes", "yes"),
        (2, 1, "cancellation_cutoff_passed", "yes"),
        (0, -1, "cancellation_cutoff_passed", "yes"),
        (0, 0, "cancellation_cutoff_passed", "invalid_status"),
    ],
)
def test_a_session_is_cancelled_until_its_cutoff_and_a_request_until_its_start(
    hours: float, seconds: int, scheduled: str, pending: str
) -> None:
    assert code(A("scheduled"), MENTEE, "cancel", hours, seconds) == scheduled
    assert code(A("pending"), MENTEE, "cancel", hours, seconds) == pending
    assert code(A("pending", expires_at=START), MENTEE, "cancel", hours, seconds) == pending
    lapses = START - timedelta(hours=24)
    assert code(A("pending", expires_at=lapses), MENTEE, "cancel", hours, seconds) == "invalid_status"
    assert code(A("pending", expires_at=lapses), MENTEE, "cancel", 24, -1) == "yes"
    assert code(A("pending", expires_at=lapses), MENTEE, "cancel", 24, 0) == "invalid_status"


@pytest.mark.parametrize(("count", "expected"), [(0, "yes"), (1, "yes"), (2, "max_reschedules_reached")])
def test_a_session_moves_twice(count: int, expected: str) -> None:
    assert code(A(reschedule_count=count), MENTEE, "reschedule", 48) == expected
    assert code(A(reschedule_count=count), MENTEE, "cancel", 48) == "yes"


@pytest.mark.parametrize("status", ALL)
@pytest.mark.parametrize(
    ("hours", "seconds", "expected"),
    [
        (0, -1, "no_show_window_closed"),
        (0, 0, "yes"),
        (-24, 0, "yes"),
        (-24, 1, "no_show_window_closed"),
    ],
)
def test_mentors_mark_a_no_show_for_a_day(status: str, hours: float, seconds: int, expected: str) -> None:
    marked = expected if status in ("scheduled", "in_progress", "completed") else "invalid_status"
    assert code(A(status), MENTOR, "no_show", hours, seconds) == marked
    assert code(A(status), MENTEE, "no_show", hours, seconds) == "not_permitted"


@pytest.mark.parametrize("action", ["accept", "decline"])
@pytest.mark.parametrize("status", ALL)
def test_mentors_answer_requests_until_they_lapse(action: Action, status: str) -> None:
    asked = A(status, expires_at=START - timedelta(hours=24))
    assert code(asked, MENTOR, action, 24, -1) == ("yes" if status == "pending" else "invalid_status")
    assert code(asked, MENTOR, action, 24, 0) == "invalid_status"
    assert code(asked, MENTEE, action, 48) == "not_permitted"


@pytest.mark.parametrize("who", [MENTOR, MENTEE])
@pytest.mark.parametrize("status", ALL)
@pytest.mark.parametrize(
    ("minutes", "seconds", "expected"),
    [(10, -1, "invalid_status"), (10, 0, "yes"), (-90, -1, "yes"), (-90, 0, "invalid_status")],
)
def test_both_join_from_ten_minutes_before_until_half_an_hour_after(
    who: UUID, status: str, minutes: int, seconds: int, expected: str
) -> None:
    joined = expected if status in ("scheduled", "in_progress") else "invalid_status"
    assert code(A(status), who, "join", minutes / 60, seconds) == joined


def test_who_left_early_may_come_back_until_the_end() -> None:
    left = A("completed", ended_at=START + timedelta(minutes=40))
    for who in (MENTOR, MENTEE):
        assert code(left, who, "join", -1, -1) == "yes"
        assert code(left, who, "join", -1, 0) == "invalid_status"
        assert (
            code(A("completed", ended_at=START + timedelta(hours=1)), who, "join", -1, -1) == "invalid_status"
        )
        assert code(A("completed"), who, "join", -1, -1) == "invalid_status"


@pytest.mark.parametrize("status", ["scheduled", "in_progress", "completed"])
def test_nobody_who_was_there_is_said_to_have_been_absent(status: str) -> None:
    came = START + timedelta(minutes=5)
    assert code(A(status, mentee_attended_at=came), MENTOR, "no_show", -0.5) == "invalid_status"
    assert code(A(status, mentor_attended_at=came), MENTOR, "no_show", -0.5) == "yes"
    assert code(A(status, mentor_attended_at=came), MENTEE, "mentor_absent", -0.5) == "invalid_status"
    assert code(A(status, mentee_attended_at=came), MENTEE, "mentor_absent", -0.5) == "yes"
    assert code(A(status, mentor_absent_at=came), MENTEE, "mentor_absent", -0.5) == "invalid_status"


def test_strangers_may_do_nothing() -> None:
    for status in ALL:
        for hours in (48, 0, -1, -48):
            for action in ACTIONS:
                assert code(A(status), STRANGER, action, hours) == "not_permitted"


def test_every_refusal_says_why_in_words() -> None:
    for status in ALL:
        for who in (MENTOR, MENTEE, STRANGER):
            for hours in (48, 3, 1, 0, -1, -48):
                moment = START - timedelta(hours=hours)
                for decision in allowed_actions(A(status, 2), who, POLICIES, moment).values():
                    assert decision.allowed or decision.error.detail.endswith((".", "session"))  # type: ignore[union-attr]


def test_the_answer_changes_when_it_says_that_it_will() -> None:
    """`changes_at` is the truth: just before and just after it, the answers differ."""
    tick = timedelta(seconds=1)
    for status in ALL:
        for who in (MENTOR, MENTEE):
            for hours in (48, 3, 1, 0.1, -0.5):
                moment = START - timedelta(hours=hours)
                for action, decision in allowed_actions(A(status), who, POLICIES, moment).items():
                    if decision.changes_at is None:
                        continue
                    before = allowed_actions(A(status), who, POLICIES, decision.changes_at - tick)[action]
                    after = allowed_actions(A(status), who, POLICIES, decision.changes_at + tick)[action]
                    assert before.allowed != after.allowed


@pytest.mark.parametrize("before", ALL)
@pytest.mark.parametrize("after", ALL)
def test_only_the_table_of_transitions_counts(before: SessionStatus, after: SessionStatus) -> None:
    if after in TRANSITIONS[before]:
        assert check_transition(before, after) == after
    else:
        with pytest.raises(InvalidStatus):
            check_transition(before, after)
