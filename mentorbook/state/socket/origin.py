"""Where a page's call came from, for the audit trail."""

import reflex as rx

from mentorbook.services.booking.audit_trail import Origin


def origin_of(state: rx.State) -> Origin:
    """Return the IP address and the user agent at the other end of the page's socket."""
    return Origin(state.router.session.client_ip or None, state.router.headers.user_agent or None)
