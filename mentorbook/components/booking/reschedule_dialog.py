"""The dialog that moves a session: the present time beside the new one, over the time slot selector."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.booking.session_fields import duration_field
from mentorbook.components.booking.time_slot_selector import time_slot_selector
from mentorbook.components.parts import badge, button, dotted, hidden, icon
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog


def reschedule_dialog() -> Component:
    """Draw the dialog of the session that `RescheduleDialog.open_reschedule` named."""
    return change_dialog(
        RescheduleDialog,
        dialog_head(
            "Move this session",
            rx.cond(
                RescheduleDialog.move.allowance != "",
                badge(RescheduleDialog.move.allowance, tone="acc", data_testid="reschedule-allowance"),
            ),
            close=RescheduleDialog.close,
        ),
        rx.el.div(_body(), _answers(), class_name="move-main"),
        test_id="reschedule-dialog",
        class_name="modal move-dlg",
    )


def _body() -> Component:
    return rx.el.div(
        rx.el.p(RescheduleDialog.move.about, class_name="muted small wrap-anywhere"),
        _from_to(),
        time_slot_selector(RescheduleDialog, kept="your session keeps its time until you move it"),
        _durations(),
        problem(RescheduleDialog),
        class_name="move-body",
    )


def _from_to() -> Component:
    return rx.el.div(
        rx.el.span(
            hidden("From "), rx.el.s(dotted(RescheduleDialog.move.old_line)), class_name="badge num move-old"
        ),
        icon("arrow-right"),
        rx.cond(
            RescheduleDialog.move.new_line != "",
            rx.el.span(
                hidden("to "), dotted(RescheduleDialog.move.new_line), class_name="badge acc num move-new"
            ),
            rx.el.span("Choose the new time", class_name="muted small"),
        ),
        class_name="row wrap move-times",
        data_testid="reschedule-times",
        aria_live="polite",
    )


def _durations() -> Component:
    note = rx.el.p(RescheduleDialog.fits_text, " ", RescheduleDialog.move.price_note, class_name="muted tiny")
    return rx.cond(
        RescheduleDialog.durations.length() > 0,
        duration_field(RescheduleDialog, prefix="new", note=note, class_name="field move-length"),
    )


def _answers() -> Component:
    is_off = ~RescheduleDialog.move.can_confirm
    return rx.el.div(
        rx.el.p(icon("info"), rx.el.span(RescheduleDialog.move.allowance_note), class_name="move-note"),
        button(RescheduleDialog.move.keep, on_click=RescheduleDialog.close),
        rx.el.button(
            RescheduleDialog.move.confirm,
            type="button",
            class_name=rx.cond(is_off, "btn p off", "btn p"),
            aria_disabled=rx.cond(is_off, "true", "false"),
            title=rx.cond(is_off, "Choose another time first", ""),
            on_click=RescheduleDialog.confirm,
            data_testid="confirm-reschedule",
        ),
        class_name="row move-foot",
    )
