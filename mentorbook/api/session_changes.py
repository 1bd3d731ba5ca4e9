"""`/api/bookings/{id}/…`: what may be done with a session."""

from fastapi import APIRouter, Request

from mentorbook.api.caller import IdempotencyKey, Member, json_body, optional_json_body, origin, takes
from mentorbook.domain.schemas import CancelBooking, RescheduleBooking, UpdateBooking
from mentorbook.domain.views import Booking, Happening
from mentorbook.services import approval, attendance, cancellation, editing, rescheduling, timeline
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/bookings/{booking_id}", tags=["bookings"])


@router.put("", openapi_extra=takes(UpdateBooking))
async def update_booking(actor: Member, booking_id: str, request: Request) -> Booking:
    """Change title, description or meeting type; by the mentee, before the start."""
    body = await json_body(request)
    return await call(editing.update_booking, actor, booking_id, body, origin=origin(request))


@router.post("/cancel", openapi_extra=takes(CancelBooking))
async def cancel_booking(
    actor: Member, booking_id: str, request: Request, key: IdempotencyKey = None
) -> Booking:
    """Cancel, by the mentee, within the policies."""
    body = await json_body(request)
    return await call(cancellation.cancel_booking, actor, booking_id, body, origin=origin(request), key=key)


@router.delete("", openapi_extra=takes(CancelBooking, required=False))
async def delete_booking(
    actor: Member, booking_id: str, request: Request, key: IdempotencyKey = None
) -> Booking:
    """The same as cancel; the reason is in the body or in the query."""
    body = await optional_json_body(request) or dict(request.query_params)
    return await call(cancellation.cancel_booking, actor, booking_id, body, origin=origin(request), key=key)


@router.post("/reschedule", openapi_extra=takes(RescheduleBooking))
async def reschedule_booking(
    actor: Member, booking_id: str, request: Request, key: IdempotencyKey = None
) -> Booking:
    """Move to another offered slot, by the mentee, within the policies."""
    body = await json_body(request)
    return await call(
        rescheduling.reschedule_booking, actor, booking_id, body, origin=origin(request), key=key
    )


@router.post("/no-show")
async def mark_no_show(actor: Member, booking_id: str, request: Request) -> Booking:
    """Mark that the mentee did not come, by the mentor."""
    return await call(attendance.mark_no_show, actor, booking_id, origin=origin(request))


@router.post("/accept")
async def accept_booking(actor: Member, booking_id: str, request: Request) -> Booking:
    """Accept a request, by the mentor."""
    return await call(approval.accept_booking, actor, booking_id, origin=origin(request))


@router.post("/decline")
async def decline_booking(actor: Member, booking_id: str, request: Request) -> Booking:
    """Decline a request, by the mentor."""
    return await call(approval.decline_booking, actor, booking_id, origin=origin(request))


@router.get("/timeline")
async def get_timeline(actor: Member, booking_id: str) -> list[Happening]:
    """What happened to the session, newest first."""
    return await call(timeline.session_timeline, actor, booking_id)
