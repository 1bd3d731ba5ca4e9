"""The booking modal: the mentor at the left, four steps at the right; on a phone the whole screen."""

import reflex as rx

from mentorbook.components.booking.booking_confirmation import booking_confirmation, booking_success
from mentorbook.components.booking.booking_form import booking_form
from mentorbook.components.booking.time_slot_selector import time_slot_selector
from mentorbook.components.parts import avatar, icon
from mentorbook.state.booking import CONFIRM, DETAILS, SUCCESS, TIME, Booking

_STEPS = ((TIME, "Time"), (DETAILS, "Details"), (CONFIRM, "Confirm"), (SUCCESS, "Done"))


def booking_modal() -> rx.Component:
    """The modal of the mentor that `Booking.open_modal` named; closing it with typed text asks first."""
    return rx.fragment(
        rx.dialog.root(
            rx.dialog.content(
                rx.dialog.title("Book a session with ", Booking.mentor_name, class_name="sr-only"),
                rx.el.div(_side(), _main(), class_name="modal-grid"),
                class_name="modal",
                aria_describedby="",
                data_testid="booking-modal",
                on_escape_key_down=Booking.ask_to_close.prevent_default,
                on_interact_outside=rx.prevent_default,
                on_close_auto_focus=rx.call_script("document.getElementById('book-session')?.focus()"),
            ),
            open=Booking.is_open,
        ),
        _ask_to_close(),
    )


def _side() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            avatar(Booking.mentor_initials, size="l"),
            rx.el.div(
                rx.el.h2(Booking.mentor_name, class_name="h3"),
                rx.el.p(Booking.mentor_headline, class_name="muted small"),
                class_name="grow",
            ),
            class_name="row side-who",
        ),
        rx.el.ul(
            _fact("clock", Booking.duration.to_string() + " minutes", "15 minutes to 4 hours possible"),
            _fact("banknote", Booking.rate_text),
            _fact("globe", Booking.mentor_city, Booking.mentor_time),
            rx.cond(
                Booking.asks_first,
                _fact("hourglass", Booking.mentor_first_name + " decides"),
                _fact("zap", "Confirmed at once"),
            ),
            class_name="facts",
        ),
        rx.cond((Booking.chosen != "") & (Booking.step > TIME), _chosen()),
        class_name="side",
        aria_label="Mentor",
    )


def _fact(glyph: str, text: str | rx.Var[str], more: str | rx.Var[str] | None = None) -> rx.Component:
    return rx.el.li(
        icon(glyph),
        rx.el.span(text, rx.el.span(more, class_name="muted small") if more is not None else None),
        class_name="fact",
    )


def _chosen() -> rx.Component:
    return rx.el.div(
        rx.el.p("Your session", class_name="chosen-head"),
        rx.el.b(Booking.chosen_day),
        rx.el.p(
            Booking.chosen_range, " ", rx.el.span(Booking.zone_city, class_name="quiet"), class_name="num"
        ),
        rx.cond(
            Booking.chosen_range_there != "", rx.el.p(Booking.chosen_range_there, class_name="quiet num")
        ),
        class_name="chosen",
    )


def _main() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.ol(*[_step(number, name) for number, name in _STEPS], class_name="steps-list"),
            rx.el.button(
                icon("x"),
                type="button",
                class_name="icon-btn",
                aria_label="Close",
                on_click=Booking.ask_to_close,
            ),
            class_name="steps",
        ),
        rx.el.div(
            rx.cond(
                Booking.loading,
                _skeleton(),
                rx.match(
                    Booking.step,
                    (DETAILS, _stage(DETAILS, booking_form())),
                    (CONFIRM, _stage(CONFIRM, booking_confirmation())),
                    (SUCCESS, _stage(SUCCESS, booking_success())),
                    _stage(TIME, _time()),
                ),
            ),
            class_name="body",
        ),
        _foot(),
        class_name="main",
    )


def _stage(number: int, content: rx.Component) -> rx.Component:
    """A step's content, which takes the focus when it appears: what was pressed to come here is gone."""
    return rx.el.div(
        content,
        id=f"booking-step-{number}",
        role="group",
        tab_index=-1,
        aria_label=f"Step {number} of {len(_STEPS)}: {_STEPS[number - 1][1]}",
        class_name="stage",
        on_mount=rx.call_script(f"document.getElementById('booking-step-{number}')?.focus()"),
    )


def _time() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Booking.problem != "",
            rx.el.div(icon("info"), Booking.problem, class_name="note warn", role="status"),
        ),
        time_slot_selector(Booking),
        class_name="time-step",
    )


def _step(number: int, name: str) -> rx.Component:
    here, done = Booking.step == number, Booking.step > number
    return rx.el.li(
        rx.el.i(rx.cond(done, icon("check"), str(number))),
        rx.el.span(name),
        rx.cond(done, rx.el.span(" done", class_name="sr-only")),
        class_name=rx.cond(here, "step on", rx.cond(done, "step done", "step")),
        aria_current=rx.cond(here, "step", "false"),
    )


def _foot() -> rx.Component:
    return rx.el.div(
        rx.match(
            Booking.step,
            (DETAILS, _back()),
            (CONFIRM, _back()),
            (SUCCESS, rx.el.span()),
            rx.el.p(Booking.chosen_line, class_name="muted small num", aria_live="polite"),
        ),
        rx.match(
            Booking.step,
            (
                CONFIRM,
                rx.el.button(
                    rx.cond(
                        Booking.asks_first,
                        "Ask " + Booking.mentor_first_name,
                        "Book this session",
                    ),
                    type="button",
                    class_name="btn p",
                    on_click=Booking.confirm,
                    data_testid="confirm-booking",
                ),
            ),
            (
                SUCCESS,
                rx.el.button(
                    "Done",
                    type="button",
                    class_name="btn p",
                    on_click=Booking.ask_to_close,
                    data_testid="close-success",
                ),
            ),
            rx.el.button(
                "Continue",
                type="button",
                class_name=rx.cond((Booking.step == TIME) & (Booking.chosen == ""), "btn p off", "btn p"),
                aria_disabled=rx.cond((Booking.step == TIME) & (Booking.chosen == ""), "true", "false"),
                title=rx.cond((Booking.step == TIME) & (Booking.chosen == ""), "Choose a time first", ""),
                on_click=Booking.next_step,
                data_testid="step-next",
            ),
        ),
        class_name="foot",
    )


def _back() -> rx.Component:
    return rx.el.button(
        icon("arrow-left"),
        "Back",
        type="button",
        class_name="btn",
        on_click=Booking.back_step,
        data_testid="step-back",
    )


def _skeleton() -> rx.Component:
    return rx.el.div(
        rx.el.div(*[rx.el.span(class_name="skeleton sk-day") for _ in range(35)], class_name="cal"),
        rx.el.div(*[rx.el.span(class_name="skeleton sk-slot") for _ in range(6)], class_name="slots"),
        class_name="pick",
        aria_busy="true",
        aria_label="Loading free times",
    )


def _ask_to_close() -> rx.Component:
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title("Leave without booking?", class_name="dlg-title"),
            rx.alert_dialog.description("What you typed for this session would be lost."),
            rx.el.div(
                rx.el.button(
                    "Keep editing",
                    type="button",
                    class_name="btn",
                    id="keep-editing",
                    on_click=Booking.keep_editing,
                ),
                rx.el.button(
                    "Leave and discard",
                    type="button",
                    class_name="btn d",
                    on_click=Booking.discard,
                    data_testid="discard-booking",
                ),
                class_name="row dlg-foot",
            ),
            class_name="dlg",
            on_escape_key_down=Booking.keep_editing.prevent_default,
            on_open_auto_focus=rx.call_script("document.getElementById('keep-editing')?.focus()"),
            on_close_auto_focus=rx.call_script("document.querySelector('.stage')?.focus()"),
        ),
        open=Booking.asks_to_close,
    )
