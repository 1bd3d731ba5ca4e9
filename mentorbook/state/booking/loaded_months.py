"""The months of slots that a page has: the one on show and its neighbours."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.views import Account
from mentorbook.presenters.booking.slot_calendar import (
    LoadedMonth,
    Month,
    MonthGrid,
    in_month,
    local_iso_date,
    month_dates,
    month_grids,
    month_view,
    shifted,
)
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.clock import now
from mentorbook.state.socket.shared_questions import call_shared
from mentorbook.state.zone_choice import ZoneChoice

MOST_MONTHS_AHEAD = 24
# Before anything is loaded there is nothing to show the time of.
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
# Each month has a place of its own, so that only what changed is sent.
_PLACES = ("_month_0", "_month_1", "_month_2")


@rx.serializer
def cached_json(value: CachedJson) -> dict[str, Any]:
    """Send what many pages are sent in the form that was made for the first of them."""
    return value.as_json


class LoadedMonths(ZoneChoice, mixin=True):
    """`month` is on show; loaded are the free slots of sessions of `duration`, by the clock of `zone`."""

    duration: int = 60
    month: str = ""

    _mentor: UUID | None = None
    _mentor_name: str = ""
    _mentor_zone: str = "UTC"
    _exclude: UUID | None = None
    _notice: timedelta = timedelta()
    _earliest: datetime | None = None
    _first_month: str = ""
    _month_0: LoadedMonth | None = None
    _month_1: LoadedMonth | None = None
    _month_2: LoadedMonth | None = None
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
            self._month_0, there=self._mentor_zone, mentor=self._mentor_name, now=self._loaded_on
        )

    @rx.var
    def month_1(self) -> Month:
        """Draw one of three loaded months."""
        return month_view(
            self._month_1, there=self._mentor_zone, mentor=self._mentor_name, now=self._loaded_on
        )

    @rx.var
    def month_2(self) -> Month:
        """Draw one of three loaded months."""
        return month_view(
            self._month_2, there=self._mentor_zone, mentor=self._mentor_name, now=self._loaded_on
        )

    async def _load(self, actor: Account) -> None:
        """Fetch the free slots of the month on show and the next; of the one before, too, where missing."""
        if self._mentor is None:
            return
        self._set_loaded_at()
        first = self._first_month
        await self._fetch(actor, [self.month, shifted(self.month, 1)])
        before = shifted(self.month, -1)
        if before < first:
            return
        if self._earliest is not None and before < local_iso_date(self._earliest, self.zone)[:7]:
            self._shelve(before, ())
        elif not self._is_loaded(before):
            await self._fetch(actor, [before])

    async def _fetch(self, actor: Account, months: list[str]) -> None:
        """Load one month, or two that follow each other: a list of slots covers no more."""
        if self._mentor is None:
            return
        first, last = month_dates(months[0])[0], month_dates(months[-1])[1]
        query = SlotQuery(
            self._mentor, first, last, self.zone, self.duration, exclude_booking_id=self._exclude
        )
        listed = await call_shared(list_slots, actor, query)
        self._notice = listed.notice
        for month in months:
            self._shelve(month, in_month(listed.starts, month, self.zone))

    def _shelve(self, month: str, free: tuple[datetime, ...], gone: Iterable[datetime] | None = None) -> None:
        """Keep a month's slots at its place; without `gone`, what is said to be gone stays so while it is.

        What is set is drawn and sent anew, changed or not, and this is loaded often: when a slot is taken.
        """
        place = _PLACES[(int(month[:4]) * 12 + int(month[5:])) % len(_PLACES)]
        if gone is None:
            before = next((each for each in self._loaded() if each.month == month), None)
            gone = before.gone if before else ()
        still = (slot for slot in gone if slot not in free and not self._is_too_soon(slot))
        loaded = LoadedMonth(month, self.duration, self.zone, free, tuple(still))
        if getattr(self, place) != loaded:
            setattr(self, place, loaded)

    def _loaded(self) -> list[LoadedMonth]:
        """Return the months that show what is asked for now."""
        kept = [getattr(self, place) for place in _PLACES]
        return [each for each in kept if each and (each.minutes, each.zone) == (self.duration, self.zone)]

    def _is_loaded(self, month: str) -> bool:
        return any(each.month == month for each in self._loaded())

    def _free_starts(self) -> list[datetime]:
        return sorted(slot for each in self._loaded() for slot in each.free)

    def _gone_starts(self) -> list[datetime]:
        return [slot for each in self._loaded() for slot in each.gone]

    def _forget_gone(self) -> None:
        """Show no longer what went from another day."""
        for each in self._loaded():
            if each.gone:
                self._shelve(each.month, each.free, ())

    def _set_loaded_at(self) -> None:
        """Note the present minute; whatever is drawn from it says nothing finer."""
        minute = now().replace(second=0, microsecond=0)
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
    """Return the present month in a zone, as `2026-11`."""
    return local_iso_date(now(), zone)[:7]
