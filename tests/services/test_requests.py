"""Requests that wait for the mentor: until when they may be withdrawn, and what moving does to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import InvalidStatus
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.approval import accept_booking
from mentorbook.services.booking.booking_queries import BookingQuery, get_booking, list_bookings
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


def test_what_waits_for_ones_answer_comes_first_and_is_counted(db: Database, hands: Hands) -> None:
    """A mentor's own requests only: what they have asked others for stands by its time, like what lapsed."""
    grace, other = a_mentor("Grace", require_confirmation=True), a_mentor("Other", require_confirmation=True)
    mentee = a_mentee()
    agreed = create_booking(mentee, a_request(grace, in_hours(30), title="agreed"))
    accept_booking(grace, agreed.id)
    create_booking(mentee, a_request(grace, in_hours(100), title="late"))
    create_booking(mentee, a_request(grace, in_hours(70), title="soon"))
    create_booking(grace, a_request(other, in_hours(20), title="asked of another"))
    coming = BookingQuery(when="coming", requests_first=True)

    def titles(query: BookingQuery) -> list[str]:
        return [each.title for each in list_bookings(grace, query).bookings]

    assert titles(coming) == ["soon", "late", "asked of another", "agreed"]
    assert titles(replace(coming, requests_first=False)) == ["asked of another", "agreed", "soon", "late"]
    assert (list_bookings(grace, coming).requests, list_bookings(mentee, coming).requests) == (2, 0)
    # Not answered in time, and not yet marked as such.
    hands.now = in_hours(48)
    assert list_bookings(grace, coming).requests == 0
