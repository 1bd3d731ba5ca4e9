"""The confirm and success steps: what will be booked, and what happens next."""

import reflex as rx

from mentorbook.components.booking.booking_form import time_gone
from mentorbook.components.booking.meeting_way import meeting_way
from mentorbook.components.booking.policy_bar import policy_bar
from mentorbook.components.money.hold import hold_note, pay_fields
from mentorbook.components.parts import icon, note
from mentorbook.domain.booking.policies import MENTOR_ANSWERS_WITHIN
from mentorbook.domain.spoken_lengths import spoken
from mentorbook.presenters.booking.booking_modal import NextStep
from mentorbook.presenters.booking.hold_words import LAPSED
from mentorbook.state.booking.booking_modal import BookingModal


def booking_confirmation() -> rx.Component:
    """Draw the whole booking in one view before it is made, with what the policies mean for it."""
    return rx.el.div(
        rx.cond(
            BookingModal.problem != "",
            rx.el.div(icon("info"), BookingModal.problem, class_name="note bad", role="alert"),
        ),
        time_gone(),
        # How long one has stays in view before everything else.
        rx.cond(BookingModal.hold.until != "", hold_note(BookingModal)),
        rx.cond(
            BookingModal.hold.is_lapsed & (BookingModal.gone == ""),
            note(LAPSED, tone="warn", role="alert", data_testid="hold-lapsed"),
        ),
        rx.el.dl(
            _row("When", _when()),
            _row("About", rx.el.span(BookingModal.title, class_name="wrap-anywhere")),
            _row("Meet by", rx.fragment(meeting_way(BookingModal.meeting_type), _no_room())),
            class_name="kv",
            data_testid="booking-summary",
        ),
        rx.el.div(class_name="sep"),
        rx.el.h3("If your plans change"),
        policy_bar(BookingModal.summary.policy),
        rx.cond(BookingModal.summary.back != "", rx.el.p(BookingModal.summary.back, class_name="small num")),
        rx.el.p(BookingModal.summary.moving, class_name="muted small"),
        rx.el.div(class_name="sep"),
        rx.el.div(
            rx.el.span(BookingModal.summary.price_label, class_name="muted"),
            rx.el.strong(BookingModal.summary.price, class_name="price num"),
            class_name="row between",
        ),
        rx.cond(
            BookingModal.hold.until != "",
            rx.fragment(
                rx.el.p(BookingModal.hold.taken, class_name="muted small", data_testid="when-taken"),
                pay_fields(BookingModal),
            ),
            rx.cond(BookingModal.hold.is_lapsed, rx.fragment(), _what_follows()),
        ),
        class_name="confirm",
    )


def _what_follows() -> rx.Component:
    return rx.cond(
        BookingModal.mentor.asks_first,
        _note(
            "hourglass",
            BookingModal.summary.settle,
            " ",
            BookingModal.mentor.first_name,
            f" answers within {spoken(MENTOR_ANSWERS_WITHIN)}. The time is held until then.",
        ),
        _note(
            "shield-check",
            BookingModal.summary.settle,
            " ",
            BookingModal.mentor.first_name,
            " is told at once.",
        ),
    )


def _note(glyph: str, *words: str | rx.Var[str]) -> rx.Component:
    return rx.el.div(icon(glyph), rx.el.span(*words), class_name="note info")


def _no_room() -> rx.Component:
    return rx.cond(
        BookingModal.summary.room != "",
        rx.el.div(BookingModal.summary.room, class_name="muted plain small"),
    )


def _when() -> rx.Component:
    return rx.fragment(
        rx.el.span(BookingModal.chosen_slot.day, ", ", BookingModal.chosen_slot.times, class_name="num"),
        " ",
        rx.el.span(BookingModal.zone_city, class_name="muted plain"),
        rx.cond(
            BookingModal.chosen_slot.times_there != "",
            rx.el.div(
                BookingModal.chosen_slot.times_there,
                ", for ",
                BookingModal.mentor.first_name,
                class_name="muted plain num",
            ),
        ),
    )


def _row(name: str, value: rx.Component) -> rx.Component:
    return rx.fragment(rx.el.dt(name), rx.el.dd(value))


def booking_success() -> rx.Component:
    """Say that the session is booked, and what happens next."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(icon("check"), class_name="done-mark"),
            rx.el.div(
                rx.el.h2(
                    rx.cond(
                        BookingModal.booked_pending,
                        "You have asked " + BookingModal.mentor.first_name,
                        "You are booked with " + BookingModal.mentor.first_name,
                    ),
                    class_name="done-title",
                    tab_index=-1,
                    id="booking-done",
                ),
                rx.el.p(
                    BookingModal.chosen_slot.day,
                    ", ",
                    BookingModal.chosen_slot.times,
                    " ",
                    BookingModal.zone_city,
                    class_name="muted num",
                ),
            ),
            class_name="row done-head",
        ),
        rx.el.div(
            rx.el.a(
                icon("calendar-plus"),
                "Add to calendar",
                href="/api/bookings/" + BookingModal.booked_id + "/calendar.ics",
                download="session.ics",
                reload_document=True,
                class_name="btn",
                data_testid="add-to-calendar",
            ),
            rx.el.a(
                icon("arrow-right"),
                "Open the session",
                href="/sessions/" + BookingModal.booked_id,
                class_name="btn",
                data_testid="open-session",
            ),
            class_name="row wrap",
        ),
        rx.el.div(class_name="sep"),
        rx.el.h3("What happens next"),
        rx.el.ol(rx.foreach(BookingModal.next_steps, _next_step), class_name="tl"),
        class_name="confirm",
        data_testid="booking-success",
        role="status",
    )


def _next_step(step: rx.Var[NextStep]) -> rx.Component:
    return rx.el.li(
        rx.el.i(class_name=f"dot-{step.tone}", aria_hidden="true"),
        rx.el.div(rx.el.b(step.time), rx.el.p(step.text, class_name="muted small")),
    )
