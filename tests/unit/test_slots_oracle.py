"""The calculator against brute force: random calendars in every zone, and every zone at its clock changes.

The examples are the same on every run. To look for new ones: HYPOTHESIS_PROFILE=explore.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock, grid_starts, open_slots
from mentorbook.domain.zones import zone_names
from tests.unit.slot_oracle import HALF_HOUR, MINUTE, minutes, oracle_grid, oracle_slots, wall_clock

Question = dict[str, Any]

HOUR = timedelta(hours=1)
slow_is_fine = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=400,
    suppress_health_check=slow_is_fine,
)
settings.register_profile("explore", deadline=None, max_examples=5000, suppress_health_check=slow_is_fine)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@cache
def clock_changes(name: str, year: int) -> list[datetime]:
    """Finds when a zone's clock changes in a year, to the minute."""
    zone = ZoneInfo(name)
    found = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        after = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = day, after
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        day = after
    return found


wall_times = st.one_of(st.integers(0, 95).map(lambda quarter: quarter * 15), st.integers(0, 1439)).map(
    lambda minute: f"{minute // 60:02}:{minute % 60:02}"
)
end_times = st.one_of(st.just("24:00"), wall_times)
types = st.sampled_from(["AVAILABLE"] * 4 + ["BREAK", "BUFFER", "BLOCKED"])


@st.composite
def questions(draw: st.DrawFn) -> tuple[MentorCalendar, Question]:
    """Draws a calendar and a question about the hours around a clock change, where there is one."""
    name = draw(st.sampled_from(zone_names()))
    year = draw(st.one_of(st.sampled_from([2025, 2026, 2027]), st.integers(1890, 2045)))
    change = draw(st.sampled_from(clock_changes(name, year) or [datetime(year, 6, 15, tzinfo=UTC)]))
    around = change + timedelta(minutes=draw(st.integers(-720, 720)))
    today = change.astimezone(ZoneInfo(name)).date()

    days = st.integers(-1, 1).map(lambda days: (today + timedelta(days=days)).isoweekday() % 7)
    weekly = draw(st.lists(st.builds(WeeklyBlock, days, wall_times, end_times, types), max_size=4))
    # Without some long opening most examples would be closed, and say little.
    if draw(st.booleans()):
        opens_at = draw(st.sampled_from(["00:00", "00:10", "01:45", "09:00"]))
        weekly += [WeeklyBlock(day, opens_at, draw(end_times), "AVAILABLE") for day in range(7)]
    exceptions = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
        first = today + timedelta(days=draw(st.integers(-2, 1)))
        last = first + timedelta(days=draw(st.integers(0, 2)))
        hours = draw(st.one_of(st.just(()), st.tuples(wall_times, end_times)))
        exceptions.append(CalendarException(first, last, draw(types), *hours))
    seconds = st.sampled_from([0, 0, 0, 1, 30, 59])
    busy = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
        start = around + timedelta(minutes=draw(st.integers(-500, 500)), seconds=draw(seconds))
        busy.append((start, start + timedelta(minutes=draw(st.integers(0, 90)), seconds=draw(seconds))))
    calendar = MentorCalendar(
        name,
        weekly,
        exceptions,
        busy,
        buffer_minutes=draw(st.sampled_from([0, 0, 5, 15, 30, 60])),
        min_advance_hours=draw(st.sampled_from([0, 0.5, 1.25])),
        max_advance_days=draw(st.sampled_from([None, None, 0, 1, 60])),
        default_start=draw(wall_times),
        default_end=draw(end_times),
    )
    opens = around - timedelta(minutes=draw(st.integers(0, 240)), seconds=draw(seconds))
    return calendar, {
        "starts": (opens, opens + timedelta(minutes=draw(st.integers(60, 420)), seconds=draw(seconds))),
        "duration": draw(st.sampled_from([15, 30, 30, 45, 60, 90, 240, 7])),
        "now": opens
        + timedelta(minutes=draw(st.sampled_from([-1500, -120, -60, -30, 0, 45])), seconds=draw(seconds)),
    }


@settings(PROFILE)
@given(questions())
def test_random_calendars_agree_with_the_oracle(question: tuple[MentorCalendar, Question]) -> None:
    calendar, asked = question
    expected = oracle_grid(calendar, **asked)
    event("offers slots" if any(offered for _, offered in expected) else "offers none")
    assert grid_starts(calendar, **asked) == expected
    assert open_slots(calendar, **asked) == [start for start, offered in expected if offered]


NIGHT_SHIFT = [
    block
    for day in range(7)
    for block in (
        WeeklyBlock(day, "20:15", "02:10", "AVAILABLE"),
        WeeklyBlock(day, "02:10", "07:00", "AVAILABLE"),
        WeeklyBlock(day, "04:00", "04:20", "BREAK"),
    )
]


def around(change: datetime, hours: float = 2, duration: int = 60) -> Question:
    """Asks for the hours before and after a clock change."""
    return {
        "starts": (change - hours * HOUR, change + hours * HOUR),
        "duration": duration,
        "now": change - timedelta(days=7),
    }


def zones_by_area() -> list[tuple[str, list[str]]]:
    """Groups every zone, so that one test does not hold five hundred."""
    groups: dict[str, list[str]] = {}
    for name in zone_names():
        groups.setdefault(name.partition("/")[0] if "/" in name else "(none)", []).append(name)
    return sorted(groups.items())


TEN_YEARS = range(2021, 2031)
LIKE: dict[tuple[datetime, timedelta | None, timedelta | None], list[datetime]] = {}


def oracle_at(name: str, change: datetime) -> list[datetime]:
    """Asks the oracle, but once only for zones whose clocks read the same before and after a change."""
    zone = ZoneInfo(name)
    key = (change, (change - MINUTE).astimezone(zone).utcoffset(), change.astimezone(zone).utcoffset())
    if key not in LIKE:
        LIKE[key] = oracle_slots(MentorCalendar(name, NIGHT_SHIFT), **around(change))
    return LIKE[key]


@pytest.mark.parametrize("names", [pytest.param(names, id=group) for group, names in zones_by_area()])
def test_every_zone_agrees_with_the_oracle_at_each_clock_change_of_ten_years(names: list[str]) -> None:
    for name in names:
        changes = [change for year in TEN_YEARS for change in clock_changes(name, year)]
        for change in changes or [datetime(2026, 1, 1, tzinfo=UTC)]:
            slots = open_slots(MentorCalendar(name, NIGHT_SHIFT), **around(change))
            assert slots == oracle_at(name, change), (name, change)


FAMOUS = [
    ("Pacific/Apia", 2011, "jumps over a Friday"),
    ("Pacific/Kwajalein", 1993, "jumps over a Saturday"),
    ("Pacific/Kiritimati", 1994, "jumps over a New Year's Eve"),
    ("Asia/Manila", 1844, "jumps over a day, from a local mean time with odd seconds"),
    ("America/Juneau", 1867, "lives a day twice"),
    ("America/St_Johns", 2010, "changes at one minute past midnight, back into yesterday"),
    ("America/St_Johns", 1988, "moves by two hours"),
    ("Australia/Lord_Howe", 2026, "moves by half an hour"),
    ("Antarctica/Troll", 2026, "moves by two hours"),
    ("Africa/Casablanca", 2026, "moves for Ramadan"),
    ("Africa/Monrovia", 1972, "drops 44 minutes and 30 seconds"),
    ("Europe/Amsterdam", 1937, "drops 20 seconds"),
    ("Europe/Dublin", 1916, "drops local mean time"),
    ("Asia/Pyongyang", 2015, "moves by half an hour for good"),
    ("America/Caracas", 2016, "moves by half an hour for good"),
    ("Asia/Kathmandu", 1985, "moves by a quarter of an hour"),
    ("Europe/Volgograd", 2020, "moves for good"),
    ("America/Nuuk", 2024, "changes on a Saturday evening"),
    ("Asia/Gaza", 2026, "changes around Ramadan"),
    ("Europe/London", 1968, "stays on summer time"),
]


@pytest.mark.parametrize(
    ("name", "year"), [(n, y) for n, y, _ in FAMOUS], ids=[f"{n} {why}" for n, _, why in FAMOUS]
)
def test_famous_clock_changes_agree_with_the_oracle(name: str, year: int) -> None:
    changes = clock_changes(name, year)
    assert changes, "nothing famous happens here: the test looks at the wrong year"
    for change in changes:
        for window in (None, 0, 7, 8):
            calendar = MentorCalendar(name, NIGHT_SHIFT, max_advance_days=window)
            asked = around(change, hours=5, duration=30)
            assert grid_starts(calendar, **asked) == oracle_grid(calendar, **asked)


def wall_first_slots(
    calendar: MentorCalendar, *, starts: tuple[datetime, datetime], **asked: Any
) -> list[datetime]:
    """Calculates slots the wrong way round, from the wall clock to UTC, as many programs do."""
    zone = ZoneInfo(calendar.timezone)
    block = calendar.weekly[0]
    wall = wall_clock(starts[0], zone).replace(hour=0, minute=0)
    slots = set()
    while wall < wall_clock(starts[1], zone):
        if block.start <= wall.strftime("%H:%M") < block.end and (
            wall - wall.replace(hour=int(block.start[:2]), minute=int(block.start[3:]))
        ) % HALF_HOUR == timedelta(0):
            slots.add(wall.replace(tzinfo=zone).astimezone(UTC))
        wall += timedelta(minutes=1)
    return sorted(slot for slot in slots if starts[0] <= slot < starts[1])


def differs(calculator: Callable[..., list[datetime]], calendar: MentorCalendar, asked: Question) -> bool:
    """Tells whether a calculator is caught by the oracle."""
    return calculator(calendar, **asked) != oracle_slots(calendar, **asked)


@pytest.mark.parametrize(
    ("change", "start", "end", "caught"),
    [
        (0, "02:15", "02:45", True),  # Skipped: the wrong way offers 03:15.
        (1, "01:15", "01:45", True),  # Lived twice: the wrong way offers it once.
        (0, "08:00", "09:00", False),
        (1, "08:00", "09:00", False),
    ],
)
def test_the_oracle_catches_a_calculator_that_starts_from_the_wall_clock(
    change: int, start: str, end: str, caught: bool
) -> None:
    calendar = MentorCalendar(
        "America/New_York", [WeeklyBlock(0, start, end, "AVAILABLE")], max_advance_days=None
    )
    asked = around(clock_changes("America/New_York", 2026)[change], hours=12, duration=15)
    assert oracle_slots(calendar, **asked) or caught, "an empty answer would agree with anything"
    assert differs(wall_first_slots, calendar, asked) is caught
    assert not differs(open_slots, calendar, asked)


def test_the_oracle_catches_a_slot_too_many_and_one_too_few() -> None:
    calendar = MentorCalendar("Europe/London", NIGHT_SHIFT)
    asked = around(clock_changes("Europe/London", 2026)[0])
    slots = open_slots(calendar, **asked)
    assert len(slots) > 2
    assert differs(lambda *_, **__: slots[1:], calendar, asked)
    assert differs(lambda *_, **__: [*slots, slots[-1]], calendar, asked)


def test_the_oracle_counts_each_minute_of_a_window_once() -> None:
    noon = datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)
    assert list(minutes(noon, noon + timedelta(minutes=2))) == [
        noon.replace(minute=1, second=0),
        noon.replace(minute=2, second=0),
    ]
