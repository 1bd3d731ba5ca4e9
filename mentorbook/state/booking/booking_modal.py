"""The booking modal: time, details, confirm, success."""

import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import reflex as rx
from pydantic import Field

from mentorbook.domain.booking.session_phase import is_held
from mentorbook.domain.errors import (
    OWN_SESSION,
    DomainError,
    RateLimited,
    SlotTaken,
    SlotUnavailable,
    TooManyHolds,
)
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, Booking
from mentorbook.domain.zones import is_zone
from mentorbook.presenters.booking.booking_modal import MentorAside, mentor_aside
from mentorbook.presenters.booking.durations import LENGTHS, does_not_fit_words, fits_words
from mentorbook.presenters.booking.hold_words import LAPSED
from mentorbook.presenters.booking.slot_calendar import wire
from mentorbook.presenters.refusals import refusal
from mentorbook.services.availability.slots import fitting_durations
from mentorbook.services.booking.bookings import booked_under
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.people.mentor_directory import profile
from mentorbook.settings import settings
from mentorbook.state.action import action, browser_zone
from mentorbook.state.address import asked_dialog
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, SUCCESS, TIME, Checkout
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.booking.session_form import FormDraft
from mentorbook.state.booking.slot_selector import TimeDraft, instant_of, mentor_from
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

log = logging.getLogger(__name__)


class BookingDraft(TimeDraft, FormDraft):
    """An attempt to book as it stood: the step, the time, and what was typed."""

    step: int
    # With the same key, what was sent before an answer was lost is not done twice.
    key: str = Field(max_length=40)


class BookingModal(Checkout, rx.State):
    """Lead through one attempt to book, `step` 1 to 4; what was typed stays until it is booked or given up.

    Its first step may be loaded before it `is_open`, while the mentor's page is looked at: then it is shown
    at the press, and looked at again as soon as the server hears of it. Whatever changes before that voids
    it. `loading` says that there is nothing to show.
    """

    is_open: bool = False
    loading: bool = True
    mentor_id: str = ""

    @rx.var
    def mentor(self) -> MentorAside:
        """Return the mentor at the side of the modal."""
        if self._profile is None:
            return MentorAside()
        return mentor_aside(self._profile, self._loaded_at, self._held)

    @rx.var
    def fits_text(self) -> str:
        """Return how long a session may be at the chosen slot."""
        return fits_words(self._fitting, instant_of(self.chosen), self.zone)

    @action("anyone")
    async def arrive(self, actor: Account | None) -> AsyncIterator[Any]:
        """Open the modal where the address asks for it, perhaps with the day to begin at, or close it."""
        asked = asked_dialog(self, "book")
        if asked is None or actor is None:
            await self._close()
            return
        mentor = mentor_from(self._name_of_page())
        if self._mentor != mentor:
            await self._release()
        if not self.loading and self._mentor == mentor and (self.is_open or not asked):
            is_shown, self.is_open = self.is_open, True
            # What was loaded ahead is as the page shows it, perhaps with a press: only what is new is said.
            await (self._resume(actor) if is_shown else self._follow())
            return
        is_shown, self.is_open = self.is_open, True
        self._start(mentor)
        if is_shown:
            # A modal that was closed shows its shape already, and is drawn once less.
            yield
        await self._open(actor, mentor, asked)

    @action("member")
    async def prepare(self, actor: Account) -> Any:
        """Load the first step ahead where nothing typed is in the way; what is, is said when it opens."""
        mentor = as_uuid(self._name_of_page())
        if mentor is None or self.is_open or self.draft or (not self.loading and self._mentor == mentor):
            return
        self._start(mentor)
        try:
            await self._open(actor, mentor, "")
        except DomainError:
            pass
        except Exception:
            log.exception("the times of a mentor could not be loaded ahead")

    @action("anyone")
    async def depart(self) -> Any:
        """Close the modal because the mentor's page has been left, and keep what was typed."""
        if asked_dialog(self, "book") is None:
            await self._close()
            self._void()

    @action("anyone")
    async def discard(self) -> Any:
        """Close the modal and forget what was typed."""
        await self._close()
        self._forget()
        self._drop_draft()

    def _name_of_page(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    def _start(self, mentor: UUID) -> None:
        """Begin anew with a mentor."""
        # What has been typed before the modal was loaded, on a page that was there before the server, stays.
        if self._mentor not in (None, mentor) or self.step == SUCCESS:
            self._forget()
        self.loading, self.step, self.problem, self.gone = True, TIME, "", ""
        self._take_over()

    async def _open(self, actor: Account, mentor: UUID, day: str) -> None:
        """Show the mentor's time, at a day if one is named that has free slots."""
        live.follow(self, [mentor, actor.id])
        self._profile = await call(profile, actor, mentor)
        self._set_loaded_at()
        self._mentor_name, self._mentor_zone = self._profile.name, self._profile.timezone
        self.mentor_id = str(mentor)
        # A day is named by the clock of the page that names it, which is the account's.
        self._start_in(actor.timezone if day else browser_zone(self))
        await self._begin(actor, mentor, self._profile.default_session_duration)
        kept = self._kept(BookingDraft, self.mentor_id)
        if kept is not None:
            await self._restore(actor, kept)
        else:
            await self._go_to_day(actor, day)
        self.loading = False

    async def _restore(self, actor: Account, kept: BookingDraft) -> None:
        """Go on from a draft as far as it still holds: the server may be another since, and the slot gone.

        What was booked before its answer was lost has been booked: it is shown, and not booked once more.
        """
        made = await call(booked_under, actor, kept.key) if kept.key else None
        if made is not None and made.held_until is None:
            self._booked, self.step = made, SUCCESS
            self.chosen, self.duration = wire(made.scheduled_at), made.duration
            self._drop_draft()
            return
        self._fill_from(kept)
        if made is not None and is_held(made, now()):
            await self._restore_held(actor, kept, made)
            return
        await self._show_kept(actor, kept)
        if self.chosen != kept.start or not self.chosen or kept.step == TIME:
            return
        await self._to_details(actor)
        if kept.step == CONFIRM and self.step == DETAILS and self._details_are_right():
            if settings.payment_way.charges and (made is not None or not kept.key):
                self.problem = LAPSED
            else:
                await self._to_confirm(actor, key=kept.key)

    async def _restore_held(self, actor: Account, kept: BookingDraft, held: Booking) -> None:
        """Go on paying for a time that is still held."""
        if is_zone(kept.zone):
            self._start_in(kept.zone)
        self.chosen, self.duration = wire(held.scheduled_at), held.duration
        self._go_to(held.scheduled_at)
        await self._load(actor)
        self._key, self.step = kept.key, CONFIRM
        self._reader = await reader_for(actor, zone=self.zone)
        await self._show_held(actor, held)

    async def _resume(self, actor: Account) -> None:
        """Go on where the page was, after a reload or a lost connection."""
        self._take_over()
        live.follow(self, [self._mentor, actor.id] if self._mentor else [actor.id])
        await self._follow()

    @action("member")
    async def to_details(self, actor: Account, start: str) -> Any:
        """Go on from the time to the details, with the slot that starts at `start` (ISO 8601, in UTC)."""
        if self.loading or self.step != TIME:
            return
        if start != self.chosen:
            await self._pick(actor, start)
        elif self.chosen:
            await self._slot_chosen(actor)
        if self.chosen == start != "":
            await self._to_details(actor)
        self._keep_draft()

    @action("member")
    async def to_confirm(self, actor: Account) -> Any:
        """Go on from the details to the summary, where they are right."""
        # Whatever comes of it, the page no longer waits for it.
        self._take_over()
        if self.loading or self.step != DETAILS:
            return
        if self._details_are_right():
            await self._to_confirm(actor, key=str(uuid4()))
            self._keep_draft()

    @action("member")
    async def go_back(self, actor: Account, step: int) -> Any:
        """Go back to the time or the details, and keep what was entered."""
        if not self.loading and self.step in (DETAILS, CONFIRM) and TIME <= step < self.step:
            was_held, was_gone = self._held is not None, self.gone != ""
            paid = await self._release()
            if paid is not None:
                self._show_booked(paid)
                return
            self.step, self.problem, self._reader = step, "", None
            if was_held:
                await self._slot_chosen(actor)
            self._keep_draft()
            if was_gone:
                self._take_over()
            # While the details were on show, the times were not followed.
            if self.step == TIME and await self._reload_slots(actor):
                await self._lost_slot(actor)

    @action("member")
    async def choose_duration(self, actor: Account, minutes: int) -> Any:
        """Change the length in minutes: beside the calendar to any, in the details to one that fits."""
        if self.loading or self.step not in (TIME, DETAILS) or minutes not in LENGTHS:
            return
        if self.step == DETAILS and minutes not in self._fitting:
            self._take_over()
            return
        self.duration, self.problem, self.gone = minutes, "", ""
        self._earliest = await self._find_earliest(actor)
        await self._load(actor)
        if self.chosen and minutes not in self._fitting:
            self.problem = does_not_fit_words(minutes, self._chosen(), self.zone)
            self.chosen = ""
            self._take_over()
        self._keep_draft()

    def _may_confirm(self) -> bool:
        return not self.loading and self.step == CONFIRM and self._profile is not None

    def _edited(self) -> None:
        self._keep_draft()

    def _keep_draft(self) -> None:
        """Keep what would be lost with the page."""
        if self.loading or self._mentor is None or self.step == SUCCESS:
            return
        given = self._chosen_time() | self._typed()
        key = self._key if self.step == CONFIRM else ""
        self._keep(BookingDraft(about=self.mentor_id, step=self.step, key=key, **given))

    async def _slot_chosen(self, actor: Account) -> None:
        """Look up how long the session may be there: the details show it at once."""
        if self._mentor is not None:
            self._fitting = tuple(await call(fitting_durations, actor, self._mentor, self._chosen()))
            self.fitting_at, self.problem, self.gone = self.chosen, "", ""
            self._keep_draft()

    async def _to_details(self, actor: Account) -> None:
        if self.duration not in self._fitting:
            await self._lost_slot(actor)
        else:
            self.step = DETAILS

    async def _refused(self, error: DomainError) -> Any:
        """Show the refusal inside the modal, and keep everything that was typed."""
        if not self.is_open or self.step not in (TIME, DETAILS, CONFIRM):
            return None
        if self.loading and error.status != 401:
            self.problem = refusal(error).detail
            return []
        if isinstance(error, SlotTaken | SlotUnavailable):
            actor = await current(self)
            if actor is not None:
                await self._lost_slot(actor, own=bool(error.extra.get("own")))
                return []
        is_in_the_way = self.step == CONFIRM or isinstance(error, TooManyHolds | RateLimited)
        if is_in_the_way and error.status != 401:
            self.problem = refusal(error).detail
            return []
        return None

    async def _lost_slot(self, actor: Account, *, own: bool = False) -> None:
        """Go back to the time step, choose the nearest free slot instead, and keep the form."""
        self._forget_hold()
        self.gone = ""
        await self._choose_nearest(actor)
        self.step, self._reader = TIME, None
        if self.chosen:
            lost = self._lost
            await self._slot_chosen(actor)
            self._lost = lost
        if own:
            self._lost, self.problem = None, OWN_SESSION

    async def _follow(self) -> None:
        """Reload what is on show; a closed modal is void instead, unless the clock alone has changed it.

        That comes to every page twice an hour, and a press must find times there.
        """
        if not self.is_open and not self._has_clock_passed():
            self._void()
            return
        actor = await current(self)
        if actor is None or self.loading or self.step == SUCCESS:
            return
        if self.step != TIME:
            await self._look_again(actor)
            if self.step != SUCCESS:
                await self._look_at_time(actor)
        elif await self._reload_slots(actor):
            await self._lost_slot(actor)

    async def _close(self) -> None:
        if not self.is_open:
            return
        await self._release()
        # What was typed stays for the next time; where one was in it does not.
        self.step, self.chosen = (self.step, self.chosen) if self.step == SUCCESS else (TIME, "")
        if self._has_text():
            self._keep_draft()
        else:
            self._drop_draft()
        self.is_open = False
        self._void()

    def _void(self) -> None:
        """Show nothing that was loaded, and follow nobody."""
        if not self.loading:
            self.loading = True
            live.follow(self, [])

    def _forget(self) -> None:
        self._void()
        self.step, self.problem, self.gone, self._key = TIME, "", "", ""
        self._fill()
        self._profile = self._reader = self._booked = None
        self._forget_slots()
