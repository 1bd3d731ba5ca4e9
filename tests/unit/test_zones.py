"""Zones: names, offsets and clock changes against zoneinfo itself."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mentorbook.domain.zones import (
    EPOCH,
    MINUTE,
    city,
    is_zone,
    local_date,
    minute_after,
    minute_of,
    offset_at,
    offset_label,
    offset_periods,
    zone,
    zone_names,
)

NOT_ZONES = [
    "",
    " ",
    ".",
    "..",
    "/",
    "../etc/passwd",
    "/etc/passwd",
    "Europe/../Europe/London",
    "Europe/London/",
    "Europe/London\0",
    "\0",
    "Europe",
    "europe/london",
    "EUROPE/LONDON",
    "Europe/Lond\u00f6n",
    "Europe/London ",
    "posix/Europe/London",
    "right/Europe/London",
    "localtime",
    "Factory",
    "zone.tab",
    "tzdata.zi",
    "C:\\zone",
    "a" * 10_000,
    "../" * 5_000,
    None,
    5,
    ["UTC"],
]


@pytest.mark.parametrize("name", NOT_ZONES, ids=lambda name: repr(name)[:24])
def test_what_is_not_a_zone_is_refused_with_a_short_value_error(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(ValueError, match="unknown time zone") as refused:
        zone(name)
    assert len(str(refused.value)) < 250


def test_every_listed_zone_is_found_and_listed_once_in_order() -> None:
    names = zone_names()
    assert list(names) == sorted(set(names))
    assert {"UTC", "Europe/London", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= set(names)
    for name in names:
        assert is_zone(name)
        assert zone(name).key == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Asia/Kolkata", "Kolkata"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("UTC", "UTC"),
    ],
)
def test_a_city_is_the_last_part_of_a_name(name: str, expected: str) -> None:
    assert city(name) == expected


@pytest.mark.parametrize(
    ("name", "month", "expected"),
    [
        ("Asia/Kolkata", 1, "GMT+5:30"),
        ("Asia/Kathmandu", 1, "GMT+5:45"),
        ("America/Los_Angeles", 1, "GMT-8"),
        ("America/Los_Angeles", 7, "GMT-7"),
        ("America/St_Johns", 1, "GMT-3:30"),
        ("Europe/London", 1, "GMT"),
        ("Europe/London", 7, "GMT+1"),
        ("Pacific/Kiritimati", 1, "GMT+14"),
    ],
)
def test_an_offset_is_written_as_browsers_write_it(name: str, month: int, expected: str) -> None:
    assert offset_label(name, datetime(2025, month, 15, tzinfo=UTC)) == expected


def test_a_local_date_is_the_date_on_the_wall() -> None:
    instant = datetime(2026, 1, 11, 15, 30, tzinfo=UTC)
    assert local_date("Asia/Tokyo", instant) == date(2026, 1, 12)
    assert local_date("America/New_York", instant.astimezone(ZoneInfo("Asia/Tokyo"))) == date(2026, 1, 11)
    # Samoa went from Thursday to Saturday.
    midnight = datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert local_date("Pacific/Apia", midnight - MINUTE) == date(2011, 12, 29)
    assert local_date("Pacific/Apia", midnight) == date(2011, 12, 31)


def test_minutes_round_down_or_up_and_a_naive_instant_is_refused() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for moved in (timedelta(0), timedelta(microseconds=1), timedelta(seconds=59, microseconds=999_999)):
        assert EPOCH + minute_of(noon + moved) * MINUTE == noon
        assert EPOCH + minute_after(noon - moved) * MINUTE == noon
    before_epoch = datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC)
    assert (minute_of(before_epoch), minute_after(before_epoch)) == (-1, 0)
    for count in (minute_of, minute_after):
        with pytest.raises(ValueError, match="time zone"):
            count(noon.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        local_date("UTC", noon.replace(tzinfo=None))


def real_offset(name: str, minute: int) -> int:
    """Asks zoneinfo how far the clock on the wall, which shows no seconds, is from a UTC minute."""
    instant = EPOCH + minute * MINUTE
    wall = instant.astimezone(ZoneInfo(name)).replace(tzinfo=UTC, second=0, microsecond=0)
    return (wall - instant) // MINUTE


@pytest.mark.parametrize("year", [1919, 1972, 2011, 2026, 2050])
def test_periods_of_every_zone_agree_with_zoneinfo_at_their_edges_and_within(year: int) -> None:
    first, end = (minute_of(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
    for name in zone_names():
        periods = offset_periods(name, first, end)
        assert periods[0][0] == first
        assert periods[-1][1] == end
        for before, after in pairwise(periods):
            assert before[1] == after[0]
            assert before[2] != after[2]
        for start, stop, offset in periods:
            minutes = {start, stop - 1, *range(start, stop, 97 * 60)}
            assert {real_offset(name, minute) for minute in minutes} == {offset}, name


@pytest.mark.parametrize("name", ["Africa/Freetown", "America/Nuuk", "Asia/Gaza", "Africa/Monrovia"])
def test_each_hour_of_a_troubled_zone_agrees_with_zoneinfo(name: str) -> None:
    for year in (1939, 1972, 2023, 2026):
        start = minute_of(datetime(year, 1, 1, tzinfo=UTC))
        for minute in range(start, start + 365 * 1440, 60):
            assert offset_at(name, minute) == real_offset(name, minute)


def test_periods_join_over_new_year_and_end_where_they_are_told() -> None:
    first = minute_of(datetime(2025, 12, 1, tzinfo=UTC))
    assert offset_periods("Asia/Tokyo", first, first + 90 * 1440) == [(first, first + 90 * 1440, 540)]
    assert offset_periods("Asia/Tokyo", first, first) == []
    assert offset_periods("Asia/Tokyo", first, first - 1) == []
