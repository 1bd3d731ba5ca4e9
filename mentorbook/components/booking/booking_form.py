"""The details step: how long, how to meet, what about."""

import reflex as rx

from mentorbook.components.booking.session_fields import duration_field, session_fields
from mentorbook.state.booking.booking_modal import BookingModal


def booking_form() -> rx.Component:
    """Draw the fields for duration, meeting type, title and description of the session."""
    note = rx.el.p(BookingModal.fits_text, class_name="muted tiny")
    return rx.el.div(
        duration_field(BookingModal, prefix="session", note=note),
        *session_fields(
            BookingModal, prefix="session", mentor=BookingModal.mentor.first_name, meeting_first=True
        ),
        class_name="form",
    )
