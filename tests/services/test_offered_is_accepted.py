"""The second promise: for random calendars, exactly what is listed can be booked."""

import contextlib
import random
from datetime import date, datetime, timedelta

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import SlotTaken, SlotUnavailable
from mentorbook.domain.slots import CalendarException, WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.availability.slots import SlotQuery, earliest_slot, fitting_durations, list_slots
from mentorbook.services.booking import bookings
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import NOON, Hands
from tests.people import EVERY_DAY, a_mentee, a_mentor, a_request, in_hours, overlapping_claims

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


@pytest.mark.parametrize("seed", range(12))
def test_exactly_what_is_offered_for_a_move_is_accepted(
    db: Database, hands: Hands, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 1_000)
    dice = random.Random(seed)
    day = DAYS[seed % len(DAYS)]
    hands.now = datetime(day.year, day.month, day.day, 3, 17, 5, tzinfo=NOON.tzinfo)
    # Zones whose clocks agree with UTC on when half an hour begins, so that noon is one of the starts.
    zone = dice.choice(("UTC", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia"))
    mentor = a_mentor(zone=zone, weekly=EVERY_DAY, buffer_minutes=dice.choice((0, 15)))
    mentee = a_mentee("Mina")
    change_policies(a_mentee("Admin", is_admin=True), {"max_reschedules_per_session": 10})
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=NOON.tzinfo) + timedelta(days=1)
    moved = bookings.create_booking(mentee, a_request(mentor, noon, duration=60))
    for _ in range(3):
        others = noon + timedelta(minutes=30 * dice.randrange(-8, 8))
        with contextlib.suppress(SlotTaken, SlotUnavailable):
            bookings.create_booking(a_mentee(), a_request(mentor, others, duration=30))
    present_was_offered = set()
    for _ in range(9):
        duration = dice.choice((moved.duration, 30, 60, 90))
        query = SlotQuery(
            mentor.id,
            day - timedelta(days=2),
            day + timedelta(days=5),
            "UTC",
            duration,
            exclude_booking_id=moved.id,
        )
        offered = {slot.start_time for slot in list_slots(mentee, query).slots}
        present_was_offered.add((duration == moved.duration, moved.scheduled_at in offered))
        assert (duration in fitting_durations(mentee, mentor.id, moved.scheduled_at, moved.id)) == (
            moved.scheduled_at in offered
        )
        assert earliest_slot(mentee, mentor.id, duration, moved.id) == min(offered)
        near = [noon + timedelta(minutes=30 * step) for step in range(-8, 8)]
        at = dice.choice([moved.scheduled_at, *near])
        try:
            moved = reschedule_booking(
                mentee, moved.id, {"scheduledAt": at.isoformat(), "duration": duration}
            )
        except SlotTaken as taken:
            assert at not in offered
            proposed = {datetime.fromisoformat(each["startTime"]) for each in taken.extra["nearestSlots"]}
            assert proposed
            assert proposed <= offered
        except SlotUnavailable:
            assert at not in offered
        else:
            assert at in offered
    # Where it is already is never offered for the same length.
    assert (True, True) not in present_was_offered
    assert overlapping_claims() == 0


def test_a_lost_move_does_not_propose_the_present_time(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    moved = bookings.create_booking(mentee, a_request(mentor, in_hours(24)))
    bookings.create_booking(a_mentee(), a_request(mentor, in_hours(25)))
    request = {"scheduledAt": in_hours(25).isoformat()}
    with pytest.raises(SlotTaken) as lost:
        reschedule_booking(mentee, moved.id, request)
    starts = [each["startTime"] for each in lost.value.extra["nearestSlots"]]
    assert starts == ["2027-01-14T11:30:00Z", "2027-01-14T14:00:00Z", "2027-01-14T14:30:00Z"]
    with pytest.raises(SlotTaken) as lost:
        reschedule_booking(mentee, moved.id, {**request, "duration": 30})
    starts = [each["startTime"] for each in lost.value.extra["nearestSlots"]]
    assert "2027-01-14T12:00:00Z" in starts
    at = moved.scheduled_at.isoformat()
    assert reschedule_booking(mentee, moved.id, {"scheduledAt": at, "duration": 30}).duration == 30


def test_the_random_calendars_offer_something(sqlite_db: Database, hands: Hands) -> None:
    """The test above would prove little if its calendars were empty."""
    found = 0
    for seed in range(12):
        dice, day = random.Random(seed), DAYS[seed % len(DAYS)]
        hands.now = datetime(day.year, day.month, day.day, 3, 17, 5, tzinfo=NOON.tzinfo)
        mentor = a_random_mentor(dice, day)
        found += bool(list_slots(None, SlotQuery(mentor.id, day, day + timedelta(days=5))).slots)
    assert found >= 9
