"""What mentors publish, and that a change of the buffer never parts the calculator from the database."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.sessions import SessionClaim
from mentorbook.domain.errors import NotFound, SlotTaken
from mentorbook.domain.views import Account
from mentorbook.services.availability.published_hours import published_calendar
from mentorbook.services.availability.publishing import Hours, publish_hours
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.booking import bookings
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands
from tests.people import EVERY_DAY, a_mentee, a_mentor, a_request, in_hours, overlapping_claims

BUFFERS = (0, 5, 15, 30, 45, 90)


def publish_buffer(mentor: Account, minutes: int) -> None:
    """Keep the hours, change the buffer."""
    publish_hours(mentor.id, Hours(weekly=EVERY_DAY, schedule={"buffer_minutes": minutes}))


def claims_of(person: Account) -> list[tuple[datetime, datetime]]:
    """A person's claims in order."""
    with read_transaction() as session:
        rows = session.execute(
            select(col(SessionClaim.starts_at), col(SessionClaim.ends_at))
            .where(col(SessionClaim.user_id) == person.id)
            .order_by(col(SessionClaim.starts_at))
        )
        return [(row[0], row[1]) for row in rows]


def test_a_longer_buffer_reaches_to_the_next_session_at_most(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    for hours in (24, 25.5, 30):
        create_booking(a_mentee(), a_request(mentor, in_hours(hours)))
    publish_buffer(mentor, 60)
    assert [end for _, end in claims_of(mentor)] == [in_hours(25.5), in_hours(27.5), in_hours(32)]


def test_a_shorter_buffer_frees_the_time_at_once(db: Database, hands: Hands) -> None:
    mentor = a_mentor(buffer_minutes=60)
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    with pytest.raises(SlotTaken):
        create_booking(a_mentee(), a_request(mentor, in_hours(25)))
    publish_buffer(mentor, 0)
    create_booking(a_mentee(), a_request(mentor, in_hours(25)))


def test_a_mentors_own_lessons_take_no_buffer(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    create_booking(mentor, a_request(a_mentor("Other"), in_hours(24)))
    publish_buffer(mentor, 60)
    assert claims_of(mentor) == [(in_hours(24), in_hours(25))]


def test_sessions_that_are_over_keep_their_claims(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    create_booking(a_mentee(), a_request(mentor, in_hours(1)))
    hands.on(hours=3)
    publish_buffer(mentor, 60)
    assert claims_of(mentor) == [(in_hours(1), in_hours(2))]


@pytest.mark.parametrize("seed", range(6))
def test_check_and_database_agree_after_every_change_of_the_buffer(
    db: Database, hands: Hands, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the claims not to follow the buffer, an offered slot would be refused by the database, or a
    refused one accepted by it."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 1_000)
    dice = random.Random(seed)
    mentor, other, mentee = a_mentor(), a_mentor("Other"), a_mentee()
    query = SlotQuery(mentor.id, date(2027, 1, 14), date(2027, 1, 14), duration=30)
    lesson = create_booking(mentor, a_request(other, in_hours(24 + dice.randrange(-4, 4) / 2), duration=30))
    for _ in range(6):
        buffer = dice.choice(BUFFERS)
        publish_buffer(mentor, buffer)
        for _ in range(3):
            offered = [slot.start_time for slot in list_slots(mentee, query).slots]
            if offered:
                create_booking(mentee, a_request(mentor, dice.choice(offered), duration=30))
        mine = claims_of(mentor)
        for slot in list_slots(None, replace(query, include_unavailable=True)).slots:
            start, until = slot.start_time, slot.start_time + timedelta(minutes=30 + buffer)
            fits = not any(begin < until and start < end for begin, end in mine)
            after_lesson = lesson.ends_at <= start < lesson.ends_at + timedelta(minutes=buffer)
            assert slot.available == (fits and not after_lesson)
    assert len(mine) > 8
    assert overlapping_claims() == 0


def test_a_window_without_an_end_is_kept(db: Database, hands: Hands) -> None:
    mentor = a_mentor(max_advance_booking_days=None)
    with read_transaction() as session:
        assert published_calendar(session, mentor.id).calendar.max_advance_days is None
    with read_transaction() as session:
        assert published_calendar(session, a_mentor().id).calendar.max_advance_days == 60


def test_an_enabled_day_without_blocks_has_the_default_hours(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    schedule = {"default_start_time": "10:00", "default_end_time": "11:30"}
    publish_hours(mentor.id, Hours(enabled_days=frozenset({4}), schedule=schedule))
    slots = list_slots(None, SlotQuery(mentor.id, date(2027, 1, 13), date(2027, 1, 20))).slots
    assert [slot.start_time.isoformat() for slot in slots] == [
        "2027-01-14T10:00:00+00:00",
        "2027-01-14T10:30:00+00:00",
    ]


def test_only_mentors_have_hours(db: Database, hands: Hands) -> None:
    with pytest.raises(NotFound):
        publish_hours(a_mentee().id, Hours())
