"""The first promise under load: many callers at one time of one mentor, over HTTP and over state handlers.

The positive control takes the guard off and must then see a double booking, or these tests prove nothing.
"""

import threading
from datetime import datetime, timedelta

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.booking import bookings
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours, overlapping_claims
from tests.reliability.races import CALLERS, ROUNDS, bookings_of, no_guard, race


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same fifty people race again and again: let them."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 10_000)


def test_fifty_callers_at_one_slot_make_one_session(db: Database, hands: Hands, unlimited: None) -> None:
    mentor, callers = a_mentor(buffer_minutes=15), [a_mentee() for _ in range(CALLERS)]
    for number in range(ROUNDS):
        at = in_hours(24 + 2 * number)
        answers = race(callers, bookings_of(mentor, at))
        assert answers == {"booked": 1, "slot_taken": CALLERS - 1}
    assert counts()["sessions"] == ROUNDS
    assert overlapping_claims() == 0


def test_fifty_callers_at_overlapping_slots_never_overlap(
    db: Database, hands: Hands, unlimited: None
) -> None:
    mentor, callers = a_mentor(buffer_minutes=15), [a_mentee() for _ in range(CALLERS)]
    starts = {caller.id: timedelta(minutes=30 * (number % 5)) for number, caller in enumerate(callers)}
    for number in range(ROUNDS):
        begin: datetime = in_hours(24 + 5 * number)

        def book(caller: Account, begin: datetime = begin) -> None:
            at = begin + starts[caller.id]
            bookings.create_booking(caller, a_request(mentor, at, duration=120))

        answers = race(callers, book)
        # Five starts within two hours, each session two hours long: whoever is first shuts all others out.
        assert answers == {"booked": 1, "slot_taken": CALLERS - 1}
    assert overlapping_claims() == 0


def test_one_mentee_racing_to_many_mentors_is_in_one_place(
    db: Database, hands: Hands, unlimited: None
) -> None:
    mentee, mentors = a_mentee(), [a_mentor() for _ in range(10)]
    for number in range(5):
        at = in_hours(24 + 2 * number)

        def book(mentor: Account, at: datetime = at) -> None:
            bookings.create_booking(mentee, a_request(mentor, at))

        answers = race(mentors, book)
        assert answers == {"booked": 1, "slot_taken": len(mentors) - 1}
    assert overlapping_claims() == 0


def test_two_mentors_booking_each_other_do_not_deadlock(db: Database, hands: Hands, unlimited: None) -> None:
    one, two = a_mentor("One"), a_mentor("Two")
    for number in range(10):
        at = in_hours(24 + 2 * number)

        def book(caller: Account, at: datetime = at) -> None:
            bookings.create_booking(caller, a_request(two if caller is one else one, at))

        assert race([one, two], book) == {"booked": 1, "slot_taken": 1}


def test_a_double_click_books_once(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    request = a_request(mentor, in_hours(24))
    answers = race([mentee] * 10, lambda caller: bookings.create_booking(caller, request, "one-click"))
    assert answers == {"booked": 10}
    assert counts()["sessions"] == 1


def test_the_minute_limit_holds_under_a_burst(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    starts = iter([in_hours(24 + 2 * number) for number in range(12)])
    lock = threading.Lock()

    def book(caller: Account) -> None:
        with lock:
            at = next(starts)
        bookings.create_booking(caller, a_request(mentor, at))

    assert race([mentee] * 12, book) == {"booked": 3, "rate_limited": 9}


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's check says "free", as it does to those who look at the very same moment."""
    monkeypatch.setattr(bookings, "_refuse_unless_offered", lambda *_: None)


def test_the_database_alone_lets_one_in(db: Database, hands: Hands, unlimited: None, blind: None) -> None:
    mentor, callers = a_mentor(buffer_minutes=15), [a_mentee() for _ in range(CALLERS)]
    for number in range(5):
        at = in_hours(24 + 2 * number)
        answers = race(callers, bookings_of(mentor, at))
        assert answers == {"booked": 1, "slot_taken": CALLERS - 1}
    assert overlapping_claims() == 0


def test_without_the_guard_everybody_gets_in(
    db: Database, hands: Hands, unlimited: None, blind: None
) -> None:
    """Positive control: with the guard off, the test above must fail."""
    mentor, callers = a_mentor(), [a_mentee() for _ in range(CALLERS)]
    with no_guard(db):
        answers = race(callers, bookings_of(mentor, in_hours(24)))
    assert answers["booked"] > 1
    assert overlapping_claims() > 0


def test_checking_before_inserting_is_not_enough(
    postgres_db: Database, hands: Hands, unlimited: None
) -> None:
    """Positive control: without locks and constraint, the check alone loses real races."""
    mentor, callers = a_mentor(), [a_mentee() for _ in range(CALLERS)]
    with no_guard(postgres_db):
        for number in range(10):
            at = in_hours(24 + 2 * number)
            race(callers, bookings_of(mentor, at))
    assert overlapping_claims() > 0
