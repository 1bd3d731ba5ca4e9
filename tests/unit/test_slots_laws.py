"""The laws that hold for every calendar, and what is refused."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock, grid_starts, open_slots
from tests.unit.test_slots_oracle import PROFILE, Question, questions
from tests.unit.test_slots_rules import MONDAY, TODAY, TUESDAY, at, block, calendar, clocks, on

# Laws: what holds for every calendar, whatever it says.


def ask(of: MentorCalendar, asked: Question, **other: Any) -> list[datetime]:
    """Asks a drawn question, or a variation of it."""
    return open_slots(of, **{**asked, **other})


@settings(PROFILE, max_examples=100)
@given(questions())
def test_law_slots_are_sorted_unique_and_inside_the_window(question: tuple[MentorCalendar, Question]) -> None:
    of, asked = question
    slots = ask(of, asked)
    assert slots == sorted(set(slots))
    assert all(asked["starts"][0] <= slot < asked["starts"][1] for slot in slots)
    # And they are exactly the offered part of the grid.
    assert slots == [start for start, offered in grid_starts(of, **asked) if offered]


@settings(PROFILE, max_examples=100)
@given(questions(), st.integers(-300, 700), st.integers(1, 200))
def test_law_a_session_more_never_adds_a_slot(
    question: tuple[MentorCalendar, Question], after: int, length: int
) -> None:
    of, asked = question
    start = asked["starts"][0] + timedelta(minutes=after)
    busier = replace(of, busy=[*of.busy, (start, start + timedelta(minutes=length))])
    assert set(ask(busier, asked)) <= set(ask(of, asked))


@settings(PROFILE, max_examples=100)
@given(questions(), st.integers(0, 25200))
def test_law_two_half_windows_make_the_whole(question: tuple[MentorCalendar, Question], seconds: int) -> None:
    of, asked = question
    first, end = asked["starts"]
    middle = min(first + timedelta(seconds=seconds), end)
    halves = ask(of, asked, starts=(first, middle)) + ask(of, asked, starts=(middle, end))
    assert halves == ask(of, asked)


@settings(PROFILE, max_examples=100)
@given(questions())
def test_law_each_slot_is_offered_when_asked_for_alone(question: tuple[MentorCalendar, Question]) -> None:
    of, asked = question
    for slot in ask(of, asked):
        assert ask(of, asked, starts=(slot, slot + timedelta(seconds=1))) == [slot]


@settings(PROFILE, max_examples=100)
@given(questions())
def test_law_what_is_booked_is_no_longer_offered(question: tuple[MentorCalendar, Question]) -> None:
    of, asked = question
    for slot in ask(of, asked)[:3]:
        booked = replace(of, busy=[*of.busy, (slot, slot + timedelta(minutes=asked["duration"]))])
        assert slot not in ask(booked, asked)


# What is refused.

NAIVE = MONDAY.replace(tzinfo=None)
BAD_TIMES: list[Any] = [
    "9:00",
    "09:60",
    "25:00",
    "24:01",
    "09:00:00",
    "09:00\n",
    "\u0660\u0669:\u0660\u0660",
    "",
    None,
    540,
    [],
]


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: WeeklyBlock(7, "09:00", "10:00", "AVAILABLE"), "day of the week"),
        (lambda: WeeklyBlock(-1, "09:00", "10:00", "AVAILABLE"), "day of the week"),
        (lambda: WeeklyBlock(True, "09:00", "10:00", "AVAILABLE"), "day of the week"),
        (lambda: WeeklyBlock(1, "09:00", "10:00", "available"), "one of"),
        (lambda: WeeklyBlock(1, "24:00", "10:00", "AVAILABLE"), "HH:MM"),
        *((partial(WeeklyBlock, 1, "09:00", text, "BREAK"), "HH:MM") for text in BAD_TIMES),
        (lambda: on(TODAY, "HOLIDAY"), "one of"),
        (lambda: on(TODAY, "BREAK", "09:00"), "both"),
        (lambda: CalendarException(TODAY, TODAY, "BREAK", None, "09:00"), "both"),
        (lambda: on(TODAY, "BREAK", "09:00", "9:30"), "HH:MM"),
        (lambda: on(TODAY, "BREAK", until=TODAY - timedelta(days=1)), "before it starts"),
        (lambda: on(MONDAY, "BREAK"), "plain dates"),
        (lambda: calendar(timezone="Mars/Olympus"), "time zone"),
        (lambda: calendar(buffer_minutes=-1), "buffer"),
        (lambda: calendar(buffer_minutes=0.5), "buffer"),
        (lambda: calendar(min_advance_hours=-0.5), "notice"),
        (lambda: calendar(min_advance_hours=float("nan")), "notice"),
        (lambda: calendar(min_advance_hours=float("inf")), "notice"),
        (lambda: calendar(min_advance_hours=1e300), "notice"),
        (lambda: calendar(max_advance_days=-1), "window"),
        (lambda: calendar(max_advance_days=1.5), "window"),
        (lambda: calendar(default_start="24:00"), "HH:MM"),
        (lambda: calendar(busy=[(NAIVE, at("10:00"))]), "time zone"),
        (lambda: calendar(busy=[(at("10:00"), NAIVE)]), "time zone"),
        (lambda: calendar(busy=[(at("10:00"), at("09:00"))]), "before it starts"),
    ],
)
def test_a_bad_calendar_is_refused_with_a_reason(build: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"duration": 0}, "duration"),
        ({"duration": -30}, "duration"),
        ({"duration": 30.0}, "duration"),
        ({"duration": True}, "duration"),
        ({"now": NAIVE}, "time zone"),
        ({"now": TODAY}, "time zone"),
        ({"starts": (NAIVE, TUESDAY)}, "time zone"),
        ({"starts": (MONDAY, NAIVE)}, "time zone"),
    ],
)
@pytest.mark.parametrize("function", [open_slots, grid_starts])
def test_a_bad_question_is_refused_with_a_reason(
    function: Callable[..., object], asked: dict[str, Any], says: str
) -> None:
    question = {"starts": (MONDAY, TUESDAY), "duration": 30, "now": MONDAY, **asked}
    with pytest.raises(ValueError, match=says):
        function(calendar(block("09:00", "10:00")), **question)


def test_a_calendar_does_not_change_under_its_user() -> None:
    busy = [(at("09:00"), at("09:30"))]
    of = calendar(block("09:00", "10:00"), busy=busy)
    busy.clear()
    assert clocks(of) == ["09:30"]
    with pytest.raises(FrozenInstanceError):
        of.buffer_minutes = 5  # type: ignore[misc]
    assert of == calendar(block("09:00", "10:00"), busy=[(at("09:00"), at("09:30"))])
