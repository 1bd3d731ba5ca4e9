"""`/api/mentors/me`: ask to be a mentor, and withdraw that."""

from fastapi import APIRouter

from mentorbook.api.caller import Member
from mentorbook.api.contract import raises
from mentorbook.domain.errors import InvalidStatus, RateLimited
from mentorbook.domain.views import MentorStanding
from mentorbook.services.offload import call
from mentorbook.services.people import mentor_requests

router = APIRouter(prefix="/api/mentors/me", tags=["mentor requests"])


@router.get("")
async def get_standing(actor: Member) -> MentorStanding:
    """Return how the caller stands as a mentor, and why a request was declined."""
    return await call(mentor_requests.mentor_standing, actor)


@router.post("")
@raises(RateLimited)
async def request_to_mentor(actor: Member) -> MentorStanding:
    """Ask to be a mentor. Profile and hours can be filled at once; others see them once an admin approves."""
    return await call(mentor_requests.request_to_mentor, actor)


@router.delete("", status_code=204)
@raises(InvalidStatus)
async def withdraw_request(actor: Member) -> None:
    """Withdraw a request that has not been approved, with its profile and hours."""
    await call(mentor_requests.withdraw_request, actor)
