"""`/api/auth`: accounts and the log-in cookie."""

from fastapi import APIRouter, BackgroundTasks, Request, Response

from mentorbook.api.caller import Member, address, give_cookie, json_body, take_cookie, takes
from mentorbook.domain.schemas import LogIn, Register, Ticket, parse
from mentorbook.domain.views import Account
from mentorbook.services import accounts
from mentorbook.services.offload import call, call_hashing
from mentorbook.settings import settings

router = APIRouter(prefix="/api/auth", tags=["auth"])


@router.post("/register", status_code=201, openapi_extra=takes(Register))
async def register(request: Request, response: Response, after: BackgroundTasks) -> Account:
    """Create an account and log in."""
    account = await call_hashing(accounts.register, await json_body(request), address=address(request))
    await _log_in(request, response, account, after)
    return account


@router.post("/login", openapi_extra=takes(LogIn))
async def log_in(request: Request, response: Response, after: BackgroundTasks) -> Account:
    """Log in; sets the HttpOnly session cookie."""
    account = await call_hashing(accounts.verify, await json_body(request), address=address(request))
    await _log_in(request, response, account, after)
    return account


async def _log_in(request: Request, response: Response, account: Account, after: BackgroundTasks) -> None:
    agent = request.headers.get("user-agent")
    token = await call(accounts.start_login, account.id, address=address(request), agent=agent)
    _replace_cookie(request, response, token, after)


def _replace_cookie(request: Request, response: Response, token: str, after: BackgroundTasks) -> None:
    """Log the browser in. A log-in that it had before ends once the new cookie is there: nobody holds it
    any more, and pages that still show it begin anew."""
    if former := request.cookies.get(settings.cookie):
        after.add_task(call, accounts.end_login, former)
    give_cookie(response, token)


@router.post("/ticket", status_code=204, openapi_extra=takes(Ticket))
async def redeem_ticket(request: Request, response: Response, after: BackgroundTasks) -> None:
    """Exchange the ticket of a page's log-in for the cookie; once, within 30 seconds."""
    ticket = parse(Ticket, await json_body(request))
    _replace_cookie(request, response, await call(accounts.redeem_ticket, ticket.ticket), after)


@router.post("/logout", status_code=204)
async def log_out(request: Request, response: Response) -> None:
    """Log out; the cookie is worthless from now on, wherever it was copied to."""
    await call(accounts.end_login, request.cookies.get(settings.cookie))
    take_cookie(response)


@router.get("/me")
async def me(actor: Member) -> Account:
    """The account that is logged in."""
    return actor
