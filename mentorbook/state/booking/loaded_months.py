"""The months of slots that a page has: the one on show and its neighbours."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.views import Account
from mentorbook.presenters.booking.slot_calendar import (
    ChangedDay,
    LoadedMonth,
    Month,
    MonthGrid,
    by_month,
    changed_days,
    is_mended,
    local_iso_date,
    month_dates,
    month_grids,
    month_view,
    shifted,
)
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.clock import now, present_minute
from mentorbook.state.socket.shared_questions import call_shared
from mentorbook.state.zone_choice import ZoneChoice

MOST_MONTHS_AHEAD = 24
# Before anything is loaded there is nothing to show the time of.
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
# Each month has a place of its own, so that only what changed is sent.
_PLACES = ("_sent_0", "_sent_1", "_sent_2")


@rx.serializer
def cached_json(value: CachedJson) -> dict[str, Any]:
    """Send what many pages are sent in the form that was made for the first of them."""
    return value.as_json


class LoadedMonths(ZoneChoice, mixin=True):
    """Hold the slots of the month on show and its neighbours.

    `month` (`2026-11`) is on show; loaded are the free slots of sessions of `duration` minutes, by the clock
    of `zone` (an IANA name).

    A month is sent in whole when it is first shown. What changes on a few of its days after that, as when
    a slot is taken, is sent as `changed_days`, and the page shows these days instead.
    """

    duration: int = 60
    month: str = ""

    _mentor: UUID | None = None
    _mentor_name: str = ""
    _mentor_zone: str = "UTC"
    _exclude: UUID | None = None
    _notice: timedelta = timedelta()
    _earliest: datetime | None = None
    _first_month: str = ""
    # The months as they were sent, and as they were loaded last.
    _sent_0: LoadedMonth | None = None
    _sent_1: LoadedMonth | None = None
    _sent_2: LoadedMonth | None = None
    _last_loaded: tuple[LoadedMonth | None, ...] = (None, None, None)
    _loaded_at: datetime = _LONG_AGO
    # The same by the day: what is drawn of a month changes no sooner.
    _loaded_on: datetime = _LONG_AGO

    @rx.var
    def grids(self) -> dict[str, MonthGrid]:
        """Draw the bare grids of all months that one can go to."""
        return month_grids(self._first_month, MOST_MONTHS_AHEAD) if self._first_month else {}

    @rx.var
    def month_0(self) -> Month:
        """Draw one of three loaded months."""
        return month_view(
            self._sent_0, there=self._mentor_zone, mentor=self._mentor_name, now=self._loaded_on
        )

    @rx.var
    def month_1(self) -> Month:
        """Draw one of three loaded months."""
        return month_view(
            self._sent_1, there=self._mentor_zone, mentor=self._mentor_name, now=self._loaded_on
        )

    @rx.var
    def month_2(self) -> Month:
        """Draw one of three loaded months."""
        return month_view(
            self._sent_2, there=self._mentor_zone, mentor=self._mentor_name, now=self._loaded_on
        )

    @rx.var
    def changed_days(self) -> dict[str, ChangedDay]:
        """Draw the days that are not as the loaded months have them, by date."""
        sent = (self._sent_0, self._sent_1, self._sent_2)
        months = tuple(zip(sent, self._last_loaded, strict=True))
        return changed_days(months, there=self._mentor_zone, now=self._loaded_on)

    async def _load(self, actor: Account, shown: tuple[datetime, ...] | None = None) -> None:
        """Fetch the free slots of the month on show and the next; of the one before, too, where missing.

        Those of `shown`, slots of the month on show, that are no longer free are said to be gone.
        """
        if self._mentor is None:
            return
        self._set_loaded_at()
        first = self._first_month
        before, after = shifted(self.month, -1), shifted(self.month, 1)
        self._forget_all_but(before, self.month, after)
        await self._fetch(actor, [self.month, after], shown)
        if before < first:
            return
        if self._earliest is not None and before < local_iso_date(self._earliest, self.zone)[:7]:
            self._shelve(before, ())
        elif not self._is_loaded(before):
            await self._fetch(actor, [before])

    async def _fetch(
        self, actor: Account, months: list[str], shown: tuple[datetime, ...] | None = None
    ) -> None:
        """Load one month, or two that follow each other: a list of slots covers no more.

        `shown` are slots of the first of them.
        """
        if self._mentor is None:
            return
        first, last = month_dates(months[0])[0], month_dates(months[-1])[1]
        query = SlotQuery(
            self._mentor, first, last, self.zone, self.duration, exclude_booking_id=self._exclude
        )
        listed = await call_shared(list_slots, actor, query)
        if listed.notice != self._notice:
            self._notice = listed.notice
        starts = by_month(listed.starts, self.zone)
        for month in months:
            self._shelve(month, starts.get(month, ()), shown if month == months[0] else None)

    def _shelve(self, month: str, free: tuple[datetime, ...], gone: Iterable[datetime] | None = None) -> None:
        """Keep a month's slots at its place; without `gone`, what is said to be gone stays so while it is.

        What is set is drawn and sent anew, changed or not, and this is loaded often: when a slot is taken.
        """
        at = _place(month)
        if gone is None:
            before = self._loaded_month(month)
            gone = before.gone if before else ()
        still = self._still_gone(tuple(gone), free)
        loaded = LoadedMonth(month, self.duration, self.zone, free, still)
        if loaded == self._last_loaded[at]:
            return
        self._last_loaded = (*self._last_loaded[:at], loaded, *self._last_loaded[at + 1 :])
        if not is_mended(getattr(self, _PLACES[at]), loaded):
            setattr(self, _PLACES[at], loaded)

    def _still_gone(self, gone: tuple[datetime, ...], free: tuple[datetime, ...]) -> tuple[datetime, ...]:
        """Return those of some slots that are not free, in order of time, and could still be booked else."""
        if not gone:
            return ()
        # All are of one day or two, and a month has hundreds.
        near = set(free[bisect_left(free, min(gone)) : bisect_right(free, max(gone))])
        first = now() + self._notice
        return tuple(slot for slot in gone if slot not in near and slot >= first)

    def _forget_all_but(self, *months: str) -> None:
        """Show no months but these: others are not loaded again, and what is free there would grow old."""
        for at, each in enumerate(self._last_loaded):
            if each is not None and each.month not in months:
                self._last_loaded = (*self._last_loaded[:at], None, *self._last_loaded[at + 1 :])
                setattr(self, _PLACES[at], None)

    def _forget_months(self) -> None:
        """Show no month."""
        self._sent_0 = self._sent_1 = self._sent_2 = None
        self._last_loaded = (None, None, None)

    def _loaded(self) -> list[LoadedMonth]:
        """Return the months that show what is asked for now, in order."""
        kept = [each for each in self._last_loaded if each and self._is_asked_for(each)]
        return sorted(kept, key=lambda each: each.month)

    def _loaded_month(self, month: str) -> LoadedMonth | None:
        kept = self._last_loaded[_place(month)] if month else None
        return kept if kept and kept.month == month and self._is_asked_for(kept) else None

    def _is_asked_for(self, month: LoadedMonth) -> bool:
        return month.minutes == self.duration and month.zone == self.zone

    def _is_loaded(self, month: str) -> bool:
        return self._loaded_month(month) is not None

    def _free_starts(self) -> tuple[datetime, ...]:
        """List the free slots of the loaded months, in order of time."""
        return tuple(slot for each in self._loaded() for slot in each.free)

    def _is_free(self, start: datetime) -> bool:
        """Say whether a start is a free slot of the loaded months."""
        month = self._loaded_month(local_iso_date(start, self.zone)[:7])
        return month is not None and _holds(month.free, start)

    def _forget_gone(self) -> None:
        """Show no longer what went from another day."""
        for each in self._loaded():
            if each.gone:
                self._shelve(each.month, each.free, ())

    def _set_loaded_at(self) -> None:
        """Note the present minute; whatever is drawn from it says nothing finer."""
        minute = present_minute()
        if minute != self._loaded_at:
            self._loaded_at = minute
        if local_iso_date(minute, self.zone) != local_iso_date(self._loaded_on, self.zone):
            self._loaded_on = minute
        # A month that was on show when it ended stays one that can be shown.
        present = present_month(self.zone)
        first = min(self.month or present, present)
        if first != self._first_month:
            self._first_month = first

    def _is_too_soon(self, start: datetime) -> bool:
        """Say whether the mentor wants to know earlier than that; a start in the past is too soon as well."""
        return start < now() + self._notice


def present_month(zone: str) -> str:
    """Return the present month in an IANA zone, as `2026-11`."""
    return local_iso_date(present_minute(), zone)[:7]


def _place(month: str) -> int:
    """Return which of the places a month has: neighbours have different ones."""
    return (int(month[:4]) * 12 + int(month[5:])) % len(_PLACES)


def _holds(slots: tuple[datetime, ...], slot: datetime) -> bool:
    """Say whether a slot is one of slots in order of time; there may be thousands of them."""
    at = bisect_left(slots, slot)
    return at < len(slots) and slots[at] == slot
