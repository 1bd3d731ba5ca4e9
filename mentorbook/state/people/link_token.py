"""The secret of a mailed link, in the browser: out of the address at once, and from there nowhere else.

It stays in the tab until it is used up, so that a reload and a restart of the server find it again.
"""

from typing import Annotated, Any

import reflex as rx
from pydantic import Field

LINK_PAGES = ("/reset", "/confirm")

_KEY = "mentorbook.link"
# In the head of every page, before anything else is asked for.
HIDE_LINK = (
    "(() => { const token = new URLSearchParams(location.search).get('token');"
    " if (token === null || !/^\\/(reset|confirm)\\/?$/.test(location.pathname)) return;"
    f" sessionStorage.setItem('{_KEY}', token);"
    " history.replaceState(history.state, '', location.pathname); })()"
)
LINK_IN_BROWSER = f"(globalThis.sessionStorage?.getItem('{_KEY}') ?? '')"

# Longer than any; the schemas say that an empty one is none.
LinkToken = Annotated[str, Field(max_length=100)]


def ask_for_token(take: Any) -> Any:
    """Return the event that has the browser call the handler `take` with the link's secret, or nothing."""
    return rx.call_script(LINK_IN_BROWSER, callback=take)


def forget_token() -> Any:
    """Return the event that has the browser forget a link that does nothing any more."""
    return rx.call_script(f"sessionStorage.removeItem('{_KEY}')")
