"""`/api/admin/system`: how the machinery stands, and what to do about messages that were given up."""

from typing import Annotated

from fastapi import APIRouter, Query

from mentorbook.api.caller import Admin
from mentorbook.api.contract import raises
from mentorbook.domain.errors import NotFound
from mentorbook.domain.system_views import MessagesRetried, SystemState
from mentorbook.services.admin import system
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/admin/system", tags=["admin"])


@router.get("")
async def system_state(actor: Admin, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> SystemState:
    """Return how queue, workers and providers stand; `page` is of what was given up, 25 messages each."""
    return await call(system.system_state, actor, page=page)


@router.post("/messages/retry")
async def retry_all(actor: Admin) -> MessagesRetried:
    """Try every message again that was given up."""
    return await call(system.retry_all, actor)


@router.post("/messages/{message_id}/retry", status_code=204)
@raises(NotFound)
async def retry_message(actor: Admin, message_id: str) -> None:
    """Try a message again that was given up, for another day."""
    await call(system.retry_message, actor, message_id)


@router.delete("/messages/{message_id}", status_code=204)
@raises(NotFound)
async def discard_message(actor: Admin, message_id: str) -> None:
    """Delete a message that was given up; it is never delivered."""
    await call(system.discard_message, actor, message_id)
