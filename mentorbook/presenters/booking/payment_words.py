"""How a session is paid, in words: settled between the two, held while it is paid, paid here, given back."""

from mentorbook.domain.booking.session_phase import is_held
from mentorbook.domain.kinds import PaymentStatus, PaymentWay, SessionStatus
from mentorbook.domain.money.prices import payable
from mentorbook.domain.views import Booking
from mentorbook.presenters.names import first_name
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

AUTHORISED_NOW = "Authorised on your card now, taken after the session."
NO_MONEY = "Demo: no money moves."
CHARGED_NOW = "Charged to your card now."


def settle_words(price_minor: int, currency: str, other: str) -> str:
    """Return `You settle £60.00 with Ada yourselves.`, for the reader whose other person's name this is."""
    return f"You settle {format_minor(price_minor, currency)} with {first_name(other)} yourselves."


def payment_words(booking: Booking, reader: Reader) -> str:
    """Say how the price of a session is or was paid; empty where there is none."""
    if not booking.price_minor:
        return ""
    if booking.held_until is not None:
        return "Not paid yet." if is_held(booking, reader.now) else "Not paid, so nothing was charged."
    if booking.payment_status is None:
        return _settled(booking, reader)
    demo = f" {NO_MONEY}" if reader.way == PaymentWay.DEMO else ""
    return f"{_paid(booking, reader)}{_given_back(booking)}{demo}"


def _settled(booking: Booking, reader: Reader) -> str:
    if booking.status == SessionStatus.CANCELLED:
        return "Nothing was charged here."
    if reader.id == booking.mentee.id:
        return settle_words(booking.price_minor, booking.currency, booking.mentor.name)
    if reader.id == booking.mentor.id:
        return settle_words(booking.price_minor, booking.currency, booking.mentee.name)
    return f"{first_name(booking.mentor.name)} and {first_name(booking.mentee.name)} settle it themselves."


def _paid(booking: Booking, reader: Reader) -> str:
    whose = "your" if reader.id == booking.mentee.id else f"{first_name(booking.mentee.name)}’s"
    if booking.payment_status == PaymentStatus.AUTHORISED:
        if booking.status == SessionStatus.CANCELLED:
            return f"Authorised on {whose} card."
        return f"Authorised on {whose} card, taken after the session."
    if booking.payment_status == PaymentStatus.VOIDED:
        return f"Nothing was taken from {whose} card."
    if booking.payment_status in (PaymentStatus.CAPTURED, PaymentStatus.REFUNDED):
        return "Paid."
    return "Not paid, so nothing was charged."


def _given_back(booking: Booking) -> str:
    """Say how much of a payment was promised back, whether it was taken or only held on the card."""
    if booking.payment_status not in (
        PaymentStatus.AUTHORISED,
        PaymentStatus.CAPTURED,
        PaymentStatus.REFUNDED,
    ):
        return ""
    if not booking.refunded_minor:
        return " Nothing is given back." if booking.status == SessionStatus.CANCELLED else ""
    paid = payable(booking.price_minor, booking.currency)
    price = format_minor(paid, booking.currency)
    if booking.refunded_minor >= paid:
        return f" All of {price} is given back."
    return f" {format_minor(booking.refunded_minor, booking.currency)} of {price} is given back."
