"""The details step: how long, how to meet, what about."""

import reflex as rx

from mentorbook.components.booking.session_fields import (
    description_field,
    duration_field,
    meeting_field,
    title_field,
)
from mentorbook.state.booking.booking_modal import BookingModal


def booking_form() -> rx.Component:
    """Duration, meeting type, title and description of the session."""
    note = rx.el.p(BookingModal.fits_text, class_name="muted tiny")
    return rx.el.div(
        duration_field(BookingModal, prefix="session", note=note),
        meeting_field(BookingModal, prefix="session"),
        title_field(BookingModal, prefix="session"),
        description_field(BookingModal, prefix="session", mentor=BookingModal.mentor.first_name),
        class_name="form",
    )
