"""The booking modal: time, details, confirm, success."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from mentorbook.domain.errors import DomainError, SlotTaken, SlotUnavailable, ValidationFailed
from mentorbook.domain.money import format_minor, format_rate, price_minor
from mentorbook.domain.policies import ROOM_OPENS, policy_times
from mentorbook.domain.policy_words import PolicyPart, moving_words, policy_parts
from mentorbook.domain.schemas import DESCRIPTION_LENGTH, TITLE_LENGTH, CreateBooking, parse
from mentorbook.domain.views import Account, MentorProfile
from mentorbook.domain.views import Booking as BookedSession
from mentorbook.domain.wording import clock, first_name, initials, length, place, when
from mentorbook.services.bookings import create_booking
from mentorbook.services.clock import now
from mentorbook.services.mentors import profile
from mentorbook.services.offload import call
from mentorbook.services.policies import current_policies
from mentorbook.services.slots import fitting_durations
from mentorbook.state.action import action, browser_zone
from mentorbook.state.live import live
from mentorbook.state.tab_login import current
from mentorbook.state.time_slots import TimeSlots, mentor_from

TIME, DETAILS, CONFIRM, SUCCESS = 1, 2, 3, 4


@dataclass(frozen=True)
class DurationChoice:
    """One length that fits the chosen slot."""

    minutes: int
    label: str


@dataclass(frozen=True)
class NextStep:
    """One line of what happens after booking."""

    time: str
    text: str
    tone: str


class Booking(TimeSlots, rx.State):
    """One attempt to book: `step` 1 to 4; what was typed stays until it is booked or given up."""

    is_open: bool = False
    loading: bool = True
    asks_to_close: bool = False
    step: int = TIME
    mentor_first_name: str = ""
    mentor_initials: str = ""
    mentor_headline: str = ""
    mentor_city: str = ""
    mentor_time: str = ""
    rate_text: str = ""
    asks_first: bool = False
    durations: rx.Field[list[DurationChoice]] = rx.field(default_factory=list)
    fits_text: str = ""
    meeting_type: str = "video"
    title: str = ""
    description: str = ""
    title_error: str = ""
    description_error: str = ""
    policy: rx.Field[list[PolicyPart]] = rx.field(default_factory=list)
    moving: str = ""
    price_label: str = ""
    price: str = ""
    problem: str = ""
    booked_id: str = ""
    booked_pending: bool = False
    next_steps: rx.Field[list[NextStep]] = rx.field(default_factory=list)

    _profile: MentorProfile | None = None
    _key: str = ""

    @action("member")
    async def open_modal(self, actor: Account, mentor_id: str) -> AsyncIterator[Any]:
        """Open the modal at the time step; what was typed for this mentor before is still there."""
        mentor = mentor_from(mentor_id)
        if self._mentor != mentor or self.step == SUCCESS:
            self._forget()
        self.is_open, self.loading, self.step, self.asks_to_close = True, True, TIME, False
        self.days, self.slots, self.problem = [], [], ""
        yield
        self._profile = await call(profile, actor, mentor)
        self._show_mentor(self._profile)
        self._start_in(browser_zone(self))
        await self._begin(actor, mentor, self._profile.default_session_duration)
        live.follow(self, [mentor, actor.id])
        self.loading = False

    @action("anyone")
    async def arrive(self) -> Any:
        """A mentor's page has been opened: an attempt with another mentor stays behind."""
        if self.is_open and str(self._mentor) != self.router.url.path.rstrip("/").rpartition("/")[2]:
            self._close()

    @action("anyone")
    async def depart(self) -> Any:
        """The mentor's page has been left: the modal is closed, and what was typed is kept."""
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
        """Stay in the modal after all."""
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
        """Go back one step; nothing is lost."""
        if self.is_open and self.step in (DETAILS, CONFIRM):
            self.step, self.problem = self.step - 1, ""
            if self.step == TIME:
                await self._load(actor)

    @action("member")
    async def choose_duration(self, actor: Account, minutes: int) -> Any:
        """Change the length to one of those that fit."""
        fits = any(choice.minutes == minutes for choice in self.durations)
        if self.is_open and self.step == DETAILS and self.chosen and fits:
            self.duration = minutes
            self._describe()

    @action("anyone")
    async def choose_meeting(self, kind: str) -> Any:
        """Meet by video, audio or chat."""
        if kind in ("video", "audio", "chat"):
            self.meeting_type = kind

    @action("anyone")
    async def write_title(self, text: str) -> Any:
        """Keep what is typed as the title."""
        self.title, self.title_error = text[: TITLE_LENGTH * 2], ""

    @action("anyone")
    async def write_description(self, text: str) -> Any:
        """Keep what is typed as the description."""
        self.description, self.description_error = text[: DESCRIPTION_LENGTH * 2], ""

    @action("member")
    async def confirm(self, actor: Account) -> Any:
        """Book. A second click finds the modal past this step, a repeated one the same key."""
        if not self.is_open or self.step != CONFIRM or self._profile is None:
            return
        self.problem = ""
        booked = await call(create_booking, actor, self._request(), self._key)
        self._show_success(booked, actor)

    def _request(self) -> dict[str, Any]:
        return {
            "mentorId": str(self._mentor),
            "scheduledAt": self.chosen,
            "duration": self.duration,
            "meetingType": self.meeting_type,
            "title": self.title,
            "description": self.description,
        }

    async def _to_details(self, actor: Account) -> None:
        fitting = await call(fitting_durations, actor, self._mentor, self._chosen()) if self._mentor else []
        if self.duration not in fitting:
            await self._lost_slot(actor)
            return
        self.durations = [DurationChoice(minutes, length(minutes)) for minutes in fitting]
        self.fits_text = f"Up to {length(fitting[-1])} fit at {clock(self._chosen(), self.zone)}."
        self.step = DETAILS

    def _details_are_right(self) -> bool:
        try:
            parse(CreateBooking, self._request())
        except ValidationFailed as wrong:
            self.title_error = _sentence(wrong.fields.get("title"))
            self.description_error = _sentence(wrong.fields.get("description"))
            if "title" in wrong.fields and not self.title.strip():
                self.title_error = "Say in a few words what it is about."
            return False
        return True

    async def _to_confirm(self, actor: Account) -> None:
        if self._profile is None:
            return
        policies = await call(current_policies)
        moment, start = now(), self._chosen()
        cost = price_minor(self._profile.rate, self._profile.currency, self.duration)
        times = policy_times(policies, start)
        self.policy = policy_parts(policies, start, zone=self.zone, now=moment, is_free=cost == 0)
        self.moving = moving_words(policies, times, 0, zone=self.zone, now=moment)
        self.price = format_minor(cost, self._profile.currency)
        self.price_label = f"{length(self.duration)} at {self.rate_text}" if cost else length(self.duration)
        self._key = str(uuid4())
        self.step = CONFIRM

    async def _refused(self, error: DomainError) -> Any:
        """Say inside the modal what stands in the way, and keep everything that was typed."""
        if not self.is_open or self.step not in (TIME, DETAILS, CONFIRM):
            return None
        if isinstance(error, SlotTaken | SlotUnavailable):
            actor = await current(self)
            if actor is not None:
                await self._lost_slot(actor, own=bool(error.extra.get("own")))
                return []
        if self.step == CONFIRM and error.status != 401:
            self.problem = error.detail
            return []
        return None

    async def _lost_slot(self, actor: Account, *, own: bool = False) -> None:
        """Back to the time step, with the nearest free slot taken instead; the form is kept."""
        lost = self._chosen()
        await self._reload_slots(actor)
        nearest = min(self._free, key=lambda slot: abs(slot - lost), default=None)
        self._unpick()
        self.step = TIME
        if nearest is not None:
            self._day = self._local_date(nearest)
            self._pick(nearest)
        self._draw()
        if own:
            self.problem = "You have another session at that time."
        else:
            self._say_taken(lost, nearest)

    async def _follow(self) -> None:
        """Somebody booked or cancelled with this mentor while the modal is open."""
        actor = await current(self)
        if actor is None or not self.is_open or self.loading or self.step == SUCCESS:
            return
        if self.step == TIME and await self._reload_slots(actor):
            await self._lost_slot(actor)

    def _show_mentor(self, mentor: MentorProfile) -> None:
        self.mentor_name, self.mentor_zone = mentor.name, mentor.timezone
        self.mentor_first_name, self.mentor_initials = first_name(mentor.name), initials(mentor.name)
        self.mentor_headline, self.mentor_city = mentor.headline, place(mentor.timezone)
        self.mentor_time = f"{clock(now(), mentor.timezone)} there now"
        rate = format_rate(mentor.rate, mentor.currency)
        self.rate_text = f"{rate} an hour" if mentor.rate else "Free"
        self.asks_first = mentor.requires_confirmation

    def _show_success(self, booked: BookedSession, actor: Account) -> None:
        name, start, moment = self.mentor_first_name, booked.scheduled_at, now()
        self.booked_id, self.booked_pending = str(booked.id), booked.status == "pending"
        opens = when(start - ROOM_OPENS, self.zone, moment)
        told = f"{name} has been told, and the session is in both your lists."
        steps = [NextStep("Now", told, "done")]
        if booked.expires_at is not None:
            until = when(booked.expires_at, self.zone, moment)
            asked = f"{name} has been asked and has until {until} to answer. The time is held for you."
            steps = [NextStep("Now", asked, "done")]
        steps.append(NextStep(_capital(opens), "The room opens, on the session's page.", "coming"))
        self.next_steps = steps
        self.step = SUCCESS
        self.title = self.description = ""

    def _close(self) -> None:
        self.is_open = self.asks_to_close = False
        live.follow(self, [])

    def _forget(self) -> None:
        self.step, self.title, self.description, self.meeting_type = TIME, "", "", "video"
        self.title_error = self.description_error = self.problem = self._key = ""
        self.taken_time = self.taken_next = ""
        self.durations, self.fits_text, self._profile = [], "", None
        self._forget_slots()


def _sentence(why: str | None) -> str:
    return f"It {why}." if why else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
