"""The dialog that changes what a session is about."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.booking.session_fields import session_fields
from mentorbook.components.offline import server_button
from mentorbook.components.parts import button
from mentorbook.state.booking.edit_dialog import EditDialog


def edit_dialog() -> Component:
    """Draw the dialog of the session that `EditDialog.open_edit` named; ask before typed text is lost."""
    return change_dialog(
        EditDialog,
        dialog_head("Change the details", close=EditDialog.ask_to_close),
        rx.el.div(
            *session_fields(EditDialog, prefix="edit", mentor=EditDialog.mentor_first_name),
            problem(EditDialog),
            _answers(),
            class_name="dlg-body form",
        ),
        test_id="edit-dialog",
        close=EditDialog.ask_to_close,
    )


def _answers() -> Component:
    return rx.cond(
        EditDialog.asks_to_close,
        rx.el.div(
            rx.el.p("What you changed would be lost.", class_name="grow small", role="alert"),
            button("Keep editing", on_click=EditDialog.keep_editing),
            button("Leave without saving", kind="danger", on_click=EditDialog.close),
            class_name="row dlg-foot",
        ),
        rx.el.div(
            button("Leave it as it is", on_click=EditDialog.ask_to_close),
            server_button(
                "Save changes", kind="primary", on_click=EditDialog.save, data_testid="save-session"
            ),
            class_name="row dlg-foot",
        ),
    )
