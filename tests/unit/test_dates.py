"""Times, lengths and names in the field's short English."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mentorbook.domain import wall_clock
from mentorbook.domain.zones import zone, zone_names
from mentorbook.presenters import dates, names

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
    assert dates.when(instant, "UTC", NOW) == said


def test_today_is_the_readers_today() -> None:
    late = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert dates.when(late, "UTC", NOW) == "today 20:00"
    assert dates.when(late, "Asia/Tokyo", NOW) == "tomorrow 05:00"


def test_dates_and_clocks() -> None:
    assert dates.clock(NOW, "Asia/Kolkata") == "17:30"
    assert dates.clock_range(NOW, NOW + timedelta(hours=1), "UTC") == "12:00 – 13:00"
    assert dates.day(NOW, "UTC") == "Mon 23 November"
    assert dates.day(NOW, "UTC", year=True) == "Mon 23 November 2026"
    assert dates.long_day(datetime(2026, 11, 24, tzinfo=UTC)) == "Tuesday 24 November"
    assert dates.moment(NOW, "UTC", NOW) == "Mon 23 Nov, 12:00"


YEAR_2020 = datetime(2020, 1, 1, tzinfo=UTC)
LAST_OF_SUMMER = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clock_shows_twice_says_which() -> None:
    hour = timedelta(hours=1)
    assert [dates.clock(LAST_OF_SUMMER + n * hour, "Europe/London") for n in (-1, 0, 1, 2)] == [
        "00:30",
        "01:30 GMT+1",
        "01:30 GMT",
        "02:30",
    ]
    assert (
        dates.clock_range(LAST_OF_SUMMER, LAST_OF_SUMMER + hour, "Europe/London") == "01:30 GMT+1 – 01:30 GMT"
    )
    assert dates.moment(LAST_OF_SUMMER, "Europe/London", NOW) == "Sun 31 Oct 2027, 01:30 GMT+1"
    assert dates.when(LAST_OF_SUMMER, "Europe/London", LAST_OF_SUMMER) == "today 01:30 GMT+1"
    # Where the clock is set forward nothing is shown twice.
    assert dates.clock(datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "Europe/London") == "02:30"


@given(
    st.sampled_from(sorted(zone_names())),
    st.integers(0, 12 * 365 * 24 * 60).map(lambda minute: YEAR_2020 + timedelta(minutes=minute)),
)
def test_what_the_clock_shows_twice_is_what_the_zone_folds(name: str, instant: datetime) -> None:
    wall = instant.astimezone(zone(name))
    folds = wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()
    assert wall_clock.is_read_twice(instant, name) == folds


@given(
    st.datetimes(datetime(1975, 1, 1, tzinfo=UTC).replace(tzinfo=None), timezones=st.just(UTC)).filter(
        lambda instant: instant.year < 2400
    ),
    st.sampled_from(zone_names()),
)
def test_the_local_clock_is_that_of_the_zone_database(instant: datetime, name: str) -> None:
    minute = instant.replace(second=0, microsecond=0)
    wanted = minute.astimezone(zone(name))
    assert f"{wall_clock.local(minute, name):%Y-%m-%d %H:%M}" == f"{wanted:%Y-%m-%d %H:%M}"


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The process itself runs in another zone, as a server may."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("instant", "zone_name", "begins"),
    [
        ("2026-11-23T12:00", "Asia/Kolkata", "2026-11-23T18:30"),
        ("2026-11-23T18:30", "Asia/Kolkata", "2026-11-24T18:30"),
        ("2026-11-23T18:29", "Asia/Kolkata", "2026-11-23T18:30"),
        ("2027-03-14T12:00", "America/New_York", "2027-03-15T04:00"),
        ("2027-03-13T12:00", "America/New_York", "2027-03-14T05:00"),
        # Havana's clock goes from 23:59 to 01:00, Sao Paulo's did so too: that is when the day begins.
        ("2025-03-08T12:00", "America/Havana", "2025-03-09T05:00"),
        ("2018-11-03T12:00", "America/Sao_Paulo", "2018-11-04T03:00"),
        # Midnight comes twice where a clock steps back from 00:00 to 23:00; the date only changes once.
        ("2018-02-17T12:00", "America/Sao_Paulo", "2018-02-18T03:00"),
        # Samoa left out 30 December 2011.
        ("2011-12-29T12:00", "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_a_day_begins_at_midnight_of_the_reader(
    instant: str, zone_name: str, begins: str, server_zone: str
) -> None:
    asked = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert wall_clock.midnight_after(asked, zone_name) == datetime.fromisoformat(begins).replace(tzinfo=UTC)


# Around every clock change of a year that has the odd ones, and anywhere else.
_ODD_MOMENTS = st.one_of(
    st.datetimes(datetime(1975, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from(
            [
                datetime(2011, 12, 30, 10, tzinfo=UTC),
                datetime(2018, 11, 4, 3, tzinfo=UTC),
                datetime(2027, 3, 14, 5, tzinfo=UTC),
                datetime(2027, 10, 31, 1, tzinfo=UTC),
                datetime(1993, 8, 21, 12, tzinfo=UTC),
            ]
        ),
        st.integers(-3000, 3000),
    ),
)
_ODD_ZONES = st.sampled_from(
    [
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "America/Sao_Paulo",
        "America/Havana",
        "America/St_Johns",
        "Asia/Amman",
    ]
)


@given(_ODD_MOMENTS, st.one_of(_ODD_ZONES, st.sampled_from(zone_names())))
@example(datetime(2011, 12, 29, 12, tzinfo=UTC), "Pacific/Apia")
@example(datetime(1993, 8, 20, 12, tzinfo=UTC), "Pacific/Kwajalein")
def test_midnight_is_the_first_instant_of_the_next_local_date(instant: datetime, name: str) -> None:
    found = wall_clock.midnight_after(instant, name)
    today = wall_clock.local(instant, name).date()
    assert found > instant
    assert wall_clock.local(found, name).date() > today
    # No minute before it has a later date: none was skipped over.
    minutes = int((found - instant).total_seconds() // 60) + 1
    before = (found - timedelta(minutes=back) for back in range(1, minutes + 1))
    assert all(wall_clock.local(each, name).date() <= today for each in before if each > instant)


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
    assert dates.distance(NOW + timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "now"), (59, "now"), (60, "1 min"), (3_599, "59 min"), (7_200, "2 h"), (4 * 86_400, "4 d")],
)
def test_ages(seconds: int, said: str) -> None:
    assert dates.age(NOW - timedelta(seconds=seconds), NOW) == said


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
    assert names.initials(name) == letters
    assert names.first_name(name) == first


def test_zones_with_the_same_clock() -> None:
    assert wall_clock.same_clock("Europe/London", "UTC", NOW)
    assert not wall_clock.same_clock("Europe/London", "UTC", NOW.replace(month=7))
    assert dates.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
