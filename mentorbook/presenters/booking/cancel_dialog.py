"""The dialog that cancels a session, or withdraws a request, for one reader at one moment."""

from dataclasses import dataclass, field

from mentorbook.domain.booking.refunds import refund_now
from mentorbook.domain.booking.session_phase import other_person
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.policy_bar import PolicyPart, policy_bar_parts, refund_words
from mentorbook.presenters.booking.times import here_words, short_time, there_words
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

CHANGED_SINCE_SHOWN = "What cancelling means has changed just now. Look again."
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
    """Return what cancelling means now; a request that the mentor has not accepted yet is withdrawn."""
    asked, other = booking.status == SessionStatus.PENDING, other_person(booking, reader.id)
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


def _back(booking: Booking, reader: Reader) -> str:
    if not booking.price_minor:
        return "This session is free, so there is nothing to give back."
    price = format_minor(booking.price_minor, booking.currency)
    if booking.status == SessionStatus.PENDING:
        return f"Withdrawn before it is accepted, it costs nothing of the {price}."
    refund = refund_now(booking, reader.policies, reader.now)
    return refund_words(booking.price_minor, booking.currency, refund, zone=reader.zone, now=reader.now)
