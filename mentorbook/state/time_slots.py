"""Choosing a time: a month, a day, a slot, in any zone. One mixin for booking and rescheduling."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.domain.wording import (
    clock,
    clock_range,
    day,
    local,
    long_day,
    place,
    same_clock,
    short_date,
    when,
)
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.slots import SlotQuery, earliest_slot, list_slots
from mentorbook.state.action import action
from mentorbook.state.showing import show
from mentorbook.state.slot_shapes import (
    DayCell,
    SlotGroup,
    month_cells,
    month_dates,
    month_label,
    shifted,
    slot_groups,
    wire,
)
from mentorbook.state.zone_choice import ZoneChoice

_MOST_MONTHS_AHEAD = 24


class TimeSlots(ZoneChoice, mixin=True):
    """The calendar and the slots of one mentor in `zone`; `chosen` is an instant as text, or empty."""

    mentor_name: str = ""
    mentor_zone: str = "UTC"
    duration: int = 60
    month_title: str = ""
    days: rx.Field[list[DayCell]] = rx.field(default_factory=list)
    day_title: str = ""
    slots: rx.Field[list[SlotGroup]] = rx.field(default_factory=list)
    chosen: str = ""
    chosen_line: str = ""
    chosen_day: str = ""
    chosen_range: str = ""
    chosen_range_there: str = ""
    earliest_label: str = ""
    taken_time: str = ""
    taken_why: str = ""
    taken_next: str = ""
    month_is_first: bool = True
    month_has_slots: bool = False

    _mentor: UUID | None = None
    _exclude: UUID | None = None
    _notice: timedelta = timedelta()
    _month: str = ""
    _day: str = ""
    _free: tuple[datetime, ...] = ()
    _gone: tuple[datetime, ...] = ()
    _earliest: datetime | None = None

    @action("member")
    async def choose_day(self, actor: Account, iso: str) -> Any:
        """Show the slots of a date of the months that one can go to."""
        try:
            day = date.fromisoformat(iso).isoformat()
        except ValueError:
            raise ValidationFailed({"date": "must be a date such as 2026-03-03"}) from None
        today = when_month(self.zone)
        first, last = min(self._month or today, today), shifted(today, _MOST_MONTHS_AHEAD)
        if not first <= day[:7] <= last:
            raise ValidationFailed({"date": f"must be from {month_label(first)} to {month_label(last)}"})
        if self._mentor is not None:
            self._day, self._gone = day, ()
            self._draw()

    @action("member")
    async def shift_month(self, actor: Account, by: int) -> Any:
        """Go some months on or back, from this month to two years ahead."""
        if self._mentor is None:
            return
        today = when_month(self.zone)
        month = shifted(self._month or today, max(-_MOST_MONTHS_AHEAD, min(by, _MOST_MONTHS_AHEAD)))
        self._month = max(today, min(month, shifted(today, _MOST_MONTHS_AHEAD)))
        await self._load(actor)

    @action("member")
    async def choose_slot(self, actor: Account, start: str) -> Any:
        """Take one of the free slots on show; anything else changes nothing."""
        picked = next((slot for slot in self._free if wire(slot) == start), None)
        if picked is not None:
            self._pick(picked)
            await self._slot_chosen(actor)

    @action("member")
    async def pick_earliest(self, actor: Account) -> Any:
        """Jump to the earliest free slot and take it."""
        self._earliest = await self._find_earliest(actor)
        if self._earliest is not None:
            await self._show_slot(actor, self._earliest)
            await self._slot_chosen(actor)

    async def _begin(
        self, actor: Account, mentor_id: UUID, duration: int, exclude: UUID | None = None
    ) -> None:
        """Show the month with the mentor's earliest slot; nothing is chosen yet."""
        self._mentor, self._exclude, self.duration = mentor_id, exclude, duration
        self._gone, self.taken_time, self.taken_next = (), "", ""
        self._unpick()
        self._earliest = await self._find_earliest(actor)
        if self._earliest is not None:
            self._day = self._local_date(self._earliest)
            self._month = self._day[:7]
        else:
            self._day, self._month = "", when_month(self.zone)
        await self._load(actor)

    async def _load(self, actor: Account) -> None:
        """Fetch the free slots of the month on show, and show them."""
        if self._mentor is not None:
            await self._fetch(actor, self._mentor)
            self._draw()

    async def _fetch(self, actor: Account, mentor_id: UUID) -> None:
        first, last = month_dates(self._month)
        query = SlotQuery(mentor_id, first, last, self.zone, self.duration, exclude_booking_id=self._exclude)
        listed = await call(list_slots, actor, query)
        self._free, self._notice = tuple(slot.start_time for slot in listed.slots), listed.notice
        if not self._gone and not self._on_day(self._free):
            self._day = self._local_date(self._free[0]) if self._free else ""

    async def _show_slot(self, actor: Account, start: datetime) -> None:
        """Go to a slot's month and day, and take it if it is free."""
        self._day, self._gone = self._local_date(start), ()
        self._month = self._day[:7]
        await self._load(actor)
        if start in self._free:
            self._pick(start)

    async def _reload_slots(self, actor: Account) -> bool:
        """Fetch again after somebody else changed something; says whether the chosen slot is gone."""
        if self._mentor is None:
            return False
        before = (*self._gone, *self._on_day(self._free))
        await self._fetch(actor, self._mentor)
        free = set(self._free)
        # What went because its notice ran out was taken by nobody.
        self._gone = tuple(slot for slot in before if slot not in free and not self._is_too_soon(slot))
        lost = self.chosen != "" and self._month == self._local_date(self._chosen())[:7]
        lost = lost and self._chosen() not in free
        is_present_month = self._month == when_month(self.zone)
        first = self._free[0] if self._free and is_present_month else None
        self._earliest = first or await self._find_earliest(actor)
        self._draw()
        return lost

    async def _find_earliest(self, actor: Account) -> datetime | None:
        if self._mentor is None:
            return None
        return await call(earliest_slot, actor, self._mentor, self.duration, self._exclude)

    async def _slot_chosen(self, actor: Account) -> None:
        """What else changes when a person has taken a slot."""

    async def _zone_chosen(self, actor: Account | None) -> None:
        """Write everything in the newly chosen zone."""
        if actor is None or self._mentor is None:
            return
        anchor = self._chosen() if self.chosen else self._earliest
        if anchor is not None:
            self._day = self._local_date(anchor)
            self._month = self._day[:7]
        await self._load(actor)
        if self.chosen:
            self._pick(self._chosen())

    def _pick(self, start: datetime) -> None:
        self.taken_time = self.taken_next = ""
        self.chosen = wire(start)
        self._describe()
        self._draw()

    def _forget_slots(self) -> None:
        """Nothing is on show: what somebody does before it is again, does nothing."""
        self._mentor = self._exclude = self._earliest = None
        self._free = self._gone = ()
        self._unpick()

    def _unpick(self) -> None:
        self.chosen = self.chosen_line = self.chosen_day = self.chosen_range = self.chosen_range_there = ""

    def _chosen(self) -> datetime:
        return datetime.fromisoformat(self.chosen)

    def _describe(self) -> None:
        start = self._chosen()
        end = start + _minutes(self.duration)
        differs = not same_clock(self.zone, self.mentor_zone, start)
        here, there = place(self.zone), place(self.mentor_zone)
        self.chosen_day = day(start, self.zone)
        self.chosen_range = f"{clock_range(start, end, self.zone)}"
        self.chosen_range_there = f"{clock_range(start, end, self.mentor_zone)} {there}" if differs else ""
        line = f"{short_date(start, self.zone, now())}, {clock(start, self.zone)} {here}"
        self.chosen_line = f"{line} · {clock(start, self.mentor_zone)} {there}" if differs else line

    def _draw(self) -> None:
        # Drawn on many pages at once when a slot is taken: what every slot needs is read from the state once.
        zone, month, chosen_day = self.zone, self._month, self._day
        today = self._local_date(now())
        counts = Counter(local_iso_date(slot, zone) for slot in self._free)
        shown = bool(chosen_day) and chosen_day.startswith(month)
        show(
            self,
            month_title=month_label(month),
            month_is_first=month <= today[:7],
            month_has_slots=bool(counts),
            days=month_cells(month, counts, chosen_day, today),
            day_title=long_day(datetime.fromisoformat(chosen_day)) if shown else "",
            slots=slot_groups(
                self._on_day(self._free),
                set(self._on_day(self._gone)),
                self._chosen() if self.chosen else None,
                zone=zone,
                there=self.mentor_zone,
                name=self.mentor_name.split(" ")[0],
            ),
            earliest_label=when(self._earliest, zone, now()) if self._earliest else "",
        )

    def _on_day(self, slots: Iterable[datetime]) -> list[datetime]:
        """Those on the day on show."""
        zone, chosen_day = self.zone, self._day
        return [slot for slot in slots if local_iso_date(slot, zone) == chosen_day]

    def _say_taken(self, start: datetime, instead: datetime | None) -> None:
        """Say that a slot is gone and why, and which is the nearest."""
        self.taken_time = clock(start, self.zone)
        too_soon = self._is_too_soon(start)
        self.taken_why = "can no longer be booked at such short notice" if too_soon else "was just taken"
        if instead is None:
            self.taken_next = ""
        elif self._local_date(instead) == self._local_date(start):
            self.taken_next = clock(instead, self.zone)
        else:
            self.taken_next = when(instead, self.zone, now())

    def _is_too_soon(self, start: datetime) -> bool:
        """Whether the mentor wants to know earlier than that; a start in the past is too soon as well."""
        return start < now() + self._notice

    def _local_date(self, instant: datetime) -> str:
        return local_iso_date(instant, self.zone)


# The same slots are drawn again and again, on many pages at once when one of them is taken.
@lru_cache(maxsize=16_384)
def local_iso_date(instant: datetime, zone: str) -> str:
    """The date of an instant in a zone, as `2026-11-24`."""
    return local(instant, zone).date().isoformat()


def when_month(zone: str) -> str:
    """The present month in a zone, as `2026-11`."""
    return local_iso_date(now(), zone)[:7]


def mentor_from(value: str) -> UUID:
    """The mentor that a page names. Raises `ValidationFailed`."""
    mentor = as_uuid(value)
    if mentor is None:
        raise ValidationFailed({"mentorId": "must be a UUID"})
    return mentor


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
