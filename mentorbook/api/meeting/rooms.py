"""`/api/bookings/{id}/join`, and what the video server calls."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from mentorbook.api.caller import Condition, Member, json_body, raw_body
from mentorbook.api.contract import raises, with_body
from mentorbook.api.webhooks import say_refused
from mentorbook.domain.errors import (
    ChangedMeanwhile,
    InvalidStatus,
    NotFound,
    NotPermitted,
    NotSigned,
    RateLimited,
    VideoUnavailable,
)
from mentorbook.domain.meeting.recording import Recording, RecordingConsent
from mentorbook.domain.meeting.video import JoinedRoom
from mentorbook.domain.ports import NotGenuine
from mentorbook.domain.views import Account
from mentorbook.services.booking.session_transaction import if_unchanged
from mentorbook.services.meeting import attendance, joining, recording
from mentorbook.services.meeting.rooms import session_of_room
from mentorbook.services.meeting.video_server import video_server
from mentorbook.services.offload import call

router = APIRouter(prefix="/api", tags=["meeting"])


async def _one_of_two(actor: Member, booking_id: str) -> Account:
    """Return the account if it is one of the session's two people, before the body is read."""
    await call(recording.recording_of, actor, booking_id)
    return actor


Decider = Annotated[Account, Depends(_one_of_two)]
LARGEST_EVENT = 64 * 1024


@router.post("/bookings/{booking_id}/join")
@raises(NotFound, NotPermitted, InvalidStatus, RateLimited, VideoUnavailable)
async def join_booking(actor: Member, booking_id: str) -> JoinedRoom:
    """Return where the session's room is and a token that lets the caller into it, and nobody else.

    For its mentor and its mentee, from 10 minutes before the start until 30 minutes after the end; the token
    is valid as long.
    """
    return await joining.join_session(actor, booking_id)


# Not for programs that use the API, so it is no part of its document.
@router.post("/livekit/webhook", status_code=204, include_in_schema=False)
async def take_event(request: Request) -> None:
    """Take in what the LiveKit server tells; the `Authorization` header holds its signature."""
    server = video_server()
    if server is None:
        raise NotFound("No video server is set up here.")
    body = await raw_body(request, LARGEST_EVENT)
    try:
        event = server.read_event(body, request.headers.get("authorization", ""))
    except NotGenuine:
        await say_refused("the video server", "its API key")
        raise NotSigned from None
    if event.kind == "egress_ended":
        session_id = session_of_room(event.room)
        await call(recording.ended, session_id, event.recording, has_failed=event.has_failed)
    else:
        await call(attendance.take_in, event)


@router.get("/bookings/{booking_id}/recording")
@raises(NotFound, NotPermitted)
async def get_recording(actor: Member, booking_id: str) -> Recording:
    """Return who of the session's two people agrees to its being recorded, and whether it is."""
    return await call(recording.recording_of, actor, booking_id)


@router.put("/bookings/{booking_id}/recording", openapi_extra=with_body(RecordingConsent))
@raises(NotFound, NotPermitted, ChangedMeanwhile, InvalidStatus, RateLimited)
async def set_recording(actor: Decider, booking_id: str, condition: Condition, request: Request) -> Recording:
    """Agree to the session's being recorded, or withdraw: it is recorded while both agree.

    Who agrees is no part of the booking, which keeps its `ETag`; `If-Match` with that makes the consent
    depend on the booking's being what was seen.
    """
    consent = partial(recording.set_consent, actor, booking_id, await json_body(request))
    return await call(if_unchanged, condition, consent)
