"""The dialog that moves a session: the present time beside the new one, and what moving uses up."""

from dataclasses import dataclass, replace
from datetime import datetime

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.refunds import refund_of_shorter
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.money.prices import price_minor
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.phrases import moves_words
from mentorbook.presenters.booking.times import here_words, short_time, slot_words
from mentorbook.presenters.dates import clock, length
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

CHANGED_SINCE_SHOWN = "What moving gives back has changed just now. Look at it, then confirm again."


@dataclass(frozen=True)
class MoveWords:
    """The dialog of one session: the present time beside the new one, and what the two buttons do.

    `refund_minor` is what comes back of a session that is paid and gets shorter, in minor units.
    """

    about: str = ""
    allowance: str = ""
    allowance_note: str = ""
    old_line: str = ""
    new_line: str = ""
    keep: str = "Keep it"
    confirm: str = "Move it"
    can_confirm: bool = False
    price_note: str = ""
    refund_minor: int = 0


def move_words(
    booking: Booking, start: datetime | None, minutes: int, *, reader: Reader, zone: str, there: str
) -> MoveWords:
    """Return what the dialog says with `start` and `minutes` chosen, or with nothing chosen.

    Times are by `zone`, which one may choose in the dialog, and by `there`, the mentor's.
    """
    at, used = booking.scheduled_at, moves_words(booking, reader.policies)
    words = MoveWords(
        about=f"{booking.title}, with {booking.mentor.name}.",
        allowance=f"{used} used" if used else "",
        allowance_note=allowance_words(booking, reader.policies),
        old_line=slot_words(at, booking.duration, zone, there, reader.now),
        keep=f"Keep {short_time(at, zone)}",
    )
    if start is None:
        return words
    is_another = minutes != booking.duration
    confirm = "Move it"
    if start != at:
        confirm = f"Move to {short_time(start, zone)}"
    elif is_another:
        confirm = f"Make it {length(minutes)}"
    return replace(
        words,
        new_line=slot_words(start, minutes, zone, there, reader.now),
        confirm=confirm,
        can_confirm=start != at or is_another,
        price_note=_price_note(booking, minutes, reader) if is_another else "",
        refund_minor=refund_of_shorter(booking, minutes, reader.policies, reader.now),
    )


def moved_words(booking: Booking, zone: str) -> str:
    """Return the message after a session has been moved."""
    when = here_words(booking.scheduled_at, booking.duration, zone)
    return f"Moved to {when}. {first_name(booking.mentor.name)} has been told."


def no_longer_fits_words(minutes: int, start: datetime, zone: str) -> str:
    """Return the message when a length that was offered no longer fits at a start."""
    return f"{length(minutes)} no longer fit at {clock(start, zone)}."


def can_last(booking: Booking, minutes: int) -> bool:
    """Say whether moving may make the session so long: what is paid gets no longer."""
    return booking.paid_minor is None or minutes <= booking.duration


def _price_note(booking: Booking, minutes: int, reader: Reader) -> str:
    if not booking.price_minor:
        return ""
    if booking.paid_minor is not None:
        back = refund_of_shorter(booking, minutes, reader.policies, reader.now)
        paid = format_minor(booking.paid_minor, booking.currency)
        said = format_minor(back, booking.currency) if back else "Nothing"
        return f"{said} of the {paid} you paid is given back."
    new = format_minor(price_minor(booking.rate, booking.currency, minutes), booking.currency)
    return f"{length(minutes)} cost {new} instead of {format_minor(booking.price_minor, booking.currency)}."


def allowance_words(booking: Booking, policies: SessionPolicies) -> str:
    """Say how often the session may still be moved after this time, and who is notified."""
    name = first_name(booking.mentor.name)
    told = (
        f"{name} is asked about the new time."
        if booking.status == SessionStatus.PENDING
        else f"{name} is told at once."
    )
    left = policies.max_reschedules_per_session - booking.reschedule_count - 1
    if left <= 0:
        return f"This is the last time you can move it. {told}"
    return f"You can move it {'once' if left == 1 else f'{left} times'} more after this. {told}"
