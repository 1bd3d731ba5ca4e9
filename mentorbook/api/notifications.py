"""`/api/notifications`: the bell."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from mentorbook.api.caller import Member, json_body
from mentorbook.api.contract import with_body
from mentorbook.domain.schemas import MarkRead
from mentorbook.domain.views import NoticePage
from mentorbook.presenters.notices import notice_page
from mentorbook.services import notifications
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/notifications", tags=["notifications"])


@router.get("")
async def list_notifications(
    actor: Member,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> NoticePage:
    """Return one page of notifications, newest first, `limit` a page, and how many are unread in all."""
    return notice_page(await call(notifications.list_notifications, actor, limit=limit, page=page))


@router.post("", openapi_extra=with_body(MarkRead))
async def mark_read(actor: Member, request: Request) -> NoticePage:
    """Mark notifications as read: those of `ids`, or all of them."""
    return notice_page(await call(notifications.mark_read, actor, await json_body(request)))
