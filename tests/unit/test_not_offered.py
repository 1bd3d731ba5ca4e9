"""Why a time is not offered; silent exactly when it is, or when only a session stands in the way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.availability.not_offered import why_not_offered
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock, open_slots
from mentorbook.presenters.refusals import not_offered_words

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
DAY_OFF = NOW.date() + timedelta(days=2)
CALENDAR = MentorCalendar(
    timezone="Asia/Tokyo",
    weekly=tuple(WeeklyBlock(day, "09:00", "12:00", "AVAILABLE") for day in range(7)),
    exceptions=(CalendarException(DAY_OFF, DAY_OFF, "BLOCKED"),),
    min_advance_hours=14,
    max_advance_days=10,
)


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (NOW, "is in the past"),
        (datetime(2027, 1, 14, 0, 0, tzinfo=UTC), "is too soon: Kenji asks for 14 hours of notice"),
        (datetime(2027, 1, 14, 2, 0, tzinfo=UTC), None),
        (
            datetime(2027, 1, 14, 2, 30, tzinfo=UTC),
            "is too late for 60 minutes: Kenji is not free until the end",
        ),
        (
            datetime(2027, 1, 14, 1, 45, tzinfo=UTC),
            "is not one of the offered starts, which are 30 minutes apart",
        ),
        (datetime(2027, 1, 14, 3, 0, tzinfo=UTC), "is outside the hours of Kenji"),
        (datetime(2027, 1, 15, 1, 0, tzinfo=UTC), "is outside the hours of Kenji"),
        (
            datetime(2027, 1, 24, 0, 0, tzinfo=UTC),
            "is too far ahead: Kenji takes bookings up to 10 days ahead",
        ),
    ],
)
def test_the_reason_helps_to_choose_another_time(at: datetime, why: str | None) -> None:
    found = why_not_offered(CALENDAR, "Kenji", at, 60, NOW)
    assert (found and not_offered_words(found)) == why


@given(st.integers(-3 * 24 * 60, 15 * 24 * 60), st.sampled_from([15, 60, 180, 240]))
def test_a_reason_is_given_exactly_when_the_time_is_not_offered(minutes: int, duration: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    window = (at, at + timedelta(microseconds=1))
    offered = at in open_slots(CALENDAR, starts=window, duration=duration, now=NOW)
    assert (why_not_offered(CALENDAR, "Kenji", at, duration, NOW) is None) == offered
