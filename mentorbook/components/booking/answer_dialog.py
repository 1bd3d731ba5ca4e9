"""Accept and decline buttons, and the question before what cannot be taken back."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import (
    Whenever,
    address_has,
    address_value,
    close_dialog,
    open_dialog,
    return_focus,
)
from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.held import VIEWER
from mentorbook.components.parts import button, hidden, note, skeleton, waiting
from mentorbook.presenters.booking.answer_dialog import ABSENT_TITLE, DECLINE_TITLE, NO_SHOW_TITLE
from mentorbook.state.booking.answer_dialog import AnswerDialog
from mentorbook.state.people.me import Me

_KEEP = "keep-answer"


def answer_buttons(
    session_id: rx.Var[str], about: rx.Var[str], *, suffix: str = "session", small: bool = False
) -> Component:
    """Draw the buttons to accept, and to decline, which asks first. `suffix` ends the test ids."""
    return rx.fragment(
        button(
            "Decline",
            hidden(" ", about),
            small=small,
            on_click=open_dialog("decline", session_id),
            id=f"decline-{suffix}-{session_id}",
            data_testid=f"decline-{suffix}",
            custom_attrs={"data-opens": "dialog"},
        ),
        awaited_button(
            "Accept",
            hidden(" ", about),
            asks=Awaited(f"accept {session_id}", *answers_of(AnswerDialog, session_id)),
            ask=AnswerDialog.accept(session_id),
            small=small,
            data_testid=f"accept-{suffix}",
        ),
    )


def answer_dialog() -> Component:
    """Draw the question before something is declined, marked or reported. Once per page."""
    asked_for = address_value("decline") + address_value("no-show") + address_value("mentor-absent")
    is_named = address_has("decline") | address_has("no-show") | address_has("mentor-absent")
    is_open = is_named & VIEWER.signed_in
    # It is on every page: no page begins with asking the server whether there is something to answer.
    is_unasked = is_open & Me.ready & ((AnswerDialog.asked_for != asked_for) | (AnswerDialog.asks == ""))
    return rx.fragment(
        _dialog(is_open, (AnswerDialog.asked_for == asked_for) & (AnswerDialog.words.title != "")),
        Whenever.create(holds=is_unasked, on_hold=AnswerDialog.arrive),
        Whenever.create(holds=~is_open & (AnswerDialog.asks != ""), on_hold=AnswerDialog.arrive),
    )


def _dialog(is_open: Any, is_ready: Any) -> Component:
    words, problem = AnswerDialog.words, AnswerDialog.problem
    witnessed = rx.cond(address_has("no-show"), NO_SHOW_TITLE, ABSENT_TITLE)
    asks = rx.cond(address_has("decline"), DECLINE_TITLE, witnessed)
    question = rx.fragment(
        rx.el.p(words.about, class_name="muted wrap-anywhere dlg-about"),
        rx.el.p(words.follows, class_name="dlg-follows"),
    )
    shape = waiting(skeleton("80%"), skeleton("60%"), class_name="col")
    can_confirm = is_ready & (problem == "")
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(asks, class_name="dlg-title"),
            rx.el.div(rx.cond(is_ready, question, rx.cond(problem == "", shape)), id="answer-about"),
            rx.cond(problem != "", note(problem, tone="warn", role="alert")),
            # The button that has the focus stays while the question comes.
            rx.el.div(
                button(rx.cond(can_confirm, words.keep, "Close"), on_click=close_dialog(), id=_KEEP),
                rx.cond(
                    can_confirm,
                    awaited_button(
                        words.confirm,
                        asks=Awaited(f"answer {AnswerDialog.asked_for}", AnswerDialog.turn),
                        ask=AnswerDialog.confirm(AnswerDialog.asked_for),
                        kind="danger",
                        data_testid="confirm-answer",
                    ),
                ),
                class_name="row dlg-foot",
            ),
            class_name="dlg",
            aria_describedby="answer-about",
            data_testid="answer-dialog",
            on_escape_key_down=close_dialog(),
            # Of itself an alert dialog leaves the focus on the page behind it.
            on_open_auto_focus=rx.call_script(f"document.getElementById('{_KEEP}')?.focus()"),
            on_close_auto_focus=return_focus(),
        ),
        open=is_open,
    )
