"""`/api/mentors`: the directory, profiles and free slots."""

from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from mentorbook.api.caller import Caller
from mentorbook.api.contract import raises, with_query
from mentorbook.domain.byte_cache import ByteCache
from mentorbook.domain.errors import NotFound, no_such
from mentorbook.domain.schemas import Day, as_uuid, parse
from mentorbook.domain.views import MentorPage, MentorProfile, Slot, View
from mentorbook.domain.zoned_timestamps import wall_texts
from mentorbook.domain.zones import minute_of
from mentorbook.services.availability import slots
from mentorbook.services.offload import CalledTogether, call
from mentorbook.services.people import mentor_directory

router = APIRouter(prefix="/api/mentors", tags=["mentors"])


class SlotAnswer(View):
    """The slots of a mentor between two dates, with offsets of `timezone`; `duration` in minutes."""

    mentor_id: str
    timezone: str
    duration: int
    slots: list[Slot]


class SlotParameters(View):
    """The query of a slot list: local dates of `timezone`, inclusive; `duration` in minutes."""

    start_date: Day
    end_date: Day
    timezone: Annotated[str, Field(max_length=64)] = "UTC"
    duration: int | None = None
    exclude_booking_id: UUID | None = None
    include_unavailable: bool = False


def _weigh(found: slots.SlotList, body: bytes) -> int:
    # A list whose JSON is kept lives on with it.
    return slots.weight_of(found) + len(body)


# Lists of slots with their JSON: text is most of the cost, and the same list is handed out many times.
_rendered: ByteCache[slots.SlotList, bytes] = ByteCache(16 * 2**20, _weigh)
_remembered = CalledTogether(slots.remembered_slots)


@router.get("")
async def list_mentors(
    actor: Caller,
    search: Annotated[str, Query(max_length=200)] = "",
    expertise: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> MentorPage:
    """List mentors by name, 24 a page; `search` looks in names, headlines and expertise."""
    query = mentor_directory.DirectoryQuery(search=search, expertise=expertise, page=page)
    return await call(mentor_directory.directory, actor, query)


@router.get("/{mentor_id}")
@raises(NotFound)
async def get_mentor(actor: Caller, mentor_id: str) -> MentorProfile:
    """Return one mentor."""
    return await call(mentor_directory.profile, actor, mentor_id)


@router.get(
    "/{mentor_id}/availability/slots", response_model=SlotAnswer, openapi_extra=with_query(SlotParameters)
)
@raises(NotFound)
async def list_slots(actor: Caller, mentor_id: str, request: Request) -> Response:
    """List free slots between two local dates of `timezone`, inclusive, at most 62 days.

    Times at which the caller has another session are left out. `includeUnavailable` adds the starts of the
    open hours that cannot be booked, and never names who has booked them.
    """
    query = _asked(mentor_id, request.scope["query_string"])
    found = await _remembered((actor, query)) if slots.is_remembered(actor, query) else None
    if found is None:
        found = await call(slots.list_slots, actor, query)
    return Response(_render(found), media_type="application/json")


def _asked(mentor_id: str, query_string: bytes) -> slots.SlotQuery:
    """Parse the query string of a request for slots. Raises `NotFound`, `ValidationFailed`."""
    mentor = as_uuid(mentor_id)
    if mentor is None:
        raise no_such("mentor")
    given = parse(SlotParameters, dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)))
    return slots.SlotQuery(
        mentor,
        given.start_date,
        given.end_date,
        given.timezone,
        given.duration,
        given.include_unavailable,
        given.exclude_booking_id,
    )


def slot_json(found: slots.SlotList) -> str:
    """Write `SlotAnswer` as JSON text by hand: a serializer takes ten times as long over a month of slots."""
    head = f'"mentorId":"{found.mentor_id}","timezone":"{found.timezone}","duration":{found.duration}'
    minutes = [minute_of(start) for start in found.starts]
    begins = wall_texts(found.timezone, minutes)
    ends = wall_texts(found.timezone, [minute + found.duration for minute in minutes])
    flags = ["false" if start in found.unavailable else "true" for start in found.starts]
    written = ",".join(
        [
            f'{{"startTime":"{begin}","endTime":"{end}","available":{flag}}}'
            for begin, end, flag in zip(begins, ends, flags, strict=True)
        ]
    )
    return f'{{{head},"slots":[{written}]}}'


def _render(found: slots.SlotList) -> bytes:
    body = _rendered.get(found)
    if body is None:
        body = slot_json(found).encode()
        _rendered.keep(found, body)
    return body
