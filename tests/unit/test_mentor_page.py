"""A mentor's coming week on their page."""

from datetime import UTC, datetime

import pytest

from mentorbook.domain.views import WeeklyRange
from mentorbook.presenters.people.mentor_page import OpenRange, open_week
from tests.unit.test_booking_words import mentor

# A Monday: by London's clock hours of the morning and of the afternoon.
MORNING = WeeklyRange(day=1, start="09:00", end="12:00")
AFTERNOON = WeeklyRange(day=1, start="14:00", end="17:00")
ADA = mentor().model_copy(update={"weekly_hours": [MORNING, AFTERNOON]})


def _today(hour: int, minute: int = 0, zone: str = "UTC") -> tuple[list[OpenRange], str]:
    day = open_week(ADA, zone, datetime(2026, 11, 23, hour, minute, tzinfo=UTC))[0]
    return day.ranges, day.none


@pytest.mark.parametrize(
    ("hour", "shown"),
    [
        (8, ["09:00 – 12:00", "14:00 – 17:00"]),
        (9, ["09:00 – 12:00", "14:00 – 17:00"]),
        (10, ["until 12:00", "14:00 – 17:00"]),
        (12, ["14:00 – 17:00"]),
        (16, ["until 17:00"]),
        (17, []),
    ],
)
def test_of_today_only_what_is_still_to_come_is_shown(hour: int, shown: list[str]) -> None:
    assert [each.here for each in _today(hour)[0]] == shown


def test_what_is_left_of_hours_is_said_on_both_clocks() -> None:
    assert _today(10, zone="Asia/Kolkata")[0][0] == OpenRange("until 17:30", "until 12:00")


def test_a_day_whose_hours_are_over_is_not_one_without_hours() -> None:
    week = open_week(ADA, "UTC", datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    assert (week[0].none, week[1].none) == ("No more today", "Not there")


def test_each_date_can_be_asked_for_and_the_week_stays_a_week() -> None:
    week = open_week(ADA, "UTC", datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    assert [day.iso for day in week] == [f"2026-11-{number}" for number in range(23, 30)]
    sunday = open_week(ADA, "UTC", datetime(2026, 11, 22, 18, 0, tzinfo=UTC))
    assert [each.here for each in sunday[1].ranges] == ["09:00 – 12:00", "14:00 – 17:00"]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/London", [OpenRange("all day", "")]),
        # What begins on Tuesday in Auckland is still Monday's in London, and the other way round.
        ("Pacific/Auckland", [OpenRange("13:00 – 00:00", "00:00 – 11:00")]),
        ("America/New_York", [OpenRange("00:00 – 19:00", "05:00 – 00:00")]),
    ],
)
def test_hours_around_the_clock_are_said_so(zone: str, shown: list[OpenRange]) -> None:
    ada = ADA.model_copy(update={"weekly_hours": [WeeklyRange(day=2, start="00:00", end="24:00")]})
    week = open_week(ada, zone, datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    assert next(each.ranges for each in week if each.label == "Tue 24 Nov") == shown


def test_hours_that_begin_on_another_day_for_the_mentor_name_it() -> None:
    whole_week = [WeeklyRange(day=number, start="00:00", end="24:00") for number in range(7)]
    ada = ADA.model_copy(update={"weekly_hours": whole_week})
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert open_week(ada, "Asia/Kolkata", now)[2].ranges == [OpenRange("all day", "from Mon 18:30")]
    evening = ADA.model_copy(update={"weekly_hours": [WeeklyRange(day=1, start="20:00", end="22:00")]})
    tuesday = open_week(evening, "Asia/Kolkata", now)[2]
    assert tuesday.ranges == [OpenRange("01:30 – 03:30", "Mon 20:00 – 22:00")]


def test_what_is_left_of_a_day_around_the_clock_ends_at_midnight() -> None:
    whole_week = [WeeklyRange(day=number, start="00:00", end="24:00") for number in range(7)]
    ada = ADA.model_copy(update={"weekly_hours": whole_week})
    today = open_week(ada, "Asia/Kolkata", datetime(2026, 11, 22, 12, 0, tzinfo=UTC))[0]
    assert today.ranges == [OpenRange("until midnight", "until 18:30")]
