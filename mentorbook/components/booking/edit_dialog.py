"""The dialog that changes what a session is about."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import UnsavedGuard, Whenever, address_has, close_dialog, leave, stay
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.booking.session_fields import session_fields
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import button
from mentorbook.state.booking.edit_dialog import EditDialog

CHANGES = Optimistic("edit_changes", EditDialog.counted, is_changed=EditDialog.is_changed)
# Asked before what was changed is lost; of the page alone.
_ASKS = ClientStateVar.create("edit_leave_asked", default=False)


def edit_dialog() -> Component:
    """Draw the dialog of the session that the address names with `edit`; ask before typed text is lost."""
    return change_dialog(
        EditDialog,
        dialog_head("Change the details"),
        rx.el.div(
            *session_fields(EditDialog, prefix="edit", mentor=EditDialog.mentor_first_name, typed=_typed),
            problem(EditDialog),
            _answers(),
            class_name="dlg-body form",
        ),
        UnsavedGuard.create(when=EditDialog.is_open & CHANGES.is_changed, on_ask=_ASKS.set_value(True)),
        # By the address: while a restarted server restores the dialog, its state is closed.
        Whenever.create(holds=~address_has("edit"), on_hold=_ASKS.set_value(False)),
        name="edit",
        test_id="edit-dialog",
    )


def _typed(_field: str, _text: rx.Var[str]) -> Any:
    """Count what is typed or chosen as a change at once: the server says soon whether it is one."""
    return CHANGES.press(is_changed=True)


def _answers() -> Component:
    return rx.cond(
        _ASKS.value & CHANGES.is_changed,
        rx.el.div(
            rx.el.p("What you changed would be lost.", class_name="grow small", role="alert"),
            button("Keep editing", on_click=_and_ask_no_more(stay())),
            button("Leave without saving", kind="danger", on_click=_and_ask_no_more(leave())),
            class_name="row dlg-foot",
        ),
        rx.el.div(
            button("Leave it as it is", on_click=close_dialog()),
            awaited_button(
                "Save changes",
                asks=Awaited("edit", EditDialog.turn),
                ask=EditDialog.save,
                data_testid="save-session",
            ),
            class_name="row dlg-foot",
        ),
    )


def _and_ask_no_more(event: Any) -> list[Any]:
    return [_ASKS.set_value(False), event]
