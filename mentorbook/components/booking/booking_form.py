"""The details step: how long, how to meet, what about."""

import reflex as rx

from mentorbook.components.booking.session_fields import (
    description_field,
    duration_field,
    meeting_field,
    title_field,
)
from mentorbook.state.booking import Booking


def booking_form() -> rx.Component:
    """Duration, meeting type, title and description of the session."""
    note = rx.el.p(Booking.fits_text, class_name="muted tiny")
    return rx.el.div(
        duration_field(Booking, prefix="session", note=note),
        meeting_field(Booking, prefix="session"),
        title_field(Booking, prefix="session"),
        description_field(Booking, prefix="session"),
        class_name="form",
    )
