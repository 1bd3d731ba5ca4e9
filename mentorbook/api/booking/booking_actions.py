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
from mentorbook.domain.booking.actions import Action
from mentorbook.domain.booking.entity_tags import tag_of
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
from mentorbook.domain.views import Account, Booking, TimelineEvent
from mentorbook.services.booking import approval, attendance, cancellation, editing, rescheduling, timeline
from mentorbook.services.booking.session_transaction import if_unchanged, require_right
from mentorbook.services.offload import call

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
    """Make a dependency that returns the account if it has the right to `action`, before the body is read."""

    async def person(actor: Member, booking_id: str) -> Account:
        await call(require_right, actor, booking_id, action)
        return actor

    return Depends(person)


Editor = Annotated[Account, _may("edit")]
Canceller = Annotated[Account, _may("cancel")]
Mover = Annotated[Account, _may("reschedule")]
Witness = Annotated[Account, _may("no_show")]
Waiting = Annotated[Account, _may("mentor_absent")]
Accepter = Annotated[Account, _may("accept")]
Decliner = Annotated[Account, _may("decline")]


class BookingChange:
    """A call that changes the session of its path: under its condition, by the service that does it."""

    def __init__(self, booking_id: str, condition: Condition, request: Request, response: Response) -> None:
        self.request = request
        self._booking_id, self._condition, self._response = booking_id, condition, response

    async def by(self, service: Callable[..., Booking], actor: Account, *given: Any, **more: Any) -> Booking:
        """Make the change and return the booking after it, with its new tag."""
        change = partial(service, actor, self._booking_id, *given, origin=origin(self.request), **more)
        booking = await call(if_unchanged, self._condition, change)
        self._response.headers["ETag"] = tag_of(booking)
        return booking


Wanted = Annotated[BookingChange, Depends()]


@router.put("", openapi_extra=with_body(UpdateBooking))
@raises(*_CHANGE)
async def update_booking(actor: Editor, change: Wanted) -> Booking:
    """Change title, description or meeting type; by the mentee, before the start."""
    return await change.by(editing.update_booking, actor, await json_body(change.request))


@router.post("/cancel", openapi_extra=with_body(CancelBooking, required=False))
@raises(*_CANCEL)
async def cancel_booking(actor: Canceller, change: Wanted, key: IdempotencyKey = None) -> Booking:
    """Cancel the session, by the mentee, within the policies; without a body where no reason is required."""
    body = await optional_json_body(change.request)
    return await change.by(cancellation.cancel_booking, actor, body, key=key)


@router.delete("", openapi_extra=with_body(CancelBooking, required=False))
@raises(*_CANCEL)
async def delete_booking(actor: Canceller, change: Wanted, key: IdempotencyKey = None) -> Booking:
    """Cancel the session, as `cancel` does; the reason is in the body or in the query."""
    body = await optional_json_body(change.request) or dict(change.request.query_params)
    return await change.by(cancellation.cancel_booking, actor, body, key=key)


@router.post("/reschedule", openapi_extra=with_body(RescheduleBooking))
@raises(*_MOVE)
async def reschedule_booking(actor: Mover, change: Wanted, key: IdempotencyKey = None) -> Booking:
    """Move the session to another offered slot, by the mentee, within the policies."""
    body = await json_body(change.request)
    return await change.by(rescheduling.reschedule_booking, actor, body, key=key)


@router.post("/no-show")
@raises(*_CHANGE, NoShowWindowClosed)
async def mark_no_show(actor: Witness, change: Wanted) -> Booking:
    """Mark a no-show of the mentee, by the mentor, until 24 hours after the start."""
    return await change.by(attendance.mark_no_show, actor)


@router.post("/mentor-absent")
@raises(*_CHANGE, NoShowWindowClosed)
async def report_absent_mentor(actor: Waiting, change: Wanted) -> Booking:
    """Report to the admins that the mentor did not come, by the mentee, until 24 hours after the start."""
    return await change.by(attendance.report_absent_mentor, actor)


@router.post("/accept")
@raises(*_CHANGE)
async def accept_booking(actor: Accepter, change: Wanted) -> Booking:
    """Accept a request, by the mentor."""
    return await change.by(approval.accept_booking, actor)


@router.post("/decline")
@raises(*_CHANGE)
async def decline_booking(actor: Decliner, change: Wanted) -> Booking:
    """Decline a request, by the mentor."""
    return await change.by(approval.decline_booking, actor)


@router.get("/timeline")
@raises(NotFound)
async def get_timeline(actor: Member, booking_id: str) -> list[TimelineEvent]:
    """List the events of the session, newest first."""
    return await call(timeline.session_timeline, actor, booking_id)
