"""What an editor does to a week of hours: pure operations that never change a week, but return another."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from mentorbook.domain.availability.draft import (
    DAY_NAMES,
    MOST_BLOCKS,
    NO_START,
    DayPattern,
    Schedule,
    TimeBlock,
)
from mentorbook.domain.availability.intervals import union
from mentorbook.domain.availability.mentor_calendar import wall_minute
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.kinds import BlockType

A_DAY = 1440
A_WEEK = 7 * A_DAY


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A range of a weekday in minutes since its midnight; one that ends after 1440 runs into the next day.

    It is never empty, and shorter than a day unless it is the whole of one: no other can be written as two
    wall times (S2).
    """

    start: int
    end: int
    type: str = BlockType.AVAILABLE


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday: its blocks in order of time; off, it keeps them for when it is switched on again."""

    is_enabled: bool = False
    blocks: tuple[Block, ...] = ()


# From Sunday.
Week = tuple[Day, Day, Day, Day, Day, Day, Day]


@dataclass(frozen=True, slots=True)
class Edited:
    """A week after an operation, and where in it the block is that the operation was about, if any."""

    week: Week
    day: int
    index: int | None = None


def week_of(patterns: Iterable[DayPattern]) -> Week:
    """Return a week as it is edited. Blocks that are empty, and so say nothing, are left out."""
    by_day = {pattern.day_of_week: pattern for pattern in patterns}
    days = []
    for number in range(7):
        pattern = by_day.get(number)
        if pattern is None:
            days.append(Day())
            continue
        blocks = (_block(each.start_time, each.end_time, each.type) for each in pattern.time_blocks)
        kept = tuple(sorted(each for each in blocks if each.start < each.end))
        # A day with nothing but empty blocks is never open; without them it would have the default hours.
        is_open = pattern.is_enabled and bool(kept or not pattern.time_blocks)
        days.append(Day(is_open, kept))
    return tuple(days)  # type: ignore[return-value]


def patterns_of(week: Week) -> list[DayPattern]:
    """Return a week as it is published."""
    return [
        DayPattern(
            day_of_week=number,
            is_enabled=day.is_enabled,
            time_blocks=[
                TimeBlock.model_construct(
                    start_time=wall_time(each.start),
                    end_time=wall_time(each.end, is_end=True),
                    type=BlockType(each.type),
                )
                for each in day.blocks
            ],
        )
        for number, day in enumerate(week)
    ]


def wall_time(minute: int, *, is_end: bool = False) -> str:
    """Write a minute as `HH:MM`; the end of a day is `24:00`, and what is after it a time of the next day."""
    if is_end and minute == A_DAY:
        return "24:00"
    return f"{minute % A_DAY // 60:02}:{minute % 60:02}"


def default_block(schedule: Schedule) -> Block | None:
    """Return the hours of a day that is on and has no blocks (S2), if there are any."""
    block = _block(schedule.default_start_time, schedule.default_end_time, BlockType.AVAILABLE)
    return block if block.start < block.end else None


def add_block(week: Week, day: int, start: int, end: int, kind: str = BlockType.AVAILABLE) -> Edited:
    """Add a block, and switch its day on. One that overlaps another of its type becomes one with it.

    Raises `ValidationFailed`.
    """
    block = _checked(day, Block(start, end, kind))
    # Where the day was off, what it kept for later comes back with it.
    return _with_block(week, day, week[day].blocks, block)


def place_block(week: Week, day: int, index: int, to_day: int, start: int, end: int) -> Edited:
    """Move a block, perhaps to another day, or give it another length. Raises `ValidationFailed`."""
    moved = _checked(to_day, replace(_found(week, day, index), start=start, end=end))
    others = _others(week, day, index)
    if to_day == day:
        return _with_block(week, day, others, moved)
    without = _set(week, day, Day(week[day].is_enabled and bool(others), others))
    return _with_block(without, to_day, without[to_day].blocks, moved)


def retype_block(week: Week, day: int, index: int, kind: str) -> Edited:
    """Give a block another type. Raises `ValidationFailed`."""
    block = _checked(day, replace(_found(week, day, index), type=kind))
    return _with_block(week, day, _others(week, day, index), block)


def remove_block(week: Week, day: int, index: int) -> Edited:
    """Remove a block. A day without its last one is off: on, it would have the default hours (S2).

    Raises `ValidationFailed`.
    """
    _found(week, day, index)
    others = _others(week, day, index)
    return Edited(_set(week, day, Day(week[day].is_enabled and bool(others), others)), day)


def enable_day(week: Week, day: int, is_enabled: bool) -> Edited:
    """Switch a day on or off; its blocks are kept. Raises `ValidationFailed`."""
    _check_day(day)
    return Edited(_set(week, day, replace(week[day], is_enabled=is_enabled)), day)


def copy_day(week: Week, day: int, to_days: Collection[int]) -> Edited:
    """Copy a day to others, which are switched on or off like it. Raises `ValidationFailed`."""
    for each in (day, *to_days):
        _check_day(each)
    return Edited(tuple(week[day] if at in to_days else old for at, old in enumerate(week)), day)  # type: ignore[arg-type]


def shift_week(week: Week, minutes: int, default: Block | None) -> Week:
    """Return a week whose blocks lie so many minutes later, over midnights and the end of the week.

    A day that is on and has no blocks gets the default hours as a block first. Days that are off stay so,
    with their blocks where they were.
    """
    moved: list[list[Block]] = [[] for _ in week]
    for number, day in enumerate(week):
        if not day.is_enabled:
            continue
        for block in day.blocks or ((default,) if default else ()):
            at, start = divmod((number * A_DAY + block.start + minutes) % A_WEEK, A_DAY)
            end = start + block.end - block.start
            if _is_short(start, end):
                moved[at].append(Block(start, end, block.type))
            else:  # a whole day that no longer begins at midnight
                moved[at].append(Block(start, A_DAY, block.type))
                moved[(at + 1) % 7].append(Block(0, end - A_DAY, block.type))
    shifted = []
    for day, blocks in zip(week, moved, strict=True):
        kept = () if day.is_enabled else day.blocks
        shifted.append(Day(True, _merged(blocks)) if blocks else Day(False, kept))
    return tuple(shifted)  # type: ignore[return-value]


def free_range(day: Day, kind: str) -> tuple[int, int]:
    """Return where a block is added that nobody has said the times of, in minutes.

    Open hours go after those that there are, from nine on; what takes time away goes into the middle of
    the first open hours.
    """
    opened = [each for each in day.blocks if each.type == BlockType.AVAILABLE]
    if kind != BlockType.AVAILABLE:
        middle = (opened[0].start + min(opened[0].end, A_DAY)) // 2 if opened else 12 * 60 + 30
        start = max(0, middle - 30) // 30 * 30
        return start, start + 60
    last = max((each.end for each in day.blocks), default=0)
    for start in (9 * 60, last + 60, last):
        end = start + (3 * 60 if start == 9 * 60 else 60)
        if end <= A_DAY and all(each.end <= start or end <= each.start for each in day.blocks):
            return start, end
    # Late in a full day: before the first block, or over what is there.
    first = min(each.start for each in day.blocks)
    return (first - 60, first) if first >= 60 else (0, 60)


def open_hours(day: Day, default: Block | None) -> int:
    """Count the minutes of a day's blocks that are open, counting those after midnight to it."""
    if not day.is_enabled:
        return 0
    blocks = day.blocks or ((default,) if default else ())
    closed = union((each.start, each.end) for each in blocks if each.type != BlockType.AVAILABLE)
    either = union(
        [*closed, *((each.start, each.end) for each in blocks if each.type == BlockType.AVAILABLE)]
    )
    return sum(end - start for start, end in either) - sum(end - start for start, end in closed)


def _block(start: str, end: str, kind: str) -> Block:
    first, last = wall_minute(start), wall_minute(end, is_end=True)
    return Block(first, last if last >= first else last + A_DAY, kind)


def _with_block(week: Week, day: int, others: Iterable[Block], block: Block) -> Edited:
    """Return the week with a block beside others on a day, which is on then."""
    merged = _merged([*others, block])
    if len(merged) > MOST_BLOCKS:
        raise ValidationFailed({"block": f"{DAY_NAMES[day]} may have at most {MOST_BLOCKS} blocks"})
    index = next(
        at
        for at, each in enumerate(merged)
        if each.type == block.type and each.start <= block.start and block.end <= each.end
    )
    return Edited(_set(week, day, Day(True, merged)), day, index)


def _others(week: Week, day: int, index: int) -> tuple[Block, ...]:
    return tuple(each for at, each in enumerate(week[day].blocks) if at != index)


def _merged(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Sort blocks, and join those of one type that overlap; those that touch stay two, as they count slots
    from different starts (S5). None grows to a day or more that way: then they stay two as well."""
    done: list[Block] = []
    for block in sorted(blocks):
        at = next(
            (
                place
                for place, each in enumerate(done)
                if each.type == block.type and block.start < each.end and _is_short(each.start, block.end)
            ),
            None,
        )
        if at is None:
            done.append(block)
        else:
            done[at] = replace(done[at], end=max(done[at].end, block.end))
    return tuple(sorted(done))


def _is_short(start: int, end: int) -> bool:
    return end <= A_DAY or end - A_DAY < start


def _found(week: Week, day: int, index: int) -> Block:
    _check_day(day)
    blocks = week[day].blocks
    if not 0 <= index < len(blocks):
        raise ValidationFailed({"block": "is not there any more"})
    return blocks[index]


def _checked(day: int, block: Block) -> Block:
    _check_day(day)
    wrong = {}
    if block.type not in list(BlockType):
        wrong["type"] = f"must be one of {', '.join(BlockType)}"
    if not 0 <= block.start < A_DAY:
        wrong["startTime"] = NO_START
    elif not block.start < block.end:
        wrong["endTime"] = "must be after the start"
    elif not _is_short(block.start, block.end):
        wrong["endTime"] = "must be less than 24 hours after the start"
    if wrong:
        raise ValidationFailed(wrong)
    return block


def _check_day(day: int) -> None:
    if not 0 <= day <= 6:
        raise ValidationFailed({"day": "must be 0 to 6, 0 for Sunday"})


def _set(week: Week, day: int, value: Day) -> Week:
    return tuple(value if at == day else old for at, old in enumerate(week))  # type: ignore[return-value]
