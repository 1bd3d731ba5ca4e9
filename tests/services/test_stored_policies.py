"""Policies that another version has stored are ignored and reported; nothing that reads them fails."""

import logging
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.sessions import PolicyChange, SessionPolicy
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.errors import ValidationFailed
from mentorbook.services import outbox
from mentorbook.services.admin import policies
from mentorbook.services.admin.policies import change_policies, current_policies, policy_states
from mentorbook.services.booking.booking_queries import BookingQuery, get_booking, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.health import check_health
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

STRANGE: dict[str, Any] = {
    "of_the_future": {"a": [1]},
    "cancellation_cutoff_hours": 1_000,
    "reschedule_cutoff_hours": 2.2e-309,
    "max_reschedules_per_session": "many",
}


@pytest.fixture
def strange(db: Database, hands: Hands) -> None:
    """A database in which another version has stored its policies."""
    policies._reported.clear()
    with write_transaction() as session:
        session.add_all(SessionPolicy(key=key, value=value) for key, value in STRANGE.items())
        session.add(SessionPolicy(key="free_cancellation_hours", value=48))


# What SQLite keeps as JSON although it is none: cut short, a bare word, nothing, a number that JSON has not.
NO_JSON = ['{"a": 1', "many", "", "0x10", "[" * 100_000]


@pytest.mark.parametrize("value", NO_JSON)
def test_what_is_no_json_is_ignored_and_reported_until_it_is_mended(
    sqlite_db: Database, hands: Hands, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    policies._reported.clear()
    outbox.record_heartbeat("here")
    keys = ["cancellation_cutoff_hours", "of_the_future"]
    with write_transaction() as session:
        session.connection().execute(
            text("INSERT INTO session_policies (key, value) VALUES (:key, :value)"),
            [{"key": key, "value": value} for key in keys],
        )
    with caplog.at_level(logging.ERROR):
        assert current_policies() == SessionPolicies()
    assert sorted(record.getMessage().split()[3] for record in caplog.records) == keys
    assert (check_health().status, check_health().ignored_policies) == ("degraded", keys)
    admin, mentee = a_mentee("Admin", is_admin=True), a_mentee()
    assert get_booking(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(24))).id)
    assert {state.key: state.value for state in policy_states(admin)} == SessionPolicies().model_dump()
    assert change_policies(admin, {keys[0]: 3}) == current_policies()
    assert check_health().ignored_policies == keys[1:]


def test_what_is_sound_holds_and_defaults_stand_for_the_rest(strange: None) -> None:
    assert current_policies() == SessionPolicies(free_cancellation_hours=48)
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    assert get_booking(mentee, booked.id).actions["cancel"].allowed
    assert list_bookings(mentee, BookingQuery()).total == 1
    cancel_booking(mentee, booked.id, {"reasonCategory": "schedule_conflict"})
    states = policy_states(a_mentee("Admin", is_admin=True))
    assert {state.key: state.value for state in states} == current_policies().model_dump()


def test_the_log_says_so_once(strange: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            current_policies()
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == len(STRANGE)
    assert all(sum(key in line for line in told) == 1 for key in STRANGE)


def test_health_says_so_until_it_is_mended(strange: None) -> None:
    outbox.record_heartbeat("here")
    assert (check_health().status, check_health().ignored_policies) == ("degraded", sorted(STRANGE))
    admin = a_mentee("Admin", is_admin=True)
    # Also the value that is the default, and so holds already.
    change_policies(
        admin,
        {
            "cancellation_cutoff_hours": 2,
            "reschedule_cutoff_hours": 5,
            "max_reschedules_per_session": 2,
        },
    )
    assert check_health().ignored_policies == ["of_the_future"]
    with write_transaction() as session:
        session.delete(session.get_one(SessionPolicy, "of_the_future"))
    assert (check_health().status, check_health().ignored_policies) == ("ok", [])
    with read_transaction() as session:
        assert len(session.scalars(select(col(PolicyChange.key))).all()) == 3


@pytest.mark.parametrize("key", ["of_the_future", "cancellationCutoffHours", ""])
def test_an_unknown_policy_is_refused_in_input_by_its_name(db: Database, hands: Hands, key: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        change_policies(a_mentee("Admin", is_admin=True), {key: 1})
    assert list(refused.value.fields) == [key or "body"]
    with read_transaction() as session:
        assert session.scalars(select(SessionPolicy)).all() == []


@pytest.mark.parametrize("hours", [2.2e-309, 0.001, 1e-7])
def test_a_part_of_a_minute_is_refused_in_input(db: Database, hands: Hands, hours: float) -> None:
    with pytest.raises(ValidationFailed) as refused:
        change_policies(a_mentee("Admin", is_admin=True), {"cancellation_cutoff_hours": hours})
    assert "whole minutes" in refused.value.fields["cancellation_cutoff_hours"]
    assert current_policies() == SessionPolicies()
