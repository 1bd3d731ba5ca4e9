"""Book a session and pay for it in one call, where demo payments have a card of their own."""

from typing import Any

from mentorbook.db.engine import write_transaction
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.domain.schemas import CreateBooking, parse
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking import idempotency
from mentorbook.services.booking.booking_queries import kept_for_replay
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.money.paying import pay
from mentorbook.services.offload import call
from mentorbook.settings import settings


async def book_and_pay(actor: Account, request: dict[str, Any], key: str | None = None) -> Booking:
    """Book a slot, and with demo payments pay for it with the demo's own test card, unless it says `hold`.

    With an idempotency `key` a retry gets the first answer, which is the paid session as soon as it is paid,
    and asks for no payment. One that comes before, because the first request got no further, pays; nobody
    pays twice. Raises as `create_booking` and, while it is not paid, as `pay` does.
    """
    booking = await call(create_booking, actor, request, key)
    is_to_be_paid = booking.held_until is not None and settings.payment_way == PaymentWay.DEMO
    if not is_to_be_paid or parse(CreateBooking, request).hold:
        return booking
    paid = (await pay(actor, booking.id, DEMO_CARD)).booking
    return paid if key is None else await call(_keep, actor, key, paid)


def _keep(actor: Account, key: str, paid: Booking) -> Booking:
    """Store the paid session as the first answer, in the place of the held one; return the first to be it."""
    with write_transaction() as session:
        first = idempotency.finish_answer(session, actor.id, key, kept_for_replay(paid), _is_paid)
    return first.model_copy(update={"actions": paid.actions})


def _is_paid(answer: Booking) -> bool:
    return answer.held_until is None
