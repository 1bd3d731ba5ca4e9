"""`/api/admin/people`: everybody with an account, and what admins do to one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from mentorbook.api.caller import Admin, json_body, origin
from mentorbook.api.contract import raises, with_body
from mentorbook.domain.admin_views import AdminPersonDetail, AdminPersonPage
from mentorbook.domain.errors import InvalidStatus, NotFound
from mentorbook.domain.schemas import AccountReason, SetAdmin
from mentorbook.domain.views import MadeLink
from mentorbook.presenters.mail.addresses import reset_page
from mentorbook.services.admin import account_changes, people
from mentorbook.services.offload import call
from mentorbook.settings import settings

router = APIRouter(prefix="/api/admin/people", tags=["admin"])


def _query(
    search: Annotated[str, Query(max_length=200)] = "",
    role: people.PersonRole | None = None,
    status: people.PersonStatus | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    sort: people.PersonSort = "name",
) -> people.PeopleQuery:
    return people.PeopleQuery(search, role, status, page, sort)


@router.get("")
async def list_people(actor: Admin, query: Annotated[people.PeopleQuery, Depends(_query)]) -> AdminPersonPage:
    """List people, sorted as asked, 25 a page; `search` looks in names and addresses."""
    return await call(people.list_people, actor, query)


@router.get("/{person_id}")
@raises(NotFound)
async def get_person(actor: Admin, person_id: str) -> AdminPersonDetail:
    """Return one account, with what admins have done to it, newest first."""
    return await call(people.person, actor, person_id)


@router.post("/{person_id}/approve")
@raises(NotFound, InvalidStatus)
async def approve(actor: Admin, person_id: str, request: Request) -> AdminPersonDetail:
    """Approve who has asked to be a mentor."""
    return await call(account_changes.approve_mentor, actor, person_id, origin(request))


@router.post("/{person_id}/decline", openapi_extra=with_body(AccountReason))
@raises(NotFound, InvalidStatus)
async def decline(actor: Admin, person_id: str, request: Request) -> AdminPersonDetail:
    """Decline a request to be a mentor; the person reads the reason, and may ask again."""
    body = await json_body(request)
    return await call(account_changes.decline_mentor, actor, person_id, body, origin(request))


@router.post("/{person_id}/invite")
@raises(NotFound, InvalidStatus)
async def invite(actor: Admin, person_id: str, request: Request) -> AdminPersonDetail:
    """Make somebody an approved mentor at once."""
    return await call(account_changes.invite_mentor, actor, person_id, origin(request))


@router.post("/{person_id}/deactivate", openapi_extra=with_body(AccountReason))
@raises(NotFound)
async def deactivate(actor: Admin, person_id: str, request: Request) -> AdminPersonDetail:
    """Deactivate an account: its log-ins end, nobody finds or books it, its sessions stay."""
    body = await json_body(request)
    return await call(account_changes.deactivate, actor, person_id, body, origin(request))


@router.post("/{person_id}/reactivate")
@raises(NotFound)
async def reactivate(actor: Admin, person_id: str, request: Request) -> AdminPersonDetail:
    """Let a deactivated account log in again."""
    return await call(account_changes.reactivate, actor, person_id, origin(request))


@router.put("/{person_id}/admin", openapi_extra=with_body(SetAdmin))
@raises(NotFound, InvalidStatus)
async def set_admin(actor: Admin, person_id: str, request: Request) -> AdminPersonDetail:
    """Make somebody an admin, or no admin any more."""
    body = await json_body(request)
    return await call(account_changes.set_admin, actor, person_id, body, origin(request))


@router.post("/{person_id}/reset-link", status_code=201)
@raises(NotFound, InvalidStatus)
async def make_reset_link(actor: Admin, person_id: str, request: Request) -> MadeLink:
    """Make a link with which somebody chooses a new password, once, within a day; it is told this once.

    Only where no mail server is set.
    """
    made = await call(account_changes.make_password_link, actor, person_id, origin(request))
    return MadeLink(url=reset_page(settings.public_url, made.token), expires_at=made.expires_at)
