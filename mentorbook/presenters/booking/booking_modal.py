"""The booking modal: the mentor at its side, the summary before booking, what happens after it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from mentorbook.domain.booking.booking_terms import booking_terms
from mentorbook.domain.booking.policies import ROOM_OPENS, policy_times
from mentorbook.domain.booking.refunds import RefundTerms, refund_of
from mentorbook.domain.errors import OWN_SESSION
from mentorbook.domain.kinds import PaymentWay, SessionStatus
from mentorbook.domain.money.prices import on_cards, payable, price_minor
from mentorbook.domain.views import Booking, MentorProfile
from mentorbook.presenters.booking.payment_words import settle_words
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.booking.policy_bar import PolicyPart, moving_words, policy_parts, refund_words
from mentorbook.presenters.dates import clock, length, place, when
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.prices import format_minor, format_rate
from mentorbook.presenters.reader import Reader

CHANGED_SINCE_SHOWN = "What booking this means has changed just now. Look at it, then confirm again."
_RIGHT_AFTER = "Cancelled right after booking"


@dataclass(frozen=True)
class MentorAside:
    """The mentor at the side of the modal."""

    name: str = ""
    first_name: str = ""
    initials: str = ""
    headline: str = ""
    city: str = ""
    time: str = ""
    rate: str = ""
    asks_first: bool = False


def mentor_aside(mentor: MentorProfile, now: datetime, held: Booking | None = None) -> MentorAside:
    """Return the mentor with the time where they are.

    What is `held` already keeps its rate, and whether its mentor is asked, whatever they say by now.
    """
    rate, currency = (held.rate, held.currency) if held else (mentor.rate, mentor.currency)
    return MentorAside(
        name=mentor.name,
        first_name=first_name(mentor.name),
        initials=initials(mentor.name),
        headline=mentor.headline,
        city=place(mentor.timezone),
        time=f"{clock(now, mentor.timezone)} there now",
        rate=_hourly(rate, currency),
        asks_first=_asks_first(mentor, held),
    )


def _asks_first(mentor: MentorProfile, held: Booking | None) -> bool:
    if held is None or held.status_once_paid is None:
        return mentor.requires_confirmation
    return held.status_once_paid == SessionStatus.PENDING


@dataclass(frozen=True)
class BookingSummary:
    """What the confirm step says beside the time: the policies' bar in time, what they give back, moving,
    the price and how it is settled, and that there is no room when that is so. The page sends the `terms`
    with its confirmation, to be compared with those of then."""

    policy: list[PolicyPart] = field(default_factory=list)
    back: str = ""
    moving: str = ""
    room: str = ""
    settle: str = ""
    price_label: str = ""
    price: str = ""
    terms: str = ""


def booking_summary(
    mentor: MentorProfile, start: datetime, minutes: int, reader: Reader, held: Booking | None = None
) -> BookingSummary:
    """Return what booking a slot of so many minutes would mean and cost, by `reader.zone`.

    What is `held` already keeps its price and terms, whatever the mentor and the policies say by now.
    """
    policies, zone, now = reader.policies, reader.zone, reader.now
    rate, currency, cost = mentor.rate, mentor.currency, price_minor(mentor.rate, mentor.currency, minutes)
    if held is not None:
        rate, currency, cost = held.rate, held.currency, held.price_minor
    terms = RefundTerms.read(held.refund_terms if held else None, policies)
    # A card is charged no thousandths, so none are given back.
    charged = payable(cost, currency) if reader.way.charges else cost
    refund = refund_of(charged, start, terms, policies, now)
    if reader.way.charges:
        refund = replace(refund, amount_minor=on_cards(refund.amount_minor, currency))
    asks_first = _asks_first(mentor, held)
    return BookingSummary(
        policy=policy_parts(policies, terms, start, zone=zone, now=now, is_free=cost == 0),
        back=""
        if asks_first  # a request costs nothing to withdraw
        else refund_words(charged, currency, refund, zone=zone, now=now, said=_RIGHT_AFTER),
        room="" if reader.video else NO_VIDEO,
        moving=moving_words(policies, policy_times(policies, start), 0, zone=zone, now=now),
        settle=settle_words(cost, currency, mentor.name) if cost and reader.way == PaymentWay.SETTLE else "",
        price_label=f"{length(minutes)} at {_hourly(rate, currency)}" if cost else length(minutes),
        price=format_minor(cost, currency),
        terms=booking_terms(start, minutes, charged, currency, terms, asks_first=asks_first),
    )


def gone_words(
    start: datetime,
    fitting: Sequence[int],
    *,
    zone: str,
    is_own: bool = False,
    is_too_soon: bool = False,
    is_closed: bool = False,
) -> str:
    """Say that the chosen time is no longer free, by what is known of it.

    `fitting` are the lengths in minutes that are still free there, `is_own` another session of the reader's,
    `is_too_soon` a notice that ran out, `is_closed` a mentor who takes no bookings any more.
    """
    time = clock(start, zone)
    if is_too_soon:
        return f"{time} can no longer be booked at such short notice."
    if is_closed:
        return f"{time} can no longer be booked."
    if is_own:
        return OWN_SESSION
    if fitting:
        return f"A part of this time was just taken: from {time}, up to {length(max(fitting))} are free."
    return f"{time} was just taken."


@dataclass(frozen=True)
class NextStep:
    """One line of what happens after booking."""

    time: str
    text: str
    tone: str


def next_steps(booked: Booking, *, zone: str, now: datetime, video: bool) -> list[NextStep]:
    """List the next steps after a session is booked or asked for, for its mentee.

    Without `video` no room opens, and the session just begins.
    """
    name = first_name(booked.mentor.name)
    told = f"{name} has been told, and the session is in both your lists."
    if booked.status == SessionStatus.PENDING and booked.expires_at is not None:
        until = when(booked.expires_at, zone, now)
        told = f"{name} has been asked and has until {until} to answer. The time is held for you."
    if video:
        next_at, what = booked.scheduled_at - ROOM_OPENS, "The room opens, on the session's page."
    else:
        next_at, what = booked.scheduled_at, f"The session begins. {NO_VIDEO}"
    at = when(next_at, zone, now)
    return [NextStep("Now", told, "done"), NextStep(at[:1].upper() + at[1:], what, "coming")]


def _hourly(rate: Decimal, currency: str) -> str:
    return f"{format_rate(rate, currency)} an hour" if rate else "Free"
