"""The second promise: for random calendars, exactly what is listed can be booked."""

import random
from datetime import date, datetime, timedelta

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import SlotTaken, SlotUnavailable
from mentorbook.domain.slots import CalendarException, WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services import bookings
from mentorbook.services.slots import SlotQuery, list_slots
from tests.conftest import NOON, Hands
from tests.people import a_mentee, a_mentor, a_request, overlapping_claims

ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
# Days on which clocks change in one or another of these zones, and plain ones.
DAYS = (date(2027, 3, 13), date(2027, 3, 27), date(2027, 4, 3), date(2027, 10, 2), date(2027, 10, 30))


def a_wall(dice: random.Random) -> str:
    return f"{dice.randrange(24):02}:{dice.choice((0, 0, 15, 30, 45)):02}"


def a_random_mentor(dice: random.Random, day: date) -> Account:
    weekly = tuple(
        WeeklyBlock(dice.randrange(7), a_wall(dice), a_wall(dice), kind)
        for kind in ("AVAILABLE",) * 9 + ("BREAK", "BUFFER", "BLOCKED")
    )
    exceptions = tuple(
        CalendarException(
            day + timedelta(days=dice.randrange(3)),
            day + timedelta(days=3),
            dice.choice(("AVAILABLE", "BLOCKED")),
            *(() if dice.random() < 0.3 else (a_wall(dice), a_wall(dice))),
        )
        for _ in range(dice.randrange(3))
    )
    return a_mentor(
        zone=dice.choice(ZONES),
        weekly=weekly,
        exceptions=exceptions,
        buffer_minutes=dice.choice((0, 10, 15, 45)),
        min_advance_booking_hours=dice.choice((0.0, 0.5, 7.0)),
        max_advance_booking_days=dice.choice((1, 3, None)),
    )


def tries(dice: random.Random, offered: set[datetime], day: date) -> list[datetime]:
    """What is offered, and as many instants near it that are not."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=NOON.tzinfo)
    grid = {midnight + timedelta(minutes=15 * number) for number in range(-8, 4 * 24 * 3)}
    others = sorted(grid - offered)
    return [*dice.sample(sorted(offered), min(8, len(offered))), *dice.sample(others, 12)]


@pytest.mark.parametrize("seed", range(12))
def test_exactly_what_is_offered_is_accepted(
    db: Database, hands: Hands, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 1_000)
    dice = random.Random(seed)
    day = DAYS[seed % len(DAYS)]
    hands.now = datetime(day.year, day.month, day.day, 3, 17, 5, tzinfo=NOON.tzinfo)
    mentor, mentee, other = a_random_mentor(dice, day), a_mentee("Mina"), a_mentor("Other")
    duration = dice.choice((15, 30, 60, 90))
    query = SlotQuery(mentor.id, day - timedelta(days=2), day + timedelta(days=5), "UTC", duration)
    accepted = refused = 0
    # The mentee is somewhere else for a while, which must not be offered either.
    busy_from = hands.now.replace(minute=0, second=0) + timedelta(hours=dice.randrange(2, 40))
    bookings.create_booking(mentee, a_request(other, busy_from, duration=120))
    for _ in range(20):
        offered = {slot.start_time for slot in list_slots(mentee, query).slots}
        at = dice.choice(tries(dice, offered, day))
        try:
            bookings.create_booking(mentee, a_request(mentor, at, duration=duration))
        except (SlotTaken, SlotUnavailable):
            assert at not in offered
            refused += 1
        else:
            assert at in offered
            accepted += 1
        if dice.random() < 0.3:
            hands.on(minutes=dice.randrange(1, 200), seconds=dice.randrange(60))
    assert refused
    assert overlapping_claims() == 0


def test_the_random_calendars_offer_something(sqlite_db: Database, hands: Hands) -> None:
    """The test above would prove little if its calendars were empty."""
    found = 0
    for seed in range(12):
        dice, day = random.Random(seed), DAYS[seed % len(DAYS)]
        hands.now = datetime(day.year, day.month, day.day, 3, 17, 5, tzinfo=NOON.tzinfo)
        mentor = a_random_mentor(dice, day)
        found += bool(list_slots(None, SlotQuery(mentor.id, day, day + timedelta(days=5))).slots)
    assert found >= 9
