"""The week of a mentor as shapes: everything in its place, whatever the clock does, and nothing twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.availability.mentor_week import (
    DAYS,
    MentorWeek,
    WeekException,
    WeekFigures,
    WeekSession,
    exception_spans,
    hours_of_week,
    monday_of,
    open_spans,
    week_bounds,
    week_spans,
)
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock
from mentorbook.domain.zones import EPOCH, MINUTE, minute_of
from mentorbook.presenters.booking.mentor_week import WeekBlock, WeekPage, week_figures, week_page
from tests.unit.slot_oracle import opening_block, wall_clock

# Hours that are skipped or come twice, also at midnight; half an hour of it; a date that was left out.
CHANGES = {
    "Europe/London": (date(2027, 3, 28), date(2027, 10, 31)),
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),
    "Africa/Cairo": (date(2027, 4, 30), date(2027, 10, 28)),
    "Pacific/Apia": (date(2011, 12, 29), date(2011, 12, 31)),
    "America/Scoresbysund": (date(2024, 3, 31),),
    "Asia/Kolkata": (date(2027, 1, 13),),
}
WEEKS = [(zone, monday_of(day)) for zone, days in CHANGES.items() for day in days]
NOTHING = WeekFigures(0, 0, 0, 0)


def a_session(start: datetime, minutes: int, number: int = 0, **values: object) -> WeekSession:
    """A session of the mentor's."""
    facts = {"mentors": True, "waits": False, "status": SessionStatus.SCHEDULED, **values}
    end = start + timedelta(minutes=minutes)
    return WeekSession(UUID(int=number + 1), f"Session {number}", "Mina Rao", start, end, **facts)  # type: ignore[arg-type]


def a_week(zone: str, first_day: date, **values: object) -> MentorWeek:
    """The week of somebody with hours by the clock of the same zone."""
    facts: dict[str, object] = {
        "moment": datetime(2027, 1, 13, 12, tzinfo=UTC),
        "sessions": (),
        "open": (),
        "exceptions": (),
        "figures": NOTHING,
        "is_paused": False,
    }
    return MentorWeek(first_day, zone, **(facts | values))  # type: ignore[arg-type]


def blocks(page: WeekPage) -> Iterator[tuple[str, WeekBlock]]:
    """Every block, with its date."""
    for day in page.days:
        for block in day.blocks:
            yield day.iso, block


def minutes_of(zone: str, first: date, sessions: list[WeekSession]) -> dict[str, list[tuple[str, int]]]:
    """The dates and wall minutes of each session that lie in the week, minute by minute by zoneinfo."""
    found: dict[str, list[tuple[str, int]]] = {}
    dates = {(first + timedelta(days=n)).isoformat() for n in range(DAYS)}
    for session in sessions:
        at = session.starts_at
        while at < session.ends_at:
            wall = at.astimezone(ZoneInfo(zone))
            if wall.date().isoformat() in dates:
                place = wall.date().isoformat(), wall.hour * 60 + wall.minute
                found.setdefault(str(session.id), []).append(place)
            at += MINUTE
    return found


@st.composite
def weeks(draw: st.DrawFn) -> MentorWeek:
    """A week with sessions that touch one another or lie apart, from before it begins until after its end."""
    zone, first_day = draw(st.sampled_from(WEEKS))
    at = EPOCH + (week_bounds(first_day)[0] + draw(st.integers(0, 3 * 1440))) * MINUTE
    sessions = []
    for number in range(draw(st.integers(1, 14))):
        minutes = draw(st.integers(1, 16)) * 15
        sessions.append(a_session(at, minutes, number))
        at += timedelta(minutes=minutes + draw(st.sampled_from((0, 15, 90, 600, 1440))))
    return a_week(zone, first_day, sessions=tuple(sessions))


@given(weeks())
def test_every_minute_of_every_session_is_shown_once_and_inside_its_day(week: MentorWeek) -> None:
    shown: dict[str, list[tuple[str, int]]] = {}
    page = week_page(week)
    for iso, block in blocks(page):
        assert 0 <= block.top < block.top + block.height <= 1440
        assert page.first <= block.top
        assert block.top + block.height <= page.last
        places = [(iso, minute) for minute in range(block.top, block.top + block.height)]
        shown.setdefault(block.id, []).extend(places)
    expected = minutes_of(week.zone, week.first_day, list(week.sessions))
    assert {each: sorted(places) for each, places in shown.items()} == {
        each: sorted(places) for each, places in expected.items()
    }


@given(weeks())
def test_sessions_that_do_not_overlap_do_not_cover_one_another(week: MentorWeek) -> None:
    for day in week_page(week).days:
        for one, other in combinations(day.blocks, 2):
            beside = {one.lane, other.lane} == {1, 2}
            apart = one.top + one.height <= other.top or other.top + other.height <= one.top
            assert beside or apart, (one, other)


@given(st.sampled_from(WEEKS), st.data())
def test_open_hours_are_those_of_the_oracle(which: tuple[str, date], data: st.DataObject) -> None:
    """Read back from the shapes: the ground of a day is open exactly where the calendar is.

    Hours and offsets are of whole quarters of an hour: the oracle is asked once for each, the shapes are read
    minute by minute.
    """
    zone, first_day = which
    hours = st.sampled_from(("00:00", "01:30", "09:00", "17:00", "22:00"))
    block = st.builds(
        WeeklyBlock, st.integers(0, 6), hours, hours, st.sampled_from(("AVAILABLE", "AVAILABLE", "BREAK"))
    )
    day = st.integers(-1, 7).map(lambda n: first_day + timedelta(days=n))
    exception = st.builds(
        lambda on, kind, times: CalendarException(on, on, kind, *times),
        day,
        st.sampled_from(("AVAILABLE", "BLOCKED")),
        st.sampled_from(((None, None), ("10:00", "12:00"), ("23:00", "02:00"))),
    )
    calendar = MentorCalendar(
        zone,
        data.draw(st.lists(block, min_size=1, max_size=6)),
        data.draw(st.lists(exception, max_size=2)),
    )
    page = week_page(a_week(zone, first_day, open=tuple(open_spans(calendar, week_bounds(first_day)))))
    shown = sorted(
        (each.iso, minute)
        for each in page.days
        for shape in each.ground
        for minute in range(shape.top, shape.top + shape.height)
    )
    expected = []
    for first, end in week_spans(zone, first_day):
        assert (first % 15, end % 15) == (0, 0)
        for quarter in range(first, end, 15):
            wall = wall_clock(EPOCH + quarter * MINUTE, ZoneInfo(zone))
            if opening_block(calendar, wall) is not None:
                begin = wall.hour * 60 + wall.minute
                expected += [(wall.date().isoformat(), minute) for minute in range(begin, begin + 15)]
    assert shown == sorted(expected)


@pytest.mark.parametrize(
    ("day", "hours", "note"),
    [
        (date(2027, 3, 28), 23, "The clock goes forward from 01:00 to 02:00"),
        (date(2027, 10, 31), 25, "The clock goes back from 02:00 to 01:00"),
    ],
)
def test_a_day_of_another_length_shifts_nothing(day: date, hours: int, note: str) -> None:
    at_nine = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/London"))
    sessions = (a_session(at_nine.astimezone(UTC), 60), a_session(at_nine - timedelta(days=1), 60, 1))
    week = a_week("Europe/London", monday_of(day), sessions=sessions)
    page = week_page(week)
    assert [block.top for _, block in blocks(page)] == [9 * 60, 9 * 60]
    assert (
        sum(end - start for start, end in week_spans("Europe/London", monday_of(day)))
        == (6 * 24 + hours) * 60
    )
    assert page.days[6].notes == [note]
    assert [each.notes for each in page.days[:6]] == [[]] * 6


def test_times_that_come_twice_stand_beside_each_other() -> None:
    before = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # 01:30 in London, and again an hour later
    sessions = (a_session(before, 30), a_session(before + timedelta(hours=1), 30, 1))
    page = week_page(a_week("Europe/London", date(2027, 10, 25), sessions=sessions))
    assert [(block.top, block.height, block.lane) for _, block in blocks(page)] == [(90, 30, 1), (90, 30, 2)]


def test_a_session_over_midnight_is_on_both_days() -> None:
    session = a_session(datetime(2027, 1, 12, 23, 30, tzinfo=UTC), 60)
    found = list(blocks(week_page(a_week("UTC", date(2027, 1, 11), sessions=(session,)))))
    assert [(iso, block.top, block.height) for iso, block in found] == [
        ("2027-01-12", 1410, 30),
        ("2027-01-13", 0, 30),
    ]
    assert len({block.key for _, block in found}) == 2
    assert {block.time for _, block in found} == {"23:30 – 00:30"}


def test_each_session_says_how_it_stands() -> None:
    at = datetime(2027, 1, 13, 14, tzinfo=UTC)
    told = {}
    cases: dict[int, dict[str, Any]] = {
        0: {},
        1: {"status": SessionStatus.PENDING, "waits": True},
        2: {"mentors": False},
        3: {"mentors": False, "status": SessionStatus.PENDING},
        4: {"mentors": False, "status": SessionStatus.PENDING, "is_held": True},
        -5: {},
        -6: {"status": SessionStatus.NO_SHOW},
    }
    for hours, values in cases.items():
        session = a_session(at + timedelta(hours=hours), 60, **values)
        ((_, block),) = blocks(week_page(a_week("UTC", date(2027, 1, 11), sessions=(session,))))
        told[hours] = (block.state, block.tag)
    assert told == {
        0: ("coming", ""),
        1: ("waiting", "Waits for your answer"),
        2: ("mine", "You learn"),
        3: ("mine", "Requested by you"),
        4: ("mine", "Held for you"),
        -5: ("over", ""),
        -6: ("over", "No-show"),
    }


def test_exceptions_are_told_with_their_reason_and_marked() -> None:
    calendar = MentorCalendar("Asia/Kolkata", (WeeklyBlock(1, "09:00", "17:00", "AVAILABLE"),))
    first = date(2027, 1, 11)

    def told(kind: str, times: tuple[str | None, str | None], reason: str, zone: str) -> list[list[str]]:
        exception = CalendarException(date(2027, 1, 13), date(2027, 1, 13), kind, *times)
        spans = tuple(exception_spans(calendar, exception, week_bounds(first)))
        week = a_week(zone, first, exceptions=(WeekException(exception, reason, spans),))
        page = week_page(week)
        kinds = {shape.kind for day in page.days for shape in day.ground}
        assert kinds == {"added" if kind == "AVAILABLE" else "taken"}
        return [day.notes for day in page.days if day.notes]

    assert told("BLOCKED", (None, None), "Holiday", "Asia/Kolkata") == [["Holiday, all day"]]
    assert told("BLOCKED", ("10:00", "12:00"), "", "Asia/Kolkata") == [["Off, 10:00–12:00"]]
    assert told("AVAILABLE", ("10:00", "12:00"), "", "UTC") == [["Extra hours, 04:30–06:30"]]
    # A day there is parts of two days here.
    assert told("BLOCKED", (None, None), "Holiday", "UTC") == [
        ["Holiday, 18:30–24:00"],
        ["Holiday, 00:00–18:30"],
    ]


def test_the_figures_count_what_is_booked_and_open() -> None:
    nine = datetime(2027, 1, 11, 9, tzinfo=UTC)
    sessions = [
        a_session(nine, 60),
        a_session(nine + timedelta(hours=12), 90, 1),  # outside the hours of now
        a_session(nine + timedelta(hours=2), 60, 2, status=SessionStatus.PENDING),
        a_session(nine + timedelta(hours=4), 60, 3, mentors=False),
    ]
    week = week_spans("UTC", date(2027, 1, 11))
    start = minute_of(nine)
    assert hours_of_week(sessions, [(start, start + 480)], week) == (150, 570)
    said = week_figures(WeekFigures(1, 2, 150, 570))
    assert (said.hours, said.coming_words, said.requests_words) == (
        "2.5 h of 9.5 h",
        "coming",
        "to answer",
    )


def test_the_page_shows_the_hours_in_which_something_is() -> None:
    first = date(2027, 1, 11)
    empty = week_page(a_week("UTC", first))
    assert (empty.hours[0], empty.hours[-1], empty.is_empty, empty.now) == ("08:00", "17:00", True, 720)
    assert (empty.title, empty.back, empty.on, empty.today) == (
        "11 – 17 January 2027",
        "2027-01-04",
        "2027-01-18",
        "2027-01-13",
    )
    late = a_session(datetime(2027, 1, 12, 23, 30, tzinfo=UTC), 20)
    page = week_page(a_week("UTC", first, sessions=(late,)))
    assert (page.first, page.last, page.is_empty) == (18 * 60, 24 * 60, False)
    titles = [week_page(a_week("UTC", day)).title for day in (date(2026, 12, 28), date(2026, 11, 30))]
    assert titles == ["28 December 2026 – 3 January 2027", "30 November – 6 December 2026"]
    assert week_page(a_week("UTC", date(2026, 12, 28))).today == ""
