"""The dialog that moves a session to another time."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.booking.actions import Action
from mentorbook.domain.errors import OWN_SESSION, DomainError, SlotTaken, SlotUnavailable
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.booking.durations import fits_words
from mentorbook.presenters.booking.reschedule_dialog import (
    CHANGED_SINCE_SHOWN,
    MoveWords,
    can_last,
    move_words,
    moved_words,
    no_longer_fits_words,
)
from mentorbook.presenters.booking.slot_calendar import wire
from mentorbook.presenters.reader import Reader
from mentorbook.services.availability.slots import fitting_durations
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_dialog, leave_dialog
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.booking.session_dialog import SessionDialog
from mentorbook.state.booking.slot_selector import SlotSelector, TimeDraft, instant_of
from mentorbook.state.drafts import KeepsDraft
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current

log = logging.getLogger(__name__)


class RescheduleDialog(KeepsDraft, SessionDialog, SlotSelector, rx.State):
    """Move a session: its present time beside the new one; the session itself does not block.

    It may be loaded before it `is_open`, while the session's page is looked at: then it is shown at the
    press, and looked at again as soon as the server hears of it. Whatever changes before that voids it.
    """

    _action: Action = "reschedule"
    _dialog: str = "reschedule"
    _session: Booking | None = None
    _reader: Reader | None = None

    @rx.var
    def move(self) -> MoveWords:
        """Return both times on both clocks, and what the buttons do."""
        if self._session is None or self._reader is None:
            return MoveWords()
        return move_words(
            self._session,
            instant_of(self.chosen),
            self.duration,
            reader=self._reader,
            zone=self.zone,
            there=self._mentor_zone,
        )

    @rx.var
    def fits_text(self) -> str:
        """Return how long the session may be at the chosen slot, or at its present time."""
        return fits_words(self._fitting, instant_of(self.fitting_at), self.zone)

    @rx.var
    def fitting(self) -> list[int]:
        """Return the lengths that one may choose from, in minutes."""
        return list(self._fitting)

    @action("member")
    async def prepare(self, actor: Account, session_id: str) -> Any:
        """Load what moving a session shows before it is asked for, where nothing chosen is in the way.

        What stands in the way of it is said when the dialog is opened.
        """
        is_there = self.asked_for == session_id and self.phase == "asking"
        if as_uuid(session_id) is None or self.is_open or self.draft or is_there:
            return
        self._start(session_id)
        try:
            await self._open(actor)
        except DomainError:
            pass
        except Exception:
            log.exception("where a session could be moved could not be loaded ahead")
        if self.phase != "asking":
            self._void()

    @action("anyone")
    async def depart(self) -> Any:
        """Close the dialog because its page has been left, and forget what was loaded ahead."""
        if asked_dialog(self, self._dialog) is None:
            self._close()
            if self.phase != "loading":
                self._void()

    @action("member")
    async def choose_duration(self, actor: Account, minutes: int) -> Any:
        """Make the session as long as one of the lengths that fit the chosen slot, or the present time."""
        # What comes of it may be no choice at all.
        self._take_over()
        if self._session is None or minutes not in self._fitting:
            return
        present = self._session.scheduled_at, self._session.duration
        start = self._chosen() if self.chosen else present[0]
        fits = minutes in await self._offer_lengths(actor, self._session)
        if (start, minutes) == present:
            # As long as it is and when it is, is no move: then nothing is chosen.
            self.chosen = ""
        elif not fits:
            self.problem = no_longer_fits_words(minutes, start, self.zone)
            return
        self.duration, self.problem = minutes, ""
        self._earliest = await self._find_earliest(actor)
        await self._show_slot(actor, start)
        self._keep_draft()

    @action("member")
    async def confirm(self, actor: Account, start: str, minutes: int, refund_minor: int) -> Any:
        """Move the session to where the page shows it, if that is what is chosen: a slot may be lost.

        `start` is ISO 8601 in UTC. `refund_minor` is what the page shows as given back, in minor units, which
        is nothing unless it gets shorter. A second click finds the dialog closed, a retry sends the same key.
        """
        self._take_over()
        if self.phase != "asking" or not self.move.can_confirm or self._session is None:
            return None
        if (start, minutes) != (self.chosen, self.duration):
            return None
        self.problem = ""
        if await self._gives_back_another(actor, self._session, refund_minor):
            self.problem = CHANGED_SINCE_SHOWN
            return None
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
            shown_refund=refund_minor,
        )
        self._close()
        return [leave_dialog(), rx.toast.success(moved_words(moved, self.zone))]

    async def _gives_back_another(self, actor: Account, session: Booking, told: int) -> bool:
        """Say whether the move gives back another amount than the page has `told`; then show that."""
        if session.paid_minor is not None and self.duration != session.duration:
            self._reader = await reader_for(actor)
        return self.move.refund_minor != told

    async def _open(self, actor: Account) -> None:
        self._session = self._reader = None
        self._forget_slots()
        found = await self._look(actor)
        if found is None:
            return
        booking, self._reader = found
        self._session = booking
        self._mentor_name, self._mentor_zone = booking.mentor.name, booking.mentor.timezone
        self._start_in(actor.timezone)
        await self._begin(actor, booking.mentor.id, booking.duration, booking.id)
        await self._go_to_its_day(actor, booking)
        await self._offer_lengths(actor, booking)
        kept = self._kept(TimeDraft, self.asked_for)
        present = wire(booking.scheduled_at), booking.duration
        if kept is not None and (kept.start, kept.minutes) == present:
            # It was moved there before the answer was lost.
            self._drop_draft()
        elif kept is not None:
            await self._show_kept(actor, kept)
        self.phase = "asking"

    def _also_followed(self, booking: Booking) -> list[UUID]:
        return [booking.mentor.id]

    def _keep_draft(self) -> None:
        if self.phase == "asking":
            self._keep(TimeDraft(about=self.asked_for, **self._chosen_time()))

    def _close(self) -> None:
        if self.is_open:
            self._drop_draft()
        super()._close()

    async def _resume(self, actor: Account) -> None:
        self._take_over()
        live.follow(self, [self._mentor, actor.id] if self._mentor else [actor.id])
        await self._follow()

    async def _go_to_its_day(self, actor: Account, booking: Booking) -> None:
        there = self.day, self.month
        self._go_to(booking.scheduled_at)
        is_elsewhere = self.month != there[1]
        if is_elsewhere:
            await self._load(actor)
        loaded = self._loaded_month(self.month)
        if loaded is None or not loaded.free:
            self.day, self.month = there
            if is_elsewhere:
                await self._load(actor)
        self._take_over()

    def _is_lost(self, start: datetime) -> bool:
        # Where the session is already is not offered, so it cannot be lost.
        return (self._session is None or start != self._session.scheduled_at) and super()._is_lost(start)

    async def _slot_chosen(self, actor: Account) -> None:
        if self._session is None or not self.chosen:
            return
        if self.duration not in await self._offer_lengths(actor, self._session):
            await self._lost_slot(actor)
        self._keep_draft()

    async def _offer_lengths(self, actor: Account, session: Booking) -> list[int]:
        """Offer the lengths that fit at the chosen start, or at the present one, where its own is among them.

        What is paid gets no longer. Returns those that fit without it.
        """
        if self._mentor is None:
            return []
        start = self._chosen() if self.chosen else session.scheduled_at
        found = await call(fitting_durations, actor, self._mentor, start, self._exclude)
        fitting = [each for each in found if can_last(session, each)]
        at, minutes = session.scheduled_at, session.duration
        self._fitting = tuple(sorted({*fitting, minutes}) if start == at else fitting)
        self.fitting_at = start.isoformat()
        return fitting

    async def _lost_slot(self, actor: Account, *, own: bool = False) -> None:
        """Choose the nearest slot instead of the lost one; the session keeps its time meanwhile."""
        await self._choose_nearest(actor)
        lost = self._lost, self._nearest, self._lost_too_soon
        if self.chosen:
            await self._slot_chosen(actor)
        elif self._session is not None:
            await self._offer_lengths(actor, self._session)
        if own:
            self._lost, self.problem = None, OWN_SESSION
        else:
            self._lost, self._nearest, self._lost_too_soon = lost

    async def _refused(self, error: DomainError) -> Any:
        """Choose the nearest slot when the chosen one is taken; show any other refusal in the dialog."""
        is_about_slot = isinstance(error, SlotTaken | SlotUnavailable)
        if self.is_open and self.phase == "asking" and self.chosen and is_about_slot:
            actor = await current(self)
            if actor is not None:
                await self._lost_slot(actor, own=bool(error.extra.get("own")))
                return []
        return await super()._refused(error)

    async def _follow(self) -> None:
        """Reload the open dialog after a change of session, mentor's calendar, policies or time.

        A closed one shows nobody anything: it is loaded again when it is asked for, unless it is the clock
        alone that has changed it.
        """
        if not self.is_open and not self._has_clock_passed():
            self._void()
            return
        actor = await current(self)
        if actor is None or self.phase != "asking":
            return
        found = await self._look(actor)
        if found is None:
            return
        self._session, self._reader = found
        if await self._reload_slots(actor):
            await self._lost_slot(actor)
