"""What of a list the address asks for."""

import reflex as rx

_MOST_DIGITS = 5
MOST_ASKED = 200


def asked_page_number(state: rx.State, parameter: str = "page") -> int:
    """Return `?page=` of the page's address, from 1; what is no such number asks for the first page."""
    page = state.router.url.query_parameters.get(parameter, "")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) <= _MOST_DIGITS else 1


def asked_filters(state: rx.State, *parameters: str) -> dict[str, str]:
    """Return the address's own words for some parameters, by which the page knows that they are answered."""
    asked = state.router.url.query_parameters
    return {name: asked.get(name, "")[:MOST_ASKED] for name in parameters}
