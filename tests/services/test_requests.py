"""Requests that wait for the mentor: until when they may be withdrawn, and what moving does to them."""

from datetime import timedelta
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import InvalidStatus
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

WHY = {"reasonCategory": "schedule_conflict"}


def test_a_request_is_withdrawn_until_it_lapses_whatever_the_cutoff(db: Database, hands: Hands) -> None:
    change_policies(a_mentee("Admin", is_admin=True), {"cancellation_cutoff_hours": 168})
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    first = create_booking(mentee, a_request(mentor, in_hours(24)))
    second = create_booking(mentee, a_request(mentor, in_hours(26)))
    hands.now = first.scheduled_at - timedelta(seconds=1)
    refund = get_booking(mentee, first.id).refund
    assert refund is not None
    assert (refund.percent, refund.amount_minor, refund.until) == (100, 6000, first.scheduled_at)
    assert cancel_booking(mentee, first.id, WHY).status == "cancelled"
    hands.now = second.scheduled_at
    assert get_booking(mentee, second.id).refund is None
    with pytest.raises(InvalidStatus, match="not answered in time and cannot be withdrawn"):
        cancel_booking(mentee, second.id, WHY)


def test_moving_a_request_keeps_its_first_deadline(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    asked = create_booking(mentee, a_request(mentor, in_hours(100)))
    assert asked.expires_at == in_hours(48)
    hands.on(hours=40)

    def moved(hours: float) -> Any:
        return reschedule_booking(mentee, asked.id, {"scheduledAt": in_hours(hours).isoformat()}).expires_at

    # Never later than the new start, and never later than it was at first.
    assert moved(46) == in_hours(46)
    assert moved(200) == in_hours(48)


def test_a_request_for_soon_that_is_moved_away_keeps_its_deadline(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    asked = create_booking(mentee, a_request(mentor, in_hours(10)))
    moved = reschedule_booking(mentee, asked.id, {"scheduledAt": in_hours(100).isoformat()})
    assert moved.expires_at == in_hours(10)
