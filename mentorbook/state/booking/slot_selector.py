"""Choose a slot: a month, a day, a start, in any zone. One mixin for booking and rescheduling."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.presenters.booking.durations import DurationChoice, duration_choices
from mentorbook.presenters.booking.slot_calendar import (
    ChosenSlot,
    Day,
    LostSlot,
    Month,
    chosen_slot,
    day_view,
    local_iso_date,
    lost_slot,
    month_dates,
    month_label,
    month_view,
    on_day,
    shifted,
    wire,
)
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.presenters.dates import when
from mentorbook.services.availability.slots import SlotQuery, earliest_slot, list_slots
from mentorbook.services.clock import now
from mentorbook.state.action import action
from mentorbook.state.socket.shared_questions import call_shared
from mentorbook.state.zone_choice import ZoneChoice

_MOST_MONTHS_AHEAD = 24
# Before anything is loaded there is nothing to show the time of.
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@rx.serializer
def cached_json(value: CachedJson) -> dict[str, Any]:
    """Send what many pages are sent in the form that was made for the first of them."""
    return value.as_json


class SlotSelector(ZoneChoice, mixin=True):
    """The calendar and the slots of one mentor in `zone`; `chosen` is an instant as text, or empty.

    Facts are what handlers set; what is drawn from them follows by itself.
    """

    duration: int = 60
    chosen: str = ""

    _mentor: UUID | None = None
    _mentor_name: str = ""
    _mentor_zone: str = "UTC"
    _exclude: UUID | None = None
    _notice: timedelta = timedelta()
    _month: str = ""
    _day: str = ""
    _free: tuple[datetime, ...] = ()
    _gone: tuple[datetime, ...] = ()
    _fitting: tuple[int, ...] = ()
    _earliest: datetime | None = None
    _lost: datetime | None = None
    _lost_too_soon: bool = False
    _nearest: datetime | None = None
    _loaded_at: datetime = _LONG_AGO

    @rx.var
    def month(self) -> Month:
        """Draw the month on show."""
        return month_view(self._free, self._month, self._day, zone=self.zone, now=self._loaded_at)

    @rx.var
    def day(self) -> Day:
        """Draw the day on show and its slots."""
        return day_view(
            self._free,
            self._gone,
            instant_of(self.chosen),
            self._day,
            self._month,
            zone=self.zone,
            there=self._mentor_zone,
            mentor=self._mentor_name,
        )

    @rx.var
    def chosen_slot(self) -> ChosenSlot:
        """Tell the chosen slot on both clocks."""
        start = instant_of(self.chosen)
        if start is None:
            return ChosenSlot()
        return chosen_slot(start, self.duration, zone=self.zone, there=self._mentor_zone, now=self._loaded_at)

    @rx.var
    def earliest(self) -> str:
        """Tell when the mentor is free first; empty when never."""
        return when(self._earliest, self.zone, self._loaded_at) if self._earliest else ""

    @rx.var
    def lost(self) -> LostSlot:
        """Which chosen slot is gone, until another is chosen."""
        if self._lost is None:
            return LostSlot()
        return lost_slot(
            self._lost,
            self._nearest,
            is_too_soon=self._lost_too_soon,
            zone=self.zone,
            now=self._loaded_at,
        )

    @rx.var
    def durations(self) -> list[DurationChoice]:
        """List the lengths that one may choose from."""
        return duration_choices(self._fitting)

    @action("member")
    async def choose_day(self, actor: Account, iso: str) -> Any:
        """Show the slots of a date of the months that one can go to."""
        try:
            day = date.fromisoformat(iso).isoformat()
        except ValueError:
            raise ValidationFailed({"date": "must be a date such as 2026-03-03"}) from None
        today = present_month(self.zone)
        first, last = min(self._month or today, today), shifted(today, _MOST_MONTHS_AHEAD)
        if not first <= day[:7] <= last:
            raise ValidationFailed({"date": f"must be from {month_label(first)} to {month_label(last)}"})
        if self._mentor is not None:
            self._day, self._gone = day, ()
            self._set_loaded_at()

    @action("member")
    async def shift_month(self, actor: Account, by: int) -> Any:
        """Go some months on or back, from this month to two years ahead."""
        if self._mentor is None:
            return
        today = present_month(self.zone)
        month = shifted(self._month or today, max(-_MOST_MONTHS_AHEAD, min(by, _MOST_MONTHS_AHEAD)))
        self._month = max(today, min(month, shifted(today, _MOST_MONTHS_AHEAD)))
        await self._load(actor)

    @action("member")
    async def choose_slot(self, actor: Account, start: str) -> Any:
        """Choose one of the free slots on show; anything else changes nothing."""
        picked = next((slot for slot in self._free if wire(slot) == start), None)
        if picked is not None:
            self._choose(picked)
            await self._slot_chosen(actor)

    @action("member")
    async def pick_earliest(self, actor: Account) -> Any:
        """Jump to the earliest free slot and choose it."""
        self._earliest = await self._find_earliest(actor)
        if self._earliest is not None:
            await self._show_slot(actor, self._earliest)
            await self._slot_chosen(actor)

    async def _begin(
        self, actor: Account, mentor_id: UUID, duration: int, exclude: UUID | None = None
    ) -> None:
        """Show the month with the mentor's earliest slot; nothing is chosen yet."""
        self._mentor, self._exclude, self.duration = mentor_id, exclude, duration
        self._gone, self._lost, self.chosen = (), None, ""
        self._earliest = await self._find_earliest(actor)
        if self._earliest is not None:
            self._go_to(self._earliest)
        else:
            self._day, self._month = "", present_month(self.zone)
        await self._load(actor)

    async def _load(self, actor: Account) -> None:
        """Fetch the free slots of the month on show."""
        if self._mentor is None:
            return
        first, last = month_dates(self._month)
        query = SlotQuery(
            self._mentor, first, last, self.zone, self.duration, exclude_booking_id=self._exclude
        )
        listed = await call_shared(list_slots, actor, query)
        # What is set is drawn and sent anew, changed or not, and this is loaded often: when a slot is taken.
        if listed.starts != self._free:
            self._free = listed.starts
        self._notice = listed.notice
        self._set_loaded_at()
        if not self._gone and not on_day(self._free, self._day, self.zone):
            self._day = local_iso_date(self._free[0], self.zone) if self._free else ""

    async def _show_slot(self, actor: Account, start: datetime) -> None:
        """Go to a slot's month and day, and choose it if it is free."""
        self._go_to(start)
        self._gone = ()
        await self._load(actor)
        if start in self._free:
            self._choose(start)

    async def _reload_slots(self, actor: Account) -> bool:
        """Fetch again after somebody else changed something; says whether the chosen slot is gone."""
        if self._mentor is None:
            return False
        before = (*self._gone, *on_day(self._free, self._day, self.zone))
        await self._load(actor)
        free = set(self._free)
        # What went because its notice ran out was taken by nobody.
        gone = tuple(slot for slot in before if slot not in free and not self._is_too_soon(slot))
        if gone != self._gone:
            self._gone = gone
        is_present_month = self._month == present_month(self.zone)
        first = self._free[0] if self._free and is_present_month else None
        earliest = first or await self._find_earliest(actor)
        if earliest != self._earliest:
            self._earliest = earliest
        chosen = instant_of(self.chosen)
        is_on_show = chosen is not None and local_iso_date(chosen, self.zone)[:7] == self._month
        return is_on_show and chosen not in free

    async def _choose_nearest(self, actor: Account) -> None:
        """Say that the chosen slot is gone, and choose the nearest free one of the month instead."""
        lost = self._chosen()
        await self._reload_slots(actor)
        nearest = min(self._free, key=lambda slot: abs(slot - lost), default=None)
        self.chosen = ""
        if nearest is not None:
            self._day = local_iso_date(nearest, self.zone)
            self._choose(nearest)
        self._lost, self._nearest, self._lost_too_soon = lost, nearest, self._is_too_soon(lost)

    async def _find_earliest(self, actor: Account) -> datetime | None:
        if self._mentor is None:
            return None
        return await call_shared(earliest_slot, actor, self._mentor, self.duration, self._exclude)

    async def _slot_chosen(self, actor: Account) -> None:
        """Change what else follows from a chosen slot."""

    async def _zone_chosen(self, actor: Account | None) -> None:
        """Show the day that the chosen slot, or else the earliest, has in the newly chosen zone."""
        if actor is None or self._mentor is None:
            return
        anchor = self._chosen() if self.chosen else self._earliest
        if anchor is not None:
            self._go_to(anchor)
        await self._load(actor)
        if self.chosen:
            self._lost = None

    def _set_loaded_at(self) -> None:
        """Note the present minute; whatever is drawn from it says nothing finer."""
        minute = now().replace(second=0, microsecond=0)
        if minute != self._loaded_at:
            self._loaded_at = minute

    def _choose(self, start: datetime) -> None:
        self.chosen, self._lost = wire(start), None
        self._set_loaded_at()

    def _go_to(self, instant: datetime) -> None:
        self._day = local_iso_date(instant, self.zone)
        self._month = self._day[:7]

    def _forget_slots(self) -> None:
        """Forget what was on show, so that handlers called before the next opening change nothing."""
        self._mentor = self._exclude = self._earliest = self._lost = None
        self._free = self._gone = ()
        self._fitting = ()
        self.chosen = ""

    def _chosen(self) -> datetime:
        return datetime.fromisoformat(self.chosen)

    def _is_too_soon(self, start: datetime) -> bool:
        """Say whether the mentor wants to know earlier than that; a start in the past is too soon as well."""
        return start < now() + self._notice


def present_month(zone: str) -> str:
    """Return the present month in a zone, as `2026-11`."""
    return local_iso_date(now(), zone)[:7]


def mentor_from(value: str) -> UUID:
    """Return the mentor that a page names. Raises `ValidationFailed`."""
    mentor = as_uuid(value)
    if mentor is None:
        raise ValidationFailed({"mentorId": "must be a UUID"})
    return mentor


def instant_of(text: str) -> datetime | None:
    """Return the instant that `chosen` holds as text, or nothing where it is empty."""
    return datetime.fromisoformat(text) if text else None
