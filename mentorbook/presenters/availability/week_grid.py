"""A week of hours as the editor draws it."""

from dataclasses import dataclass, field

from mentorbook.domain.availability.week_editing import (
    A_DAY,
    Block,
    Week,
    open_hours,
    wall_time,
)
from mentorbook.presenters.availability.kinds import BLOCK_KINDS, IN_ORDER, WEEKDAYS
from mentorbook.presenters.dates import length


@dataclass(frozen=True)
class GridDay:
    """A weekday, 0 for Sunday: `ghost` has the edges of the default hours where they apply."""

    day: int
    name: str
    short: str
    total: str
    on: bool
    ghost: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class GridBlock:
    """A block: its key in the grid, where it is in the week, and its minutes; see `week_editing.Block`."""

    key: str
    day: int
    index: int
    start: int
    end: int
    kind: str
    word: str


@dataclass(frozen=True)
class BlockFields:
    """The chosen block as it can be typed; nameless while none is chosen."""

    day: int = 0
    index: int = 0
    name: str = ""
    start: str = ""
    end: str = ""
    kind: str = ""
    note: str = ""


def grid_days(week: Week, default: Block | None) -> list[GridDay]:
    """Return the days from Monday, with how long each is open."""
    days = []
    for number in IN_ORDER:
        day = week[number]
        minutes = open_hours(day, default)
        total = length(minutes) if minutes else "never open"
        ghost = [default.start, default.end] if default and day.is_enabled and not day.blocks else []
        days.append(
            GridDay(
                number,
                WEEKDAYS[number],
                WEEKDAYS[number][:3],
                total if day.is_enabled else "off",
                day.is_enabled,
                ghost,
            )
        )
    return days


def grid_blocks(week: Week) -> list[GridBlock]:
    """Return all blocks, from Monday."""
    return [
        GridBlock(
            block_key(number, index),
            number,
            index,
            block.start,
            block.end,
            block.type,
            BLOCK_KINDS[block.type].lower(),
        )
        for number in IN_ORDER
        for index, block in enumerate(week[number].blocks)
    ]


def block_key(day: int, index: int | None) -> str:
    """Return the name of a block in the grid; empty for none."""
    return "" if index is None else f"{day}-{index}"


def block_fields(week: Week, key: str) -> BlockFields:
    """Return the fields of the block of a key, if it is there."""
    day, index = block_place(key)
    if not 0 <= day <= 6 or not 0 <= index < len(week[day].blocks):
        return BlockFields()
    block = week[day].blocks[index]
    note = f"Ends on {WEEKDAYS[(day + 1) % 7]}" if block.end > A_DAY else ""
    return BlockFields(
        day,
        index,
        WEEKDAYS[day],
        wall_time(block.start),
        wall_time(block.end, is_end=True),
        block.type,
        note,
    )


def block_place(key: str) -> tuple[int, int]:
    """Return weekday and index of a block's key, or two that no block has."""
    day, _, index = key.partition("-")
    return (int(day), int(index)) if day.isdigit() and index.isdigit() and len(key) < 8 else (-1, -1)
