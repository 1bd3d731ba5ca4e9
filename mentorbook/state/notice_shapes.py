"""Notifications as the bell and their page show them, for one reader at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from mentorbook.domain.views import Notice
from mentorbook.domain.wording import age, initials, when

# What may still be answered where one reads of it: a request, and that it was moved.
REQUESTS = ("approval_requested", "session_rescheduled")

_NONE: Mapping[UUID, datetime] = MappingProxyType({})


@dataclass(frozen=True)
class NoticeItem:
    """One notification; `fresh` while it had not been read when this list was opened.

    `asks` is the session whose request the reader can still answer, or empty.
    """

    id: str
    title: str
    text: str
    initials: str
    age: str
    fresh: bool
    href: str
    asks: str = ""


def notice_item(
    notice: Notice, *, zone: str, now: datetime, fresh: bool, waiting: Mapping[UUID, datetime] = _NONE
) -> NoticeItem:
    """The notification with its session's time in the reader's zone.

    `waiting` are the requests that the reader may still answer, with their present start: what speaks of
    another time is not answered here.
    """
    time = f", {when(notice.happens_at, zone, now)}" if notice.happens_at else ""
    start = waiting.get(notice.session_id) if notice.session_id else None
    asks = notice.kind in REQUESTS and start is not None and start == notice.happens_at
    return NoticeItem(
        id=str(notice.id),
        title=notice.title,
        text=f"{notice.body}{time}",
        initials=initials(notice.actor_name) if notice.actor_name else "",
        age=age(notice.created_at, now),
        fresh=fresh,
        href=f"/sessions/{notice.session_id}" if notice.session_id else "/notifications",
        asks=str(notice.session_id) if asks else "",
    )
