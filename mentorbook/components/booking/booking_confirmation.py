"""The confirm and success steps: what will be booked, and what happens next."""

import reflex as rx

from mentorbook.components.parts import icon
from mentorbook.components.policy_bar import policy_bar
from mentorbook.state.booking import Booking, NextStep


def booking_confirmation() -> rx.Component:
    """The whole booking in one view before it is made, with what the policies mean for it."""
    return rx.el.div(
        rx.cond(
            Booking.problem != "",
            rx.el.div(icon("info"), Booking.problem, class_name="note bad", role="alert"),
        ),
        rx.el.dl(
            _row("When", _when()),
            _row("About", rx.el.span(Booking.title, class_name="wrap-anywhere")),
            _row("Meet by", _meeting()),
            class_name="kv",
            data_testid="booking-summary",
        ),
        rx.el.div(class_name="sep"),
        rx.el.h3("If your plans change"),
        policy_bar(Booking.policy),
        rx.el.p(Booking.moving, class_name="muted small"),
        rx.el.div(class_name="sep"),
        rx.el.div(
            rx.el.span(Booking.price_label, class_name="muted"),
            rx.el.strong(Booking.price, class_name="price num"),
            class_name="row between",
        ),
        rx.cond(
            Booking.asks_first,
            _note(
                "hourglass",
                Booking.mentor_first_name,
                " answers within 48 hours. The time is held until then.",
            ),
            _note("shield-check", "Nothing is charged now. ", Booking.mentor_first_name, " is told at once."),
        ),
        class_name="confirm",
    )


def _note(glyph: str, *words: str | rx.Var[str]) -> rx.Component:
    return rx.el.div(icon(glyph), rx.el.span(*words), class_name="note info")


def _when() -> rx.Component:
    return rx.fragment(
        rx.el.span(Booking.chosen_day, ", ", Booking.chosen_range, class_name="num"),
        " ",
        rx.el.span(Booking.zone_city, class_name="muted plain"),
        rx.cond(
            Booking.chosen_range_there != "",
            rx.el.div(
                Booking.chosen_range_there, ", for ", Booking.mentor_first_name, class_name="muted plain num"
            ),
        ),
    )


def _meeting() -> rx.Component:
    return rx.match(
        Booking.meeting_type,
        ("audio", _way("phone", "Audio, here in MentorBook")),
        ("chat", _way("message-circle", "Chat, here in MentorBook")),
        _way("video", "Video, here in MentorBook"),
    )


def _way(glyph: str, text: str) -> rx.Component:
    return rx.el.span(icon(glyph), text, class_name="row")


def _row(name: str, value: rx.Component) -> rx.Component:
    return rx.fragment(rx.el.dt(name), rx.el.dd(value))


def booking_success() -> rx.Component:
    """That it is booked, and what happens next."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(icon("check"), class_name="done-mark"),
            rx.el.div(
                rx.el.h2(
                    rx.cond(
                        Booking.booked_pending,
                        "You have asked " + Booking.mentor_first_name,
                        "You are booked with " + Booking.mentor_first_name,
                    ),
                    class_name="done-title",
                    tab_index=-1,
                    id="booking-done",
                ),
                rx.el.p(
                    Booking.chosen_day,
                    ", ",
                    Booking.chosen_range,
                    " ",
                    Booking.zone_city,
                    class_name="muted num",
                ),
            ),
            class_name="row done-head",
        ),
        rx.el.div(
            rx.el.a(
                icon("calendar-plus"),
                "Add to calendar",
                href="/api/bookings/" + Booking.booked_id + "/calendar.ics",
                download="session.ics",
                reload_document=True,
                class_name="btn",
                data_testid="add-to-calendar",
            ),
            rx.el.a(
                icon("arrow-right"),
                "Open the session",
                href="/sessions/" + Booking.booked_id,
                class_name="btn",
                data_testid="open-session",
            ),
            class_name="row wrap",
        ),
        rx.el.div(class_name="sep"),
        rx.el.h3("What happens next"),
        rx.el.ol(rx.foreach(Booking.next_steps, _next_step), class_name="tl"),
        class_name="confirm",
        data_testid="booking-success",
        role="status",
    )


def _next_step(step: rx.Var[NextStep]) -> rx.Component:
    return rx.el.li(
        rx.el.i(class_name=f"dot-{step.tone}", aria_hidden="true"),
        rx.el.div(rx.el.b(step.time), rx.el.p(step.text, class_name="muted small")),
    )
