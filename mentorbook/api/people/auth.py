"""`/api/auth`: accounts, the log-in cookie, password and address, and where one is logged in."""

from fastapi import APIRouter, BackgroundTasks, Request, Response

from mentorbook.api.caller import Member, address, browser, give_cookies, json_body, take_cookie
from mentorbook.api.contract import an_answer, raises, with_body
from mentorbook.domain.errors import LinkVoid, NotAuthenticated, NotFound, RateLimited, WrongCredentials
from mentorbook.domain.schemas import (
    ChangeEmail,
    ChangePassword,
    FollowLink,
    ForgotPassword,
    LogIn,
    Register,
    ResetPassword,
    Ticket,
    parse,
)
from mentorbook.domain.views import Account, ConfirmedEmail, Login, LoginsEnded, OwnEmail
from mentorbook.services.offload import call
from mentorbook.services.people import accounts, credentials, known_devices, logins, own_email, password_reset
from mentorbook.settings import settings

router = APIRouter(prefix="/api/auth", tags=["auth"])


@router.post(
    "/register", status_code=201, openapi_extra=with_body(Register), responses=an_answer(201, "Set-Cookie")
)
@raises(RateLimited)
async def register(request: Request, response: Response, after: BackgroundTasks) -> Account:
    """Create an account and log in."""
    account = await credentials.register(await json_body(request), address(request))
    await _log_in(request, response, account, after)
    return account


@router.post("/login", openapi_extra=with_body(LogIn), responses=an_answer(200, "Set-Cookie"))
@raises(WrongCredentials, RateLimited)
async def log_in(request: Request, response: Response, after: BackgroundTasks) -> Account:
    """Log in; sets the HttpOnly session cookie, and the device cookie by which the browser is known again."""
    proven = await credentials.log_in(await json_body(request), browser(request))
    await _log_in(request, response, proven.account, after, proven)
    return proven.account


async def _log_in(
    request: Request,
    response: Response,
    account: Account,
    after: BackgroundTasks,
    proven: accounts.ProvenPassword | None = None,
) -> None:
    agent = request.headers.get("user-agent")
    token = await call(accounts.start_login, account.id, address=address(request), agent=agent, proven=proven)
    await _give_cookies(request, response, token, after)


async def _give_cookies(request: Request, response: Response, token: str, after: BackgroundTasks) -> None:
    """Log the browser in with both cookies. A log-in that its former cookie holds ends after the response,
    since no browser holds that cookie any more; tabs that still show it reload."""
    if former := request.cookies.get(settings.cookie):
        after.add_task(call, accounts.end_login, former)
    device = await call(known_devices.remember, token, browser(request).device)
    give_cookies(response, token, device)


@router.post(
    "/ticket", status_code=204, openapi_extra=with_body(Ticket), responses=an_answer(204, "Set-Cookie")
)
@raises(NotAuthenticated)
async def redeem_ticket(request: Request, response: Response, after: BackgroundTasks) -> None:
    """Exchange the ticket of a page's log-in for the cookies; once, within 30 seconds."""
    ticket = parse(Ticket, await json_body(request))
    await _give_cookies(request, response, await call(accounts.redeem_ticket, ticket.ticket), after)


@router.post("/logout", status_code=204, responses=an_answer(204, "Set-Cookie"))
async def log_out(request: Request, response: Response) -> None:
    """Log out: end the log-in, so that no copy of its cookie is accepted any more."""
    await call(accounts.end_login, request.cookies.get(settings.cookie))
    take_cookie(response)


@router.post("/password", openapi_extra=with_body(ChangePassword))
@raises(RateLimited)
async def change_password(request: Request, actor: Member) -> LoginsEnded:
    """Change the password; this log-in stays, every other one ends."""
    return await credentials.change_password(actor, await json_body(request), browser(request))


@router.post("/forgot", status_code=204, openapi_extra=with_body(ForgotPassword))
@raises(RateLimited)
async def forgot_password(request: Request) -> None:
    """Mail a link for a new password, if the address has an account; the answer is the same if not."""
    await call(password_reset.ask_for_reset, await json_body(request), address=address(request))


@router.post("/reset", status_code=204, openapi_extra=with_body(ResetPassword))
@raises(RateLimited, LinkVoid)
async def reset_password(request: Request) -> None:
    """Choose a new password with the `token` of a link, once; every log-in of the account ends."""
    await credentials.reset_password(await json_body(request), address(request))


@router.post("/confirm", openapi_extra=with_body(FollowLink))
@raises(LinkVoid)
async def confirm_email(request: Request) -> ConfirmedEmail:
    """Confirm an address with the `token` of a link that was mailed to it; logs nobody in."""
    return await call(own_email.confirm_email, await json_body(request))


@router.get("/email")
async def get_email(actor: Member) -> OwnEmail:
    """Return the address, whether it is confirmed, and the one that waits to take its place."""
    return await call(own_email.own_email, actor)


@router.post("/email", openapi_extra=with_body(ChangeEmail))
@raises(RateLimited)
async def change_email(request: Request, actor: Member) -> OwnEmail:
    """Ask for another address: it takes the place of the present one once a link that is mailed to it is
    followed. The answer is the same when it belongs to somebody else's account."""
    return await credentials.change_email(actor, await json_body(request), browser(request))


@router.delete("/email")
async def withdraw_email(actor: Member) -> OwnEmail:
    """Withdraw the change of the address that was asked for."""
    return await call(own_email.withdraw_change, actor)


@router.post("/email/confirmation")
@raises(RateLimited)
async def send_confirmation(request: Request, actor: Member) -> OwnEmail:
    """Mail another link that confirms the present address, unless it is confirmed already."""
    return await call(own_email.send_confirmation, actor, address=address(request))


@router.get("/logins")
async def list_logins(request: Request, actor: Member) -> list[Login]:
    """List the browsers in which the account is logged in, this log-in first."""
    return await call(logins.list_logins, actor, browser(request).login)


@router.delete("/logins")
async def end_other_logins(request: Request, actor: Member) -> LoginsEnded:
    """End every other log-in of the account."""
    ended = await call(logins.end_logins, actor.id, except_login=browser(request).login)
    return LoginsEnded(ended=ended)


@router.delete("/logins/{login_id}", status_code=204)
@raises(NotFound)
async def end_login(login_id: str, actor: Member) -> None:
    """Log one browser out."""
    await call(logins.end_one, actor, login_id)


@router.get("/me")
async def me(actor: Member) -> Account:
    """Return the account that is logged in."""
    return actor
