"""The dialog that cancels a session, or withdraws a request, for one reader at one moment."""

from dataclasses import dataclass, field, replace

from mentorbook.domain.booking.refunds import refund_now
from mentorbook.domain.booking.session_phase import other_person
from mentorbook.domain.kinds import PaymentStatus, PaymentWay, SessionStatus
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.payment_words import NO_MONEY
from mentorbook.presenters.booking.policy_bar import (
    PolicyPart,
    policy_bar_parts,
    refund_words_of,
    stages_words,
)
from mentorbook.presenters.booking.times import here_words, short_time, there_words
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

CHANGED_SINCE_SHOWN = "What cancelling means has changed just now. Look at it, then confirm again."


@dataclass(frozen=True)
class CancelWords:
    """The cancel dialog of one session at one moment; `back` is what is given back, `refund_minor` the same
    in minor units. Nothing is asked about a time that is only held: `ask` is empty."""

    title: str = ""
    about: str = ""
    here: str = ""
    there: str = ""
    policy: list[PolicyPart] = field(default_factory=list)
    back: str = ""
    charged: str = ""
    refund_minor: int = 0
    keep: str = "Keep it"
    confirm: str = ""
    ask: str = ""
    done: str = ""


def cancel_words(booking: Booking, reader: Reader) -> CancelWords:
    """Return what cancelling means now; a request that the mentor has not accepted yet is withdrawn."""
    other = other_person(booking, reader.id)
    shown = CancelWords(
        about=f"{booking.title}, with {other.name}.",
        here=here_words(booking.scheduled_at, booking.duration, reader.zone),
        there=there_words(booking.scheduled_at, booking.duration, reader.zone, other.timezone),
        refund_minor=refund_now(booking, reader.policies, reader.now).amount_minor,
        keep=f"Keep {short_time(booking.scheduled_at, reader.zone)}",
    )
    if booking.held_until is not None:
        may_be_paid = booking.payment_status == PaymentStatus.OPEN
        unpaid = (
            "If you have just paid, it is booked after all, or you get your money back."
            if may_be_paid
            else "Nothing was charged."
        )
        return replace(
            shown,
            title="Give this time back?",
            back=unpaid,
            charged="Others can book the time at once.",
            confirm="Give the time back",
            done=f"The time is given back. {unpaid}",
        )
    asked = booking.status == SessionStatus.PENDING
    noun, verb = ("request", "Withdraw") if asked else ("session", "Cancel")
    back, charged = _back(booking, reader)
    if booking.payment_way == PaymentWay.DEMO:
        charged = f"{charged} {NO_MONEY}"
    done = "The request is withdrawn" if asked else "The session is cancelled"
    figure = f" {back}" if booking.payment_status is not None else ""
    return replace(
        shown,
        title=f"{verb} this {noun}?",
        policy=policy_bar_parts(booking, reader),
        back=back,
        charged=charged,
        confirm=_confirm(booking, verb, noun, reader),
        ask="Why are you withdrawing it?" if asked else "Why are you cancelling?",
        done=f"{done}.{figure} {first_name(other.name)} has been told.",
    )


def _confirm(booking: Booking, verb: str, noun: str, reader: Reader) -> str:
    """Return what the button does, with the amount that moves: `Cancel and refund £60.00`."""
    back, taken = _figures(booking, reader)
    if booking.payment_status == PaymentStatus.CAPTURED:
        return f"{verb} and refund {_amount(back, booking)}" if back else f"{verb} without a refund"
    if booking.payment_status == PaymentStatus.AUTHORISED:
        return f"{verb} and pay {_amount(taken, booking)}" if taken else f"{verb} without a charge"
    return f"{verb} this {noun}"


def _figures(booking: Booking, reader: Reader) -> tuple[int, int]:
    """Return how much of what was paid comes back now, and how much then stays taken, in minor units.

    What was given back before is in neither.
    """
    back = refund_now(booking, reader.policies, reader.now).amount_minor
    return back, (booking.paid_minor or 0) - booking.refunded_minor - back


def _back(booking: Booking, reader: Reader) -> tuple[str, str]:
    """Return what is given back, in a sentence, and what there is to say about it."""
    if not booking.price_minor:
        return "This session is free, so there is nothing to give back.", ""
    if booking.payment_status is None:
        name = first_name(booking.mentor.name)
        return _agreed(booking, reader), f"Nothing was charged here: you settle that with {name} yourselves."
    is_request = booking.status == SessionStatus.PENDING
    rest = "Nothing is due before it is accepted." if is_request else stages_words(booking, reader)
    paid = booking.paid_minor or 0
    if booking.payment_status in (PaymentStatus.AUTHORISED, PaymentStatus.VOIDED):
        return _authorised(booking, reader, rest)
    if booking.refunded_minor >= paid:
        return f"All of your {_amount(paid, booking)} was given back before.", ""
    before = f"{_amount(booking.refunded_minor, booking)} was given back before. "
    rest = f"{before if booking.refunded_minor else ''}{rest}"
    back, _ = _figures(booking, reader)
    if not back:
        return f"Nothing{' more' if booking.refunded_minor else ''} is given back.", rest
    of = "" if back == paid else f" of {_amount(paid, booking)}"
    return f"You get {_amount(back, booking)}{of} back.", rest


def _authorised(booking: Booking, reader: Reader, rest: str) -> tuple[str, str]:
    """Say what becomes of an amount that is only held on the card."""
    paid, (_, taken) = booking.paid_minor or 0, _figures(booking, reader)
    if not taken:
        return "You are not charged.", f"The {_amount(paid, booking)} on your card is released. {rest}"
    of = "" if taken == paid else f" of {_amount(paid, booking)}"
    return f"You are charged {_amount(taken, booking)}{of}.", rest


def _agreed(booking: Booking, reader: Reader) -> str:
    """Say what the policy gives back of a price that the two settle themselves."""
    if booking.status == SessionStatus.PENDING:
        price = format_minor(booking.price_minor, booking.currency)
        return f"Withdrawn before it is accepted, it costs nothing of the {price}."
    return refund_words_of(booking, reader)


def _amount(minor: int, booking: Booking) -> str:
    return format_minor(minor, booking.currency)
