"""`/api/bookings/{id}/…`: what may be done with a session."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from mentorbook.api.caller import (
    Condition,
    IdempotencyKey,
    Member,
    json_body,
    optional_json_body,
    origin,
)
from mentorbook.api.contract import raises, with_body
from mentorbook.domain.actions import Action
from mentorbook.domain.entity_tags import IfMatch, tag_of
from mentorbook.domain.errors import (
    CancellationCutoffPassed,
    ChangedMeanwhile,
    IdempotencyMismatch,
    InvalidStatus,
    MaxReschedulesReached,
    MentorUnavailable,
    NoShowWindowClosed,
    NotFound,
    NotPermitted,
    RescheduleCutoffPassed,
    SlotTaken,
    SlotUnavailable,
)
from mentorbook.domain.schemas import CancelBooking, RescheduleBooking, UpdateBooking
from mentorbook.domain.views import Account, Booking, Happening
from mentorbook.services import approval, attendance, cancellation, editing, rescheduling, timeline
from mentorbook.services.offload import call
from mentorbook.services.session_change import if_unchanged, require_right

router = APIRouter(prefix="/api/bookings/{booking_id}", tags=["bookings"])

# What every change of a session may answer with, and what cancelling and moving add to it.
_CHANGE = (NotFound, NotPermitted, InvalidStatus, ChangedMeanwhile)
_CANCEL = (*_CHANGE, CancellationCutoffPassed, IdempotencyMismatch)
_MOVE = (
    *_CHANGE,
    MaxReschedulesReached,
    RescheduleCutoffPassed,
    MentorUnavailable,
    SlotUnavailable,
    SlotTaken,
    IdempotencyMismatch,
)


def _may(action: Action) -> Any:
    """Who is logged in, if this is theirs to do: said before the body is read."""

    async def person(actor: Member, booking_id: str) -> Account:
        await call(require_right, actor, booking_id, action)
        return actor

    return Depends(person)


Editor = Annotated[Account, _may("edit")]
Canceller = Annotated[Account, _may("cancel")]
Mover = Annotated[Account, _may("reschedule")]
Witness = Annotated[Account, _may("no_show")]
Accepter = Annotated[Account, _may("accept")]
Decliner = Annotated[Account, _may("decline")]


async def _change(response: Response, condition: IfMatch | None, service: Callable[[], Booking]) -> Booking:
    """The booking after a change, with its new tag."""
    booking = await call(if_unchanged, condition, service)
    response.headers["ETag"] = tag_of(booking)
    return booking


@router.put("", openapi_extra=with_body(UpdateBooking))
@raises(*_CHANGE)
async def update_booking(
    actor: Editor, booking_id: str, condition: Condition, request: Request, response: Response
) -> Booking:
    """Change title, description or meeting type; by the mentee, before the start."""
    body = await json_body(request)
    service = partial(editing.update_booking, actor, booking_id, body, origin=origin(request))
    return await _change(response, condition, service)


@router.post("/cancel", openapi_extra=with_body(CancelBooking, required=False))
@raises(*_CANCEL)
async def cancel_booking(
    actor: Canceller,
    booking_id: str,
    condition: Condition,
    request: Request,
    response: Response,
    key: IdempotencyKey = None,
) -> Booking:
    """Cancel, by the mentee, within the policies; without a body where no reason is required."""
    body = await optional_json_body(request)
    service = partial(cancellation.cancel_booking, actor, booking_id, body, origin=origin(request), key=key)
    return await _change(response, condition, service)


@router.delete("", openapi_extra=with_body(CancelBooking, required=False))
@raises(*_CANCEL)
async def delete_booking(
    actor: Canceller,
    booking_id: str,
    condition: Condition,
    request: Request,
    response: Response,
    key: IdempotencyKey = None,
) -> Booking:
    """The same as cancel; the reason is in the body or in the query."""
    body = await optional_json_body(request) or dict(request.query_params)
    service = partial(cancellation.cancel_booking, actor, booking_id, body, origin=origin(request), key=key)
    return await _change(response, condition, service)


@router.post("/reschedule", openapi_extra=with_body(RescheduleBooking))
@raises(*_MOVE)
async def reschedule_booking(
    actor: Mover,
    booking_id: str,
    condition: Condition,
    request: Request,
    response: Response,
    key: IdempotencyKey = None,
) -> Booking:
    """Move to another offered slot, by the mentee, within the policies."""
    body = await json_body(request)
    service = partial(
        rescheduling.reschedule_booking, actor, booking_id, body, origin=origin(request), key=key
    )
    return await _change(response, condition, service)


@router.post("/no-show")
@raises(*_CHANGE, NoShowWindowClosed)
async def mark_no_show(
    actor: Witness, booking_id: str, condition: Condition, request: Request, response: Response
) -> Booking:
    """Mark that the mentee did not come, by the mentor, until 24 hours after the start."""
    service = partial(attendance.mark_no_show, actor, booking_id, origin=origin(request))
    return await _change(response, condition, service)


@router.post("/accept")
@raises(*_CHANGE)
async def accept_booking(
    actor: Accepter, booking_id: str, condition: Condition, request: Request, response: Response
) -> Booking:
    """Accept a request, by the mentor."""
    service = partial(approval.accept_booking, actor, booking_id, origin=origin(request))
    return await _change(response, condition, service)


@router.post("/decline")
@raises(*_CHANGE)
async def decline_booking(
    actor: Decliner, booking_id: str, condition: Condition, request: Request, response: Response
) -> Booking:
    """Decline a request, by the mentor."""
    service = partial(approval.decline_booking, actor, booking_id, origin=origin(request))
    return await _change(response, condition, service)


@router.get("/timeline")
@raises(NotFound)
async def get_timeline(actor: Member, booking_id: str) -> list[Happening]:
    """What happened to the session, newest first."""
    return await call(timeline.session_timeline, actor, booking_id)
