"""What mentors answer: accept and decline buttons, and the question before what cannot be taken back."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.dialog_parts import RETURN_FOCUS
from mentorbook.components.offline import server_button
from mentorbook.components.parts import button, hidden, note
from mentorbook.state.booking.answer_dialog import AnswerDialog

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
            on_click=AnswerDialog.ask_decline(session_id),
            id=f"decline-{suffix}-{session_id}",
            data_testid=f"decline-{suffix}",
            custom_attrs={"data-opens": "dialog"},
        ),
        button(
            "Accept",
            hidden(" ", about),
            kind="primary",
            small=small,
            on_click=AnswerDialog.accept(session_id),
            data_testid=f"accept-{suffix}",
        ),
    )


def answer_dialog() -> Component:
    """Draw the question before a request is declined or a no-show is marked. Once per page."""
    words = AnswerDialog.words
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(words.title, class_name="dlg-title"),
            rx.alert_dialog.description(words.about, class_name="muted wrap-anywhere dlg-about"),
            rx.el.p(words.follows, class_name="dlg-follows"),
            rx.cond(AnswerDialog.problem != "", note(AnswerDialog.problem, tone="warn", role="alert")),
            rx.cond(
                AnswerDialog.problem != "",
                rx.el.div(button("Close", on_click=AnswerDialog.leave_it), class_name="row dlg-foot"),
                rx.el.div(
                    button(words.keep, on_click=AnswerDialog.leave_it, id=_KEEP),
                    server_button(
                        words.confirm,
                        kind="danger",
                        on_click=AnswerDialog.confirm,
                        data_testid="confirm-answer",
                    ),
                    class_name="row dlg-foot",
                ),
            ),
            class_name="dlg",
            data_testid="answer-dialog",
            on_escape_key_down=AnswerDialog.leave_it.prevent_default,
            # Of itself an alert dialog leaves the focus on the page behind it.
            on_open_auto_focus=rx.call_script(f"document.getElementById('{_KEEP}')?.focus()"),
            on_close_auto_focus=rx.call_script(RETURN_FOCUS),
        ),
        open=AnswerDialog.asks != "",
    )
