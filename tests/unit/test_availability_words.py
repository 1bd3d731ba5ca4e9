"""What the availability editor says is what the calculator does; typed times are read as they were meant."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mentorbook.domain.availability.closed_hours import ClosedBy, ClosedHour, why_closed
from mentorbook.domain.availability.draft import DraftException, Schedule
from mentorbook.domain.availability.hours_draft import HoursDraft, in_zone
from mentorbook.domain.availability.opening_hours import is_open_throughout
from mentorbook.domain.availability.week_editing import Block, Day
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock
from mentorbook.presenters.availability import exceptions as words_of_exceptions
from mentorbook.presenters.availability.exceptions import dates, exception_days, exception_lines, what
from mentorbook.presenters.availability.preview import (
    AlwaysClosed,
    Mentor,
    always_closed,
    preview_runs,
    preview_sum,
    why_not,
)
from mentorbook.presenters.availability.rules import rules_of, typed_rule
from mentorbook.presenters.availability.typed_times import typed_minute
from mentorbook.presenters.availability.zone_change import zone_change

TODAY = date(2026, 11, 23)  # a Monday
MENTOR = Mentor("Europe/London", 60, 15, 0.5, 60)


@st.composite
def exceptions(draw: st.DrawFn) -> DraftException:
    """An exception on one to three days around the same date."""
    first = TODAY + timedelta(draw(st.integers(1, 3)))
    times = None
    if draw(st.booleans()):
        times = draw(st.integers(0, 22)), draw(st.integers(0, 23))
        assume(times[0] != times[1])
    return DraftException(
        start_date=first,
        end_date=first + timedelta(draw(st.integers(0, 2))),
        type=draw(st.sampled_from(("AVAILABLE", "BREAK", "BUFFER", "BLOCKED"))),
        start_time=f"{times[0]:02}:00" if times else None,
        end_time=f"{times[1]:02}:00" if times else None,
    )


def minutes_of(each: DraftException) -> set[datetime]:
    """The half hours that an exception is about."""
    found: set[datetime] = set()
    day = each.start_date
    while day <= each.end_date:
        begin, end = 0, 48
        if each.start_time and each.end_time:
            begin, end = (int(text[:2]) * 2 for text in (each.start_time, each.end_time))
            end += 48 if end < begin else 0
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        found.update(midnight + timedelta(minutes=30 * at) for at in range(begin, end))
        day += timedelta(days=1)
    return found


@given(exceptions(), exceptions())
def test_the_rule_that_is_said_to_win_wins(one: DraftException, other: DraftException) -> None:
    pair = sorted((one, other), key=lambda each: each.start_date)
    said = [words for line in exception_lines(pair, TODAY) for words in line.overlaps]
    common = minutes_of(one) & minutes_of(other)
    assert len(said) == (1 if common else 0)
    if not common:
        return
    calendar = MentorCalendar(
        "UTC",
        [WeeklyBlock(day, "00:00", "24:00", "AVAILABLE") for day in range(7)],
        exceptions=[
            CalendarException(each.start_date, each.end_date, each.type, each.start_time, each.end_time)
            for each in (one, other)
        ],
        default_start="00:00",
        default_end="24:00",
    )
    are_open = {is_open_throughout(calendar, at, at + timedelta(minutes=30)) for at in common}
    is_said_open = "stay open" in said[0] or "Both hold" in said[0]
    assert are_open == {is_said_open}


def test_there_is_an_end_to_what_is_said_of_hundreds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, since the page waits for it: each exception looks at few others."""
    looked: list[bool] = []
    meet = words_of_exceptions._meet

    def counted(one: DraftException, other: DraftException) -> bool:
        looked.append(meet(one, other))
        return looked[-1]

    monkeypatch.setattr(words_of_exceptions, "_meet", counted)
    year = [
        DraftException(start_date=TODAY, end_date=TODAY + timedelta(300), type="BLOCKED") for _ in range(300)
    ]
    lines = exception_lines(year, TODAY)
    assert max(len(line.overlaps) for line in lines) == 4
    assert len(looked) < 5 * len(year)
    looked.clear()
    days = [
        DraftException(start_date=day, end_date=day, type="BLOCKED")
        for day in (TODAY + timedelta(number) for number in range(300))
    ]
    assert not any(line.overlaps for line in exception_lines(days, TODAY))
    assert len(looked) < 5 * len(days)


def test_exceptions_are_said_in_short() -> None:
    day = date(2026, 12, 24)
    whole = DraftException(start_date=day, end_date=day, type="BLOCKED")
    part = whole.model_copy(update={"start_time": "22:00", "end_time": "02:00", "type": "BREAK"})
    assert (what(whole), what(part)) == ("Off all day", "Break 22:00 – 02:00 the next day")
    assert dates(day, day, TODAY) == "Thu 24 December"
    assert dates(day, date(2026, 12, 26), TODAY) == "Thu 24 – Sat 26 December"
    assert dates(day, date(2027, 1, 2), TODAY) == "Thu 24 December 2026 – Sat 2 January 2027".replace(
        " 2026", ""
    )
    extra = whole.model_copy(update={"type": "AVAILABLE"})
    marks = exception_days((part, whole, extra), date(2026, 12, 1), date(2026, 12, 31))
    assert marks == {day: "off"}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("9", 540, 540),
        ("930", 570, 570),
        ("0930", 570, 570),
        ("9:30", 570, 570),
        (" 9.30 ", 570, 570),
        ("9 pm", 1260, 1260),
        ("12am", 0, 1440),
        ("12 pm", 720, 720),
        ("00:00", 0, 1440),
        ("24:00", None, 1440),
        ("24:15", None, None),
        ("9:60", None, None),
        ("13pm", None, None),
        ("noon", None, None),
        ("", None, None),
        ("-1", None, None),
    ],
)
def test_times_are_read_as_they_are_typed(text: str, start: int | None, end: int | None) -> None:
    assert (typed_minute(text), typed_minute(text, is_end=True)) == (start, end)


@given(st.integers(0, 1439))
def test_a_written_time_is_read_back(minute: int) -> None:
    assert typed_minute(f"{minute // 60:02}:{minute % 60:02}") == minute


def at(clock: str) -> datetime:
    """An instant of Tuesday 24 November 2026, when London has UTC."""
    return datetime.fromisoformat(f"2026-11-24T{clock}:00+00:00")


LUNCH = WeeklyBlock(2, "12:00", "13:00", "BREAK")


def test_why_not_is_said_with_the_mentors_clock_where_it_differs() -> None:
    closed = ClosedHour(ClosedBy.BLOCK, at("12:00"), block=LUNCH)
    assert (
        why_not(closed, at("12:00"), "", "Europe/London", MENTOR, TODAY) == "break on Tuesdays, 12:00 – 13:00"
    )
    there = why_not(closed, at("12:00"), "", "Asia/Kathmandu", MENTOR, TODAY)
    assert there == "break on Tuesdays, 12:00 – 13:00 your time"
    assert why_not(closed, at("11:30"), "", "UTC", MENTOR, TODAY).startswith(
        "60 minutes would run into break"
    )


def test_why_not_names_everything_that_can_stand_in_the_way() -> None:
    busy = (at("10:00"), at("11:00"))
    day = date(2026, 11, 24)
    holiday = CalendarException(day, day, "BLOCKED")
    cases = {
        ClosedHour(ClosedBy.EXCEPTION, at("10:00"), exception=holiday): "day off, Tue 24 November",
        ClosedHour(ClosedBy.BOOKED, at("10:00"), busy=busy): "your session with Mina, 10:00 – 11:00",
        ClosedHour(
            ClosedBy.BUFFER, at("10:00"), busy=busy
        ): "the buffer of 15 minutes around your session with Mina, 10:00 – 11:00",
        ClosedHour(ClosedBy.NO_HOURS, at("10:00")): "outside your hours",
        ClosedHour(ClosedBy.PAUSED, at("10:00")): "you are paused",
        ClosedHour(ClosedBy.NOT_BOOKABLE, at("10:00")): "your profile says that mentees may not book you",
        ClosedHour(ClosedBy.PAST, at("10:00")): "over",
        ClosedHour(ClosedBy.NOTICE, at("10:00")): "less than 30 minutes ahead, your notice",
        ClosedHour(ClosedBy.WINDOW, at("10:00")): "more than 60 days ahead, your booking window",
    }
    for closed, words in cases.items():
        assert why_not(closed, at("10:00"), "Mina Hall", "Europe/London", MENTOR, TODAY) == words
    told = {closed.by for closed in cases} | {ClosedBy.BLOCK, ClosedBy.OFF_THE_GRID}
    assert told == set(ClosedBy)


def test_hours_that_are_closed_for_one_reason_are_one_line() -> None:
    calendar = MentorCalendar(
        "Europe/London", [WeeklyBlock(2, "09:00", "17:00", "AVAILABLE"), LUNCH], min_advance_hours=0
    )
    now = at("00:00") - timedelta(days=1)
    starts = [at("00:00") + timedelta(minutes=30 * number) for number in range(48)]
    closed = why_closed(calendar, starts, 60, now)
    explained = [(start, why, "") for start, why in zip(starts, closed, strict=True)]
    runs = preview_runs(explained, "Europe/London", MENTOR, TODAY)
    assert [(run.times, run.why) for run in runs if run.why] == [
        ("00:00 – 08:30", "outside your hours"),
        ("11:30", "60 minutes would run into break on Tuesdays, 12:00 – 13:00"),
        ("12:00 – 12:30", "break on Tuesdays, 12:00 – 13:00"),
        ("16:30", "60 minutes would end outside your hours"),
        ("17:00 – 23:30", "outside your hours"),
    ]
    assert [[slot.time for slot in run.slots] for run in runs if not run.why] == [
        ["09:00", "09:30", "10:00", "10:30", "11:00"],
        ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"],
    ]


def test_who_takes_no_bookings_at_all_is_told_why_and_where_to_change_it() -> None:
    told = {
        by: always_closed([(at("10:00"), ClosedHour(by, at("10:00")), ""), (at("10:30"), None, "")])
        for by in ClosedBy
    }
    assert {by for by, closed in told.items() if closed.why} == {ClosedBy.PAUSED, ClosedBy.NOT_BOOKABLE}
    assert told[ClosedBy.NOT_BOOKABLE].why.startswith("Your profile says that mentees may not book you")
    assert [told[by].href for by in (ClosedBy.PAUSED, ClosedBy.NOT_BOOKABLE)] == [
        "/availability?tab=rules",
        "/settings/profile",
    ]
    assert always_closed([]) == always_closed([(at("10:00"), None, "")]) == AlwaysClosed()


def test_what_a_change_does_is_counted() -> None:
    assert preview_sum(12, 12, "2026-11") == "12 times in November, as published."
    assert preview_sum(1, 3, "2026-11") == "1 time in November, 2 fewer than published."
    assert preview_sum(5, 3, "2026-11") == "5 times in November, 2 more than published."


def test_rules_say_what_they_do() -> None:
    rules = rules_of(Schedule(timezone="Europe/London"))
    assert (rules.notice, rules.notice_unit, rules.window) == ("30", "minutes", "60")
    assert rules.confirmation_line == "Bookings are confirmed at once."
    asks = rules_of(Schedule(timezone="UTC", allow_instant_booking=False))
    assert asks.confirmation_line.startswith("Each booking waits")
    free = rules_of(Schedule(timezone="UTC", max_advance_booking_days=None, min_advance_booking_hours=0))
    assert (free.window, free.window_line) == ("", "Mentees book as far ahead as they like.")
    assert rules_of(Schedule(timezone="UTC", min_advance_booking_hours=2), "minutes").notice == "120"


def test_numbers_are_read_as_they_are_typed() -> None:
    assert typed_rule("max_advance_booking_days", " ", "days") is None
    assert typed_rule("min_advance_booking_hours", "1,5", "hours") == 1.5
    assert typed_rule("min_advance_booking_hours", "90", "minutes") == 1.5
    for text in ("", "ten", "1e999", "nan", "-1", "9" * 11):
        with pytest.raises(ValueError):
            typed_rule("min_advance_booking_hours", text, "hours")


def test_another_zone_is_asked_about_only_where_it_matters() -> None:
    off = tuple(Day() for _ in range(7))
    days = (*off[:1], Day(True, (Block(540, 720),)), *off[2:])
    draft = HoursDraft(Schedule(timezone="Europe/London"), days)  # type: ignore[arg-type]
    assert zone_change(draft, "Europe/Lisbon", 0) is None
    assert zone_change(draft._replace(week=off), "Asia/Kathmandu", 345) is None  # type: ignore[arg-type]
    change = zone_change(draft, "Asia/Kathmandu", 345)
    assert change is not None
    (monday,) = change.days
    assert (monday.before, monday.wall_times, monday.instants) == (
        "09:00 – 12:00",
        "09:00 – 12:00",
        "14:45 – 17:45",
    )
    far = zone_change(draft, "Pacific/Auckland", 780)
    assert far is not None
    assert [(day.name, day.before, day.instants) for day in far.days] == [
        ("Monday", "09:00 – 12:00", "22:00 – 01:00")
    ]


def test_exceptions_move_with_the_moments_and_whole_days_stay() -> None:
    day = date(2026, 12, 24)
    late = DraftException(start_date=day, end_date=day, type="BREAK", start_time="20:00", end_time="22:00")
    whole = DraftException(start_date=day, end_date=day, type="BLOCKED")
    off = tuple(Day() for _ in range(7))
    draft = HoursDraft(Schedule(timezone="Europe/London"), off, (late, whole))  # type: ignore[arg-type]
    kept, moved = in_zone(draft, "Asia/Kathmandu", 345).exceptions
    assert kept == whole
    assert (moved.start_date, moved.start_time, moved.end_time) == (date(2026, 12, 25), "01:45", "03:45")
    assert in_zone(draft, "Asia/Kathmandu", None).exceptions == draft.exceptions
