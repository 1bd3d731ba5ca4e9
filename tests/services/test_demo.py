"""The demo can be written on any day, at any hour, and only into an empty database."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import connect, read_transaction
from mentorbook.db.people import User
from mentorbook.services import demo_data
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.people import accounts
from tests.conftest import NOON, Hands, forget
from tests.paying import demo_payments
from tests.people import counts, overlapping_claims


@pytest.mark.parametrize("hour", range(0, 7 * 24, 7))
def test_the_demo_can_be_written_at_any_time_of_the_week(
    hands: Hands, hour: int, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "hash_password", lambda password: "none")
    hands.now = NOON + timedelta(hours=hour, minutes=13)
    shutil.copy(sqlite_template, tmp_path / "demo.db")
    forget()
    database = connect(f"sqlite:///{tmp_path / 'demo.db'}")
    with demo_payments(tmp_path, monkeypatch):
        assert asyncio.run(demo_data.seed())
    assert counts()["sessions"] == 9
    assert overlapping_claims() == 0
    # There is a room to look into at once.
    (sam,) = (who for who in demo_data.MENTEES if who[1] == "Sam Rivera")
    with read_transaction() as session:
        user = session.scalars(select(User).where(col(User.email) == sam[0])).one()
    coming = list_bookings(accounts.account(user.id), BookingQuery(when="coming")).bookings
    assert all(each.held_until is None for each in coming)
    assert sum(each.payment_status is not None for each in coming) == 2
    assert coming[0].actions["join"].allowed
    assert not asyncio.run(demo_data.seed())
    database.close()
    forget()
