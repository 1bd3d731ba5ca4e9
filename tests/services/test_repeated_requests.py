"""A request that comes twice is carried out once, whatever version wrote down the first answer."""

from typing import Any

import pytest
from sqlalchemy import text, update

from mentorbook.db.delivery import IdempotencyKey
from mentorbook.db.engine import Database, write_transaction
from mentorbook.domain.errors import IdempotencyMismatch
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

WHY = {"reasonCategory": "schedule_conflict"}


def test_a_repeated_request_gets_its_first_answer_with_the_actions_of_today(
    db: Database, hands: Hands
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    request = a_request(mentor, in_hours(24))
    first = create_booking(mentee, request, "key")
    cancel_booking(mentee, first.id, WHY)
    again = create_booking(mentee, request, "key")
    assert (again.id, again.status) == (first.id, "scheduled")
    assert not again.actions["cancel"].allowed
    assert again.actions["cancel"].code == "invalid_status"


def spoil_answers(answer: Any) -> None:
    """Put an answer of another version in the place of every answer that is kept."""
    with write_transaction() as session:
        session.execute(update(IdempotencyKey).values(answer=answer))


def test_an_answer_of_another_version_is_given_from_the_booking(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    request = a_request(mentor, in_hours(24))
    first = create_booking(mentee, request, "booked")
    move = {"scheduledAt": in_hours(30).isoformat()}
    reschedule_booking(mentee, first.id, move, key="moved")
    cancel_booking(mentee, first.id, WHY, key="cancelled")
    spoil_answers({"id": str(first.id), "status": "of the future"})
    again = [
        create_booking(mentee, request, "booked"),
        reschedule_booking(mentee, first.id, move, key="moved"),
        cancel_booking(mentee, first.id, WHY, key="cancelled"),
    ]
    assert {(each.id, each.status, each.scheduled_at) for each in again} == {
        (first.id, "cancelled", in_hours(30))
    }
    assert counts()["sessions"] == 1


def test_an_answer_that_is_no_json_is_given_where_the_request_says_what_it_was_about(
    sqlite_db: Database, hands: Hands
) -> None:
    mentee, request = a_mentee(), a_request(a_mentor(), in_hours(24))
    first = create_booking(mentee, request, "booked")
    move = {"scheduledAt": in_hours(30).isoformat()}
    reschedule_booking(mentee, first.id, move, key="moved")
    cancel_booking(mentee, first.id, WHY, key="cancelled")
    with write_transaction() as session:
        session.execute(text("UPDATE idempotency_keys SET answer = substr(answer, 1, 60)"))
    again = [
        reschedule_booking(mentee, first.id, move, key="moved"),
        cancel_booking(mentee, first.id, WHY, key="cancelled"),
    ]
    assert [(each.id, each.status) for each in again] == [(first.id, "cancelled")] * 2
    with pytest.raises(IdempotencyMismatch):
        create_booking(mentee, request, "booked")
    assert counts()["sessions"] == 1


@pytest.mark.parametrize("answer", [{}, {"id": "x"}, [], "x", 7])
def test_an_answer_that_says_nothing_is_not_carried_out_again(
    db: Database, hands: Hands, answer: Any
) -> None:
    mentee, request = a_mentee(), a_request(a_mentor(), in_hours(24))
    create_booking(mentee, request, "key")
    spoil_answers(answer)
    with pytest.raises(IdempotencyMismatch):
        create_booking(mentee, request, "key")
    assert counts()["sessions"] == 1
