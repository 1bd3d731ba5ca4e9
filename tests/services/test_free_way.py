"""Where the settings make everything free nothing costs anything, whatever mentors ask."""

from decimal import Decimal

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import PaymentWay
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from mentorbook.services.people.own_profile import own_profile
from mentorbook.settings import settings
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


@pytest.fixture(autouse=True)
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing costs anything."""
    monkeypatch.setattr(settings, "payments", PaymentWay.FREE)


def test_nothing_costs_anything_anywhere(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(rate="60"), a_mentee()
    assert [card.rate for card in directory(mentee, DirectoryQuery()).mentors] == [0]
    assert profile(mentee, mentor.id).rate == 0
    booked = create_booking(mentee, a_request(mentor, in_hours(48)))
    assert booked.rate == Decimal(0)
    assert booked.price_minor == 0
    assert booked.refund_terms is None
    assert (booked.status, booked.held_until) == ("scheduled", None)
    longer = {"scheduledAt": in_hours(50).isoformat(), "duration": 120}
    assert reschedule_booking(mentee, booked.id, longer).price_minor == 0
    # What the mentor asks is kept for the day on which it counts again.
    assert Decimal(own_profile(mentor).rate) == 60


def test_a_highest_price_leaves_nobody_out(db: Database, hands: Hands) -> None:
    a_mentor(rate="90")
    assert directory(None, DirectoryQuery(most_rate=Decimal(0))).total == 1


def test_what_was_booked_at_a_price_keeps_it(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    monkeypatch.setattr(settings, "payments", PaymentWay.SETTLE)
    dear = create_booking(mentee, a_request(mentor, in_hours(48)))
    monkeypatch.setattr(settings, "payments", PaymentWay.FREE)
    assert get_booking(mentee, dear.id).price_minor == 6000
