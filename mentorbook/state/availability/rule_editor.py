"""The rules of the editor: zone, length, buffer, notice, window, default hours, approval, pause."""

from typing import Annotated, Any, Literal

import reflex as rx
from pydantic import Field

from mentorbook.domain.availability.hours_draft import in_zone, with_rule
from mentorbook.domain.availability.week_editing import wall_time
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.domain.zones import minute_of, offset_at
from mentorbook.presenters.availability.rules import LIMITS, Rules, rules_of, typed_rule
from mentorbook.presenters.availability.typed_times import typed_minute
from mentorbook.presenters.availability.zone_change import ZoneChange, zone_change
from mentorbook.services.clock import now
from mentorbook.state.action import action
from mentorbook.state.availability.drafted_hours import DraftedHours

_Text = Annotated[str, Field(max_length=40)]


class RuleEditor(DraftedHours, mixin=True):
    """`zone_change` is what a newly chosen zone would do, until the mentor has said what is meant by it."""

    zone_change: rx.Field[ZoneChange] = rx.field(default_factory=ZoneChange)
    notice_unit: str = ""

    @rx.var
    def rules(self) -> Rules:
        """Return the rules, and what they mean."""
        return rules_of(self._history.present.schedule, self.notice_unit) if self._history else Rules()

    @action("member")
    async def type_rule(
        self,
        actor: Account,
        name: Literal[
            "buffer_time_between_sessions", "min_advance_booking_hours", "max_advance_booking_days"
        ],
        text: _Text,
    ) -> Any:
        """Set a rule to the number that was typed."""
        unit = self.notice_unit or self.rules.notice_unit
        try:
            value = typed_rule(name, text, unit)
            draft = with_rule(self._draft(), **{name: value})
        except (ValueError, ValidationFailed):
            self.errors = {**self.errors, name: f"must be {LIMITS[name]}"}
            return
        await self._go_on(actor, draft, name)

    @action("member")
    async def choose_unit(self, actor: Account, unit: Literal["minutes", "hours"]) -> Any:
        """Read the number of the notice as minutes or as hours."""
        self._take_over()
        number, self.notice_unit = self.rules.notice, unit
        try:
            hours = typed_rule("min_advance_booking_hours", number, unit)
            draft = with_rule(self._draft(), min_advance_booking_hours=hours)
        except ValueError:
            name = "min_advance_booking_hours"
            raise ValidationFailed({name: f"must be {LIMITS[name]}"}) from None
        await self._go_on(actor, draft, "notice")

    @action("member")
    async def toggle(
        self, actor: Account, name: Literal["is_active", "allow_instant_booking", "require_confirmation"]
    ) -> Any:
        """Switch a rule on or off."""
        self._take_over()
        draft = self._draft()
        await self._go_on(actor, with_rule(draft, **{name: not getattr(draft.schedule, name)}))

    @action("member")
    async def choose_length(self, actor: Account, minutes: str) -> Any:
        """Choose how long a session usually is."""
        self._take_over()
        length = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 0
        await self._go_on(actor, with_rule(self._draft(), default_session_duration=length))

    @action("member")
    async def type_default(
        self, actor: Account, name: Literal["default_start_time", "default_end_time"], text: _Text
    ) -> Any:
        """Set an edge of the default hours to what was typed."""
        is_end = name == "default_end_time"
        minute = typed_minute(text, is_end=is_end)
        if minute is None:
            self.errors = {**self.errors, name: "must be a time such as 09:30"}
            return
        await self._go_on(actor, with_rule(self._draft(), **{name: wall_time(minute, is_end=is_end)}), name)

    @action("member")
    async def keep_wall_times(self, actor: Account) -> Any:
        """Change the zone; the hours read as before, by other clocks."""
        await self._change_zone(actor, keeps_instants=False)

    @action("member")
    async def keep_instants(self, actor: Account) -> Any:
        """Change the zone; the hours are at the same moments, and read otherwise."""
        await self._change_zone(actor, keeps_instants=True)

    @action("member")
    async def keep_zone(self, actor: Account) -> Any:
        """Leave the zone as it was."""
        self._take_over()
        self.zone_change = ZoneChange()
        self._start_in(self._draft().schedule.timezone)

    async def _zone_chosen(self, actor: Account | None) -> Any:
        if actor is None or self._history is None:
            return
        draft = self._history.present
        if self.zone == draft.schedule.timezone:
            self.zone_change = ZoneChange()
            return
        change = zone_change(draft, self.zone, self._later(self.zone))
        if change is None:
            await self._go_on(actor, in_zone(draft, self.zone, None))
        else:
            self.zone_change = change

    async def _change_zone(self, actor: Account, *, keeps_instants: bool) -> None:
        self._take_over()
        if not self.zone_change.zone:
            return
        zone, self.zone_change = self.zone_change.zone, ZoneChange()
        minutes = self._later(zone) if keeps_instants else None
        await self._go_on(actor, in_zone(self._draft(), zone, minutes))

    def _later(self, zone: str) -> int:
        """Return how many minutes later another zone's clocks read now than the draft's."""
        minute = minute_of(now())
        return offset_at(zone, minute) - offset_at(self._draft().schedule.timezone, minute)
