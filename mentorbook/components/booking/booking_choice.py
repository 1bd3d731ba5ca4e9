"""What is chosen and typed in the booking modal, as the page shows it before the server answers."""

from mentorbook.components.booking.time_slot_selector import choice_of
from mentorbook.state.booking.booking_modal import BookingModal

CHOICE = choice_of(
    "booking_choice",
    BookingModal,
    step=BookingModal.step,
    title=BookingModal.title,
    title_error=BookingModal.title_error,
    description=BookingModal.description,
)
