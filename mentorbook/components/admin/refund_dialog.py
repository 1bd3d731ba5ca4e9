"""The dialog in which an admin gives money back."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import close_dialog
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.fields import described_by, field
from mentorbook.components.money.parts import demo_note
from mentorbook.components.parts import button
from mentorbook.components.typed_input import typed_input
from mentorbook.state.admin.refund_dialog import AMOUNT, REASON, RefundDialog

_WORDS = RefundDialog.words


def refund_dialog() -> Component:
    """Draw the dialog of the session that the address names with `refund`."""
    return change_dialog(
        RefundDialog,
        dialog_head("Give money back"),
        rx.el.div(
            rx.el.div(
                rx.el.p(_WORDS.about, class_name="wrap-anywhere"),
                rx.el.p(_WORDS.paid, class_name="num"),
                class_name="muted dlg-about",
            ),
            demo_note(_WORDS.is_demo),
            _amount(),
            _reason(),
            rx.el.p(RefundDialog.follows, class_name="num", role="status", data_testid="refund-follows"),
            problem(RefundDialog),
            rx.el.div(
                button("Keep it", on_click=close_dialog()),
                awaited_button(
                    RefundDialog.confirm_label,
                    asks=Awaited("refund", RefundDialog.turn),
                    ask=RefundDialog.confirm,
                    kind="danger",
                    data_testid="confirm-refund",
                ),
                class_name="row dlg-foot",
            ),
            class_name="dlg-body",
        ),
        name="refund",
        test_id="refund-dialog",
    )


def _amount() -> Component:
    return field(
        f"Amount in {_WORDS.currency}",
        typed_input(
            rx.el.input(
                id=AMOUNT,
                class_name="input num",
                input_mode="decimal",
                auto_complete="off",
                max_length=40,
                value=RefundDialog.amount,
                on_change=RefundDialog.write_amount,
                aria_required="true",
                aria_invalid=rx.cond(RefundDialog.amount_error != "", "true", "false"),
                aria_describedby=described_by(AMOUNT, hint=True),
                data_testid=AMOUNT,
            ),
            debounce_timeout=250,
        ),
        control_id=AMOUNT,
        error=RefundDialog.amount_error,
        hint=_WORDS.hint,
    )


def _reason() -> Component:
    return field(
        "Why",
        typed_input(
            rx.el.textarea(
                id=REASON,
                class_name="input area low",
                value=RefundDialog.reason,
                on_change=RefundDialog.write_reason,
                aria_required="true",
                aria_invalid=rx.cond(RefundDialog.reason_error != "", "true", "false"),
                aria_describedby=described_by(REASON, hint=True),
                data_testid=REASON,
            ),
            debounce_timeout=250,
        ),
        control_id=REASON,
        error=RefundDialog.reason_error,
        hint="It stays on record, and who paid reads it.",
    )
