"""The details step: how long, how to meet, what about."""

from typing import Any

import reflex as rx

from mentorbook.components.booking.booking_choice import CHOICE
from mentorbook.components.booking.session_fields import duration_field, session_fields
from mentorbook.components.parts import icon, note, skeleton, waiting
from mentorbook.state.booking.booking_modal import BookingModal


def time_gone() -> rx.Component:
    """Say that somebody else has taken the chosen time, as soon as they have."""
    return rx.cond(
        BookingModal.gone != "",
        note(
            BookingModal.gone, " What you typed is kept.", tone="warn", role="alert", data_testid="time-gone"
        ),
    )


def booking_form() -> rx.Component:
    """Draw the fields for duration, meeting type, title and description of the session."""
    fits = rx.el.p(BookingModal.fits_text, class_name="muted tiny")
    return rx.el.div(
        time_gone(),
        rx.cond(
            BookingModal.problem != "",
            rx.el.div(icon("info"), BookingModal.problem, class_name="note warn", role="alert"),
        ),
        rx.cond(
            BookingModal.fitting_at == CHOICE.chosen,
            rx.cond(
                BookingModal.durations.length() > 0,
                duration_field(BookingModal, CHOICE, prefix="session", note=fits),
            ),
            waiting(skeleton("30%"), skeleton("100%", "34px"), label="Loading the lengths that fit"),
        ),
        *session_fields(
            BookingModal,
            prefix="session",
            mentor=BookingModal.mentor.first_name,
            meeting_first=True,
            title_error=CHOICE.title_error,
            typed=_typed,
        ),
        class_name="form",
    )


def _typed(field: str, text: rx.Var[str]) -> Any:
    """Show what is typed before the server has it; what was wrong with a title is no longer."""
    if field == "meeting_type":
        return rx.noop()
    return CHOICE.press(title=text, title_error="") if field == "title" else CHOICE.press(description=text)
