"""`/api/bookings/{id}/payment`, `…/hold`, and what the payment provider calls."""

import logging

from fastapi import APIRouter, Request

from mentorbook.api.caller import Member, optional_json_body, raw_body
from mentorbook.api.contract import raises, with_body
from mentorbook.domain.errors import (
    CardRefused,
    HoldLapsed,
    InvalidStatus,
    NotFound,
    NotPermitted,
    NotSigned,
    PaymentUnavailable,
    RateLimited,
)
from mentorbook.domain.ports import NotGenuine
from mentorbook.domain.schemas import PayBooking, parse
from mentorbook.domain.views import Booking, Paid
from mentorbook.services.money import events, holds, paying
from mentorbook.services.money.provider import payment_provider
from mentorbook.services.offload import call
from mentorbook.services.rate_counters import ceilings

log = logging.getLogger(__name__)

router = APIRouter(prefix="/api", tags=["payments"])

LARGEST_EVENT = 256 * 1024
_SAID_AGAIN_AFTER = 60  # seconds


@router.post("/bookings/{booking_id}/payment", openapi_extra=with_body(PayBooking, required=False))
@raises(NotFound, InvalidStatus, HoldLapsed, CardRefused, RateLimited, PaymentUnavailable)
async def pay_booking(actor: Member, booking_id: str, request: Request) -> Paid:
    """Pay for a session that is held for the caller, its mentee.

    With demo payments by the test card in the body; else where `url` says, after which the session is booked
    as soon as the provider confirms it. One that is paid already is returned as it is.
    """
    given = parse(PayBooking, await optional_json_body(request) or {})
    return await paying.pay(actor, booking_id, given.card)


@router.post("/bookings/{booking_id}/hold/extend")
@raises(NotFound, NotPermitted, InvalidStatus)
async def extend_hold(actor: Member, booking_id: str) -> Booking:
    """Hold the time of a session that is not paid yet for ten minutes longer; once, by its mentee."""
    return await call(holds.extend_hold, actor, booking_id)


# Not for programs that use the API, so it is no part of its document.
@router.post("/stripe/webhook", status_code=204, include_in_schema=False)
async def take_event(request: Request) -> None:
    """Take in what the payment provider tells; the `Stripe-Signature` header holds its signature."""
    provider = payment_provider()
    if provider is None:
        raise NotFound("Nothing is paid here.")
    body = await raw_body(request, LARGEST_EVENT)
    try:
        event = provider.read_event(body, request.headers.get("stripe-signature", ""))
    except NotGenuine:
        await call(_say_refused)
        raise NotSigned from None
    await call(events.take_in, event)


def _say_refused() -> None:
    """Log, once a minute, that a call was refused: with another secret than ours we hear of no payment."""
    if ceilings().add("refused payment event", _SAID_AGAIN_AFTER) == 1:
        log.warning("what claims to come from the payment provider was refused: has it the webhook's secret?")
