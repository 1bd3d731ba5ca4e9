"""Sessions that are over: completed at their end, and what the mentor may still say of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.sessions import MentoringSession, SessionAuditLog
from mentorbook.domain.errors import InvalidStatus, NoShowWindowClosed, SlotTaken
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.attendance import mark_no_show
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.timeline import session_timeline
from mentorbook.services.people import accounts
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours


def test_sessions_begin_and_are_completed_by_the_clock(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    assert lifecycle.advance_sessions() == []
    hands.on(hours=24)
    assert set(lifecycle.advance_sessions()) == {booked.mentor.id, booked.mentee.id}
    hands.on(minutes=59, seconds=59)
    assert lifecycle.advance_sessions() == []
    hands.on(seconds=1)
    assert set(lifecycle.advance_sessions()) == {booked.mentor.id, booked.mentee.id}
    with read_transaction() as session:
        row = session.get_one(MentoringSession, booked.id)
        deeds = session.scalars(select(SessionAuditLog)).all()
    assert (row.status, row.ended_at) == ("completed", booked.ends_at)
    assert [(deed.action, deed.created_at) for deed in deeds] == [("completed", booked.ends_at)]
    assert counts()["claims"] == 0
    assert lifecycle.advance_sessions() == []


def test_a_completed_session_leaves_the_mentor_their_buffer(db: Database, hands: Hands) -> None:
    mentor = a_mentor(buffer_minutes=45, min_advance_booking_hours=0.0)
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    hands.now = booked.ends_at
    lifecycle.advance_sessions()
    lifecycle.advance_sessions()
    assert get_booking(mentor, booked.id).status == "completed"
    with pytest.raises(SlotTaken):
        create_booking(a_mentee(), a_request(mentor, in_hours(25.5)))
    hands.on(minutes=44)
    assert lifecycle.advance_sessions() == []
    assert counts()["claims"] == 2
    hands.on(minutes=1)
    assert mentor.id in lifecycle.advance_sessions()
    assert counts()["claims"] == 0


def test_sessions_of_long_ago_are_completed_too(db: Database, hands: Hands) -> None:
    """The worker was away for weeks."""
    booked = create_booking(a_mentee(), a_request(a_mentor(buffer_minutes=45), in_hours(24)))
    hands.on(days=30)
    lifecycle.advance_sessions()
    assert get_booking(accounts.account(booked.mentee.id), booked.id).status == "completed"
    assert counts()["claims"] == 0


def test_a_no_show_is_marked_on_a_completed_session(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(buffer_minutes=45), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    hands.now = booked.ends_at
    lifecycle.advance_sessions()
    lifecycle.advance_sessions()
    hands.now = booked.scheduled_at + timedelta(hours=24)
    lifecycle.advance_sessions()
    assert get_booking(mentor, booked.id).actions["no_show"].allowed
    marked = mark_no_show(mentor, booked.id)
    assert (marked.status, counts()["claims"]) == ("no_show", 0)
    told = [deed.action for deed in session_timeline(mentor, booked.id)]
    assert sorted(told) == ["booked", "completed", "no_show"]
    with pytest.raises(InvalidStatus):
        mark_no_show(mentor, booked.id)


def test_a_day_after_its_start_a_completed_session_stays_so(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    hands.now = booked.ends_at
    lifecycle.advance_sessions()
    hands.now = booked.scheduled_at + timedelta(hours=24, seconds=1)
    with pytest.raises(NoShowWindowClosed):
        mark_no_show(mentor, booked.id)
