"""What somebody agrees to when they book."""

from datetime import datetime

from mentorbook.domain.booking.refunds import RefundTerms


def booking_terms(
    starts_at: datetime,
    minutes: int,
    price_minor: int,
    currency: str,
    refund: RefundTerms,
    *,
    asks_first: bool,
) -> str:
    """Return a text that is another wherever a booking would mean something else for who books.

    That is its time, its length, its price in minor units, whether its mentor is asked first, and unless it
    is free what a cancellation gives back. It is compared, not read.
    """
    terms = [starts_at.isoformat(), minutes, price_minor, currency, "asks" if asks_first else "books"]
    if price_minor:
        terms += refund.stored().values()
    return " ".join(map(str, terms))
