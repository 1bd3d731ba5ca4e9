"""One session in full."""

import reflex as rx

from mentorbook.state.booking.shown_session import ShownSession


class SessionPage(ShownSession, rx.State):
    """The session of `/sessions/[session_id]`, with what happened to it."""
