"""The dialog that changes what a session is about."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.booking.session_fields import description_field, meeting_field, title_field
from mentorbook.components.parts import button
from mentorbook.state.editing import Editing


def edit_dialog() -> Component:
    """The dialog of the session that `Editing.open_edit` named; typed text is asked about first."""
    return change_dialog(
        Editing,
        dialog_head("Change the details", close=Editing.ask_to_close),
        rx.el.div(
            title_field(Editing, prefix="edit"),
            description_field(Editing, prefix="edit"),
            meeting_field(Editing, prefix="edit"),
            problem(Editing),
            _answers(),
            class_name="dlg-body form",
        ),
        test_id="edit-dialog",
        close=Editing.ask_to_close,
    )


def _answers() -> Component:
    return rx.cond(
        Editing.asks_to_close,
        rx.el.div(
            rx.el.p("What you changed would be lost.", class_name="grow small", role="alert"),
            button("Keep editing", on_click=Editing.keep_editing),
            button("Leave without saving", kind="danger", on_click=Editing.close),
            class_name="row dlg-foot",
        ),
        rx.el.div(
            button("Leave it as it is", on_click=Editing.ask_to_close),
            button("Save changes", kind="primary", on_click=Editing.save, data_testid="save-session"),
            class_name="row dlg-foot",
        ),
    )
