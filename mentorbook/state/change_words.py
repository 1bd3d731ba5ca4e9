"""What the dialogs that cancel, move or answer a session say: words from a booking, for one reader."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mentorbook.domain.money import format_minor
from mentorbook.domain.policies import SessionPolicies
from mentorbook.domain.policy_words import PolicyPart, policy_parts, withdrawing_parts
from mentorbook.domain.refunds import refund_now
from mentorbook.domain.transitions import spoken
from mentorbook.domain.views import Booking
from mentorbook.domain.wording import clock, clock_range, day, first_name, place, same_clock, short_date
from mentorbook.state.session_shapes import Reader, other_person

NOT_CHARGED = "Nothing has been charged, so there is nothing to refund yet."


@dataclass(frozen=True)
class CancelWords:
    """The cancel dialog of one session at one moment; `back` is what the policy gives back."""

    title: str = ""
    about: str = ""
    here: str = ""
    there: str = ""
    policy: list[PolicyPart] = field(default_factory=list)
    back: str = ""
    charged: str = ""
    keep: str = "Keep it"
    confirm: str = ""
    ask: str = ""
    done: str = ""


def cancel_words(booking: Booking, reader: Reader) -> CancelWords:
    """What cancelling means now; a request that nobody has accepted yet is withdrawn."""
    asked, other = booking.status == "pending", other_person(booking, reader)
    noun, verb = ("request", "Withdraw") if asked else ("session", "Cancel")
    told = first_name(other.name)
    return CancelWords(
        title=f"{verb} this {noun}?",
        about=f"{booking.title}, with {other.name}.",
        here=here_words(booking.scheduled_at, booking.duration, reader.zone),
        there=there_words(booking.scheduled_at, booking.duration, reader.zone, other.timezone),
        policy=policy_bar_parts(booking, reader),
        back=_back(booking, reader),
        charged=NOT_CHARGED if booking.price_minor else "",
        keep=f"Keep {short_time(booking.scheduled_at, reader.zone)}",
        confirm=f"{verb} this {noun}",
        ask="Why are you withdrawing it?" if asked else "Why are you cancelling?",
        done=f"{'The request is withdrawn' if asked else 'The session is cancelled'}. {told} has been told.",
    )


def policy_bar_parts(booking: Booking, reader: Reader) -> list[PolicyPart]:
    """What cancelling this session, or withdrawing this request, means from now to its start."""
    if booking.status == "pending":
        return withdrawing_parts(booking.scheduled_at, booking.expires_at, zone=reader.zone, now=reader.now)
    return policy_parts(
        reader.policies,
        booking.scheduled_at,
        zone=reader.zone,
        now=reader.now,
        is_free=booking.price_minor == 0,
    )


def _back(booking: Booking, reader: Reader) -> str:
    if not booking.price_minor:
        return "This session is free, so there is nothing to give back."
    price = format_minor(booking.price_minor, booking.currency)
    if booking.status == "pending":
        return f"Withdrawn before it is accepted, it costs nothing of the {price}."
    refund = refund_now(booking, reader.policies, reader.now)
    if refund.percent == 100:
        return f"Cancelled now, the policy gives all of {price} back."
    part = format_minor(refund.amount_minor, booking.currency)
    if refund.percent == 50:
        return f"Cancelled now, the policy gives half, {part}, back."
    return f"Cancelled now, the policy gives {refund.percent} % of {price}, {part}, back."


def here_words(start: datetime, minutes: int, zone: str) -> str:
    """`Tue 24 November, 14:30 – 15:30 Kolkata`."""
    return f"{day(start, zone)}, {clock_range(start, start + _minutes(minutes), zone)} {place(zone)}"


def there_words(start: datetime, minutes: int, zone: str, there: str) -> str:
    """The other clock, with its date where that differs; empty where both read the same."""
    if same_clock(zone, there, start):
        return ""
    date = f"{day(start, there)}, " if day(start, there) != day(start, zone) else ""
    return f"{date}{clock_range(start, start + _minutes(minutes), there)} {place(there)}"


def slot_words(start: datetime, minutes: int, zone: str, there: str, now: datetime) -> str:
    """`Wed 25 Nov, 15:00 – 16:00 Kolkata · 09:30 London`: one slot on both clocks."""
    end = start + _minutes(minutes)
    here = f"{short_date(start, zone, now)}, {clock_range(start, end, zone)} {place(zone)}"
    if same_clock(zone, there, start):
        return here
    date = f"{day(start, there)[:3]} " if day(start, there) != day(start, zone) else ""
    return f"{here} · {date}{clock(start, there)} {place(there)}"


def short_time(start: datetime, zone: str) -> str:
    """`Tue 14:30`: for buttons, beside the full date."""
    return f"{day(start, zone)[:3]} {clock(start, zone)}"


def overtaken_words(booking: Booking, reader: Reader, seen: datetime) -> str:
    """What happened to a session while its dialog was open; empty when nothing that matters here."""
    if booking.status not in ("pending", "scheduled"):
        return f"This session is {spoken(booking.status)} meanwhile. There is nothing left to change."
    if booking.scheduled_at != seen:
        zone, to = reader.zone, booking.scheduled_at
        return (
            f"This session was moved meanwhile, from {short_date(seen, zone, reader.now)}, "
            f"{clock(seen, zone)} to {short_date(to, zone, reader.now)}, {clock(to, zone)}."
        )
    return ""


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def allowance_words(booking: Booking, policies: SessionPolicies) -> str:
    """How often the session may still be moved after this time, and who hears of it."""
    name = first_name(booking.mentor.name)
    told = (
        f"{name} is asked about the new time." if booking.status == "pending" else f"{name} is told at once."
    )
    left = policies.max_reschedules_per_session - booking.reschedule_count - 1
    if left <= 0:
        return f"This is the last time you can move it. {told}"
    return f"You can move it {'once' if left == 1 else f'{left} times'} more after this. {told}"


@dataclass(frozen=True)
class AskWords:
    """A question that is asked once: what it is about, what follows, and the two answers."""

    title: str = ""
    about: str = ""
    follows: str = ""
    keep: str = ""
    confirm: str = ""


def decline_words(booking: Booking, reader: Reader) -> AskWords:
    """Before a mentor declines a request."""
    name = first_name(booking.mentee.name)
    return AskWords(
        "Decline this request?",
        _about(booking, reader),
        f"{name} is told, and the time is free again.",
        "Keep the request",
        "Decline",
    )


def no_show_words(booking: Booking, reader: Reader) -> AskWords:
    """Before a mentor marks a no-show."""
    name = first_name(booking.mentee.name)
    return AskWords(
        "Mark a no-show?",
        _about(booking, reader),
        f"It goes on record that {name} did not come, {name} is told, and the session is over. "
        "This cannot be taken back.",
        f"{name} came",
        "Mark no-show",
    )


def _about(booking: Booking, reader: Reader) -> str:
    when = here_words(booking.scheduled_at, booking.duration, reader.zone)
    return f"{booking.title}, with {booking.mentee.name}. {when}."
