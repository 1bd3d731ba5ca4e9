"""The dialog that moves a session: the present time beside the new one, over the time slot selector."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import close_dialog
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.booking.length_chips import fitting_length_chips
from mentorbook.components.booking.time_slot_selector import choice_of, time_slot_selector
from mentorbook.components.parts import badge, button, dotted, hidden, icon, skeleton
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog

CHOICE = choice_of("move_choice", RescheduleDialog)
# Why the session cannot be moved yet.
_WHY = "move-why"


def reschedule_dialog() -> Component:
    """Draw the dialog of the session that the address names with `reschedule`."""
    return change_dialog(
        RescheduleDialog,
        dialog_head(
            "Move this session",
            rx.cond(
                RescheduleDialog.move.allowance != "",
                badge(RescheduleDialog.move.allowance, tone="acc", data_testid="reschedule-allowance"),
            ),
        ),
        rx.el.div(_body(), _answers(), class_name="move-main"),
        name="reschedule",
        test_id="reschedule-dialog",
        class_name="modal move-dlg",
    )


def _body() -> Component:
    return rx.el.div(
        rx.el.p(RescheduleDialog.move.about, class_name="muted small wrap-anywhere"),
        _from_to(),
        time_slot_selector(RescheduleDialog, CHOICE, kept="your session keeps its time until you move it"),
        _durations(),
        problem(RescheduleDialog),
        class_name="move-body",
    )


def _from_to() -> Component:
    # Until the server has the slot, its words are those of another.
    is_known = CHOICE.chosen == RescheduleDialog.chosen
    new_line = rx.cond(is_known, RescheduleDialog.move.new_line, CHOICE.line)
    times = rx.fragment(
        rx.el.span(
            hidden("From "), rx.el.s(dotted(RescheduleDialog.move.old_line)), class_name="badge num move-old"
        ),
        icon("arrow-right"),
        rx.cond(
            new_line != "",
            rx.el.span(hidden("to "), dotted(new_line), class_name="badge acc num move-new"),
            rx.el.span("Choose the new time", class_name="muted small"),
        ),
    )
    return rx.el.div(
        # By another clock both are other times.
        rx.cond(CHOICE.zone == RescheduleDialog.zone, times, skeleton("60%", "22px")),
        class_name="row wrap move-times",
        data_testid="reschedule-times",
        aria_live="polite",
    )


def _durations() -> Component:
    note = rx.el.p(RescheduleDialog.fits_text, " ", RescheduleDialog.move.price_note, class_name="muted tiny")
    return rx.cond(
        RescheduleDialog.fitting.length() > 0,
        fitting_length_chips(RescheduleDialog, CHOICE, RescheduleDialog.fitting, prefix="new", note=note),
    )


def _answers() -> Component:
    is_known = CHOICE.chosen == RescheduleDialog.chosen
    is_off = rx.cond(is_known, ~RescheduleDialog.move.can_confirm, CHOICE.chosen == "")
    return rx.el.div(
        rx.el.p(
            icon("info"),
            rx.el.span(
                RescheduleDialog.move.allowance_note,
                " ",
                rx.el.span(rx.cond(is_off, "Choose another time first.", ""), id=_WHY),
            ),
            class_name="move-note",
        ),
        button(RescheduleDialog.move.keep, on_click=close_dialog()),
        awaited_button(
            rx.cond(is_known, RescheduleDialog.move.confirm, "Move it"),
            asks=Awaited("move", RescheduleDialog.turn),
            ask=RescheduleDialog.confirm(CHOICE.chosen, CHOICE.duration, RescheduleDialog.move.refund_minor),
            off=is_off,
            aria_describedby=_WHY,
            data_testid="confirm-reschedule",
        ),
        class_name="row move-foot",
    )
