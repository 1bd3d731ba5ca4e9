"""Choose a slot: a month, a day, a start, in any zone. One mixin for booking and rescheduling."""

from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import Field

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.domain.zones import is_zone
from mentorbook.presenters.booking.durations import LENGTHS, DurationChoice, duration_choices
from mentorbook.presenters.booking.slot_calendar import (
    ChosenSlot,
    LostSlot,
    chosen_slot,
    earliest_words,
    local_iso_date,
    lost_slot,
    month_label,
    on_day,
    shifted,
    wire,
)
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.state.action import action
from mentorbook.state.booking.loaded_months import MOST_MONTHS_AHEAD, LoadedMonths, present_month
from mentorbook.state.drafts import Draft
from mentorbook.state.socket.page_alarms import page_alarms
from mentorbook.state.socket.shared_questions import call_shared

# A slot can still be booked at the moment itself.
JUST_AFTER = timedelta(seconds=1)


class TimeDraft(Draft):
    """A time as far as it was chosen: the slot, or only where one was looking for it, and by which clock."""

    start: str = Field(max_length=40)
    minutes: int
    zone: str = Field(max_length=100)
    month: str = Field("", max_length=7)
    day: str = Field("", max_length=10)


class SlotSelector(LoadedMonths, mixin=True):
    """Choose among the slots of one mentor, by the clock of `zone`; `chosen` is an ISO 8601 instant or empty.

    The page has the slots of the month on show and of its neighbours, and goes from day to day by itself: it
    draws what is pressed at once and sends it here. `month`, `day` and `chosen` follow. `turn` is another
    whenever they are set by anything else, and what the page drew by itself until then is void.
    """

    day: str = ""
    chosen: str = ""
    turn: str = ""
    # The start that the lengths on offer fit at, as text.
    fitting_at: str = ""

    _fitting: tuple[int, ...] = ()
    _lost: datetime | None = None
    _lost_too_soon: bool = False
    _nearest: datetime | None = None

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
        return earliest_words(self._earliest, self.zone, self._loaded_at) if self._earliest else ""

    @rx.var
    def lost(self) -> LostSlot:
        """Tell which chosen slot is gone, until another is chosen."""
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
        """List the lengths that one may choose from, in minutes."""
        return duration_choices(self._fitting)

    @action("member")
    async def choose_day(self, actor: Account, iso: str) -> Any:
        """Note which ISO date of the months that one can go to is on show."""
        try:
            day = date.fromisoformat(iso).isoformat()
        except ValueError:
            raise ValidationFailed({"date": "must be a date such as 2026-03-03"}) from None
        self._check_month("date", day[:7])
        if self._mentor is not None:
            self.day = day
            self._forget_gone()
            self._set_loaded_at()
            self._keep_draft()

    @action("member")
    async def show_month(self, actor: Account, month: str) -> Any:
        """Go to one of the months from this one to two years ahead, and load it with its neighbours."""
        try:
            month = date.fromisoformat(f"{month}-01").isoformat()[:7]
        except ValueError:
            raise ValidationFailed({"month": "must be a month such as 2026-03"}) from None
        self._check_month("month", month)
        if self._mentor is not None:
            self.month = month
            await self._load(actor)
            self._keep_draft()

    @action("member")
    async def choose_slot(self, actor: Account, start: str) -> Any:
        """Choose one of the loaded free slots by its start (ISO 8601, UTC); say so when it is gone."""
        await self._pick(actor, start)

    @action("member")
    async def pick_earliest(self, actor: Account) -> Any:
        """Jump to the earliest free slot and choose it."""
        self._take_over()
        self._earliest = await self._find_earliest(actor)
        if self._earliest is not None:
            await self._show_slot(actor, self._earliest)
            await self._slot_chosen(actor)

    async def _pick(self, actor: Account, start: str) -> None:
        """Choose a loaded slot; a time of a loaded month that is not free was lost meanwhile."""
        instant = _instant(start)
        if instant is not None and self._is_free(instant):
            self._choose(instant)
            await self._slot_chosen(actor)
            return
        self._take_over()
        if instant is not None and self._is_lost(instant):
            self.chosen = start
            await self._lost_slot(actor)

    def _is_lost(self, start: datetime) -> bool:
        """Say whether a time that is not free is one that the page may have offered."""
        return self._is_loaded(local_iso_date(start, self.zone)[:7])

    async def _lost_slot(self, actor: Account, *, own: bool = False) -> None:
        """Choose the nearest free slot instead of the lost one. `own`: oneself has taken it."""
        await self._choose_nearest(actor)

    async def _begin(
        self, actor: Account, mentor_id: UUID, duration: int, exclude: UUID | None = None
    ) -> None:
        """Show the month with the mentor's earliest slot; nothing is chosen yet."""
        self._forget_slots()
        self._mentor, self._exclude, self.duration = mentor_id, exclude, duration
        self._earliest = await self._find_earliest(actor)
        if self._earliest is not None:
            self._go_to(self._earliest)
        else:
            self.day, self.month = "", present_month(self.zone)
        await self._load(actor)
        self._follow_the_clock(actor)

    def _follow_the_clock(self, actor: Account) -> None:
        """Have the page reload once its first slot could be booked for the last time."""
        if self._earliest is not None:
            page_alarms.set(actor.id, [self._earliest - self._notice + JUST_AFTER])

    def _has_clock_passed(self) -> bool:
        """Say whether the first slot was free when it was loaded, and is too soon by now."""
        return self._earliest is not None and self._is_too_soon(self._earliest)

    def _day_on_show(self) -> str:
        """Return the day whose slots the page shows: the chosen one, or the first with a free slot."""
        if self.day.startswith(self.month):
            return self.day
        loaded = self._loaded_month(self.month)
        return local_iso_date(loaded.free[0], self.zone) if loaded and loaded.free else ""

    async def _go_to_day(self, actor: Account, iso: str) -> None:
        """Show a day that was asked for, where it has a free slot; else leave what is on show."""
        try:
            day = date.fromisoformat(iso).isoformat()
            self._check_month("date", day[:7])
        except (ValueError, ValidationFailed):
            return
        before, self.month = self.month, day[:7]
        await self._load(actor)
        loaded = self._loaded_month(self.month)
        if loaded is not None and on_day(loaded.free, day, self.zone):
            self.day = day
        else:
            self.month = before
            await self._load(actor)

    def _keep_draft(self) -> None:
        """Keep in the tab what would be lost with the page."""

    def _chosen_time(self) -> dict[str, Any]:
        """Return the time as a `TimeDraft` keeps it."""
        return {
            "start": self.chosen,
            "minutes": self.duration,
            "zone": self.zone,
            "month": self.month,
            "day": self.day,
        }

    async def _show_kept(self, actor: Account, kept: TimeDraft) -> None:
        """Choose what a draft had chosen; where that is gone, say so and choose the nearest free slot."""
        if is_zone(kept.zone):
            self._start_in(kept.zone)
        if kept.minutes in LENGTHS:
            self.duration = kept.minutes
        instant, place = _instant(kept.start), self._kept_place(kept)
        try:
            self._check_month("start", local_iso_date(instant, self.zone)[:7] if instant else "")
        except ValidationFailed:
            instant = None
        if instant is not None:
            self._go_to(instant)
        elif place is None and self._earliest is not None:
            self._go_to(self._earliest)
        elif place is not None:
            self.month, self.day = place
        await self._load(actor)
        if instant is None:
            return
        self.chosen = kept.start
        if not self._is_free(instant):
            await self._lost_slot(actor)
            return
        await self._slot_chosen(actor)
        if place is not None and place != (self.month, self.day):
            # What is chosen stays so while one looks elsewhere.
            was_shown, (self.month, self.day) = self.month, place
            if self.month != was_shown:
                await self._load(actor)

    def _kept_place(self, kept: TimeDraft) -> tuple[str, str] | None:
        """Return the month and the day that were on show, if one can still go there."""
        try:
            month = date.fromisoformat(f"{kept.month}-01").isoformat()[:7]
            self._check_month("month", month)
            day = date.fromisoformat(kept.day).isoformat() if kept.day else ""
        except (ValueError, ValidationFailed):
            return None
        return month, day

    async def _show_slot(self, actor: Account, start: datetime) -> None:
        """Go to a slot's month and day, and choose it if it is free."""
        self._go_to(start)
        await self._load(actor)
        if self._is_free(start):
            self._choose(start)

    async def _reload_slots(self, actor: Account) -> bool:
        """Fetch again after somebody else changed something; says whether the chosen slot is gone."""
        if self._mentor is None:
            return False
        day, loaded = self._day_on_show(), self._loaded_month(self.month)
        shown = (*on_day(loaded.gone, day, self.zone), *on_day(loaded.free, day, self.zone)) if loaded else ()
        previous = shifted(self.month, -1)
        is_kept = self._is_loaded(previous)
        await self._load(actor, shown)
        if is_kept:
            await self._fetch(actor, [previous])
        is_present_month = self.month == present_month(self.zone)
        first = next((slot for each in self._loaded() for slot in each.free), None)
        earliest = (first if is_present_month else None) or await self._find_earliest(actor)
        if earliest != self._earliest:
            self._earliest = earliest
        self._follow_the_clock(actor)
        chosen = instant_of(self.chosen)
        is_loaded = chosen is not None and self._is_loaded(local_iso_date(chosen, self.zone)[:7])
        return chosen is not None and is_loaded and not self._is_free(chosen)

    async def _choose_nearest(self, actor: Account) -> None:
        """Say that the chosen slot is gone, and choose the nearest free one of the loaded months instead."""
        lost = self._chosen()
        self._take_over()
        # The page may have gone on to other months: the nearest is looked for around the lost one.
        self._go_to(lost)
        await self._reload_slots(actor)
        nearest = min(self._free_starts(), key=lambda slot: abs(slot - lost), default=None)
        self.chosen = ""
        if nearest is not None:
            self._go_to(nearest)
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
        self._take_over()
        if actor is None or self._mentor is None:
            return
        anchor = self._chosen() if self.chosen else self._earliest
        if anchor is not None:
            self._go_to(anchor)
        await self._load(actor)
        if self.chosen:
            self._lost = None
        self._keep_draft()

    def _take_over(self) -> None:
        """Make void what the page drew by itself: from now on it shows what is set here."""
        self.turn = token_hex(4)

    def _choose(self, start: datetime) -> None:
        self.chosen, self._lost = wire(start), None
        self._set_loaded_at()

    def _go_to(self, instant: datetime) -> None:
        self.day = local_iso_date(instant, self.zone)
        self.month = self.day[:7]

    def _check_month(self, name: str, month: str) -> None:
        """Raise `ValidationFailed` for a month that one cannot go to."""
        today = present_month(self.zone)
        first, last = min(self.month or today, today), shifted(today, MOST_MONTHS_AHEAD)
        if not first <= month <= last:
            raise ValidationFailed({name: f"must be from {month_label(first)} to {month_label(last)}"})

    def _forget_slots(self) -> None:
        """Forget what was on show, so that handlers called before the next opening change nothing."""
        self._mentor = self._exclude = self._earliest = self._lost = None
        self._forget_months()
        self._fitting, self.fitting_at = (), ""
        self.chosen = self.day = self.month = ""
        self._take_over()

    def _chosen(self) -> datetime:
        return datetime.fromisoformat(self.chosen)


def mentor_from(value: str) -> UUID:
    """Return the mentor that a page names. Raises `ValidationFailed`."""
    mentor = as_uuid(value)
    if mentor is None:
        raise ValidationFailed({"mentorId": "must be a UUID"})
    return mentor


def _instant(text: str) -> datetime | None:
    """Return the instant that a browser says was chosen, if it is one as `chosen` holds it."""
    try:
        instant = datetime.fromisoformat(text)
        is_one = instant.tzinfo is not None and wire(instant) == text and 1 < instant.year < 9999
    except (ValueError, OverflowError):
        return None
    return instant if is_one else None


def instant_of(text: str) -> datetime | None:
    """Return the instant that `chosen` holds as text, or nothing where it is empty."""
    return datetime.fromisoformat(text) if text else None
