"""Days off and extra days of the editor: a calendar, a form, and the list of what is coming."""

from datetime import date
from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.availability.draft import (
    MOST_EXCEPTIONS,
    DraftException,
    NewException,
    parse_exception,
)
from mentorbook.domain.availability.hours_draft import with_exception, without_exception
from mentorbook.domain.availability.week_editing import wall_time
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.schemas import FIRST_DATE, LAST_DATE
from mentorbook.domain.views import Account
from mentorbook.domain.zones import local_date
from mentorbook.presenters.availability.exceptions import ExceptionLine, exception_lines
from mentorbook.presenters.availability.preview import PreviewCell, exception_cells
from mentorbook.presenters.availability.typed_times import typed_minute
from mentorbook.presenters.booking.slot_calendar import MonthGrid, month_grids, shifted
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.availability.drafted_hours import DraftedHours
from mentorbook.state.booking.loaded_months import MOST_MONTHS_AHEAD, present_month

_Text = Annotated[str, Field(max_length=400)]


class ExceptionEditor(DraftedHours, mixin=True):
    """`first` and `last` are the dates that the form is about; `off_month` is the month on show beside it."""

    first: str = ""
    last: str = ""
    off_month: str = ""
    # What is coming, of the exceptions that were listed last.
    exceptions: rx.Field[list[ExceptionLine]] = rx.field(default_factory=list)
    # Another after each exception that was added: the form begins anew.
    added: int = 0

    _listed: tuple[tuple[DraftException, ...], date] | None = None

    @rx.var
    def off_grid(self) -> MonthGrid:
        """Return the bare grid of the month beside the form."""
        first = present_month(self.zone)
        grids = month_grids(first, MOST_MONTHS_AHEAD)
        return grids.get(self.off_month) or grids[first]

    @rx.var
    def off_cells(self) -> list[PreviewCell]:
        """Mark the days of the month that have exceptions, and those that the form is about."""
        if self._history is None:
            return []
        first = present_month(self.zone)
        month = self.off_month if self.off_month in month_grids(first, MOST_MONTHS_AHEAD) else first
        return exception_cells(self._history.present.exceptions, month, self.first, self.last)

    @action("member")
    async def turn_off_month(self, actor: Account, month: str) -> Any:
        """Go to one of the months from this one to two years ahead."""
        self._take_over()
        first = present_month(self.zone)
        if month not in month_grids(first, MOST_MONTHS_AHEAD):
            raise ValidationFailed({"month": f"must be from {first} to {shifted(first, MOST_MONTHS_AHEAD)}"})
        self.off_month = month

    @action("member")
    async def pick_day(self, actor: Account, iso: str) -> Any:
        """Begin a range of days with the first press, and end it with the second."""
        self._take_over()
        self.problem, self.errors = "", {}
        day = _date("startDate", iso)
        if self.first and self.first == self.last and day > self.first:
            self.last = day
        else:
            self.first = self.last = day

    @action("member")
    async def type_first(self, actor: Account, text: _Text) -> Any:
        """Set the first day to what was typed."""
        self.problem, self.errors = "", {}
        self.first = _date("startDate", text) if text else ""
        if not self.last or self.last < self.first:
            self.last = self.first
        if self.first[:7] in month_grids(present_month(self.zone), MOST_MONTHS_AHEAD):
            self.off_month = self.first[:7]

    @action("member")
    async def type_last(self, actor: Account, text: _Text) -> Any:
        """Set the last day to what was typed."""
        self.problem, self.errors = "", {}
        self.last = _date("endDate", text) if text else ""

    @action("member")
    async def add_exception(self, actor: Account, form: dict[str, Any]) -> Any:
        """Add the exception of the form to the draft."""
        self._take_over()
        draft = self._draft()
        if len(draft.exceptions) >= MOST_EXCEPTIONS:
            raise ValidationFailed(
                {"": f"There may be at most {MOST_EXCEPTIONS} exceptions that are not over."}
            )
        wanted = DraftException.model_validate(self._asked(form).model_dump())
        if wanted.end_date < local_date(draft.schedule.timezone, now()):
            raise ValidationFailed({"endDate": "must not be in the past"})
        await self._go_on(actor, with_exception(draft, wanted))
        self.first = self.last = ""
        self.added += 1

    @action("member")
    async def remove_exception(self, actor: Account, at: Annotated[int, Field(ge=0, le=1000)]) -> Any:
        """Remove one exception from the draft."""
        self._take_over()
        await self._go_on(actor, without_exception(self._draft(), at))

    async def _draft_changed(self) -> None:
        draft = self._draft()
        listed = draft.exceptions, local_date(draft.schedule.timezone, now())
        if listed != self._listed:
            self._listed = listed
            # Not while the page waits: there may be hundreds, and each is compared with all others.
            self.exceptions = await call(exception_lines, *listed)

    def _asked(self, form: dict[str, Any]) -> NewException:
        """Return the exception of a form. Raises `ValidationFailed`."""
        times = {}
        for name in ("startTime", "endTime") if form.get("whole") == "no" else ():
            is_end = name == "endTime"
            minute = typed_minute(str(form.get(name) or "")[:20], is_end=is_end)
            if minute is None:
                raise ValidationFailed({name: "must be a time such as 09:30"})
            times[name] = wall_time(minute, is_end=is_end)
        missing = {
            name: "is missing"
            for name, value in (("startDate", self.first), ("endDate", self.last))
            if not value
        }
        if missing:
            raise ValidationFailed(missing)
        reason = str(form.get("reason") or "").strip()[:400]
        data = {
            "startDate": self.first,
            "endDate": self.last,
            "type": str(form.get("type") or ""),
            **times,
        }
        return parse_exception({**data, "reason": reason} if reason else data)


def _date(name: str, text: str) -> str:
    try:
        day = date.fromisoformat(text)
        if FIRST_DATE <= day <= LAST_DATE:
            return day.isoformat()
        raise ValueError
    except ValueError:
        raise ValidationFailed({name: "must be a date such as 2026-12-24"}) from None
