"""A mentor's weekly hours in the reader's zone."""

from datetime import UTC, date, datetime

import pytest

from mentorbook.domain.availability.weekly_hours import hours_by_day
from mentorbook.domain.views import WeeklyRange
from mentorbook.presenters.dates import clock_range

SUNDAY = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)


def read(
    ranges: list[tuple[int, str, str]], mentor: str, viewer: str, now: datetime = SUNDAY
) -> list[list[str]]:
    """What the viewer reads for each of the seven days."""
    weekly = [WeeklyRange(day=day, start=start, end=end) for day, start, end in ranges]
    week = hours_by_day(weekly, mentor_zone=mentor, viewer_zone=viewer, now=now)
    return [[clock_range(start, end, viewer) for start, end in hours] for _, hours in week]


def test_days_begin_with_the_viewers_today() -> None:
    week = hours_by_day([], mentor_zone="UTC", viewer_zone="Pacific/Auckland", now=SUNDAY)
    assert [day for day, _ in week] == [date(2026, 11, 22 + later) for later in range(7)]
    late = datetime(2026, 11, 22, 20, tzinfo=UTC)
    week = hours_by_day([], mentor_zone="UTC", viewer_zone="Pacific/Auckland", now=late)
    assert week[0] == (date(2026, 11, 23), [])


def test_hours_are_read_on_the_viewers_clock() -> None:
    week = read([(1, "09:00", "17:00")], "Europe/London", "Asia/Kolkata")
    assert week == [[], ["14:30 – 22:30"], [], [], [], [], []]


def test_a_range_over_the_viewers_midnight_is_split() -> None:
    week = read([(1, "14:00", "22:00")], "Europe/London", "Asia/Kolkata")
    assert week[1:3] == [["19:30 – 00:00"], ["00:00 – 03:30"]]


def test_a_range_that_began_yesterday_is_there_today() -> None:
    week = read([(6, "20:00", "23:00")], "America/Los_Angeles", "Asia/Tokyo")
    assert week[0] == ["13:00 – 16:00"]


def test_ranges_that_touch_are_one() -> None:
    week = read([(1, "09:00", "12:00"), (1, "12:00", "14:00"), (1, "13:00", "15:00")], "UTC", "UTC")
    assert week[1] == ["09:00 – 15:00"]


def test_a_range_over_the_mentors_midnight_stays_one_elsewhere() -> None:
    week = read([(1, "22:00", "02:00")], "Asia/Tokyo", "Europe/London")
    assert week[1] == ["13:00 – 17:00"]


def test_the_whole_week_is_every_day_once() -> None:
    week = read([(day, "00:00", "24:00") for day in range(7)], "Europe/London", "Asia/Kolkata")
    assert week == [["00:00 – 00:00"]] * 7


def test_an_empty_range_is_nothing() -> None:
    assert read([(1, "09:00", "09:00")], "UTC", "UTC") == [[]] * 7


def test_a_clock_change_moves_the_days_after_it() -> None:
    # New York leaves summer time on Sunday 1 November 2026; Kolkata has no clock change.
    friday = datetime(2026, 10, 30, 12, tzinfo=UTC)
    week = read([(5, "09:00", "10:00"), (1, "09:00", "10:00")], "America/New_York", "Asia/Kolkata", friday)
    assert week[0] == ["18:30 – 19:30"]
    assert week[3] == ["19:30 – 20:30"]


@pytest.mark.parametrize("zone", ["Europe/London", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"])
def test_a_day_with_a_clock_change_is_still_one_range(zone: str) -> None:
    every_day = [(day, "00:00", "24:00") for day in range(7)]
    for month in range(1, 13):
        week = read(every_day, zone, zone, datetime(2026, month, 25, 12, tzinfo=UTC))
        assert all(len(hours) == 1 for hours in week)
