"""The confirm step of the booking modal: what would be booked, the time held for it, and booking it."""

import contextlib
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

import reflex as rx

from mentorbook.domain.errors import DomainError, InvalidStatus, NotFound, ValidationFailed
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.schemas import CreateBooking, parse
from mentorbook.domain.views import Account, Booking, MentorProfile
from mentorbook.presenters.booking.booking_modal import (
    CHANGED_SINCE_SHOWN,
    BookingSummary,
    NextStep,
    booking_summary,
    gone_words,
    next_steps,
)
from mentorbook.presenters.booking.hold_words import PRICE_CHANGED, HoldWords
from mentorbook.presenters.booking.slot_calendar import wire
from mentorbook.presenters.reader import Reader
from mentorbook.services.availability.slots import fitting_durations
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.money.holds import release_hold
from mentorbook.services.offload import call
from mentorbook.services.people.mentor_directory import profile
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.booking.hold_payment import HoldPayment
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.booking.session_form import SessionForm
from mentorbook.state.booking.slot_selector import JUST_AFTER, SlotSelector, instant_of
from mentorbook.state.drafts import KeepsDraft
from mentorbook.state.socket.page_alarms import page_alarms
from mentorbook.state.socket.tab_login import current

TIME, DETAILS, CONFIRM, SUCCESS = 1, 2, 3, 4


class Checkout(HoldPayment, KeepsDraft, SessionForm, SlotSelector, rx.State, mixin=True):
    """Take the last steps of an attempt to book; what is to be paid here is held from the confirm step on.

    `gone` says that the chosen time is no longer free, and is empty while it is.
    """

    step: int = TIME
    problem: str = ""
    gone: str = ""

    _profile: MentorProfile | None = None
    _reader: Reader | None = None
    _booked: Booking | None = None
    _key: str = ""

    @rx.var
    def summary(self) -> BookingSummary:
        """Return what the confirm step says of policies and price."""
        start = instant_of(self.chosen)
        if self._profile is None or self._reader is None or start is None:
            return BookingSummary()
        return booking_summary(self._profile, start, self.duration, self._reader, self._held)

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
    async def confirm(self, actor: Account, terms: str) -> Any:
        """Book the session under the terms that the page shows, those of its summary.

        A second click finds the modal past this step, a retry sends the same key. One that is to be paid is
        held already, and booked by `pay`.
        """
        self._take_over()
        if not self._may_confirm() or self._held is not None or self.hold.is_lapsed:
            return
        self.problem = ""
        try:
            made = await call(create_booking, actor, self._request(), self._key, shown_terms=terms)
        except InvalidStatus:
            # Perhaps by what is still on its way to the page: it is read before it is agreed to.
            self.problem = CHANGED_SINCE_SHOWN
            await self._look_again(actor)
            return
        if made.held_until is None:
            self._show_booked(made)
        else:
            # It was free when the page last looked.
            self.problem = PRICE_CHANGED
            await self._show_held(actor, made)
            await self._look_again(actor)

    @action("member")
    async def hold_again(self, actor: Account) -> Any:
        """Hold the chosen time once more, where it is still free."""
        self._answer_pay()
        self._take_over()
        if self._may_confirm() and self.hold.is_lapsed:
            self.problem = ""
            await self._hold(actor, str(uuid4()))
            self._keep_draft()

    def _may_confirm(self) -> bool:
        """Say whether the confirm step is on show."""
        raise NotImplementedError

    def _request(self) -> dict[str, Any]:
        return {
            "mentorId": str(self._mentor),
            "scheduledAt": self.chosen,
            "duration": self.duration,
            **self._fields(),
        }

    def _details_are_right(self) -> bool:
        try:
            parse(CreateBooking, self._request())
        except ValidationFailed as wrong:
            self._show_errors(wrong.fields)
            return False
        return True

    async def _to_confirm(self, actor: Account, *, key: str) -> None:
        """Show the confirm step, and hold the time for it if it is to be paid here."""
        self.hold, self.problem = HoldWords(), ""
        if settings.payment_way.charges:
            with contextlib.suppress(NotFound):
                self._profile = await call(profile, actor, self._mentor)
            if self._profile is not None and self._profile.rate > 0:
                await self._hold(actor, key)
                return
        self._key, self.step = key, CONFIRM
        await self._look_again(actor)

    async def _hold(self, actor: Account, key: str) -> None:
        """Have the time held for as long as it takes to pay, and show the confirm step."""
        made = await call(create_booking, actor, self._request(), key)
        self._key, self.step, self.gone = key, CONFIRM, ""
        self._reader = await reader_for(actor, zone=self.zone)
        await self._show_held(actor, made)

    async def _look_again(self, actor: Account) -> None:
        """Show what the mentor says of themselves by now, the policies that apply by now, and the hold."""
        with contextlib.suppress(NotFound):
            self._profile = await call(profile, actor, self._mentor)
        if self.step == CONFIRM:
            self._reader = await reader_for(actor, zone=self.zone)
            await self._look_at_hold(actor)

    async def _look_at_time(self, actor: Account) -> None:
        """Say at once when the chosen time is no longer free, and disturb nothing that is typed.

        A time that is held is the mentee's own.
        """
        start = instant_of(self.chosen)
        if start is None or self._mentor is None or self._held is not None:
            self.gone = ""
            return
        page_alarms.set(actor.id, [start - self._notice + JUST_AFTER])
        fitting, is_closed = await self._lengths_at(actor, start)
        self._fitting, self.fitting_at = fitting, self.chosen
        if self.duration in fitting:
            self.gone = ""
            return
        is_own = self.duration in (await self._lengths_at(None, start))[0]
        self.gone = gone_words(
            start,
            fitting,
            zone=self.zone,
            is_own=is_own,
            is_too_soon=self._is_too_soon(start),
            is_closed=is_closed,
        )

    async def _lengths_at(self, viewer: Account | None, start: datetime) -> tuple[tuple[int, ...], bool]:
        """Return the lengths that a viewer could book at a start, and whether there is nobody to book."""
        try:
            return tuple(await call(fitting_durations, viewer, cast(UUID, self._mentor), start)), False
        except NotFound:
            return (), True

    async def _release(self) -> Booking | None:
        """Give the held time back; return the session where it was paid meanwhile instead."""
        held = self._held
        self._forget_hold()
        actor = await current(self) if held is not None else None
        if held is None or actor is None:
            return None
        try:
            await call(release_hold, actor, held.id)
        except InvalidStatus:
            with contextlib.suppress(DomainError):
                return await self._paid_meanwhile(actor, held)
        except DomainError:
            pass
        return None

    async def _paid_meanwhile(self, actor: Account, held: Booking) -> Booking | None:
        found = await call(get_booking, actor, held.id)
        return found if found.held_until is None else None

    def _show_booked(self, booked: Booking) -> None:
        self._booked = booked
        self.chosen, self.duration = wire(booked.scheduled_at), booked.duration
        self._set_loaded_at()
        self.step, self.gone = SUCCESS, ""
        self._clear_texts()
        self._take_over()
        self._drop_draft()

    async def _hold_paid(self, actor: Account, booking: Booking) -> None:
        self._show_booked(booking)

    def _hold_lapsed(self) -> None:
        # Under the key of a hold that has lapsed nothing more is done.
        self._key = ""
        self._keep_draft()

    async def _reader_of_hold(self, actor: Account) -> Reader:
        return await reader_for(actor, zone=self.zone)
