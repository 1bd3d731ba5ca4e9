"""The dialog that moves a session to another time."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import reflex as rx

from mentorbook.domain.actions import Action
from mentorbook.domain.errors import DomainError, SlotTaken, SlotUnavailable
from mentorbook.domain.money import format_minor, price_minor
from mentorbook.domain.views import Account, Booking
from mentorbook.domain.wording import clock, first_name, length
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.rescheduling import reschedule_booking
from mentorbook.services.slots import fitting_durations
from mentorbook.state.action import action
from mentorbook.state.booking import DurationChoice
from mentorbook.state.change_words import allowance_words, here_words, short_time, slot_words
from mentorbook.state.live import live
from mentorbook.state.one_dialog import OneDialog
from mentorbook.state.origin import origin_of
from mentorbook.state.session_shapes import Reader, moves_words
from mentorbook.state.tab_login import current
from mentorbook.state.time_slots import TimeSlots


class Rescheduling(OneDialog, TimeSlots, rx.State):
    """The present time beside the new one; the session itself does not block."""

    about: str = ""
    allowance: str = ""
    allowance_note: str = ""
    old_line: str = ""
    new_line: str = ""
    keep: str = "Keep it"
    confirm_label: str = "Move it"
    can_confirm: bool = False
    durations: rx.Field[list[DurationChoice]] = rx.field(default_factory=list)
    fits_text: str = ""
    price_note: str = ""

    _action: Action = "reschedule"
    _session: Booking | None = None

    @action("member")
    async def open_reschedule(self, actor: Account, session_id: str) -> AsyncIterator[Any]:
        """Open the dialog for one of one's own sessions, at the day it is on."""
        self._start(session_id)
        self._session, self.days, self.slots, self.durations = None, [], [], []
        self.about = self.allowance = self.old_line = self.fits_text = self.price_note = ""
        self._forget_slots()
        yield
        await self._arrive(actor)

    @action("member")
    async def choose_duration(self, actor: Account, minutes: int) -> Any:
        """Make the session as long as one of the lengths that fit the chosen slot, or the present time."""
        if self._session is None or all(choice.minutes != minutes for choice in self.durations):
            return
        present = self._session.scheduled_at, self._session.duration
        start = self._chosen() if self.chosen else present[0]
        fits = minutes in await self._show_lengths(actor, start)
        if (start, minutes) == present:
            # As long as it is and when it is, is no move: then nothing is chosen.
            self._unpick()
        elif not fits:
            self.problem = f"{length(minutes)} no longer fit at {clock(start, self.zone)}."
            return
        self.duration, self.problem = minutes, ""
        await self._show_slot(actor, start)

    @action("member")
    async def confirm(self, actor: Account) -> Any:
        """Move. A second click finds the dialog closed, a repeated one the same key."""
        if not self.is_open or self.phase != "asking" or not self.can_confirm or self._session is None:
            return None
        self.problem = ""
        request: dict[str, Any] = {"scheduledAt": self.chosen}
        if self.duration != self._session.duration:
            request["duration"] = self.duration
        moved = await call(
            reschedule_booking,
            actor,
            self._booking_id,
            request,
            origin=origin_of(self),
            key=self._key,
            seen=self._seen,
        )
        self._close()
        name = first_name(moved.mentor.name)
        when = here_words(moved.scheduled_at, moved.duration, self.zone)
        return rx.toast.success(f"Moved to {when}. {name} has been told.")

    async def _arrive(self, actor: Account) -> None:
        found = await self._look(actor)
        if found is None:
            return
        booking, reader = found
        self.mentor_name, self.mentor_zone = booking.mentor.name, booking.mentor.timezone
        self._start_in(actor.timezone)
        self._show(booking, reader)
        await self._begin(actor, booking.mentor.id, booking.duration, booking.id)
        await self._go_to_its_day(actor, booking)
        await self._show_lengths(actor, booking.scheduled_at)
        live.follow(self, [booking.mentor.id, actor.id])
        self.phase = "asking"

    async def _go_to_its_day(self, actor: Account, booking: Booking) -> None:
        there = self._day, self._month
        self._day = self._local_date(booking.scheduled_at)
        self._month = self._day[:7]
        await self._load(actor)
        if not self._free:
            self._day, self._month = there
            await self._load(actor)

    def _show(self, booking: Booking, reader: Reader) -> None:
        self._session = booking
        self.about = f"{booking.title}, with {booking.mentor.name}."
        moves = moves_words(booking, reader.policies)
        self.allowance = f"{moves} used" if moves else ""
        self.allowance_note = allowance_words(booking, reader.policies)
        self._describe()

    def _describe(self) -> None:
        """Both times on both clocks, and what the button does."""
        if self._session is None:
            return
        at, minutes = self._session.scheduled_at, self._session.duration
        self.old_line = slot_words(at, minutes, self.zone, self.mentor_zone, now())
        self.keep = f"Keep {short_time(at, self.zone)}"
        self.new_line, self.confirm_label, self.can_confirm, self.price_note = "", "Move it", False, ""
        if not self.chosen:
            return
        super()._describe()
        start, longer = self._chosen(), self.duration != minutes
        self.new_line = slot_words(start, self.duration, self.zone, self.mentor_zone, now())
        self.can_confirm = start != at or longer
        if start != at:
            self.confirm_label = f"Move to {short_time(start, self.zone)}"
        elif longer:
            self.confirm_label = f"Make it {length(self.duration)}"
        if longer and self._session.price_minor:
            rate, currency = self._session.rate, self._session.currency
            new = format_minor(price_minor(rate, currency, self.duration), currency)
            old = format_minor(self._session.price_minor, currency)
            self.price_note = f"{length(self.duration)} cost {new} instead of {old}."

    def _draw(self) -> None:
        super()._draw()
        self._describe()

    async def _slot_chosen(self, actor: Account) -> None:
        if self.chosen and self.duration not in await self._show_lengths(actor, self._chosen()):
            await self._lost_slot(actor)

    async def _show_lengths(self, actor: Account, start: datetime) -> list[int]:
        """Offer the lengths that fit at a start; where the session is now, its own is one of them."""
        if self._mentor is None or self._session is None:
            return []
        fitting = await call(fitting_durations, actor, self._mentor, start, self._exclude)
        at, minutes = self._session.scheduled_at, self._session.duration
        lengths = sorted({*fitting, minutes}) if start == at else fitting
        self.durations = [DurationChoice(each, length(each)) for each in lengths]
        self.fits_text = f"Up to {length(lengths[-1])} fit at {clock(start, self.zone)}." if lengths else ""
        return fitting

    async def _lost_slot(self, actor: Account, *, own: bool = False) -> None:
        """The chosen slot is gone: take the nearest instead; the session keeps its time meanwhile."""
        lost = self._chosen()
        await self._reload_slots(actor)
        nearest = min(self._free, key=lambda slot: abs(slot - lost), default=None)
        self._unpick()
        if nearest is not None:
            self._day = self._local_date(nearest)
            self._pick(nearest)
            await self._slot_chosen(actor)
        elif self._session is not None:
            await self._show_lengths(actor, self._session.scheduled_at)
        self._draw()
        if own:
            self.problem = "You have another session at that time."
        else:
            self._say_taken(lost, nearest)

    async def _refused(self, error: DomainError) -> Any:
        """A taken slot leads to the nearest one; everything else is said in the dialog."""
        is_about_slot = isinstance(error, SlotTaken | SlotUnavailable)
        if self.is_open and self.phase == "asking" and self.chosen and is_about_slot:
            actor = await current(self)
            if actor is not None:
                await self._lost_slot(actor, own=bool(error.extra.get("own")))
                return []
        return await super()._refused(error)

    async def _follow(self) -> None:
        """The session, the mentor's calendar, the policies or the time changed while the dialog is open."""
        actor = await current(self)
        if actor is None or not self.is_open or self.phase != "asking":
            return
        found = await self._look(actor)
        if found is None:
            return
        self._show(*found)
        if await self._reload_slots(actor):
            await self._lost_slot(actor)
