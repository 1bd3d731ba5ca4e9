"""Rules S1 to S10, a test each and more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock, grid_starts, open_slots

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def at(clock: str, day: datetime = MONDAY) -> datetime:
    """Gives an instant of the Monday of these tests."""
    return day.replace(hour=int(clock[:2]), minute=int(clock[3:]))


def block(start: str, end: str, type: str = "AVAILABLE", day: int = 1) -> WeeklyBlock:
    """Builds a weekly block, on Monday unless told."""
    return WeeklyBlock(day, start, end, type)


def on(day: date, type: str, *times: str, until: date | None = None) -> CalendarException:
    """Builds an exception of one date, or of more."""
    return CalendarException(day, until or day, type, *times)


def calendar(*weekly: WeeklyBlock, timezone: str = "UTC", **more: Any) -> MentorCalendar:
    """Builds a calendar that lets any notice and any date through."""
    return MentorCalendar(timezone, weekly, **{"min_advance_hours": 0, "max_advance_days": None, **more})


def clocks(
    of: MentorCalendar,
    duration: int = 30,
    *,
    starts: tuple[datetime, datetime] = (MONDAY, TUESDAY),
    now: datetime = MONDAY - timedelta(days=2),
) -> list[str]:
    """Lists the slots as HH:MM of UTC."""
    return [f"{slot:%H:%M}" for slot in open_slots(of, starts=starts, duration=duration, now=now)]


TODAY = MONDAY.date()


def test_s1_a_session_lasts_elapsed_minutes_and_may_end_when_the_hours_end() -> None:
    assert clocks(calendar(block("09:00", "10:15")), 45) == ["09:00", "09:30"]
    assert clocks(calendar(block("09:00", "10:14")), 45) == ["09:00"]


def test_s1_slots_are_whole_utc_minutes_even_where_local_time_has_odd_seconds() -> None:
    # Monrovia kept 44 minutes and 30 seconds behind UTC until 1972: a clock there reads 09:00 at 09:45 UTC.
    day = datetime(1971, 6, 7, tzinfo=UTC)
    slots = open_slots(
        calendar(block("09:00", "10:00"), timezone="Africa/Monrovia"),
        starts=(day, day + timedelta(days=1)),
        duration=30,
        now=day,
    )
    assert slots == [at("09:45", day), at("10:15", day)]


def test_s2_an_end_before_the_start_runs_overnight_and_an_equal_one_is_empty() -> None:
    overnight = calendar(block("23:00", "00:30"))
    assert clocks(overnight) == ["23:00", "23:30"]
    assert clocks(overnight, starts=(TUESDAY, TUESDAY + timedelta(days=1))) == ["00:00"]
    assert clocks(calendar(block("09:00", "09:00"))) == []
    assert clocks(calendar(block("23:00", "24:00"))) == clocks(calendar(block("23:00", "00:00")))
    assert clocks(calendar(block("00:00", "00:00"))) == []
    assert len(clocks(calendar(block("00:00", "24:00")))) == 48


def test_s2_saturday_night_runs_into_sunday() -> None:
    saturday = datetime(2026, 1, 17, tzinfo=UTC)
    starts = (saturday, saturday + timedelta(days=2))
    assert clocks(calendar(block("23:30", "00:30", day=6)), starts=starts) == ["23:30", "00:00"]


@pytest.mark.parametrize("kind", ["BREAK", "BUFFER", "BLOCKED"])
def test_s3_a_weekly_break_buffer_or_blocked_closes(kind: str) -> None:
    assert clocks(calendar(block("09:00", "11:00"), block("09:30", "10:30", kind))) == ["09:00", "10:30"]


@pytest.mark.parametrize("kind", ["BREAK", "BUFFER", "BLOCKED"])
def test_s3_exceptions_layer_off_then_open_then_partly_closed(kind: str) -> None:
    nine_to_five = block("09:00", "17:00")
    off = on(TODAY, kind)
    but = on(TODAY, "AVAILABLE", "10:00", "12:00")
    hole = on(TODAY, kind, "10:30", "11:30")
    assert clocks(calendar(nine_to_five, exceptions=[off])) == []
    for order in ([off, but, hole], [hole, but, off], [but, off, hole]):
        assert clocks(calendar(nine_to_five, exceptions=order)) == ["10:00", "11:30"]


def test_s3_a_full_day_available_exception_opens_the_default_hours() -> None:
    opened = on(TODAY, "AVAILABLE")
    assert clocks(calendar(exceptions=[opened])) == clocks(calendar(block("09:00", "21:00")))
    short = calendar(exceptions=[opened], default_start="10:00", default_end="11:00")
    assert clocks(short) == ["10:00", "10:30"]


def test_s3_overnight_default_hours_stop_at_the_midnight_of_a_full_day_exception() -> None:
    late = calendar(exceptions=[on(TODAY, "AVAILABLE")], default_start="23:00", default_end="01:00")
    assert clocks(late, starts=(MONDAY, TUESDAY + timedelta(days=1))) == ["23:00", "23:30"]


def test_s3_a_partial_exception_of_several_dates_applies_its_times_to_each_and_may_run_overnight() -> None:
    opened = on(TODAY, "AVAILABLE", "23:30", "00:30", until=TODAY + timedelta(days=1))
    starts = (MONDAY, MONDAY + timedelta(days=4))
    slots = open_slots(calendar(exceptions=[opened]), starts=starts, duration=30, now=MONDAY)
    assert [f"{slot:%a %H:%M}" for slot in slots] == ["Mon 23:30", "Tue 00:00", "Tue 23:30", "Wed 00:00"]


def test_s3_an_overnight_exception_reaches_a_window_that_begins_on_the_next_date() -> None:
    opened = on(TODAY, "AVAILABLE", "20:00", "19:00")
    west = calendar(exceptions=[opened], timezone="America/Los_Angeles")
    # 01:00 UTC on Wednesday is five in the afternoon of Tuesday there.
    night = at("01:00", TUESDAY + timedelta(days=1))
    assert clocks(west, starts=(night, night + timedelta(hours=9))) == ["01:00", "01:30", "02:00", "02:30"]


def test_s3_an_overnight_exception_opens_even_a_next_day_that_is_off() -> None:
    opened = on(TODAY, "AVAILABLE", "23:30", "00:30")
    off = on(TODAY + timedelta(days=1), "BLOCKED")
    starts = (MONDAY, TUESDAY + timedelta(days=1))
    assert clocks(calendar(exceptions=[opened, off]), starts=starts) == ["23:30", "00:00"]


def test_s4_overlapping_and_touching_hours_are_one_and_no_slot_is_offered_twice() -> None:
    overlapping = calendar(block("09:00", "10:30"), block("10:00", "11:00"), block("09:00", "10:30"))
    assert clocks(overlapping) == ["09:00", "09:30", "10:00", "10:30"]
    assert clocks(overlapping, 120) == ["09:00"]


def test_s5_the_grid_counts_from_the_start_of_the_block() -> None:
    assert clocks(calendar(block("09:10", "10:20"))) == ["09:10", "09:40"]
    assert clocks(calendar(block("23:50", "01:00")), starts=(TUESDAY, TUESDAY + timedelta(hours=2))) == [
        "00:20"
    ]


def test_s5_the_earliest_of_several_blocks_anchors_whatever_their_order() -> None:
    early, late = block("09:00", "10:00"), block("09:15", "11:00")
    # From 10:00 on, the later block alone covers the minute.
    for weekly in ((early, late), (late, early)):
        assert clocks(calendar(*weekly)) == ["09:00", "09:30", "10:15"]


def test_s5_a_block_from_the_evening_before_is_earlier_than_one_at_midnight() -> None:
    slots = clocks(calendar(block("22:40", "01:00", day=0), block("00:00", "02:00")))
    assert slots == ["00:10", "00:40", "01:00", "01:30"]


def test_s5_where_an_exception_opens_what_was_closed_it_is_the_exception_that_anchors() -> None:
    weekly, off = block("09:00", "17:00"), on(TODAY, "BLOCKED")
    but = on(TODAY, "AVAILABLE", "10:15", "11:15")
    assert clocks(calendar(weekly, exceptions=[off, but])) == ["10:15", "10:45"]
    assert clocks(calendar(weekly, exceptions=[but])) == clocks(calendar(weekly))


def test_s5_a_break_does_not_move_the_grid() -> None:
    assert clocks(calendar(block("09:00", "10:30"), block("09:10", "09:20", "BREAK")), 15) == [
        "09:30",
        "10:00",
    ]


def test_s5_a_wall_time_that_is_skipped_is_not_offered_and_one_lived_twice_is_offered_twice() -> None:
    new_york = calendar(
        block("02:15", "02:45", day=0), block("01:15", "01:45", day=0), timezone="America/New_York"
    )
    spring, autumn = datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert clocks(new_york, starts=(spring, spring + timedelta(days=1))) == ["06:15"]
    assert clocks(new_york, starts=(autumn, autumn + timedelta(days=1))) == ["05:15", "06:15", "07:15"]


def test_s6_sessions_may_touch_the_buffer_but_not_overlap_it() -> None:
    hours = block("09:00", "13:00")
    busy = [(at("10:30"), at("11:00"))]
    assert clocks(calendar(hours, busy=busy)) == [
        "09:00",
        "09:30",
        "10:00",
        "11:00",
        "11:30",
        "12:00",
        "12:30",
    ]
    assert clocks(calendar(hours, busy=busy, buffer_minutes=30)) == [
        "09:00",
        "09:30",
        "11:30",
        "12:00",
        "12:30",
    ]
    assert clocks(calendar(hours, busy=busy, buffer_minutes=31)) == ["09:00", "12:00", "12:30"]


def test_s6_the_buffer_need_not_fit_inside_the_hours_but_reaches_in_from_outside() -> None:
    hours = block("09:00", "10:00")
    assert clocks(calendar(hours, buffer_minutes=60)) == ["09:00", "09:30"]
    assert clocks(calendar(hours, busy=[(at("08:00"), at("08:30"))], buffer_minutes=60)) == ["09:30"]
    assert clocks(calendar(hours, busy=[(at("10:30"), at("11:00"))], buffer_minutes=60)) == ["09:00"]


def test_s6_busy_times_may_overlap_come_in_any_order_and_hold_odd_seconds() -> None:
    second = timedelta(seconds=1)
    busy = [
        (at("10:30"), at("11:00") + second),
        (at("09:00"), at("10:45")),
        (at("12:00") - second, at("12:30")),
    ]
    assert clocks(calendar(block("09:00", "13:00"), busy=busy)) == ["12:30"]
    assert clocks(calendar(block("09:00", "13:00"), busy=busy), 15) == ["11:30", "12:30"]


def test_s6_a_session_outside_the_window_still_reaches_into_it() -> None:
    hours = calendar(block("09:00", "13:00"), busy=[(at("10:00"), at("11:00"))], buffer_minutes=30)
    minute = timedelta(minutes=1)
    for clock, offered in [("09:00", True), ("09:30", False), ("11:00", False), ("11:30", True)]:
        assert clocks(hours, starts=(at(clock), at(clock) + minute)) == ([clock] if offered else [])
    assert clocks(hours, 60, starts=(at("09:00"), at("09:00") + minute)) == []


def test_s6_a_session_over_midnight_or_a_seam_blocks_on_both_sides() -> None:
    hours = calendar(
        block("22:00", "24:00"),
        block("00:00", "00:30", day=2),
        block("00:30", "02:00", day=2),
        busy=[(at("23:30"), at("00:45", TUESDAY))],
    )
    assert clocks(hours, starts=(MONDAY, TUESDAY + timedelta(days=1))) == [
        "22:00",
        "22:30",
        "23:00",
        "01:00",
        "01:30",
    ]


def test_s6_an_empty_busy_interval_occupies_nothing() -> None:
    for empty in (at("09:15"), at("09:15") + timedelta(seconds=30)):
        assert clocks(calendar(block("09:00", "10:00"), busy=[(empty, empty)])) == ["09:00", "09:30"]


def test_s7_notice_counts_seconds_and_allows_equality() -> None:
    hours = calendar(block("09:00", "11:00"), min_advance_hours=0.5)
    assert clocks(hours, now=at("09:00")) == ["09:30", "10:00", "10:30"]
    assert clocks(hours, now=at("09:00") + timedelta(microseconds=1)) == ["10:00", "10:30"]
    assert clocks(hours, now=at("09:00") - timedelta(microseconds=1)) == ["09:30", "10:00", "10:30"]
    assert MentorCalendar("UTC", ()).min_advance_hours == 0.5


def test_s7_notice_is_elapsed_time_whatever_zone_now_is_in() -> None:
    hours = calendar(block("09:00", "10:00"), min_advance_hours=1)
    for offset in (timedelta(hours=5, minutes=30), timedelta(minutes=-44, seconds=-30)):
        now = at("08:30").astimezone(timezone(offset))
        assert clocks(hours, now=now) == ["09:30"]


def test_s8_the_window_ends_with_a_local_date_of_the_mentor() -> None:
    daily = [block("00:00", "24:00", day=day) for day in range(7)]
    # 15:30 UTC is half past midnight on Tuesday in Tokyo.
    now = at("15:30")
    for days in (0, 1, 60):
        tokyo = calendar(*daily, timezone="Asia/Tokyo", max_advance_days=days)
        slots = open_slots(tokyo, starts=(MONDAY, MONDAY + timedelta(days=90)), duration=60, now=now)
        assert slots[0] == now
        assert slots[-1] == at("14:30") + timedelta(days=days + 1)
    assert MentorCalendar("UTC", ()).max_advance_days == 60


def test_s8_a_date_that_is_left_and_entered_again_is_inside_the_window_both_times() -> None:
    # On 2010-11-07 Saint John's reached 00:01 and went back to 23:01 of the 6th.
    daily = [block("00:00", "24:00", day=day) for day in range(7)]
    johns = calendar(*daily, timezone="America/St_Johns", max_advance_days=0)
    night = datetime(2010, 11, 7, 1, 30, tzinfo=UTC)
    starts = (night, night + timedelta(hours=4))
    assert clocks(johns, starts=starts, now=night) == ["01:30", "02:00", "03:00"]


def test_s9_the_window_is_half_open_on_the_start_and_may_be_off_the_minute() -> None:
    hours = calendar(block("09:00", "12:00"))
    second = timedelta(seconds=1)
    assert clocks(hours, 60, starts=(at("09:30"), at("10:30"))) == ["09:30", "10:00"]
    assert clocks(hours, 60, starts=(at("09:30") + second, at("10:30") + second)) == ["10:00", "10:30"]
    assert clocks(hours, 60, starts=(at("10:30"), at("10:30"))) == []
    assert clocks(hours, 60, starts=(at("11:00"), at("09:00"))) == []


def test_s10_every_minute_is_open_across_a_seam_a_midnight_and_a_clock_change() -> None:
    london = calendar(
        block("00:00", "00:59", day=0), block("02:00", "04:00", day=0), timezone="Europe/London"
    )
    spring = datetime(2026, 3, 29, tzinfo=UTC)
    # 00:59 is closed, 01:00 becomes 02:00: a session of an hour cannot begin at midnight.
    assert clocks(london, 60, starts=(spring, spring + timedelta(days=1))) == ["01:00", "01:30", "02:00"]
    seamless = calendar(
        block("00:00", "01:00", day=0), block("02:00", "04:00", day=0), timezone="Europe/London"
    )
    slots = clocks(seamless, 120, starts=(spring, spring + timedelta(days=1)))
    assert slots == ["00:00", "00:30", "01:00"]


def test_the_grid_shows_what_is_taken_too_soon_too_late_and_too_short() -> None:
    hours = calendar(block("09:00", "12:00"), busy=[(at("10:30"), at("11:00"))], min_advance_hours=1)
    grid = grid_starts(hours, starts=(MONDAY, TUESDAY), duration=30, now=at("08:30"))
    assert [(f"{start:%H:%M}", free) for start, free in grid] == [
        ("09:00", False),
        ("09:30", True),
        ("10:00", True),
        ("10:30", False),
        ("11:00", True),
        ("11:30", True),
    ]
    assert not any(
        free for _, free in grid_starts(hours, starts=(MONDAY, TUESDAY), duration=180, now=at("08:30"))
    )
    closed = replace(hours, max_advance_days=0)
    grid = grid_starts(
        closed, starts=(MONDAY, TUESDAY), duration=30, now=at("08:30", MONDAY - timedelta(days=1))
    )
    assert len(grid) == 6
    assert not any(free for _, free in grid)


def test_slots_are_utc() -> None:
    slots = open_slots(
        calendar(block("09:00", "10:00"), timezone="Asia/Tokyo"),
        starts=(MONDAY, TUESDAY),
        duration=30,
        now=MONDAY,
    )
    assert slots
    assert all(slot.tzinfo is UTC for slot in slots)


def test_years_at_the_ends_of_the_calendar_are_answered() -> None:
    always = [block("00:00", "24:00", day=day) for day in range(7)]
    for edge in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 22, tzinfo=UTC)):
        for zone in ("UTC", "Pacific/Kiritimati", "America/New_York"):
            slots = open_slots(
                calendar(*always, timezone=zone, max_advance_days=60),
                starts=(edge, edge + timedelta(hours=1)),
                duration=30,
                now=edge,
            )
            assert len(slots) == 2
    endless = calendar(*always, min_advance_hours=1e11, max_advance_days=10**12)
    assert clocks(endless) == []
