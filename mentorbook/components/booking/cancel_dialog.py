"""The dialog that cancels a session, or withdraws a request: the policy of this moment, and a reason."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import close_dialog
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.booking.policy_bar import policy_bar
from mentorbook.components.fields import field_error
from mentorbook.components.parts import button, icon
from mentorbook.components.radio import radio
from mentorbook.components.typed_input import typed_input
from mentorbook.domain.kinds import CancelReason
from mentorbook.domain.schemas import REASON_LENGTH
from mentorbook.state.booking.cancel_dialog import CancelDialog

_ASK, _REASON, _DETAILS = "cancel-ask", "cancel-reason", "cancel-details"


def cancel_dialog() -> Component:
    """Draw the dialog of the session that the address names with `cancel`."""
    title = rx.cond(CancelDialog.words.title != "", CancelDialog.words.title, "Cancel this session?")
    return change_dialog(
        CancelDialog,
        dialog_head(title),
        rx.el.div(
            _session(),
            policy_bar(CancelDialog.words.policy),
            _back(),
            # Nothing is asked of whoever gives back a time that is only held.
            rx.cond(
                (CancelDialog.words.title == "") | (CancelDialog.words.ask != ""),
                rx.fragment(_reasons(), _details()),
            ),
            problem(CancelDialog),
            _answers(),
            class_name="dlg-body",
        ),
        name="cancel",
        test_id="cancel-dialog",
    )


def _session() -> Component:
    words = CancelDialog.words
    return rx.el.div(
        rx.el.p(words.about, class_name="wrap-anywhere"),
        rx.el.p(words.here, class_name="num"),
        rx.cond(words.there != "", rx.el.p(words.there, class_name="num")),
        class_name="muted dlg-about",
    )


def _back() -> Component:
    words = CancelDialog.words
    return rx.el.div(
        icon("banknote"),
        rx.el.span(rx.el.b(words.back), rx.cond(words.charged != "", f" {words.charged}", "")),
        class_name="note info",
        data_testid="cancel-refund",
    )


def _reasons() -> Component:
    return rx.el.div(
        rx.el.div(
            CancelDialog.words.ask,
            rx.cond(CancelDialog.needs_reason, "", rx.el.span(" optional", class_name="muted plain")),
            id=_ASK,
            class_name="lab",
        ),
        rx.el.div(
            *(_reason(kind.value, kind.label, number) for number, kind in enumerate(CancelReason)),
            class_name="radios",
            role="radiogroup",
            aria_labelledby=_ASK,
            aria_required=rx.cond(CancelDialog.needs_reason, "true", "false"),
            aria_invalid=rx.cond(CancelDialog.reason_error != "", "true", "false"),
            aria_describedby=f"{_REASON}-error",
            data_testid=_REASON,
        ),
        field_error(_REASON, CancelDialog.reason_error),
        class_name="field",
    )


def _reason(kind: str, words: str, number: int) -> Component:
    return rx.el.label(
        radio(
            name=_REASON,
            value=kind,
            id=f"{_REASON}-{number or 'first'}",
            checked=CancelDialog.reason == kind,
            on_click=CancelDialog.choose_reason(kind),
        ),
        words,
        class_name="radio",
    )


def _details() -> Component:
    is_wrong = CancelDialog.details_error != ""
    length = CancelDialog.details.length()
    return rx.el.div(
        rx.el.div(
            rx.el.label(
                "In your words ",
                rx.cond(CancelDialog.reason == "other", "", rx.el.span("optional", class_name="muted plain")),
                html_for=_DETAILS,
            ),
            rx.el.span(
                length,
                f" / {REASON_LENGTH}",
                class_name=rx.cond(length > REASON_LENGTH, "tiny num over", "tiny num muted"),
            ),
            class_name="field-head",
        ),
        typed_input(
            rx.el.textarea(
                id=_DETAILS,
                class_name="input area low",
                value=CancelDialog.details,
                on_change=CancelDialog.write_details,
                aria_required=rx.cond(CancelDialog.reason == "other", "true", "false"),
                aria_invalid=rx.cond(is_wrong, "true", "false"),
                aria_describedby=f"{_DETAILS}-error",
                data_testid=_DETAILS,
            ),
            debounce_timeout=250,
        ),
        field_error(_DETAILS, CancelDialog.details_error),
        class_name="field",
    )


def _answers() -> Component:
    return rx.el.div(
        button(CancelDialog.words.keep, on_click=close_dialog()),
        awaited_button(
            CancelDialog.words.confirm,
            asks=Awaited("cancel", CancelDialog.turn),
            ask=CancelDialog.confirm(CancelDialog.words.confirm, CancelDialog.words.refund_minor),
            kind="danger",
            data_testid="confirm-cancel",
        ),
        class_name="row dlg-foot",
    )
