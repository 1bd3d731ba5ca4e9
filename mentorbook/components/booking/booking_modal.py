"""The booking modal: the mentor at the left, four steps at the right; on a phone the whole screen."""

import reflex as rx

from mentorbook.components.booking.booking_confirmation import booking_confirmation, booking_success
from mentorbook.components.booking.booking_form import booking_form
from mentorbook.components.booking.time_slot_selector import time_slot_selector
from mentorbook.components.parts import avatar, dotted, icon
from mentorbook.state.booking.booking_modal import CONFIRM, DETAILS, SUCCESS, TIME, BookingModal

_STEPS = ((TIME, "Time"), (DETAILS, "Details"), (CONFIRM, "Confirm"), (SUCCESS, "Done"))


def booking_modal() -> rx.Component:
    """Draw the modal of the mentor that `BookingModal.open_modal` named; ask before typed text is lost."""
    return rx.fragment(
        rx.dialog.root(
            rx.dialog.content(
                rx.dialog.title("Book a session with ", BookingModal.mentor.name, class_name="sr-only"),
                rx.el.div(_side(), _main(), class_name="modal-grid"),
                class_name="modal",
                aria_describedby="",
                data_testid="booking-modal",
                on_escape_key_down=BookingModal.ask_to_close.prevent_default,
                on_interact_outside=rx.prevent_default,
                on_close_auto_focus=rx.call_script("document.getElementById('book-session')?.focus()"),
            ),
            open=BookingModal.is_open,
        ),
        _ask_to_close(),
    )


def _side() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            avatar(BookingModal.mentor.initials, size="l"),
            rx.el.div(
                rx.el.h2(BookingModal.mentor.name, class_name="h3"),
                rx.el.p(BookingModal.mentor.headline, class_name="muted small"),
                class_name="grow",
            ),
            class_name="row side-who",
        ),
        rx.el.ul(
            _fact("clock", BookingModal.duration.to_string() + " minutes", "15 minutes to 4 hours possible"),
            _fact("banknote", BookingModal.mentor.rate),
            _fact("globe", BookingModal.mentor.city, BookingModal.mentor.time),
            rx.cond(
                BookingModal.mentor.asks_first,
                _fact("hourglass", BookingModal.mentor.first_name + " decides"),
                _fact("zap", "Confirmed at once"),
            ),
            class_name="facts",
        ),
        rx.cond((BookingModal.chosen != "") & (BookingModal.step > TIME), _chosen()),
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
        rx.el.b(BookingModal.chosen_slot.day),
        rx.el.p(
            BookingModal.chosen_slot.times,
            " ",
            rx.el.span(BookingModal.zone_city, class_name="quiet"),
            class_name="num",
        ),
        rx.cond(
            BookingModal.chosen_slot.times_there != "",
            rx.el.p(BookingModal.chosen_slot.times_there, class_name="quiet num"),
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
                on_click=BookingModal.ask_to_close,
            ),
            class_name="steps",
        ),
        rx.el.div(
            rx.cond(
                BookingModal.loading,
                _skeleton(),
                rx.match(
                    BookingModal.step,
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
    """Draw a step's content, which takes the focus when it appears: the control pressed before is gone."""
    return rx.el.div(
        content,
        id=f"booking-step-{number}",
        role="group",
        # The summary has no control of its own, and must scroll by the keyboard where the window is low.
        tab_index=0 if number == CONFIRM else -1,
        aria_label=f"Step {number} of {len(_STEPS)}: {_STEPS[number - 1][1]}",
        class_name="stage",
        on_mount=rx.call_script(f"document.getElementById('booking-step-{number}')?.focus()"),
    )


def _time() -> rx.Component:
    return rx.el.div(
        rx.cond(
            BookingModal.problem != "",
            rx.el.div(icon("info"), BookingModal.problem, class_name="note warn", role="status"),
        ),
        time_slot_selector(BookingModal),
        class_name="time-step",
    )


def _step(number: int, name: str) -> rx.Component:
    here, done = BookingModal.step == number, BookingModal.step > number
    return rx.el.li(
        rx.el.i(rx.cond(done, icon("check"), str(number))),
        rx.el.span(name),
        rx.cond(done, rx.el.span(" done", class_name="sr-only")),
        class_name=rx.cond(here, "step on", rx.cond(done, "step done", "step")),
        aria_current=rx.cond(here, "step", "false"),
    )


def _foot() -> rx.Component:
    needs_time = (BookingModal.step == TIME) & (BookingModal.chosen == "")
    return rx.el.div(
        rx.match(
            BookingModal.step,
            (DETAILS, _back()),
            (CONFIRM, _back()),
            (SUCCESS, rx.el.span()),
            rx.el.p(dotted(BookingModal.chosen_slot.line), class_name="muted small num", aria_live="polite"),
        ),
        rx.match(
            BookingModal.step,
            (
                CONFIRM,
                rx.el.button(
                    rx.cond(
                        BookingModal.mentor.asks_first,
                        "Ask " + BookingModal.mentor.first_name,
                        "Book this session",
                    ),
                    type="button",
                    class_name="btn p",
                    on_click=BookingModal.confirm,
                    data_testid="confirm-booking",
                ),
            ),
            (
                SUCCESS,
                rx.el.button(
                    "Done",
                    type="button",
                    class_name="btn p",
                    on_click=BookingModal.ask_to_close,
                    data_testid="close-success",
                ),
            ),
            rx.el.button(
                "Continue",
                type="button",
                class_name=rx.cond(needs_time, "btn p off", "btn p"),
                aria_disabled=rx.cond(needs_time, "true", "false"),
                title=rx.cond(needs_time, "Choose a time first", ""),
                on_click=BookingModal.next_step,
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
        on_click=BookingModal.back_step,
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
                    on_click=BookingModal.keep_editing,
                ),
                rx.el.button(
                    "Leave and discard",
                    type="button",
                    class_name="btn d",
                    on_click=BookingModal.discard,
                    data_testid="discard-booking",
                ),
                class_name="row dlg-foot",
            ),
            class_name="dlg",
            on_escape_key_down=BookingModal.keep_editing.prevent_default,
            on_open_auto_focus=rx.call_script("document.getElementById('keep-editing')?.focus()"),
            on_close_auto_focus=rx.call_script("document.querySelector('.stage')?.focus()"),
        ),
        open=BookingModal.asks_to_close,
    )
