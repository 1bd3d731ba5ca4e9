"""The booking modal: the mentor at the left, four steps at the right; on a phone the whole screen."""

from datetime import timedelta

import reflex as rx
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import UnsavedGuard, address_has, address_value, close_dialog, leave
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.booking_choice import CHOICE
from mentorbook.components.booking.booking_confirmation import booking_confirmation, booking_success
from mentorbook.components.booking.booking_form import booking_form
from mentorbook.components.booking.time_slot_selector import time_slot_selector
from mentorbook.components.leaving import ask_before_leaving
from mentorbook.components.money.hold import pay_button
from mentorbook.components.parts import avatar, dotted, icon, note, skeleton, waiting
from mentorbook.components.people.mentor_profile import SEEN_MENTOR
from mentorbook.domain.schemas import MAX_DURATION, MIN_DURATION
from mentorbook.domain.spoken_lengths import spoken
from mentorbook.presenters.field_errors import TITLE_MISSING
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, SUCCESS, TIME

_LENGTHS = f"{spoken(timedelta(minutes=MIN_DURATION))} to {spoken(timedelta(minutes=MAX_DURATION))} possible"
# What is chosen, or why one cannot go on.
_WHY = "booking-why"
_STEPS = ((TIME, "Time"), (DETAILS, "Details"), (CONFIRM, "Confirm"), (SUCCESS, "Done"))


# Asked before typed text is lost; of the page alone, since it knows best what is typed.
_ASKS = ClientStateVar.create("booking_leave_asked", default=False)


def booking_modal() -> rx.Component:
    """Draw the modal of the page's mentor, open while the address says so; ask before typed text is lost."""
    has_text = (CHOICE.title != "") | (CHOICE.description != "")
    is_filling_in = (CHOICE.step == DETAILS) | (CHOICE.step == CONFIRM)
    return rx.fragment(
        rx.dialog.root(
            rx.dialog.content(
                rx.dialog.title("Book a session with ", SEEN_MENTOR.details.name, class_name="sr-only"),
                rx.el.div(_side(), _main(), class_name="modal-grid"),
                UnsavedGuard.create(when=_IS_READY & is_filling_in & has_text, on_ask=_ASKS.set_value(True)),
                class_name="modal",
                aria_describedby="",
                data_testid="booking-modal",
                on_escape_key_down=close_dialog(),
                on_interact_outside=rx.prevent_default,
                on_close_auto_focus=rx.call_script("document.getElementById('book-session')?.focus()"),
            ),
            open=address_has("book"),
        ),
        ask_before_leaving(
            _ASKS,
            "Leave without booking?",
            rx.cond(
                BookingModal.hold.until != "",
                "The time is given back, and what you typed for this session would be lost.",
                "What you typed for this session would be lost.",
            ),
            words="Leave and discard",
            events=[BookingModal.discard, leave(dropping=BookingModal)],
            back_to=".stage",
            data_testid="discard-booking",
        ),
    )


# The frame is there at once. What it holds may have been loaded ahead, though not for a day that the address
# names; else it comes from the server, and may be another mentor's until then.
_IS_READY = (
    ~BookingModal.loading
    & (BookingModal.mentor_id == SEEN_MENTOR.details.id)
    & (BookingModal.is_open | (address_value("book") == ""))
)


def _side() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            avatar(SEEN_MENTOR.details.initials, picture=SEEN_MENTOR.details.picture, size="l"),
            rx.el.div(
                rx.el.h2(SEEN_MENTOR.details.name, class_name="h3"),
                rx.el.p(SEEN_MENTOR.details.headline, class_name="muted small"),
                class_name="grow",
            ),
            class_name="row side-who",
        ),
        rx.cond(
            _IS_READY,
            _facts(),
            waiting(skeleton("60%"), skeleton("45%"), skeleton("55%"), class_name="facts"),
        ),
        rx.cond(_IS_READY & (CHOICE.chosen != "") & (CHOICE.step > TIME), _chosen()),
        class_name="side",
        aria_label="Mentor",
    )


def _facts() -> rx.Component:
    return rx.el.ul(
        _fact("clock", CHOICE.duration.to_string() + " minutes", _LENGTHS),
        _fact("banknote", BookingModal.mentor.rate),
        _fact("globe", BookingModal.mentor.city, BookingModal.mentor.time),
        rx.cond(
            BookingModal.mentor.asks_first,
            _fact("hourglass", BookingModal.mentor.first_name + " decides"),
            _fact("zap", "Confirmed at once"),
        ),
        class_name="facts",
    )


def _fact(glyph: str, text: str | rx.Var[str], more: str | rx.Var[str] | None = None) -> rx.Component:
    return rx.el.li(
        icon(glyph),
        rx.el.span(text, rx.el.span(more, class_name="muted small") if more is not None else None),
        class_name="fact",
    )


def _chosen() -> rx.Component:
    # Until the server has the slot, its words are those of another.
    return rx.el.div(
        rx.el.p("Your session", class_name="chosen-head"),
        rx.cond(
            (CHOICE.chosen == BookingModal.chosen)
            & (CHOICE.duration == BookingModal.duration)
            & (CHOICE.zone == BookingModal.zone),
            _chosen_words(),
            waiting(skeleton("70%"), skeleton("85%"), label="Loading your session"),
        ),
        class_name="chosen",
    )


def _chosen_words() -> rx.Component:
    return rx.fragment(
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
                on_click=close_dialog(),
            ),
            class_name="steps",
        ),
        rx.el.div(
            rx.cond(
                ~_IS_READY,
                rx.cond(BookingModal.is_open & (BookingModal.problem != ""), _failed(), _skeleton()),
                rx.match(
                    CHOICE.step,
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
    """Draw a step's content, which takes the focus when it appears: the control pressed before is gone.

    It begins at its top, however far the step before was scrolled.
    """
    begin = (
        f"(() => {{ const stage = document.getElementById('booking-step-{number}');"
        " stage?.focus({preventScroll: true});"
        " for (let it = stage; it && it.role !== 'dialog'; it = it.parentElement) it.scrollTop = 0 })()"
    )
    return rx.el.div(
        content,
        id=f"booking-step-{number}",
        role="group",
        # The summary has no control of its own, and must scroll by the keyboard where the window is low.
        tab_index=0 if number == CONFIRM else -1,
        aria_label=f"Step {number} of {len(_STEPS)}: {_STEPS[number - 1][1]}",
        class_name="stage",
        on_mount=rx.call_script(begin),
    )


def _time() -> rx.Component:
    return rx.el.div(
        rx.cond(
            BookingModal.problem != "",
            rx.el.div(icon("info"), BookingModal.problem, class_name="note warn", role="status"),
        ),
        time_slot_selector(BookingModal, CHOICE, is_new=True),
        class_name="time-step",
    )


def _step(number: int, name: str) -> rx.Component:
    step = rx.cond(_IS_READY, CHOICE.step, TIME)
    here, done = step == number, step > number
    return rx.el.li(
        rx.el.i(rx.cond(done, icon("check"), str(number))),
        rx.el.span(name),
        rx.cond(done, rx.el.span(" done", class_name="sr-only")),
        class_name=rx.cond(here, "step on", rx.cond(done, "step done", "step")),
        aria_current=rx.cond(here, "step", "false"),
    )


def _foot() -> rx.Component:
    is_gone = BookingModal.gone != ""
    return rx.el.div(
        rx.match(
            rx.cond(_IS_READY, CHOICE.step, TIME),
            (DETAILS, _back(TIME)),
            (CONFIRM, _back(DETAILS)),
            (SUCCESS, rx.el.span()),
            rx.el.p(
                rx.cond(
                    _IS_READY & (CHOICE.zone == BookingModal.zone),
                    rx.cond(CHOICE.chosen == "", "Choose a time to go on.", dotted(CHOICE.line)),
                    "",
                ),
                id=_WHY,
                class_name="muted small num",
                aria_live="polite",
            ),
        ),
        rx.match(
            rx.cond(_IS_READY, CHOICE.step, TIME),
            (DETAILS, rx.cond(is_gone, _to_another_time(), _to_confirm())),
            (CONFIRM, rx.cond(is_gone, _to_another_time(), _confirm())),
            (
                SUCCESS,
                rx.el.button(
                    "Done",
                    type="button",
                    class_name="btn p",
                    on_click=close_dialog(),
                    data_testid="close-success",
                ),
            ),
            _to_details(),
        ),
        class_name="foot",
    )


def _to_details() -> rx.Component:
    needs_time = (CHOICE.chosen == "") | ~_IS_READY
    return rx.el.button(
        "Continue",
        type="button",
        key="to-details",
        class_name=rx.cond(needs_time, "btn p off", "btn p"),
        aria_disabled=rx.cond(needs_time, "true", "false"),
        aria_describedby=_WHY,
        on_click=[
            CHOICE.press(step=rx.cond(needs_time, TIME, DETAILS)),
            rx.cond(needs_time, rx.noop(), BookingModal.to_details(CHOICE.chosen)),
        ],
        data_testid="step-next",
        custom_attrs={"data-once": ""},
    )


def _to_another_time() -> rx.Component:
    return awaited_button(
        "Choose another time",
        asks=Awaited("another-time", BookingModal.turn),
        ask=BookingModal.go_back(TIME),
        press=[CHOICE.press(step=TIME, chosen="", line="")],
        key="another-time",
        data_testid="choose-another-time",
    )


def _to_confirm() -> rx.Component:
    lacks_title = CHOICE.title.strip() == ""
    return awaited_button(
        "Continue",
        asks=Awaited("summary", BookingModal.turn),
        ask=BookingModal.to_confirm,
        press=[CHOICE.press(title_error=rx.cond(lacks_title, TITLE_MISSING, ""))],
        instead=rx.set_focus("session-title"),
        unless=lacks_title,
        key="summary",
        data_testid="step-next",
    )


def _confirm() -> rx.Component:
    words = rx.cond(
        BookingModal.mentor.asks_first, "Ask " + BookingModal.mentor.first_name, "Book this session"
    )
    book = awaited_button(
        words,
        asks=Awaited("booking", BookingModal.turn),
        ask=BookingModal.confirm(BookingModal.summary.terms),
        key="booking",
        data_testid="confirm-booking",
    )
    hold_again = awaited_button(
        "Hold ",
        BookingModal.hold.time,
        " again",
        asks=Awaited("hold-again", BookingModal.pay_turn),
        ask=BookingModal.hold_again,
        key="hold-again",
        data_testid="hold-again",
    )
    return rx.cond(
        BookingModal.hold.until != "",
        pay_button(BookingModal, BookingModal.hold.pay_then),
        rx.cond(BookingModal.hold.is_lapsed, hold_again, book),
    )


def _back(step: int) -> rx.Component:
    return rx.el.button(
        icon("arrow-left"),
        "Back",
        type="button",
        class_name="btn",
        on_click=[CHOICE.press(step=step), BookingModal.go_back(step)],
        data_testid="step-back",
    )


def _failed() -> rx.Component:
    return rx.el.div(
        note(BookingModal.problem, tone="bad", role="alert"),
        awaited_button(
            "Try again",
            asks=Awaited("modal-again", BookingModal.turn),
            ask=BookingModal.arrive,
            kind="plain",
        ),
        class_name="stack",
    )


def _skeleton() -> rx.Component:
    return rx.el.div(
        rx.el.div(*[rx.el.span(class_name="skeleton sk-day") for _ in range(35)], class_name="cal"),
        rx.el.div(*[rx.el.span(class_name="skeleton sk-slot") for _ in range(6)], class_name="slots"),
        class_name="pick",
        aria_busy="true",
        aria_label="Loading free times",
    )
