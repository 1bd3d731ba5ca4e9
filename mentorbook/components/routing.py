"""What makes going to another page quick: its code is here before, and a pressed link shows that it was."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.state.people.me import Me

_LIBRARY = "$/public/routing.js"
# One address of each route; what stands for a parameter is never asked for.
_ANYBODY = ["/", "/mentors/any", "/login"]
_MEMBERS = ["/", "/sessions", "/sessions/any", "/mentors/any", "/notifications", "/settings"]


class RoutesAhead(rx.Component):
    """Fetches the code of routes at low priority, by React Router's `PrefetchPageLinks`, once `due`."""

    library = _LIBRARY
    tag = "RoutesAhead"

    addresses: rx.Var[list[str]]
    due: rx.Var[bool]


class BusyLinks(rx.Component):
    """Marks the link to the page that is being fetched with `aria-busy`; draws nothing."""

    library = _LIBRARY
    tag = "BusyLinks"


def routing() -> Component:
    """Mark pressed links; fetch the code of the pages that may follow, once this one has its content."""
    addresses = rx.cond(Me.signed_in, _MEMBERS, _ANYBODY)
    return rx.fragment(
        BusyLinks.create(), RoutesAhead.create(addresses=addresses, due=Me.ready & rx.State.is_hydrated)
    )
