"""`/api/health` and `/api/policies`: how things stand, and which rules hold."""

from fastapi import APIRouter, Response

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.services.admin.policies import current_policies
from mentorbook.services.health import Health, check_health
from mentorbook.services.offload import call

router = APIRouter(prefix="/api")


@router.get("/health", tags=["health"], responses={503: {"model": Health}})
async def health(response: Response) -> Health:
    """Report the state of database, worker and providers; 503 only when nothing can be booked."""
    found = await call(check_health)
    if found.status == "down":
        response.status_code = 503
    return found


@router.get("/policies", tags=["policies"])
async def policies() -> SessionPolicies:
    """Return the six session policies of this moment."""
    return await call(current_policies)
