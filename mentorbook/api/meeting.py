"""`/api/bookings/{id}/join`, and what the video server calls."""

from fastapi import APIRouter, Request

from mentorbook.api.caller import Member, raw_body
from mentorbook.api.contract import raises
from mentorbook.domain.errors import (
    InvalidStatus,
    NotFound,
    NotPermitted,
    NotSigned,
    RateLimited,
    VideoUnavailable,
)
from mentorbook.domain.meeting.video import JoinedRoom
from mentorbook.domain.ports import NotGenuine
from mentorbook.services.meeting import attendance, joining
from mentorbook.services.meeting.video_server import video_server
from mentorbook.services.offload import call

router = APIRouter(prefix="/api", tags=["meeting"])

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
        raise NotSigned from None
    await call(attendance.take_in, event)
