"""`/api/mentors/me/profile`: what a mentor says about themselves."""

from fastapi import APIRouter, Request, Response

from mentorbook.api.caller import Condition, Mentor, json_body
from mentorbook.api.contract import an_answer, raises, with_body
from mentorbook.domain.booking.entity_tags import tag_of_answer
from mentorbook.domain.errors import ProfileChanged
from mentorbook.domain.people.own_profile import ProfileUpdate
from mentorbook.domain.views import OwnProfile
from mentorbook.services.offload import call
from mentorbook.services.people import own_profile

router = APIRouter(prefix="/api/mentors/me/profile", tags=["profile"])


@router.get("", responses=an_answer(200, "ETag"))
async def get_profile(actor: Mentor, response: Response) -> OwnProfile:
    """Return the caller's profile.

    The `ETag`, sent back as `If-Match`, makes a change depend on nobody having changed it meanwhile.
    """
    profile = await call(own_profile.own_profile, actor)
    response.headers["ETag"] = tag_of_answer(profile)
    return profile


@router.put("", openapi_extra=with_body(ProfileUpdate), responses=an_answer(200, "ETag"))
@raises(ProfileChanged)
async def put_profile(
    actor: Mentor, request: Request, response: Response, condition: Condition
) -> OwnProfile:
    """Replace the caller's profile; what is left out is empty. Booked sessions keep their price."""
    profile = await call(own_profile.save_profile, actor, await json_body(request), condition)
    response.headers["ETag"] = tag_of_answer(profile)
    return profile
