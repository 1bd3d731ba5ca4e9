"""`/api/bookings/{id}/payment`, `…/hold`, statements of money, and what the payment provider calls."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from mentorbook.api.caller import Condition, Member, optional_json_body, raw_body
from mentorbook.api.contract import a_file, raises, with_body
from mentorbook.api.files import as_csv
from mentorbook.api.webhooks import say_refused
from mentorbook.domain.booking.entity_tags import tag_of
from mentorbook.domain.errors import (
    CardRefused,
    ChangedMeanwhile,
    HoldLapsed,
    InvalidStatus,
    NotFound,
    NotPermitted,
    NotSigned,
    PaymentUnavailable,
    RateLimited,
)
from mentorbook.domain.money.statements import EarningPage, PaymentPage, Receipt
from mentorbook.domain.ports import NotGenuine
from mentorbook.domain.schemas import PayBooking, parse
from mentorbook.domain.views import Account, Booking, Paid
from mentorbook.services.booking.session_transaction import if_unchanged
from mentorbook.services.money import events, holds, paying, statement_files, statements
from mentorbook.services.money.provider import payment_provider
from mentorbook.services.offload import call

router = APIRouter(prefix="/api", tags=["payments"])

LARGEST_EVENT = 256 * 1024
Page = Annotated[int, Query(ge=1, le=100_000)]


async def _payer(actor: Member, booking_id: str) -> Account:
    """Return the account if it is the one who pays for the session, before the body is read."""
    await call(paying.require_payer, actor, booking_id)
    return actor


Payer = Annotated[Account, Depends(_payer)]


@router.post("/bookings/{booking_id}/payment", openapi_extra=with_body(PayBooking, required=False))
@raises(
    NotFound,
    NotPermitted,
    ChangedMeanwhile,
    InvalidStatus,
    HoldLapsed,
    CardRefused,
    RateLimited,
    PaymentUnavailable,
)
async def pay_booking(
    actor: Payer, booking_id: str, condition: Condition, request: Request, response: Response
) -> Paid:
    """Pay for a session that is held for the caller, its mentee.

    With demo payments by the test card in the body; else where `url` says, after which the session is booked
    as soon as the provider confirms it. One that is paid already is returned as it is. A payment that has
    begun changes the booking's `ETag`, also where the card is then refused.
    """
    given = parse(PayBooking, await optional_json_body(request) or {})
    paid = await paying.pay(actor, booking_id, given.card, condition)
    response.headers["ETag"] = tag_of(paid.booking)
    return paid


@router.post("/bookings/{booking_id}/hold/extend")
@raises(NotFound, NotPermitted, ChangedMeanwhile, InvalidStatus)
async def extend_hold(actor: Payer, booking_id: str, condition: Condition, response: Response) -> Booking:
    """Hold the time of a session that is not paid yet for ten minutes longer; once, by its mentee."""
    booking = await call(if_unchanged, condition, partial(holds.extend_hold, actor, booking_id))
    response.headers["ETag"] = tag_of(booking)
    return booking


@router.get("/payments")
async def list_payments(actor: Member, page: Page = 1) -> PaymentPage:
    """List what the caller has paid, 25 a page, latest first."""
    return await call(statements.own_payments, actor, page)


@router.get("/payments.csv", response_class=Response, responses=a_file("text/csv"))
async def download_payments(actor: Member) -> Response:
    """Return everything that the caller has paid as CSV, latest first."""
    return as_csv("payments", await call(statement_files.own_payments_csv, actor))


@router.get("/payments/{payment_id}")
@raises(NotFound)
async def get_receipt(actor: Member, payment_id: str) -> Receipt:
    """Return the receipt of a payment, to its payer and to admins."""
    return await call(statements.receipt, actor, payment_id)


@router.get("/earnings")
async def list_earnings(actor: Member, page: Page = 1) -> EarningPage:
    """List what the caller's mentees have paid for, 25 a page, latest session first; no card is in it."""
    return await call(statements.own_earnings, actor, page)


@router.get("/earnings.csv", response_class=Response, responses=a_file("text/csv"))
async def download_earnings(actor: Member) -> Response:
    """Return everything that the caller's mentees have paid for as CSV, latest session first."""
    return as_csv("earnings", await call(statement_files.own_earnings_csv, actor))


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
        await say_refused("the payment provider", "the webhook's secret")
        raise NotSigned from None
    await call(events.take_in, event)
