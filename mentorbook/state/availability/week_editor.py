"""The weekly hours of the editor: blocks by mouse, touch, keyboard, or typed."""

from typing import Annotated, Any, Literal

import reflex as rx
from pydantic import Field

from mentorbook.domain.availability.draft import NO_END, NO_START
from mentorbook.domain.availability.week_editing import (
    A_DAY,
    Block,
    Edited,
    Week,
    add_block,
    copy_day,
    default_block,
    enable_day,
    free_range,
    place_block,
    remove_block,
    retype_block,
)
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.views import Account
from mentorbook.presenters.availability.typed_times import typed_minute
from mentorbook.presenters.availability.week_grid import (
    BlockFields,
    GridBlock,
    GridDay,
    block_fields,
    block_key,
    block_place,
    grid_blocks,
    grid_days,
)
from mentorbook.state.action import action
from mentorbook.state.availability.drafted_hours import DraftedHours

Weekday = Annotated[int, Field(ge=0, le=6)]
Minute = Annotated[int, Field(ge=0, le=2 * A_DAY)]
Index = Annotated[int, Field(ge=0, le=100)]
# As a browser sends it.
SentType = Annotated[BlockType, Field(strict=False)]
_WORKDAYS = (1, 2, 3, 4, 5)


class WeekEditor(DraftedHours, mixin=True):
    """A week, and the block in it that is chosen: `selected` is its key."""

    @rx.var
    def days(self) -> list[GridDay]:
        """List the weekdays from Monday."""
        if self._history is None:
            return []
        draft = self._history.present
        return grid_days(draft.week, default_block(draft.schedule))

    @rx.var
    def blocks(self) -> list[GridBlock]:
        """List the blocks."""
        return grid_blocks(self._history.present.week) if self._history else []

    @rx.var
    def chosen(self) -> BlockFields:
        """Return the fields of the chosen block."""
        return block_fields(self._history.present.week, self.selected) if self._history else BlockFields()

    @action("member")
    async def place(
        self, actor: Account, day: Weekday, index: Index, to_day: Weekday, start: Minute, end: Minute
    ) -> Any:
        """Move a block, or give it another length."""
        self._take_over()
        before = f"place {block_key(day, index)}"
        edited = place_block(self._draft().week, day, index, to_day, start, end)
        await self._edited(actor, edited, before)

    @action("member")
    async def add_at(
        self, actor: Account, day: Weekday, start: Minute, end: Minute, kind: SentType = BlockType.AVAILABLE
    ) -> Any:
        """Add a block."""
        self._take_over()
        await self._edited(actor, add_block(self._draft().week, day, start, end, kind))

    @action("member")
    async def add_on(self, actor: Account, day: Weekday, kind: SentType = BlockType.AVAILABLE) -> Any:
        """Add a block where the day has place for one, and choose it."""
        self._take_over()
        week = self._draft().week
        start, end = free_range(week[day], kind)
        await self._edited(actor, add_block(week, day, start, end, kind))

    @action("member")
    async def remove(self, actor: Account, day: Weekday, index: Index) -> Any:
        """Remove a block."""
        self._take_over()
        await self._edited(actor, remove_block(self._draft().week, day, index))

    @action("member")
    async def choose_block(self, actor: Account, day: Weekday, index: Index) -> Any:
        """Choose a block, to see and type its times.

        Not an answer to what the grid waits for: that is a change of a block.
        """
        self.errors = {}
        if index < len(self._draft().week[day].blocks):
            self.selected = block_key(day, index)

    @action("member")
    async def retype(self, actor: Account, kind: SentType) -> Any:
        """Give the chosen block another type."""
        self._take_over()
        day, index = self._chosen_place()
        await self._edited(actor, retype_block(self._draft().week, day, index, kind))

    @action("member")
    async def type_start(self, actor: Account, text: Annotated[str, Field(max_length=20)]) -> Any:
        """Set the start of the chosen block to what was typed."""
        self._take_over()
        block, minute = self._chosen_block(), typed_minute(text)
        if minute is None:
            raise ValidationFailed({"startTime": NO_START})
        end = block.end if block.end <= A_DAY or block.end - A_DAY < minute else block.end - A_DAY
        await self._type(actor, minute, end if end > minute else end + A_DAY)

    @action("member")
    async def type_end(self, actor: Account, text: Annotated[str, Field(max_length=20)]) -> Any:
        """Set the end of the chosen block to what was typed; one before the start is on the next day."""
        self._take_over()
        block, minute = self._chosen_block(), typed_minute(text, is_end=True)
        if minute is None:
            raise ValidationFailed({"endTime": NO_END})
        if minute == block.start:
            raise ValidationFailed({"endTime": "must not be the start"})
        await self._type(actor, block.start, minute if minute > block.start else minute + A_DAY)

    @action("member")
    async def enable(self, actor: Account, day: Weekday, is_on: bool) -> Any:
        """Switch a day on or off."""
        self._take_over()
        await self._edited(actor, enable_day(self._draft().week, day, is_on))

    @action("member")
    async def copy_to(self, actor: Account, day: Weekday, to: Literal["all", "workdays"] | Weekday) -> Any:
        """Copy a day to another, to Monday to Friday, or to all days."""
        self._take_over()
        many = {"all": tuple(range(7)), "workdays": _WORKDAYS}
        targets = many[to] if isinstance(to, str) else (to,)
        kept = self.selected
        await self._edited(actor, copy_day(self._draft().week, day, targets))
        self.selected = kept

    async def _type(self, actor: Account, start: int, end: int) -> None:
        day, index = self._chosen_place()
        await self._edited(actor, place_block(self._draft().week, day, index, day, start, end))

    async def _edited(self, actor: Account, edited: Edited, step: str = "") -> None:
        self.selected = block_key(edited.day, edited.index)
        await self._go_on(actor, self._draft()._replace(week=edited.week), step)

    def _chosen_place(self) -> tuple[int, int]:
        day, index = block_place(self.selected)
        week: Week = self._draft().week
        if not 0 <= day <= 6 or index >= len(week[day].blocks):
            raise ValidationFailed({"block": "Choose a block first."})
        return day, index

    def _chosen_block(self) -> Block:
        day, index = self._chosen_place()
        return self._draft().week[day].blocks[index]
