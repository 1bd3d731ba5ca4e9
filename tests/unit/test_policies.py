"""What the policies mean for one session, as instants and in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mentorbook.domain.booking.policies import SessionPolicies, policy_times, stored_policies
from mentorbook.domain.booking.refunds import RefundTerms
from mentorbook.presenters.admin.policy_form import spoken_value, typed_value
from mentorbook.presenters.booking.policy_bar import PolicyPart, moving_words, policy_parts, withdrawing_parts

START = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
DEFAULTS = SessionPolicies()


def parts(now: datetime, *, is_free: bool = False, **changed: Any) -> list[PolicyPart]:
    """The bar of a session at START, in London."""
    policies = DEFAULTS.model_copy(update=changed)
    terms = RefundTerms.of(policies)
    return policy_parts(policies, terms, START, zone="Europe/London", now=now, is_free=is_free)


def test_the_defaults_are_those_of_the_design() -> None:
    assert DEFAULTS.model_dump() == {
        "cancellation_cutoff_hours": 2,
        "reschedule_cutoff_hours": 4,
        "max_reschedules_per_session": 2,
        "require_cancellation_reason": True,
        "free_cancellation_hours": 24,
        "late_cancellation_refund_percent": 50,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"cancellation_cutoff_hours": -1},
        {"cancellation_cutoff_hours": 169},
        {"free_cancellation_hours": float("nan")},
        {"max_reschedules_per_session": 1.5},
        {"max_reschedules_per_session": 11},
        {"surprise": 1},
        {"cancellation_cutoff_hours": 2.2e-309},
        {"cancellation_cutoff_hours": 1 / 3600},
        {"reschedule_cutoff_hours": 0.33},
        {"free_cancellation_hours": 1e-9},
        {"free_cancellation_hours": float("inf")},
        {"late_cancellation_refund_percent": 101},
        {"late_cancellation_refund_percent": 33.5},
    ],
)
def test_impossible_policies_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SessionPolicies.model_validate(wrong)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [(0, 0), (2, 2), (0.25, 0.25), (0.3333, 1 / 3), (1 / 60, 1 / 60), (0.0167, 1 / 60), (168, 168)],
)
def test_hours_are_whole_minutes(given_: float, kept: float) -> None:
    policies = SessionPolicies(cancellation_cutoff_hours=given_)
    assert policies.cancellation_cutoff_hours == kept
    # What was kept is kept again.
    assert SessionPolicies.model_validate_json(policies.model_dump_json()) == policies


@given(st.integers(0, 168 * 60))
def test_every_minute_is_found_again_on_the_page(minutes: int) -> None:
    hours = SessionPolicies(cancellation_cutoff_hours=minutes / 60).cancellation_cutoff_hours
    assert typed_value("cancellation_cutoff_hours", spoken_value(hours)) == hours


@pytest.mark.parametrize("typed", ["2.2e-309", "0.0001", "0.33"])
def test_no_part_of_a_minute_can_be_typed(typed: str) -> None:
    with pytest.raises(ValueError, match="Must be whole minutes"):
        typed_value("cancellation_cutoff_hours", typed)


def test_stored_policies_that_are_none_of_todays_are_ignored_one_by_one() -> None:
    stored = {
        "cancellation_cutoff_hours": 6,
        "reschedule_cutoff_hours": 2.2e-309,
        "max_reschedules_per_session": [1],
        "of_the_future": {"a": 1},
    }
    policies, ignored = stored_policies(stored)
    assert policies == SessionPolicies(cancellation_cutoff_hours=6)
    assert sorted(ignored) == sorted(stored.keys() - {"cancellation_cutoff_hours"})
    assert stored_policies({}) == (SessionPolicies(), {})


def test_each_limit_is_that_long_before_the_start() -> None:
    times = policy_times(DEFAULTS, START)
    assert times.reschedule_until == START - timedelta(hours=4)
    assert times.cancel_until == START - timedelta(hours=2)


def test_a_session_far_away_has_three_parts_in_plain_dates() -> None:
    shown = [(part.label, part.until, part.tone) for part in parts(START - timedelta(days=8))]
    assert shown == [
        ("Free to cancel", "until Tue 2 Mar, 09:00", "free"),
        ("Half refunded", "until Wed 07:00", "late"),
        ("No changes", "from Wed 07:00", "closed"),
    ]


def test_a_share_of_its_own_is_said_and_what_gives_back_the_same_is_one_part() -> None:
    early = START - timedelta(days=8)
    labels = {
        percent: [part.label for part in parts(early, late_cancellation_refund_percent=percent)]
        for percent in (0, 30, 100)
    }
    assert labels == {
        0: ["Free to cancel", "Nothing refunded", "No changes"],
        30: ["Free to cancel", "30 % refunded", "No changes"],
        100: ["Free to cancel", "No changes"],
    }


def test_what_was_said_when_it_was_booked_holds_while_todays_policies_say_how_long() -> None:
    """Cancelling is possible for longer today than the session's terms give anything back for it."""
    terms = RefundTerms.of(DEFAULTS)
    today = SessionPolicies(
        cancellation_cutoff_hours=1, free_cancellation_hours=0, late_cancellation_refund_percent=0
    )
    now = START - timedelta(days=8)
    shown = policy_parts(today, terms, START, zone="Europe/London", now=now, is_free=False)
    assert [(part.label, part.until, part.tone) for part in shown] == [
        ("Free to cancel", "until Tue 2 Mar, 09:00", "free"),
        ("Half refunded", "until Wed 07:00", "late"),
        ("Nothing refunded", "until Wed 08:00", "none"),
        ("No changes", "from Wed 08:00", "closed"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"), [("33", 33), (" 0 ", 0), ("100", 100), ("33.5", None), ("101", None), ("-1", None)]
)
def test_a_share_is_typed_in_whole_percent(typed: str, said: int | None) -> None:
    if said is not None:
        assert typed_value("late_cancellation_refund_percent", typed) == said
        return
    with pytest.raises(ValueError, match="Must be a whole number from 0 to 100"):
        typed_value("late_cancellation_refund_percent", typed)


def test_parts_that_are_over_are_gone() -> None:
    assert [part.tone for part in parts(START - timedelta(hours=24))] == ["late", "closed"]
    assert [part.tone for part in parts(START - timedelta(hours=2))] == ["closed"]
    assert parts(START - timedelta(hours=1))[0].until == "until it starts"
    assert parts(START) == []


def test_what_costs_nothing_is_free_to_cancel_to_the_end() -> None:
    assert [part.tone for part in parts(START - timedelta(days=2), is_free=True)] == ["free", "closed"]


def test_without_cutoffs_nothing_is_closed() -> None:
    shown = parts(START - timedelta(days=2), cancellation_cutoff_hours=0, free_cancellation_hours=0)
    assert [part.tone for part in shown] == ["free"]


@pytest.mark.parametrize(
    ("expires_before", "shown"),
    [
        (5, [("Free to withdraw", "until Wed 04:00"), ("Lapses unanswered", "from Wed 04:00")]),
        (
            30,
            [("Free to withdraw", "until Tue 2 Mar, 03:00"), ("Lapses unanswered", "from Tue 2 Mar, 03:00")],
        ),
        (0, [("Free to withdraw", "until Wed 09:00")]),
        (None, [("Free to withdraw", "until Wed 09:00")]),
    ],
)
def test_a_request_is_free_to_withdraw_until_it_lapses(
    expires_before: int | None, shown: list[tuple[str, str]]
) -> None:
    expires = None if expires_before is None else START - timedelta(hours=expires_before)
    got = withdrawing_parts(START, expires, zone="Europe/London", now=START - timedelta(hours=40))
    assert [(part.label, part.until) for part in got] == shown
    assert 98 <= sum(part.share for part in got) <= 102
    assert withdrawing_parts(START, expires, zone="Europe/London", now=expires or START) == []


@given(st.floats(0, 168), st.floats(0, 720), st.integers(1, 60 * 24 * 60), st.booleans())
def test_the_bar_is_always_whole_and_readable(
    cutoff: float, free: float, minutes: int, is_free: bool
) -> None:
    shown = parts(
        START - timedelta(minutes=minutes),
        is_free=is_free,
        cancellation_cutoff_hours=cutoff,
        free_cancellation_hours=free,
    )
    assert 1 <= len(shown) <= 3
    assert all(part.share >= 16 for part in shown)
    assert 98 <= sum(part.share for part in shown) <= 102


@pytest.mark.parametrize(
    ("used", "days", "said"),
    [
        (0, 3, "You may move it twice, up to 4 hours before it starts (Wed 05:00)."),
        (1, 3, "You may move it once more, up to 4 hours before it starts (Wed 05:00)."),
        (2, 3, "You have moved it as often as is allowed."),
        (0, 0.1, "It is too close to its start to be moved."),
    ],
)
def test_moving_is_said_in_a_sentence(used: int, days: float, said: str) -> None:
    now = START - timedelta(days=days)
    times = policy_times(DEFAULTS, START)
    assert moving_words(DEFAULTS, times, used, zone="Europe/London", now=now) == said


def test_where_moving_is_switched_off_it_says_so() -> None:
    policies = DEFAULTS.model_copy(update={"max_reschedules_per_session": 0})
    times = policy_times(policies, START)
    now = START - timedelta(days=3)
    assert moving_words(policies, times, 0, zone="UTC", now=now) == "It cannot be moved."
