"""A mentor is told what stands in the way of an hour, and nothing stands in the way of what is offered."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from mentorbook.domain.availability.closed_hours import ClosedBy, why_closed
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock, open_slots
from tests.unit.test_slots_oracle import PROFILE, Question, questions

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)  # a Tuesday
TUESDAY = date(2026, 3, 3)


def at(clock: str, days: int = 0) -> datetime:
    """An instant of that Tuesday, or of a day after it."""
    return datetime.combine(TUESDAY + timedelta(days), time.fromisoformat(clock), UTC)


def a_calendar(**more: Any) -> MentorCalendar:
    """Tuesdays from nine to five, lunch at twelve, Wednesdays off."""
    weekly = [
        WeeklyBlock(2, "09:00", "17:00", "AVAILABLE"),
        WeeklyBlock(2, "12:00", "13:00", "BREAK"),
        WeeklyBlock(4, "22:00", "02:00", "AVAILABLE"),
    ]
    return MentorCalendar("UTC", weekly, **more)


HOLIDAY = CalendarException(TUESDAY, TUESDAY, "BLOCKED")
DENTIST = CalendarException(TUESDAY, TUESDAY, "BREAK", "15:00", "16:00")
EXTRA = CalendarException(TUESDAY, TUESDAY, "AVAILABLE", "10:00", "12:00")
BOOKED = (at("10:00"), at("11:00"))

REASONS: dict[str, tuple[MentorCalendar, datetime, ClosedBy, datetime]] = {
    "lunch": (a_calendar(), at("12:30"), ClosedBy.BLOCK, at("12:30")),
    "into lunch": (a_calendar(), at("11:30"), ClosedBy.BLOCK, at("12:00")),
    "after work": (a_calendar(), at("17:00"), ClosedBy.NO_HOURS, at("17:00")),
    "a day without hours": (a_calendar(), at("10:00", 1), ClosedBy.NO_HOURS, at("10:00", 1)),
    "the end of an overnight block": (a_calendar(), at("01:30", 3), ClosedBy.NO_HOURS, at("02:00", 3)),
    "a holiday": (a_calendar(exceptions=[HOLIDAY]), at("14:00"), ClosedBy.EXCEPTION, at("14:00")),
    "a holiday takes nothing where there are no hours": (
        a_calendar(exceptions=[HOLIDAY]),
        at("18:00"),
        ClosedBy.NO_HOURS,
        at("18:00"),
    ),
    "after the hours of a holiday": (
        a_calendar(exceptions=[HOLIDAY, EXTRA]),
        at("11:30"),
        ClosedBy.EXCEPTION,
        at("12:00"),
    ),
    "an hour off": (a_calendar(exceptions=[DENTIST]), at("14:30"), ClosedBy.EXCEPTION, at("15:00")),
    "a session": (a_calendar(busy=[BOOKED]), at("09:30"), ClosedBy.BOOKED, at("10:00")),
    "the buffer": (
        a_calendar(busy=[BOOKED], buffer_minutes=30),
        at("09:00"),
        ClosedBy.BUFFER,
        at("09:00"),
    ),
    "the past": (a_calendar(), at("07:00"), ClosedBy.PAST, at("07:00")),
    "notice": (a_calendar(min_advance_hours=3), at("10:00"), ClosedBy.NOTICE, at("10:00")),
    "the window": (a_calendar(max_advance_days=6), at("10:00", 7), ClosedBy.WINDOW, at("10:00", 7)),
    "the grid": (a_calendar(), at("10:10"), ClosedBy.OFF_THE_GRID, at("10:10")),
}


@pytest.mark.parametrize("what", REASONS)
def test_what_stands_in_the_way_is_named_with_its_minute(what: str) -> None:
    calendar, start, by, since = REASONS[what]
    (found,) = why_closed(calendar, [start], 60, NOW)
    assert found is not None
    assert (found.by, found.at) == (by, since)


def test_what_is_named_is_the_one_that_does_it() -> None:
    (found,) = why_closed(a_calendar(exceptions=[HOLIDAY, DENTIST]), [at("15:00")], 60, NOW)
    assert found
    # What takes a part of a day wins over what takes all of it (S3).
    assert found.exception == DENTIST
    (found,) = why_closed(a_calendar(busy=[BOOKED, (at("14:00"), at("15:00"))]), [at("10:30")], 60, NOW)
    assert found
    assert found.busy == BOOKED
    (found,) = why_closed(a_calendar(), [at("12:00")], 60, NOW)
    assert found
    assert found.block == WeeklyBlock(2, "12:00", "13:00", "BREAK")
    (found,) = why_closed(a_calendar(), [at("10:00")], 60, NOW, always=ClosedBy.PAUSED)
    assert found
    assert found.by == ClosedBy.PAUSED
    # What stands in the way of every hour comes before what does of this one.
    (found,) = why_closed(a_calendar(), [at("12:00")], 60, NOW, always=ClosedBy.NOT_BOOKABLE)
    assert found
    assert (found.by, found.block) == (ClosedBy.NOT_BOOKABLE, None)


@settings(PROFILE)
@given(questions())
def test_nothing_stands_in_the_way_of_what_is_offered_and_something_of_all_else(
    question: tuple[MentorCalendar, Question],
) -> None:
    calendar, asked = question
    (first, end), duration, now = asked["starts"], asked["duration"], asked["now"]
    offered = open_slots(calendar, **asked)
    minute = first.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while minute < end:
        (found,) = why_closed(calendar, [minute], duration, now)
        assert (found is None) == (minute in offered)
        minute += timedelta(minutes=15)
