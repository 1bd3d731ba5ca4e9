"""What makes going to another page quick: its code is here before, and a pressed link shows that it was."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.state.people.me import Me

# One address of each route; what stands for a parameter is never asked for.
_ANYBODY = ("/", "/mentors/any", "/login")
_MEMBERS = ("/", "/sessions", "/sessions/any", "/mentors/any", "/notifications", "/settings")


class PrefetchPageLinks(rx.Component):
    """React Router's own: asks the browser to fetch the modules of a route, and nothing of its content."""

    library = "react-router"
    tag = "PrefetchPageLinks"

    page: rx.Var[str]
    fetch_priority: rx.Var[str]


class BusyLinks(rx.Component):
    """Marks the link to the page that is being fetched with `aria-busy`; draws nothing."""

    library = "$/public/busy_links.js"
    tag = "BusyLinks"


def routing() -> Component:
    """Mark pressed links, and fetch the pages' code at low priority once the present page has its content."""
    return rx.fragment(
        BusyLinks.create(),
        rx.cond(rx.State.is_hydrated, rx.cond(Me.signed_in, _prefetch(_MEMBERS), _prefetch(_ANYBODY))),
    )


def _prefetch(addresses: tuple[str, ...]) -> Component:
    return rx.fragment(*(PrefetchPageLinks.create(page=page, fetch_priority="low") for page in addresses))
