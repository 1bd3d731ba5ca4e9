"""What leaves the services: plain objects for the REST API and the pages, camelCase on the wire."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mentorbook.domain.kinds import MeetingKind, MentorStatus, PaymentStatus, PaymentWay, SessionStatus


class View(BaseModel):
    """An immutable answer; instants are aware UTC."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Person(View):
    """Somebody as the other side of a session sees them: no address; `picture` is where a mentor's is."""

    id: UUID
    name: str
    timezone: str
    picture: str | None = None


class Account(Person):
    """Somebody as they see themselves; `is_mentor` once they are approved."""

    email: str
    is_mentor: bool
    is_admin: bool
    mentor_status: MentorStatus = MentorStatus.NONE

    @property
    def has_mentor_side(self) -> bool:
        """Say whether they have a profile and hours of their own, also such as nobody else sees yet."""
        return self.is_mentor or self.mentor_status != MentorStatus.NONE


class MentorStanding(View):
    """How somebody stands as a mentor; `requested_at` while a request waits, `decline_reason` once declined.

    `has_profile` and `has_hours` say what is saved: a headline with expertise, and a day that is enabled.
    """

    status: MentorStatus
    decline_reason: str | None = None
    requested_at: datetime | None = None
    has_profile: bool = False
    has_hours: bool = False


class Login(View):
    """One browser that is logged in to one's account; `is_current` marks the one that asks.

    `browser` is in words, such as "Firefox on Windows"; `used_at` is exact to the hour.
    """

    id: UUID
    browser: str
    ip_address: str | None
    created_at: datetime
    used_at: datetime
    is_current: bool


class LoginsEnded(View):
    """How many other log-ins have ended."""

    ended: int


class OwnEmail(View):
    """One's address, and since when it is confirmed, if it is.

    `wanted` is an address that waits to be confirmed in its place, until `wanted_until`.
    """

    email: str
    confirmed_at: datetime | None = None
    wanted: str | None = None
    wanted_until: datetime | None = None


class ConfirmedEmail(View):
    """The address that a link has confirmed; `is_new` where it took the place of another."""

    email: str
    is_new: bool


class MadeLink(View):
    """A link that an admin gives to somebody; the address is told once, and nowhere kept."""

    url: str = Field(repr=False)
    expires_at: datetime


class WeeklyRange(View):
    """Open wall-clock hours of one weekday in the mentor's zone; `day` 0 is Sunday, end may be `24:00`."""

    day: int
    start: str
    end: str


class MentorCard(View):
    """A mentor in the directory; `rate` is per hour, `next_slot` the earliest free start or nothing."""

    id: UUID
    name: str
    headline: str
    expertise: list[str]
    rate: Decimal
    currency: str
    timezone: str
    is_available: bool
    requires_confirmation: bool
    default_session_duration: int
    next_slot: datetime | None
    picture: str | None = None


class MentorLink(View):
    """An address elsewhere, and what stands for it, if the mentor says so."""

    url: str
    label: str | None = None


class MentorProfile(MentorCard):
    """A mentor's page; `languages` are primary codes of BCP 47."""

    bio: str
    city: str | None = None
    languages: list[str] = []
    links: list[MentorLink] = []
    weekly_hours: list[WeeklyRange]


class OwnProfile(View):
    """What a mentor says about themselves, to be changed and sent back; `rate` is per hour, as text."""

    headline: str
    about: str
    expertise: list[str]
    rate: str
    currency: str
    city: str | None
    languages: list[str]
    links: list[MentorLink]
    is_available: bool


class OwnPicture(View):
    """Where one's own picture is: another address for every other picture."""

    picture: str | None


class MentorPage(View):
    """One page of the directory."""

    mentors: list[MentorCard]
    page: int
    pages: int
    total: int
    expertise: list[str]


class Slot(View):
    """One start of the mentor's grid; `available` says whether it can be booked at this moment."""

    start_time: datetime
    end_time: datetime
    available: bool


class FreeSlot(View):
    """A start that can be booked at this moment, near one that cannot."""

    start_time: datetime
    end_time: datetime


class ActionState(View):
    """Whether the viewer may do something with a session now; if not, `code` and `reason` say why.

    `changes_at` is when the clock next changes that, `since` when it last did.
    """

    allowed: bool
    code: str | None = None
    reason: str | None = None
    changes_at: datetime | None = None
    since: datetime | None = None


class RefundState(View):
    """What cancelling gives back now: percent of the price, the same in minor units, and until when."""

    percent: int
    amount_minor: int
    until: datetime


class Booking(View):
    """A session as one of its two people sees it; `rate` is per hour, `price_minor` in minor units.

    `refund_terms` are the policies, by their names, that say what cancelling gives back, as they were when it
    was booked; without them those of now apply. `held_until` stands in one that is not paid yet, and with it
    `status_once_paid`; `payment_status` in one that is paid here; `refunded_minor` of its `paid_minor` is
    promised back.
    `started_at` is when both had come into its room, `…_attended_at` since when each was in it,
    `mentor_absent_at` when the mentee said that the mentor had not come: all as far as that is known.
    `actions` and `refund` are what is so at this moment; `refund` is there while the viewer may cancel.
    """

    id: UUID
    mentor: Person
    mentee: Person
    title: str
    description: str | None
    status: SessionStatus
    scheduled_at: datetime
    ends_at: datetime
    duration: int
    meeting_type: MeetingKind
    meeting_url: str
    video_ready: bool
    rate: Decimal
    currency: str
    price_minor: int
    refund_terms: dict[str, Any] | None = None
    reschedule_count: int
    expires_at: datetime | None
    held_until: datetime | None = None
    status_once_paid: SessionStatus | None = None
    hold_extended: bool = False
    payment_status: PaymentStatus | None = None
    payment_way: PaymentWay | None = None
    paid_minor: int | None = None
    refunded_minor: int = 0
    cancelled_by: UUID | None
    cancellation_reason: str | None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    mentor_attended_at: datetime | None = None
    mentee_attended_at: datetime | None = None
    mentor_absent_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    mentor_headline: str
    actions: dict[str, ActionState] = {}
    refund: RefundState | None = None

    @property
    def mentor_id(self) -> UUID:
        """Return the mentor's id, for `allowed_actions`."""
        return self.mentor.id

    @property
    def mentee_id(self) -> UUID:
        """Return the mentee's id, for `allowed_actions`."""
        return self.mentee.id


class Paid(View):
    """A session after a payment was begun or made; `url` is where the rest is done."""

    booking: Booking
    url: str | None = None


class BookingPage(View):
    """One page of somebody's sessions; `requests` of the `total` wait for their own answer."""

    bookings: list[Booking]
    page: int
    pages: int
    total: int
    requests: int


class NoticeFacts(BaseModel):
    """What a notification is about, as it was when it happened; the words are made when it is read.

    `is_answer` when it tells of the mentor's answer to a request, `reason` is an admin's, `moved_from` the
    start before a session was moved, `refund_minor` what is given back of the `paid_minor` in a `currency`,
    beside what was given back before, `returned_minor`.
    `title` and `text` only stand in notifications that an earlier version
    wrote, in the words of then.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    session_title: str = ""
    other_name: str = ""
    is_answer: bool = False
    reason: str = ""
    moved_from: datetime | None = None
    refund_minor: int = 0
    returned_minor: int = 0
    paid_minor: int = 0
    currency: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """One notification as it is kept; `kind` is a `NoticeKind`, or what another version wrote."""

    id: UUID
    kind: str
    facts: NoticeFacts
    session_id: UUID | None
    actor_name: str | None
    happens_at: datetime | None
    created_at: datetime
    read: bool
    actor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StoredNotices:
    """One page of somebody's notifications, newest first, and how many are unread in all."""

    notices: list[StoredNotice]
    unread: int
    page: int
    pages: int
    total: int


class Notice(View):
    """One notification in words; `happens_at` is the session's start when it is about one."""

    id: UUID
    kind: str
    title: str
    body: str
    session_id: UUID | None
    actor_name: str | None
    happens_at: datetime | None
    created_at: datetime
    read: bool


class NoticePage(View):
    """One page of somebody's notifications, newest first, and how many are unread in all."""

    notifications: list[Notice]
    unread: int
    page: int
    pages: int
    total: int


class FieldChange(View):
    """What stood in a field before and after an edit; `field` is its name on the wire."""

    field: str
    before: str | None
    after: str | None


class TimelineEvent(View):
    """One thing that was done to a session; the last three only for admins."""

    action: str
    actor_id: UUID | None
    actor_name: str | None
    at: datetime
    reason_category: str | None = None
    reason_details: str | None = None
    previous_scheduled_at: datetime | None = None
    new_scheduled_at: datetime | None = None
    changes: list[FieldChange] = []
    policy_snapshot: dict[str, Any] | None = None
    ip_address: str | None = None
    user_agent: str | None = None
