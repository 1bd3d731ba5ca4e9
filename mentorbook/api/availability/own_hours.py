"""`/api/mentors/me/availability`: a mentor's own schedule, week and exceptions."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from mentorbook.api.caller import Condition, Mentor, json_body
from mentorbook.api.contract import an_answer, raises, with_body, with_query
from mentorbook.api.people.mentors import SlotAnswer, slot_json
from mentorbook.domain.availability.draft import (
    Availability,
    AvailabilityDraft,
    AvailabilityUpdate,
    NewException,
    SavedException,
)
from mentorbook.domain.booking.entity_tags import tag_of_answer
from mentorbook.domain.errors import HoursChanged, NotFound
from mentorbook.domain.schemas import Day, parse
from mentorbook.domain.views import Account, View
from mentorbook.services.availability import own_hours, preview
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/mentors/me/availability", tags=["availability"])

# A whole week of blocks and as many exceptions as there may be, their reasons in any script.
_LARGEST_BODY = 512 * 1024


class PreviewParameters(View):
    """The query of a preview: local dates of `timezone`, inclusive; `duration` in minutes."""

    start_date: Day
    end_date: Day
    timezone: Annotated[str, Field(max_length=64)] = "UTC"
    duration: int | None = None
    include_unavailable: bool = False


async def _owner(actor: Mentor, exception_id: str) -> Account:
    """Return the mentor whose exception it is, before the rest of the request is read."""
    await call(own_hours.require_own_exception, actor, exception_id)
    return actor


Owner = Annotated[Account, Depends(_owner)]


@router.get("", responses=an_answer(200, "ETag"))
async def get_availability(actor: Mentor, response: Response) -> Availability:
    """Return the caller's hours: the schedule, every weekday, and the exceptions that are not over.

    The `ETag`, sent back as `If-Match`, makes a change depend on nobody having changed them meanwhile.
    """
    hours = await call(own_hours.own_hours, actor)
    response.headers["ETag"] = tag_of_answer(hours)
    return hours


@router.put("", openapi_extra=with_body(AvailabilityUpdate), responses=an_answer(200, "ETag"))
@raises(HoursChanged)
async def put_availability(
    actor: Mentor, request: Request, response: Response, condition: Condition
) -> Availability:
    """Replace the caller's schedule and week, all or none; days left out are disabled, exceptions stay.

    Booked sessions never change.
    """
    body = await json_body(request, _LARGEST_BODY)
    hours = await call(own_hours.save_hours, actor, body, condition)
    response.headers["ETag"] = tag_of_answer(hours)
    return hours


@router.post("/exceptions", status_code=201, openapi_extra=with_body(NewException))
@raises(HoursChanged)
async def add_exception(actor: Mentor, request: Request, condition: Condition) -> SavedException:
    """Add dates on which the week does not hold; without times, whole days."""
    return await call(own_hours.add_exception, actor, await json_body(request), condition)


@router.delete("/exceptions/{exception_id}", status_code=204)
@raises(NotFound, HoursChanged)
async def remove_exception(actor: Owner, exception_id: str, condition: Condition) -> None:
    """Remove an exception."""
    await call(own_hours.remove_exception, actor, exception_id, condition)


@router.post(
    "/preview",
    response_model=SlotAnswer,
    openapi_extra=with_body(AvailabilityDraft) | with_query(PreviewParameters),
)
async def preview_availability(actor: Mentor, request: Request) -> Response:
    """List the slots that mentees would see if the caller published this draft; nothing is saved.

    As in the slot list there are none while the schedule is not active, or the caller's profile says that
    they take no bookings.
    """
    asked: dict[str, Any] = dict(
        parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    )
    given = parse(PreviewParameters, asked)
    body = await json_body(request, _LARGEST_BODY)
    found = await call(preview.preview_slots, actor, body, **given.model_dump())
    return Response(slot_json(found), media_type="application/json")
