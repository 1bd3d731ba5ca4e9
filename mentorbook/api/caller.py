"""Who calls, from where, and with what body."""

import json
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from starlette.requests import ClientDisconnect

from mentorbook.domain.booking.entity_tags import IfMatch, if_match
from mentorbook.domain.errors import NotAuthenticated, NotPermitted, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.offload import call
from mentorbook.services.people.accounts import LOGIN_LASTS, cookie_hash
from mentorbook.services.people.credentials import Browser
from mentorbook.services.people.known_devices import DEVICE_LASTS
from mentorbook.services.people.logins import in_use
from mentorbook.settings import settings

_LARGEST_BODY = 64 * 1024


async def caller(request: Request) -> Account | None:
    """Return the account whose cookie came with the request, or `None`."""
    token = request.cookies.get(settings.cookie)
    return await call(in_use, token) if token else None


async def member(account: Annotated[Account | None, Depends(caller)]) -> Account:
    """Return the account that is logged in. Raises `NotAuthenticated`."""
    if account is None:
        raise NotAuthenticated
    return account


async def admin(account: Annotated[Account, Depends(member)]) -> Account:
    """Return the admin who is logged in. Raises `NotAuthenticated`, `NotPermitted`."""
    if not account.is_admin:
        raise NotPermitted("Only admins may do this.")
    return account


async def mentor(account: Annotated[Account, Depends(member)]) -> Account:
    """Return the mentor, or who asks to be one. Raises `NotAuthenticated`, `NotPermitted`."""
    if not account.has_mentor_side:
        raise NotPermitted("Only mentors may do this.")
    return account


async def json_body(request: Request, largest: int = _LARGEST_BODY) -> dict[str, Any]:
    """Return the body as a JSON object. Raises `ValidationFailed` for anything else, or more than 64 KiB.

    Read by hand, since permission is checked before the body is parsed. `largest`, in bytes, is for the few
    that are larger.
    """
    return _json_object(await raw_body(request, largest))


async def optional_json_body(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object, or an empty one when there is no body."""
    raw = await raw_body(request)
    return _json_object(raw) if raw.strip() else {}


async def raw_body(request: Request, largest: int = _LARGEST_BODY) -> bytes:
    """Return the body as it was sent, at most `largest` bytes.

    Raises `ValidationFailed` beyond that, and for a client that went away before the end.
    """
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > largest:
                raise ValidationFailed({"body": f"may be at most {largest // 1024} KiB"})
    except ClientDisconnect:
        raise ValidationFailed({"body": "did not arrive as a whole"}) from None
    return bytes(raw)


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValidationFailed({"body": "is not valid JSON"}) from None
    if not isinstance(body, dict):
        raise ValidationFailed({"body": "must be a JSON object"})
    return body


def condition(
    given: Annotated[
        list[str] | None,
        Header(alias="If-Match", description="`*`, or tags of which one must be the present `ETag`"),
    ] = None,
) -> IfMatch | None:
    """Return the condition of `If-Match`; several lines of the header are one list."""
    return if_match(None if given is None else ",".join(given))


def origin(request: Request) -> Origin:
    """Return the address and the user agent of the request, for the audit trail."""
    return Origin(address(request), request.headers.get("user-agent"))


def address(request: Request) -> str:
    """Return the client's address of the request, or `unknown`."""
    return request.client.host if request.client else "unknown"


def browser(request: Request) -> Browser:
    """Return the browser that sent the request: its address, log-in and device cookie."""
    login, device = (cookie_hash(request.cookies.get(n)) for n in (settings.cookie, settings.device_cookie))
    return Browser(address(request), login, device)


def give_cookies(response: Response, token: str, device: str) -> None:
    """Set the log-in cookie, and the device cookie by which the browser is known again."""
    for name, value, lasts in (
        (settings.cookie, token, LOGIN_LASTS),
        (settings.device_cookie, device, DEVICE_LASTS),
    ):
        response.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=settings.secure_cookies,
            path="/",
        )


def take_cookie(response: Response) -> None:
    """Delete the log-in cookie."""
    response.delete_cookie(
        settings.cookie, path="/", httponly=True, samesite="lax", secure=settings.secure_cookies
    )


Member = Annotated[Account, Depends(member)]
Mentor = Annotated[Account, Depends(mentor)]
Admin = Annotated[Account, Depends(admin)]
Caller = Annotated[Account | None, Depends(caller)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]
Condition = Annotated[IfMatch | None, Depends(condition)]
