"""`/api/calendar`: one's sessions for calendar programs, and the address under which they are to be had."""

from fastapi import APIRouter, Request, Response

from mentorbook.api.caller import Member, address
from mentorbook.api.contract import a_calendar, raises
from mentorbook.domain.errors import NotFound, RateLimited
from mentorbook.domain.views import View
from mentorbook.presenters.calendars import calendar_of, calendar_tag, feed_address
from mentorbook.services.booking import calendar_feed
from mentorbook.services.offload import call
from mentorbook.settings import settings

router = APIRouter(tags=["calendar"])


class CalendarAddress(View):
    """Where one's sessions are to be had by a calendar program, or nothing until an address is made."""

    url: str | None


# Not for caches that many share; a program that asks earlier hears that nothing has changed.
_CACHED = "private, max-age=300"


@router.get("/api/me/calendar")
async def get_calendar_address(actor: Member) -> CalendarAddress:
    """Return where calendar programs find the caller's sessions; nothing until an address is made."""
    return _address(await call(calendar_feed.calendar_secret, actor))


@router.post("/api/me/calendar")
async def renew_calendar_address(actor: Member) -> CalendarAddress:
    """Create the caller's calendar address, or a new one in its place: the former opens nothing any more."""
    return _address(await call(calendar_feed.renew_calendar_secret, actor))


def _address(secret: str | None) -> CalendarAddress:
    return CalendarAddress(url=feed_address(settings.public_url, secret) if secret else None)


@router.get("/api/calendar/{secret}.ics", response_class=Response, responses=a_calendar())
@raises(NotFound, RateLimited)
async def get_calendar(request: Request, secret: str) -> Response:
    """Return the sessions of whose address this is, in both roles, from 90 days ago on, at most 500.

    With the `ETag` of an earlier answer as `If-None-Match`, 304 says that nothing has changed.
    """
    known = ",".join(request.headers.getlist("If-None-Match"))
    tag, content = await call(_calendar, secret, address(request), known)
    headers = {"ETag": tag, "Cache-Control": _CACHED}
    if content is None:
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(len(content))
    body = b"" if request.method == "HEAD" else content
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


router.add_api_route("/api/calendar/{secret}.ics", get_calendar, methods=["HEAD"], include_in_schema=False)


def _calendar(secret: str, caller: str, known: str) -> tuple[str, bytes | None]:
    """Return the tag of a calendar, and the calendar unless it is known by that tag."""
    holder, sessions = calendar_feed.sessions_by_secret(secret, caller)
    tag = calendar_tag(sessions, holder)
    return tag, None if _is_known(tag, known) else calendar_of(sessions, holder)


def _is_known(tag: str, known: str) -> bool:
    """Say whether `If-None-Match` holds the tag. The comparison is the weak one (RFC 9110, 13.1.2)."""
    tags = [each.strip().removeprefix("W/") for each in known.split(",")]
    return tag in tags or tags == ["*"]
