"""Sessions of before are known to have been booked when they were made, or paid where they were held."""

from pathlib import Path
from uuid import UUID

import pytest

from mentorbook.db.engine import Database
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import Hands
from tests.paying import demo_payments, pay_now, session_row
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.services.test_mentors_of_before import migrated


def test_each_session_of_before_is_dated(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentee, mentor = a_mentee(), a_mentor(require_confirmation=True)
    made = hands.now
    with demo_payments(tmp_path, monkeypatch):
        free = create_booking(mentee, a_request(a_mentor(rate="0"), in_hours(100)))
        held = create_booking(mentee, a_request(mentor, in_hours(110)))
        paid = create_booking(mentee, a_request(mentor, in_hours(120)))
        hands.on(minutes=9)
        pay_now(mentee, paid)
        ids: tuple[UUID, ...] = (free.id, held.id, paid.id)
        before = [session_row(each).booked_at for each in ids]
        assert before == [made, None, hands.now]
        migrated(db, "0014")
        migrated(db, "head")
        assert [session_row(each).booked_at for each in ids] == before
        until = get_booking(mentee, paid.id).expires_at
        moved = reschedule_booking(mentee, paid.id, {"scheduledAt": in_hours(130).isoformat()})
        assert moved.expires_at == until == hands.now.replace(day=hands.now.day + 2)
