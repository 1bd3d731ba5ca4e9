"""`/api/auth`: accounts and the log-in cookie."""

from fastapi import APIRouter, Request, Response

from mentorbook.api.caller import Member, address, give_cookie, json_body, take_cookie, takes
from mentorbook.domain.schemas import LogIn, Register, Ticket, parse
from mentorbook.domain.views import Account
from mentorbook.services import accounts
from mentorbook.services.offload import call, call_hashing
from mentorbook.settings import settings

router = APIRouter(prefix="/api/auth", tags=["auth"])


@router.post("/register", status_code=201, openapi_extra=takes(Register))
async def register(request: Request, response: Response) -> Account:
    """Create an account and log in."""
    account = await call_hashing(accounts.register, await json_body(request), address=address(request))
    await _log_in(request, response, account)
    return account


@router.post("/login", openapi_extra=takes(LogIn))
async def log_in(request: Request, response: Response) -> Account:
    """Log in; sets the HttpOnly session cookie."""
    account = await call_hashing(accounts.verify, await json_body(request), address=address(request))
    await _log_in(request, response, account)
    return account


async def _log_in(request: Request, response: Response, account: Account) -> None:
    agent = request.headers.get("user-agent")
    token = await call(accounts.start_login, account.id, address=address(request), agent=agent)
    give_cookie(response, token)


@router.post("/ticket", status_code=204, openapi_extra=takes(Ticket))
async def redeem_ticket(request: Request, response: Response) -> None:
    """Exchange the ticket of a page's log-in for the cookie; once, within 30 seconds."""
    ticket = parse(Ticket, await json_body(request))
    give_cookie(response, await call(accounts.redeem_ticket, ticket.ticket))


@router.post("/logout", status_code=204)
async def log_out(request: Request, response: Response) -> None:
    """Log out; the cookie is worthless from now on, wherever it was copied to."""
    await call(accounts.end_login, request.cookies.get(settings.cookie))
    take_cookie(response)


@router.get("/me")
async def me(actor: Member) -> Account:
    """The account that is logged in."""
    return actor
