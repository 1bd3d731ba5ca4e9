"""A time that is held while it is paid: until when, what the button says, what becomes of the card."""

from dataclasses import dataclass

from mentorbook.domain.booking.session_phase import is_held
from mentorbook.domain.kinds import PaymentStatus, PaymentWay, SessionStatus
from mentorbook.domain.money.plan import is_authorised_first
from mentorbook.domain.money.prices import payable
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.payment_words import AUTHORISED_NOW, CHARGED_NOW
from mentorbook.presenters.dates import clock
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

LAPSED = "Your time is not held any more. What you typed is kept."
CONFIRMING = "Your payment is being confirmed. This takes a moment."
PRICE_CHANGED = "The price has changed just now. Look at it before you pay."


@dataclass(frozen=True)
class TestCard:
    """A number that the demo knows, and what it does."""

    __test__ = False  # no test of pytest's

    number: str
    does: str


# Those of Stripe, so that what is tried here can be tried there.
TEST_CARDS = (
    TestCard("4242 4242 4242 4242", "pays"),
    TestCard("4000 0000 0000 0002", "is declined"),
    TestCard("4000 0000 0000 9995", "has not enough money on it"),
    TestCard("4000 0000 0000 0069", "has expired"),
    TestCard("4000 0000 0000 0127", "has another security code"),
)


@dataclass(frozen=True)
class HoldWords:
    """A held time for its mentee; `until` and `seen_at` are instants as text, and empty while none is held.

    `seen_at` is the present of the server, from which a browser counts down whatever its own clock says.
    `way` is how it is paid, `pay_then` is `pay` with what comes of it. `returned` when its payer may have
    paid elsewhere, which is not known yet.
    """

    time: str = ""
    until: str = ""
    seen_at: str = ""
    can_extend: bool = False
    is_lapsed: bool = False
    way: str = ""
    pay: str = ""
    pay_then: str = ""
    taken: str = ""
    returned: bool = False


def hold_words(booking: Booking, reader: Reader) -> HoldWords:
    """Return how a time is held for the reader, or that it is not any more."""
    time = clock(booking.scheduled_at, reader.zone)
    if booking.held_until is None or not is_held(booking, reader.now):
        return HoldWords(time=time, is_lapsed=booking.held_until is not None, way=reader.way)
    price, then = format_minor(payable(booking.price_minor, booking.currency), booking.currency), ""
    if booking.status_once_paid is not None:
        asks_first = booking.status_once_paid == SessionStatus.PENDING
        then = f" and ask {first_name(booking.mentor.name)}" if asks_first else " and book"
    is_authorised = is_authorised_first(booking.scheduled_at, reader.now)
    return HoldWords(
        time=time,
        until=booking.held_until.isoformat(),
        seen_at=reader.now.isoformat(),
        can_extend=not booking.hold_extended and booking.held_until < booking.scheduled_at,
        way=reader.way,
        pay=f"Pay {price}",
        pay_then=f"Pay {price}{then}",
        taken=AUTHORISED_NOW if is_authorised else CHARGED_NOW,
        returned=reader.way == PaymentWay.STRIPE and booking.payment_status == PaymentStatus.OPEN,
    )


def paid_words(booking: Booking) -> str:
    """Say that a held session has just been paid; empty where it does not stand all the same."""
    if booking.status == SessionStatus.PENDING:
        return f"Paid. {first_name(booking.mentor.name)} has been asked."
    return "Paid. The session is booked." if booking.status == SessionStatus.SCHEDULED else ""
