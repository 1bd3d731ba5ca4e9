"""Times, lengths and names in the field's short English."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain import wording
from mentorbook.domain.zones import zone, zone_names

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (NOW.replace(hour=19), "today 19:00"),
        (NOW + timedelta(days=1), "tomorrow 12:00"),
        (NOW - timedelta(days=1), "yesterday 12:00"),
        (NOW + timedelta(days=6), "Sun 12:00"),
        (NOW + timedelta(days=7), "Mon 30 Nov, 12:00"),
        (NOW - timedelta(days=3), "Fri 20 Nov, 12:00"),
        (NOW + timedelta(days=60), "Fri 22 Jan 2027, 12:00"),
    ],
)
def test_moments_are_named_as_shortly_as_is_unmistakable(instant: datetime, said: str) -> None:
    assert wording.when(instant, "UTC", NOW) == said


def test_today_is_the_readers_today() -> None:
    late = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert wording.when(late, "UTC", NOW) == "today 20:00"
    assert wording.when(late, "Asia/Tokyo", NOW) == "tomorrow 05:00"


def test_dates_and_clocks() -> None:
    assert wording.clock(NOW, "Asia/Kolkata") == "17:30"
    assert wording.clock_range(NOW, NOW + timedelta(hours=1), "UTC") == "12:00 – 13:00"
    assert wording.day(NOW, "UTC") == "Mon 23 November"
    assert wording.day(NOW, "UTC", year=True) == "Mon 23 November 2026"
    assert wording.long_day(datetime(2026, 11, 24, tzinfo=UTC)) == "Tuesday 24 November"
    assert wording.moment(NOW, "UTC", NOW) == "Mon 23 Nov, 12:00"


@given(
    st.datetimes(datetime(1975, 1, 1, tzinfo=UTC).replace(tzinfo=None), timezones=st.just(UTC)).filter(
        lambda instant: instant.year < 2400
    ),
    st.sampled_from(zone_names()),
)
def test_the_local_clock_is_that_of_the_zone_database(instant: datetime, name: str) -> None:
    minute = instant.replace(second=0, microsecond=0)
    wanted = minute.astimezone(zone(name))
    assert f"{wording.local(minute, name):%Y-%m-%d %H:%M}" == f"{wanted:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (59, "now"),
        (60, "in 1 minute"),
        (-120, "2 minutes ago"),
        (3_600, "in 1 hour"),
        (-86_399, "23 hours ago"),
        (2 * 86_400, "in 2 days"),
    ],
)
def test_distances(seconds: int, said: str) -> None:
    assert wording.distance(NOW + timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "now"), (59, "now"), (60, "1 min"), (3_599, "59 min"), (7_200, "2 h"), (4 * 86_400, "4 d")],
)
def test_ages(seconds: int, said: str) -> None:
    assert wording.age(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("name", "letters", "first"),
    [
        ("Ada Lovelace", "AL", "Ada"),
        ("ada", "A", "ada"),
        ("Ada King Lovelace", "AL", "Ada"),
        ("Dr. (h.c.) Ada Lovelace", "DL", "Dr."),
        ("日本 太郎", "日太", "日本"),
        ("🦉", "?", "🦉"),
        ("", "?", ""),
    ],
)
def test_initials_and_first_names(name: str, letters: str, first: str) -> None:
    assert wording.initials(name) == letters
    assert wording.first_name(name) == first


def test_zones_with_the_same_clock() -> None:
    assert wording.same_clock("Europe/London", "UTC", NOW)
    assert not wording.same_clock("Europe/London", "UTC", NOW.replace(month=7))
    assert wording.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
