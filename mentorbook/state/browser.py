"""The browser at the other end of a page's socket."""

import reflex as rx

from mentorbook.services.credentials import Browser
from mentorbook.settings import settings


def browser_of(state: rx.State) -> Browser:
    """Its address, and the cookies that came with the handshake of its socket."""
    cookies = _cookies(state.router.headers.cookie)
    return Browser(
        address=state.router.session.client_ip,
        token=cookies.get(settings.cookie),
        device=cookies.get(settings.device_cookie),
    )


def _cookies(header: str) -> dict[str, str]:
    # As in `Cookie` the first of a name counts; the standard library's parser stops at what it does not know.
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, value)
    return found
