"""`/api/admin`: policies and all sessions, for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from mentorbook.api.caller import Admin, json_body, origin
from mentorbook.api.contract import a_file, with_body
from mentorbook.api.files import as_csv
from mentorbook.domain.admin_views import AdminSessionPage
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.schemas import AnyDay
from mentorbook.services.admin import all_sessions, policies
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/admin", tags=["admin"])


def _query(
    search: Annotated[str, Query(max_length=200)] = "",
    status: SessionStatus | None = None,
    first: Annotated[AnyDay | None, Query(alias="startDate")] = None,
    last: Annotated[AnyDay | None, Query(alias="endDate")] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    timezone: Annotated[str, Query(max_length=64)] = "UTC",
    sort: all_sessions.SortKey = "-starts",
) -> all_sessions.AdminQuery:
    return all_sessions.AdminQuery(search, status, first, last, page, timezone, sort)


Asked = Annotated[all_sessions.AdminQuery, Depends(_query)]


@router.put("/policies", openapi_extra=with_body(SessionPolicies))
async def change_policies(actor: Admin, request: Request) -> SessionPolicies:
    """Set the policies that the body names, all or none."""
    return await call(policies.change_policies, actor, await json_body(request), origin=origin(request))


@router.get("/sessions")
async def list_sessions(actor: Admin, query: Asked) -> AdminSessionPage:
    """List all sessions, sorted as asked, 25 a page; dates are those of `timezone`, inclusive."""
    return await call(all_sessions.list_all_sessions, actor, query)


@router.get("/sessions.csv", response_class=Response, responses=a_file("text/csv", "X-MentorBook-Truncated"))
async def download_sessions(actor: Admin, query: Asked) -> Response:
    """Return all matching sessions as CSV, latest start first, whatever the page and the order.

    `X-MentorBook-Truncated` says that there are too many.
    """
    file = await call(all_sessions.sessions_csv, actor, query)
    answer = as_csv("sessions", file.text)
    if file.is_cut:
        answer.headers["X-MentorBook-Truncated"] = "true"
    return answer
