"""Requests that nobody answered."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.presenters.notices import notice_words
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.lifecycle import expire_requests
from mentorbook.services.notifications import list_notifications
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours


def test_an_unanswered_request_expires_frees_the_slot_and_tells_both(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira Hill", require_confirmation=True), a_mentee("Mina Park")
    booking = create_booking(mentee, a_request(mentor, in_hours(72)))
    hands.on(hours=47, minutes=59)
    assert expire_requests() == []
    hands.on(minutes=1)
    assert set(expire_requests()) == {mentor.id, mentee.id}
    expired = get_booking(mentee, booking.id)
    assert (expired.status, expired.cancelled_by) == ("cancelled", None)
    assert expired.cancellation_reason == "The request was not answered in time"
    assert counts()["claims"] == 0
    for person, other in ((mentor, "Mina"), (mentee, "Moira")):
        told = notice_words(list_notifications(person).notices[0])
        assert told == ("Request expired", f"“A session” with {other} was not answered in time")
    create_booking(a_mentee(), a_request(mentor, in_hours(72)))


def test_expiring_again_changes_nothing(db: Database, hands: Hands) -> None:
    create_booking(a_mentee(), a_request(a_mentor(require_confirmation=True), in_hours(72)))
    hands.on(hours=48)
    expire_requests()
    before = counts()
    assert expire_requests() == []
    assert counts() == before


def test_a_confirmed_session_never_expires(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booking = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    hands.on(days=10)
    assert expire_requests() == []
    assert get_booking(mentee, booking.id).status == "scheduled"


def test_racing_expiries_tell_each_person_once(db: Database, hands: Hands) -> None:
    mentor = a_mentor(require_confirmation=True)
    for number in range(5):
        create_booking(a_mentee(), a_request(mentor, in_hours(72 + number)))
    hands.on(hours=48)
    with ThreadPoolExecutor(6) as threads:
        told = [each for people in threads.map(lambda _: expire_requests(), range(6)) for each in people]
    assert len(told) == 10
    assert counts() == {"sessions": 5, "claims": 0, "notifications": 20, "outbox": 20}


def test_one_that_cannot_expire_keeps_nobody_else_from_it(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentors = [a_mentor(name, require_confirmation=True) for name in ("One", "Two")]
    first, second = (create_booking(a_mentee(), a_request(each, in_hours(72))) for each in mentors)
    real = lifecycle._apply

    def failing(session_id: Any, change: Any) -> Any:
        if session_id == first.id:
            raise RuntimeError("not this one")
        return real(session_id, change)

    monkeypatch.setattr(lifecycle, "_apply", failing)
    hands.on(hours=48)
    assert set(expire_requests()) == {second.mentor.id, second.mentee.id}
