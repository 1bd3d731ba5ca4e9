"""What mentees would see of the hours that are edited, in a zone of choice."""

from datetime import date, datetime
from typing import Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.availability.hours_draft import HoursDraft
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.domain.zones import is_zone, local_date
from mentorbook.presenters.availability.preview import (
    AlwaysClosed,
    Mentor,
    PreviewCell,
    PreviewRun,
    always_closed,
    preview_cells,
    preview_runs,
    preview_sum,
)
from mentorbook.presenters.booking.slot_calendar import (
    MonthGrid,
    local_iso_date,
    month_dates,
    month_grids,
    month_label,
    shifted,
)
from mentorbook.presenters.dates import long_day
from mentorbook.services.availability.preview import explain_day, preview_slots
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.booking.loaded_months import MOST_MONTHS_AHEAD, present_month
from mentorbook.state.drafts import KeepsDraft
from mentorbook.state.zone_choice import ZoneChoice, ZoneDraft


class PreviewDraft(ZoneDraft):
    """By which clock which day was on show."""

    day: str = Field(max_length=10)


class HoursPreview(KeepsDraft, ZoneChoice, rx.State):
    """The month on show and one of its days, as the draft would offer them to a mentee in `zone`."""

    month: str = ""
    day: str = ""
    cells: rx.Field[list[PreviewCell]] = rx.field(default_factory=list)
    runs: rx.Field[list[PreviewRun]] = rx.field(default_factory=list)
    day_title: str = ""
    offered: str = ""
    closed: AlwaysClosed = AlwaysClosed()

    _draft: HoursDraft | None = None
    _saved: HoursDraft | None = None
    # How many times the published hours offer, and in which month of which zone.
    _published: tuple[HoursDraft | None, str, str, int] = (None, "", "", 0)

    @rx.var
    def grid(self) -> MonthGrid:
        """Return the bare grid of the month on show."""
        found = (
            month_grids(present_month(self.zone), MOST_MONTHS_AHEAD).get(self.month) if self.month else None
        )
        return found or MonthGrid("", "", "", [], [])

    @action("member")
    async def show_day(self, actor: Account, iso: str) -> Any:
        """Show a day of the month on show."""
        self._take_over()
        try:
            day = date.fromisoformat(iso).isoformat()
        except ValueError:
            raise ValidationFailed({"date": "must be a date such as 2026-03-03"}) from None
        if self._draft is not None and day.startswith(self.month):
            self.day = day
            await self._explain(actor)
            self._keep_place()

    @action("member")
    async def show_month(self, actor: Account, month: str) -> Any:
        """Go to one of the months from this one to two years ahead."""
        self._take_over()
        first = present_month(self.zone)
        if self._draft is None or not first <= month <= shifted(first, MOST_MONTHS_AHEAD):
            raise ValidationFailed({"month": f"must be from {month_label(first)}, two years ahead at most"})
        try:
            self.month = date.fromisoformat(f"{month}-01").isoformat()[:7]
        except ValueError:
            raise ValidationFailed({"month": "must be a month such as 2026-03"}) from None
        self.day = ""
        await self._refresh(actor)
        self._keep_place()

    def _keep_place(self) -> None:
        self._keep(PreviewDraft(about="preview", zone=self.zone, day=self.day))

    def _resume(self) -> None:
        """Show what was on show in this tab before the server knew of it."""
        kept = self._kept(PreviewDraft, "preview")
        if kept is None:
            return
        try:
            day = date.fromisoformat(kept.day).isoformat()
        except ValueError:
            return
        if is_zone(kept.zone):
            self._start_in(kept.zone)
        self.month, self.day = day[:7], day

    async def _begin(self, actor: Account, draft: HoursDraft, saved: HoursDraft, *, anew: bool) -> None:
        """Show a draft beside what is published; the month and day on show stay where they can.

        `anew` says that what is published may offer something else than before.
        """
        if anew:
            self._published = (None, "", "", 0)
        if not self._draft:
            self._start_in(actor.timezone)
            self._resume()
        self._draft, self._saved = draft, saved
        first = present_month(self.zone)
        if not first <= self.month <= shifted(first, MOST_MONTHS_AHEAD):
            self.month, self.day = first, ""
        await self._refresh(actor)

    async def _zone_chosen(self, actor: Account | None) -> None:
        if actor is not None and self._draft is not None:
            self.month = max(self.month, present_month(self.zone))
            await self._refresh(actor)
            self._keep_place()

    async def _refresh(self, actor: Account) -> None:
        if self._draft is None or self._saved is None:
            return
        starts = await self._starts(actor, self._draft)
        key = (self._saved, self.month, self.zone)
        if self._draft == self._saved:
            self._published = (*key, len(starts))
        elif self._published[:3] != key:
            self._published = (*key, len(await self._starts(actor, self._saved)))
        self.cells = preview_cells(starts, self.month, self.zone)
        self.offered = preview_sum(len(starts), self._published[3], self.month)
        if not self.day.startswith(self.month):
            self.day = ""
        if not self.day:
            today = local_date(self.zone, now()).isoformat()
            self.day = local_iso_date(starts[0], self.zone) if starts else max(f"{self.month}-01", today)
            if not self.day.startswith(self.month):
                self.day = f"{self.month}-01"
        await self._explain(actor)

    async def _starts(self, actor: Account, draft: HoursDraft) -> tuple[datetime, ...]:
        first, last = month_dates(self.month)
        listed = await call(
            preview_slots, actor, draft.availability(), start_date=first, end_date=last, timezone=self.zone
        )
        return listed.starts

    async def _explain(self, actor: Account) -> None:
        if self._draft is None:
            return
        day, rules = date.fromisoformat(self.day), self._draft.schedule
        explained = await call(explain_day, actor, self._draft.availability(), day, timezone=self.zone)
        mentor = Mentor(
            rules.timezone,
            rules.default_session_duration,
            rules.buffer_time_between_sessions,
            rules.min_advance_booking_hours,
            rules.max_advance_booking_days,
        )
        self.runs = preview_runs(explained, self.zone, mentor, local_date(rules.timezone, now()))
        self.closed = always_closed(explained)
        self.day_title = long_day(day)
