"""`/api/bookings`: one's own sessions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from mentorbook.api.caller import IdempotencyKey, Member, json_body
from mentorbook.api.contract import a_file, an_answer, raises, with_body
from mentorbook.domain.booking.entity_tags import tag_of
from mentorbook.domain.errors import (
    HoldLapsed,
    IdempotencyMismatch,
    MentorUnavailable,
    NotFound,
    PaymentUnavailable,
    RateLimited,
    SelfBooking,
    SlotTaken,
    SlotUnavailable,
    TooManyHolds,
)
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.schemas import CreateBooking
from mentorbook.domain.views import Booking, BookingPage
from mentorbook.presenters.calendars import calendar_file
from mentorbook.services.booking import booking_queries
from mentorbook.services.money import paid_at_once
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/bookings", tags=["bookings"])


@router.post(
    "", status_code=201, openapi_extra=with_body(CreateBooking), responses=an_answer(201, "Location")
)
@raises(
    SelfBooking,
    NotFound,
    MentorUnavailable,
    SlotUnavailable,
    SlotTaken,
    TooManyHolds,
    HoldLapsed,
    RateLimited,
    IdempotencyMismatch,
    PaymentUnavailable,
)
async def create_booking(
    actor: Member, request: Request, response: Response, key: IdempotencyKey = None
) -> Booking:
    """Book a slot. With an `Idempotency-Key`, a retry returns the first answer and books nothing more.

    What costs something is held for ten minutes, `pending` until it is paid with `…/payment`. With demo
    payments it is paid at once with the demo's own test card, unless the body says `hold`; a retry of a
    request that was lost before it had paid pays then, as long as the time is held.
    """
    booking = await paid_at_once.book_and_pay(actor, await json_body(request), key)
    response.headers["Location"] = f"/api/bookings/{booking.id}"
    response.headers["ETag"] = tag_of(booking)
    return booking


@router.get("")
async def list_bookings(
    actor: Member,
    role: Literal["mentor", "mentee"] | None = None,
    status: SessionStatus | None = None,
    when: booking_queries.When | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> BookingPage:
    """List the caller's own sessions, 20 a page; `when=coming` soonest first, all others latest first."""
    return await call(
        booking_queries.list_bookings, actor, booking_queries.BookingQuery(role, status, when, page)
    )


@router.get("/{booking_id}")
@raises(NotFound)
async def get_booking(actor: Member, booking_id: str, response: Response) -> Booking:
    """Return one of the caller's own sessions.

    Its `ETag`, sent back as `If-Match`, makes a change depend on nobody having changed it meanwhile. The tag
    does not cover `actions` and `refund`, which change by the clock.
    """
    booking = await call(booking_queries.get_booking, actor, booking_id)
    response.headers["ETag"] = tag_of(booking)
    return booking


@router.get("/{booking_id}/calendar.ics", response_class=Response, responses=a_file("text/calendar"))
@raises(NotFound)
async def download_calendar(actor: Member, booking_id: str) -> Response:
    """Return the session as a calendar file."""
    booking = await call(booking_queries.get_booking, actor, booking_id)
    return Response(
        calendar_file(booking, actor.id),
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="session.ics"'},
    )
