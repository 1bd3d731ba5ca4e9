"""Races of changes to one session, with a positive control: cancel × move, move × move, accept × accept,
expire × accept. Whoever is first wins; the result is one that could have come about without a race."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from mentorbook.db import claims
from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.sessions import MentoringSession, SessionAuditLog
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import LIVE_STATUSES
from mentorbook.services.booking import bookings, lifecycle, rescheduling
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.booking.session_transaction import if_unchanged
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours, overlapping_claims
from tests.reliability.races import no_guard

ROUNDS = 20
WHY = {"reasonCategory": "schedule_conflict"}


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """All at the same moment; `done` or the error's code of each."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            deed()
        except DomainError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def whole() -> None:
    """Claims are those of live sessions, counts those of the audit trail, nobody is in two places."""
    with read_transaction() as session:
        rows = session.scalars(select(MentoringSession)).all()
        moves = [each for each in session.scalars(select(SessionAuditLog)) if each.action == "rescheduled"]
    assert counts()["claims"] == 2 * sum(row.status in LIVE_STATUSES for row in rows)
    assert sum(row.reschedule_count for row in rows) == len(moves)
    assert overlapping_claims() == 0


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same people book again and again: let them."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 10_000)


def test_cancel_against_move_ends_cancelled(db: Database, hands: Hands, unlimited: None) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(ROUNDS):
        booked = create_booking(mentee, a_request(mentor, in_hours(24 + 4 * number)))
        move = {"scheduledAt": in_hours(26 + 4 * number).isoformat()}
        answers = at_once(
            partial(cancel_booking, mentee, booked.id, WHY),
            partial(reschedule_booking, mentee, booked.id, move),
        )
        assert answers in (["done", "done"], ["done", "invalid_status"])
        whole()
    assert counts()["claims"] == 0


def test_two_sessions_moved_into_one_slot_leave_one_there(
    db: Database, hands: Hands, unlimited: None
) -> None:
    mentor, one, two = a_mentor(), a_mentee("One"), a_mentee("Two")
    for number in range(ROUNDS):
        first = create_booking(one, a_request(mentor, in_hours(24 + 6 * number)))
        second = create_booking(two, a_request(mentor, in_hours(25 + 6 * number)))
        move = {"scheduledAt": in_hours(27 + 6 * number).isoformat()}
        answers = at_once(
            partial(reschedule_booking, one, first.id, move),
            partial(reschedule_booking, two, second.id, move),
        )
        assert sorted(answers) == ["done", "slot_taken"]
        whole()


def test_two_tabs_moving_one_session_move_it_once(db: Database, hands: Hands, unlimited: None) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(ROUNDS):
        booked = create_booking(mentee, a_request(mentor, in_hours(24 + 6 * number)))

        def move(hours: float, booked: Any = booked) -> None:
            body = {"scheduledAt": in_hours(hours).isoformat()}
            reschedule_booking(mentee, booked.id, body, seen=booked.scheduled_at)

        answers = at_once(
            partial(move, 26 + 6 * number),
            partial(move, 28 + 6 * number),
        )
        assert sorted(answers) == ["done", "invalid_status"]
        whole()


def test_one_answer_counts(db: Database, hands: Hands, unlimited: None) -> None:
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    for number in range(ROUNDS):
        asked = create_booking(mentee, a_request(mentor, in_hours(72 + 2 * number)))
        answers = at_once(
            partial(accept_booking, mentor, asked.id),
            partial(accept_booking, mentor, asked.id),
            partial(decline_booking, mentor, asked.id),
        )
        assert sorted(answers) == ["done", "invalid_status", "invalid_status"]
        whole()


def test_a_request_expires_or_is_accepted_never_both(db: Database, hands: Hands, unlimited: None) -> None:
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    asked = [create_booking(mentee, a_request(mentor, in_hours(72 + 2 * n))) for n in range(ROUNDS)]
    hands.on(hours=48)
    for each in asked:
        at_once(lifecycle.expire_requests, partial(accept_booking, mentor, each.id))
        whole()
    with read_transaction() as session:
        deeds = session.scalars(select(SessionAuditLog)).all()
    assert len({deed.session_id for deed in deeds}) == len(deeds) == ROUNDS


def test_without_the_guard_two_sessions_land_in_one_slot(
    db: Database, hands: Hands, unlimited: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: blind checks and no guard, and the race above is lost."""
    monkeypatch.setattr(rescheduling, "_refuse_unless_offered", lambda *_: None)
    mentor, one, two = a_mentor(), a_mentee("One"), a_mentee("Two")
    first = create_booking(one, a_request(mentor, in_hours(24)))
    second = create_booking(two, a_request(mentor, in_hours(26)))
    move = {"scheduledAt": in_hours(30).isoformat()}
    with no_guard(db):
        answers = at_once(
            lambda: reschedule_booking(one, first.id, move), lambda: reschedule_booking(two, second.id, move)
        )
    assert answers == ["done", "done"]
    assert overlapping_claims() > 0


def test_without_locks_one_request_is_answered_twice(
    postgres_db: Database, hands: Hands, unlimited: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: without taking turns, two who both looked first both act."""
    monkeypatch.setattr(claims, "lock_people", lambda *_: None)
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    doubled = 0
    for number in range(3 * ROUNDS):
        asked = create_booking(mentee, a_request(mentor, in_hours(72 + 2 * number)))
        answers = at_once(
            partial(accept_booking, mentor, asked.id),
            partial(decline_booking, mentor, asked.id),
            partial(decline_booking, mentor, asked.id),
        )
        doubled += answers.count("done") > 1
    assert doubled


@pytest.mark.parametrize("is_conditional", [True, False])
def test_of_changes_of_what_was_seen_one_is_made(db: Database, hands: Hands, is_conditional: bool) -> None:
    """The tag is compared after the lock; without a condition all of them are made, one after the other."""
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    condition = IfMatch(frozenset({tag_of(booked)})) if is_conditional else None
    hands.on(minutes=1)
    edits = [partial(update_booking, mentee, booked.id, {"title": f"Title {number}"}) for number in range(6)]
    outcomes = at_once(*(partial(if_unchanged, condition, edit) for edit in edits))
    expected = ["changed_meanwhile"] * 5 + ["done"] if is_conditional else ["done"] * 6
    assert sorted(outcomes) == expected
    if is_conditional:
        assert get_booking(mentee, booked.id).title == f"Title {outcomes.index('done')}"
