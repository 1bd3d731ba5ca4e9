"""The booking modal: time, details, confirm, success."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import reflex as rx

from mentorbook.domain.errors import DomainError, SlotTaken, SlotUnavailable, ValidationFailed
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.schemas import CreateBooking, parse
from mentorbook.domain.views import Account, Booking, MentorProfile
from mentorbook.presenters.booking.booking_modal import (
    BookingSummary,
    MentorAside,
    NextStep,
    booking_summary,
    mentor_aside,
    next_steps,
)
from mentorbook.presenters.booking.durations import fits_words
from mentorbook.presenters.booking.phrases import OWN_SESSION
from mentorbook.presenters.reader import Reader
from mentorbook.presenters.refusals import refusal
from mentorbook.services.availability.slots import fitting_durations
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.offload import call
from mentorbook.services.people.mentor_directory import profile
from mentorbook.state.action import action, browser_zone
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.booking.session_form import SessionForm
from mentorbook.state.booking.slot_selector import SlotSelector, instant_of, mentor_from
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

TIME, DETAILS, CONFIRM, SUCCESS = 1, 2, 3, 4


class BookingModal(SessionForm, SlotSelector, rx.State):
    """One attempt to book: `step` 1 to 4; what was typed stays until it is booked or given up."""

    is_open: bool = False
    loading: bool = True
    asks_to_close: bool = False
    step: int = TIME
    problem: str = ""

    _profile: MentorProfile | None = None
    _reader: Reader | None = None
    _booked: Booking | None = None
    _key: str = ""

    @rx.var
    def mentor(self) -> MentorAside:
        """Return the mentor at the side of the modal."""
        return mentor_aside(self._profile, self._loaded_at) if self._profile else MentorAside()

    @rx.var
    def fits_text(self) -> str:
        """Return how long a session may be at the chosen slot."""
        return fits_words(self._fitting, instant_of(self.chosen), self.zone)

    @rx.var
    def summary(self) -> BookingSummary:
        """Return what the confirm step says of policies and price."""
        start = instant_of(self.chosen)
        if self._profile is None or self._reader is None or start is None:
            return BookingSummary()
        return booking_summary(self._profile, start, self.duration, self._reader)

    @rx.var
    def booked_id(self) -> str:
        """Return the id of the session that has been booked."""
        return str(self._booked.id) if self._booked else ""

    @rx.var
    def booked_pending(self) -> bool:
        """Say whether the booked session waits for the mentor's answer."""
        return self._booked is not None and self._booked.status == SessionStatus.PENDING

    @rx.var
    def next_steps(self) -> list[NextStep]:
        """List what happens after booking."""
        if not self._booked or self._reader is None:
            return []
        return next_steps(self._booked, zone=self.zone, now=self._loaded_at, video=self._reader.video)

    @action("member")
    async def open_modal(self, actor: Account, mentor_id: str) -> AsyncIterator[Any]:
        """Open the modal at the time step, and keep what was typed for this mentor before."""
        mentor = mentor_from(mentor_id)
        if self._mentor != mentor or self.step == SUCCESS:
            self._forget()
        self.is_open, self.loading, self.step, self.asks_to_close = True, True, TIME, False
        self._free, self._gone, self.problem = (), (), ""
        yield
        self._profile = await call(profile, actor, mentor)
        self._set_loaded_at()
        self._mentor_name, self._mentor_zone = self._profile.name, self._profile.timezone
        self._start_in(browser_zone(self))
        await self._begin(actor, mentor, self._profile.default_session_duration)
        live.follow(self, [mentor, actor.id])
        self.loading = False

    @action("anyone")
    async def arrive(self) -> Any:
        """Close the modal of another mentor than the one that the page's address names."""
        if self.is_open and str(self._mentor) != self.router.url.path.rstrip("/").rpartition("/")[2]:
            self._close()

    @action("anyone")
    async def depart(self) -> Any:
        """Close the modal because the mentor's page has been left, and keep what was typed."""
        self._close()

    @action("anyone")
    async def ask_to_close(self) -> Any:
        """Close the modal, or ask first when something typed would be lost."""
        if self.step in (DETAILS, CONFIRM) and (self.title or self.description):
            self.asks_to_close = True
        else:
            self._close()

    @action("anyone")
    async def keep_editing(self) -> Any:
        """Keep the modal open, and withdraw the question whether to close it."""
        self.asks_to_close = False

    @action("anyone")
    async def discard(self) -> Any:
        """Close and forget what was typed."""
        self._close()
        self._forget()

    @action("member")
    async def next_step(self, actor: Account) -> Any:
        """Go on from the time to the details, and from there to the summary."""
        if not self.is_open:
            return
        if self.step == TIME and self.chosen:
            await self._to_details(actor)
        elif self.step == DETAILS and self._details_are_right():
            await self._to_confirm(actor)

    @action("member")
    async def back_step(self, actor: Account) -> Any:
        """Go back one step, and keep what was entered."""
        if self.is_open and self.step in (DETAILS, CONFIRM):
            self.step, self.problem, self._reader = self.step - 1, "", None
            if self.step == TIME:
                await self._load(actor)

    @action("member")
    async def choose_duration(self, actor: Account, minutes: int) -> Any:
        """Change the length to one of those that fit."""
        if self.is_open and self.step == DETAILS and self.chosen and minutes in self._fitting:
            self.duration = minutes

    @action("member")
    async def confirm(self, actor: Account) -> Any:
        """Book the session. A second click finds the modal past this step, a retry sends the same key."""
        if not self.is_open or self.step != CONFIRM or self._profile is None:
            return
        self.problem = ""
        self._booked = await call(create_booking, actor, self._request(), self._key)
        self._set_loaded_at()
        self.step, self.title, self.description = SUCCESS, "", ""

    def _request(self) -> dict[str, Any]:
        return {
            "mentorId": str(self._mentor),
            "scheduledAt": self.chosen,
            "duration": self.duration,
            **self._fields(),
        }

    async def _to_details(self, actor: Account) -> None:
        fitting = await call(fitting_durations, actor, self._mentor, self._chosen()) if self._mentor else []
        if self.duration not in fitting:
            await self._lost_slot(actor)
            return
        self._fitting = tuple(fitting)
        self.step = DETAILS

    def _details_are_right(self) -> bool:
        try:
            parse(CreateBooking, self._request())
        except ValidationFailed as wrong:
            self._show_errors(wrong.fields)
            return False
        return True

    async def _to_confirm(self, actor: Account) -> None:
        self._reader = await reader_for(actor, zone=self.zone)
        self._key = str(uuid4())
        self.step = CONFIRM

    async def _refused(self, error: DomainError) -> Any:
        """Show the refusal inside the modal, and keep everything that was typed."""
        if not self.is_open or self.step not in (TIME, DETAILS, CONFIRM):
            return None
        if isinstance(error, SlotTaken | SlotUnavailable):
            actor = await current(self)
            if actor is not None:
                await self._lost_slot(actor, own=bool(error.extra.get("own")))
                return []
        if self.step == CONFIRM and error.status != 401:
            self.problem = refusal(error).detail
            return []
        return None

    async def _lost_slot(self, actor: Account, *, own: bool = False) -> None:
        """Go back to the time step, choose the nearest free slot instead, and keep the form."""
        await self._choose_nearest(actor)
        self.step, self._reader = TIME, None
        if own:
            self._lost, self.problem = None, OWN_SESSION

    async def _follow(self) -> None:
        """Reload the slots after a booking or cancellation with this mentor while the modal is open."""
        actor = await current(self)
        if actor is None or not self.is_open or self.loading or self.step == SUCCESS:
            return
        if self.step == TIME and await self._reload_slots(actor):
            await self._lost_slot(actor)

    def _close(self) -> None:
        self.is_open = self.asks_to_close = False
        live.follow(self, [])

    def _forget(self) -> None:
        self.step, self.problem, self._key = TIME, "", ""
        self._fill()
        self._profile = self._reader = self._booked = None
        self._forget_slots()
