"""`/api/bookings/{id}/messages`: what the two people of a session write to each other."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from mentorbook.api.caller import IdempotencyKey, Member, json_body
from mentorbook.api.contract import raises, with_body
from mentorbook.domain.errors import IdempotencyMismatch, InvalidStatus, NotFound, NotPermitted, RateLimited
from mentorbook.domain.meeting.chat import PAGE_LENGTH, ChatMessage, ChatPage, WriteMessage
from mentorbook.domain.views import Account
from mentorbook.services.meeting import messages
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/bookings/{booking_id}/messages", tags=["meeting"])


async def _person(actor: Member, booking_id: str) -> Account:
    """Return the account if the conversation is theirs, before the body is read."""
    await call(messages.require_conversation, actor, booking_id)
    return actor


Writer = Annotated[Account, Depends(_person)]


@router.get("")
@raises(NotFound, NotPermitted)
async def read_messages(
    actor: Member,
    booking_id: str,
    before: Annotated[str | None, Query(max_length=100, description="Id of a message.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LENGTH)] = PAGE_LENGTH,
) -> ChatPage:
    """Return the latest messages of a session, or the latest before one of them, oldest first.

    Only its mentor and its mentee can read them.
    """
    return await call(messages.read_messages, actor, booking_id, before=before, most=limit)


@router.post("", status_code=201, openapi_extra=with_body(WriteMessage))
@raises(NotFound, NotPermitted, InvalidStatus, RateLimited, IdempotencyMismatch)
async def write_message(
    actor: Writer, booking_id: str, request: Request, key: IdempotencyKey = None
) -> ChatMessage:
    """Write a message to the other of the session's two people, as long as its room can be joined.

    With an `Idempotency-Key`, a retry returns the first message and writes nothing more.
    """
    return await call(messages.write_message, actor, booking_id, await json_body(request), key)
