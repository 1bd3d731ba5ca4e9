"""The browser at the other end of a page's socket."""

import reflex as rx

from mentorbook.services.people.credentials import Browser
from mentorbook.settings import settings
from mentorbook.state.socket.tab_login import cookie


def browser_of(state: rx.State) -> Browser:
    """Return the browser's address, and what the socket's handler kept of the handshake's cookies."""
    return Browser(
        address=state.router.session.client_ip,
        login=cookie(state, settings.cookie) or "",
        device=cookie(state, settings.device_cookie) or "",
    )
