"""What an editor does to a week keeps what it should: laws of adding, moving, copying, undoing, shifting."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mentorbook.domain.availability.draft import DayPattern, Schedule
from mentorbook.domain.availability.hours_draft import MOST_STEPS, History, HoursDraft
from mentorbook.domain.availability.week_editing import (
    A_DAY,
    A_WEEK,
    Block,
    Day,
    Week,
    add_block,
    copy_day,
    default_block,
    enable_day,
    free_range,
    open_hours,
    patterns_of,
    place_block,
    remove_block,
    retype_block,
    shift_week,
    week_of,
)
from mentorbook.domain.errors import ValidationFailed

TYPES = ("AVAILABLE", "BREAK", "BUFFER", "BLOCKED")
KINDS = st.sampled_from(TYPES)
DAYS = st.integers(0, 6)
NINE_TO_NINE = Block(540, 1260)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int]:
    """A start and an end that can be written as two wall times."""
    start = draw(st.integers(0, 95)) * 15
    most = A_DAY if start == 0 else A_DAY - 15
    return start, start + draw(st.integers(1, most // 15)) * 15


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """A week as the operations make it."""
    week: Week = tuple(Day() for _ in range(7))  # type: ignore[assignment]
    for _ in range(draw(st.integers(0, 8))):
        week = add_block(week, draw(DAYS), *draw(ranges()), draw(KINDS)).week
    for day in draw(st.sets(DAYS, max_size=3)):
        week = enable_day(week, day, draw(st.booleans())).week
    return week


def covered(day: Day, kind: str) -> set[int]:
    """The minutes of a day's blocks of a type, since its midnight."""
    return {minute for each in day.blocks if each.type == kind for minute in range(each.start, each.end)}


def covered_week(week: Week, kind: str) -> set[int]:
    """The minutes of the week that blocks of a type cover on days that are on."""
    return {
        (number * A_DAY + minute) % A_WEEK
        for number, day in enumerate(week)
        if day.is_enabled
        for minute in covered(day, kind)
    }


def a_block(week: Week) -> tuple[int, int]:
    """Where the first block of a week is."""
    found = [(number, 0) for number, day in enumerate(week) if day.blocks]
    assume(found)
    return found[0]


def is_sound(week: Week) -> bool:
    """Whether a week is one that can be published as it is."""
    for day in week:
        assert list(day.blocks) == sorted(day.blocks)
        for each in day.blocks:
            assert 0 <= each.start < A_DAY
            assert each.start < each.end
            assert each.end <= A_DAY or each.end - A_DAY < each.start
    return week_of(patterns_of(week)) == week


@given(weeks())
def test_what_is_edited_can_be_published_and_read_again(week: Week) -> None:
    assert is_sound(week)


@given(weeks(), DAYS, ranges(), KINDS)
def test_an_added_block_is_there_and_nothing_else_changes(
    week: Week, day: int, span: tuple[int, int], kind: str
) -> None:
    edited = add_block(week, day, *span, kind)
    assert is_sound(edited.week)
    assert edited.week[day].is_enabled
    assert edited.index is not None
    held = edited.week[day].blocks[edited.index]
    assert held.type == kind
    assert held.start <= span[0]
    assert span[1] <= held.end
    for each in TYPES:
        more = set(range(*span)) if each == kind else set()
        assert covered(edited.week[day], each) == covered(week[day], each) | more
    assert all(edited.week[at] == week[at] for at in range(7) if at != day)


@given(weeks(), DAYS, ranges())
def test_a_moved_block_is_where_it_was_put(week: Week, to: int, span: tuple[int, int]) -> None:
    day, index = a_block(week)
    block = week[day].blocks[index]
    edited = place_block(week, day, index, to, *span)
    assert is_sound(edited.week)
    assert set(range(*span)) <= covered(edited.week[to], block.type)
    for other in TYPES:
        if other != block.type:
            assert covered(edited.week[to], other) == covered(week[to], other)
    assert all(edited.week[at] == week[at] for at in range(7) if at not in (day, to))


@given(weeks(), ranges(), DAYS, KINDS)
def test_what_is_added_apart_and_removed_again_was_never_there(
    week: Week, span: tuple[int, int], day: int, kind: str
) -> None:
    assume(week[day].is_enabled and week[day].blocks)
    assume(not covered(week[day], kind) & set(range(*span)))
    added = add_block(week, day, *span, kind)
    assert added.index is not None
    assert remove_block(added.week, day, added.index).week == week


def test_a_day_without_its_last_block_is_off_and_has_no_default_hours() -> None:
    week = add_block(tuple(Day() for _ in range(7)), 1, 540, 720).week  # type: ignore[arg-type]
    assert remove_block(week, 1, 0).week[1] == Day(False, ())


def test_blocks_of_one_type_that_overlap_become_one_and_those_that_touch_do_not() -> None:
    week = add_block(tuple(Day() for _ in range(7)), 1, 540, 720).week  # type: ignore[arg-type]
    assert add_block(week, 1, 720, 780).week[1].blocks == (Block(540, 720), Block(720, 780))
    assert add_block(week, 1, 700, 780).week[1].blocks == (Block(540, 780),)
    assert len(add_block(week, 1, 700, 780, "BREAK").week[1].blocks) == 2


@given(weeks(), DAYS, st.sets(DAYS))
def test_copies_are_alike_and_a_second_copy_changes_nothing(week: Week, day: int, to: set[int]) -> None:
    copied = copy_day(week, day, to).week
    assert all(copied[at] == (week[day] if at in to else week[at]) for at in range(7))
    assert copy_day(copied, day, to).week == copied


@given(weeks(), st.integers(-14 * 4, 14 * 4))
def test_shifted_hours_are_the_same_moments(week: Week, quarters: int) -> None:
    minutes = quarters * 15
    shifted = shift_week(week, minutes, NINE_TO_NINE)
    for kind in TYPES:
        before = covered_week(week, kind)
        if kind == "AVAILABLE":
            # A day without blocks has the default hours, and has them as a block afterwards.
            before |= {
                number * A_DAY + minute
                for number, day in enumerate(week)
                if day.is_enabled and not day.blocks
                for minute in range(540, 1260)
            }
        assert covered_week(shifted, kind) == {(minute + minutes) % A_WEEK for minute in before}
    assert is_sound(shifted)


@given(weeks(), st.lists(st.tuples(DAYS, ranges(), KINDS, st.booleans()), max_size=12))
def test_undoing_every_step_leads_back(
    week: Week, steps: list[tuple[int, tuple[int, int], str, bool]]
) -> None:
    first = HoursDraft(Schedule(timezone="UTC"), week)
    history, seen = History(first), [first]
    for day, span, kind, removes in steps:
        draft = history.present
        if removes and draft.week[day].blocks:
            after = remove_block(draft.week, day, 0).week
        else:
            after = add_block(draft.week, day, *span, kind).week
        history = history.then(draft._replace(week=after))
        if history.present != seen[-1]:
            seen.append(history.present)
    while history.past:
        assert history.present == seen.pop()
        history = history.undone()
    assert history.present == first
    assert seen == [first]
    assert history.undone() == history


def test_steps_of_one_name_are_undone_together_and_there_is_an_end_to_them() -> None:
    drafts = [HoursDraft(Schedule(timezone="UTC", default_session_duration=15 * n), ()) for n in (1, 2, 3)]  # type: ignore[arg-type]
    history = History(drafts[0]).then(drafts[1], "length").then(drafts[2], "length")
    assert history.undone().present == drafts[0]
    apart = History(drafts[0]).then(drafts[1], "length").then(drafts[2], "window")
    assert apart.undone().present == drafts[1]
    for number in range(3 * MOST_STEPS):
        history = history.then(drafts[number % 2])
    assert len(history.past) == MOST_STEPS


@given(weeks(), DAYS, KINDS)
def test_there_is_a_place_for_a_block_that_nobody_said_the_times_of(week: Week, day: int, kind: str) -> None:
    start, end = free_range(week[day], kind)
    assert covered(add_block(week, day, start, end, kind).week[day], kind) >= set(range(start, end))


@given(weeks(), KINDS)
def test_another_type_keeps_the_times(week: Week, kind: str) -> None:
    day, index = a_block(week)
    block = week[day].blocks[index]
    assert set(range(block.start, block.end)) <= covered(retype_block(week, day, index, kind).week[day], kind)


WRONG = {
    "empty": (1, 540, 540, "AVAILABLE"),
    "backwards": (1, 540, 500, "AVAILABLE"),
    "longer than a day": (1, 540, 540 + A_DAY, "AVAILABLE"),
    "another day": (7, 540, 600, "AVAILABLE"),
    "of no type": (1, 540, 600, "LUNCH"),
    "of tomorrow": (1, A_DAY, A_DAY + 60, "AVAILABLE"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_makes_no_block_is_refused(what: str) -> None:
    with pytest.raises(ValidationFailed):
        add_block(tuple(Day() for _ in range(7)), *WRONG[what])  # type: ignore[arg-type]


def test_there_is_an_end_to_blocks_of_a_day() -> None:
    week: Week = tuple(Day() for _ in range(7))  # type: ignore[assignment]
    for number in range(48):
        week = add_block(week, 1, number * 30, number * 30 + 15).week
    with pytest.raises(ValidationFailed, match="Monday may have at most 48 blocks"):
        add_block(week, 1, 48 * 30 - 14, 48 * 30 - 10, "BREAK")


def test_empty_blocks_say_nothing_and_their_day_stays_closed() -> None:
    pattern = DayPattern.model_validate(
        {"dayOfWeek": 2, "timeBlocks": [{"startTime": "09:00", "endTime": "09:00"}]}
    )
    assert week_of([pattern])[2] == Day(False, ())


def test_open_hours_count_what_is_open() -> None:
    day = Day(True, (Block(540, 1020), Block(720, 780, "BREAK"), Block(1320, 1560)))
    assert open_hours(day, None) == (480 - 60) + 240
    assert open_hours(Day(True), NINE_TO_NINE) == 720
    assert open_hours(Day(False, day.blocks), NINE_TO_NINE) == 0
    assert (
        default_block(Schedule(timezone="UTC", default_start_time="09:00", default_end_time="09:00")) is None
    )
