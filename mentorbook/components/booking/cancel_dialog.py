"""The dialog that cancels a session, or withdraws a request: the policy of this moment, and a reason."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.dialog_parts import change_dialog, dialog_head, problem
from mentorbook.components.fields import field_error
from mentorbook.components.parts import button, icon
from mentorbook.components.policy_bar import policy_bar
from mentorbook.components.radio import radio
from mentorbook.domain.schemas import REASON_LENGTH
from mentorbook.services.cancellation import REASONS
from mentorbook.state.cancelling import Cancelling

_ASK, _REASON, _DETAILS = "cancel-ask", "cancel-reason", "cancel-details"


def cancel_dialog() -> Component:
    """The dialog of the session that `Cancelling.open_cancel` named."""
    title = rx.cond(Cancelling.words.title != "", Cancelling.words.title, "Cancel this session?")
    return change_dialog(
        Cancelling,
        dialog_head(title, close=Cancelling.close),
        rx.el.div(
            _session(),
            policy_bar(Cancelling.words.policy),
            _back(),
            _reasons(),
            _details(),
            problem(Cancelling),
            _answers(),
            class_name="dlg-body",
        ),
        test_id="cancel-dialog",
    )


def _session() -> Component:
    words = Cancelling.words
    return rx.el.div(
        rx.el.p(words.about, class_name="wrap-anywhere"),
        rx.el.p(words.here, class_name="num"),
        rx.cond(words.there != "", rx.el.p(words.there, class_name="num")),
        class_name="muted dlg-about",
    )


def _back() -> Component:
    words = Cancelling.words
    return rx.el.div(
        icon("banknote"),
        rx.el.span(rx.el.b(words.back), rx.cond(words.charged != "", f" {words.charged}", "")),
        class_name="note info",
        data_testid="cancel-refund",
    )


def _reasons() -> Component:
    return rx.el.div(
        rx.el.div(
            Cancelling.words.ask,
            rx.cond(Cancelling.needs_reason, "", rx.el.span(" optional", class_name="muted plain")),
            id=_ASK,
            class_name="lab",
        ),
        rx.el.div(
            *(_reason(kind, words, number) for number, (kind, words) in enumerate(REASONS.items())),
            class_name="radios",
            role="radiogroup",
            aria_labelledby=_ASK,
            aria_required=rx.cond(Cancelling.needs_reason, "true", "false"),
            aria_invalid=rx.cond(Cancelling.reason_error != "", "true", "false"),
            aria_describedby=f"{_REASON}-error",
            data_testid=_REASON,
        ),
        field_error(_REASON, Cancelling.reason_error),
        class_name="field",
    )


def _reason(kind: str, words: str, number: int) -> Component:
    return rx.el.label(
        radio(
            name=_REASON,
            value=kind,
            id=f"{_REASON}-{number or 'first'}",
            checked=Cancelling.reason == kind,
            on_click=Cancelling.choose_reason(kind),
        ),
        words,
        class_name="radio",
    )


def _details() -> Component:
    is_wrong = Cancelling.details_error != ""
    length = Cancelling.details.length()
    return rx.el.div(
        rx.el.div(
            rx.el.label(
                "In your words ",
                rx.cond(Cancelling.reason == "other", "", rx.el.span("optional", class_name="muted plain")),
                html_for=_DETAILS,
            ),
            rx.el.span(
                length,
                f" / {REASON_LENGTH}",
                class_name=rx.cond(length > REASON_LENGTH, "tiny num over", "tiny num muted"),
            ),
            class_name="field-head",
        ),
        rx.debounce_input(
            rx.el.textarea(
                id=_DETAILS,
                class_name="input area low",
                value=Cancelling.details,
                on_change=Cancelling.write_details,
                aria_required=rx.cond(Cancelling.reason == "other", "true", "false"),
                aria_invalid=rx.cond(is_wrong, "true", "false"),
                aria_describedby=f"{_DETAILS}-error",
                data_testid=_DETAILS,
            ),
            debounce_timeout=250,
        ),
        field_error(_DETAILS, Cancelling.details_error),
        class_name="field",
    )


def _answers() -> Component:
    return rx.el.div(
        button(Cancelling.words.keep, on_click=Cancelling.close),
        button(
            Cancelling.words.confirm,
            kind="danger",
            on_click=Cancelling.confirm,
            data_testid="confirm-cancel",
        ),
        class_name="row dlg-foot",
    )
