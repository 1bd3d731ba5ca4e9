"""What the dialogs about one session share: frame, heading, and what they say when they are overtaken."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import address_has, address_value, close_dialog, return_focus
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.held import VIEWER
from mentorbook.components.parts import button, icon, note, skeleton, waiting
from mentorbook.state.booking.session_dialog import SessionDialog


def change_dialog(
    state: type[SessionDialog],
    head: Component,
    body: Component,
    *more: Component,
    name: str,
    test_id: str,
    class_name: str = "dlg change-dlg",
    **props: Any,
) -> Component:
    """Draw the dialog that the address opens by `name`, at once and with its frame.

    `body` is shown while `state` asks about the session that the address names, be it loaded ahead, else its
    skeleton or what changed meanwhile; `more` beside it.
    """
    waits = rx.cond(state.problem != "", _failed(state), _shape())
    content = rx.match(state.phase, ("asking", body), ("stale", _stale(state)), waits)
    return rx.dialog.root(
        rx.dialog.content(
            head,
            rx.cond(state.asked_for == address_value(name), content, _shape()),
            *more,
            class_name=class_name,
            aria_describedby="",
            data_testid=test_id,
            on_escape_key_down=close_dialog(),
            on_interact_outside=rx.prevent_default,
            on_close_auto_focus=return_focus(),
            **props,
        ),
        open=address_has(name) & VIEWER.signed_in,
    )


def dialog_head(title: Any, *beside: Component) -> Component:
    """Draw the heading, and the button that closes the dialog at its right."""
    return rx.el.div(
        rx.dialog.title(title, class_name="dlg-title"),
        *beside,
        rx.el.button(
            icon("x"),
            type="button",
            class_name="icon-btn",
            aria_label="Close",
            on_click=close_dialog(),
        ),
        class_name="dlg-head",
    )


def problem(state: type[SessionDialog]) -> Component:
    """Show the refusal of the dialog's action, beside what was typed."""
    return rx.cond(state.problem != "", note(state.problem, tone="bad", role="alert"))


def _stale(state: type[SessionDialog]) -> Component:
    return rx.el.div(
        note(state.stale, tone="warn", role="alert", data_testid="dialog-stale"),
        rx.el.div(button("Close", on_click=close_dialog()), class_name="row dlg-foot"),
        class_name="dlg-body",
    )


def _failed(state: type[SessionDialog]) -> Component:
    """Draw what stood in the way of loading the session, and a way to try again."""
    return rx.el.div(
        problem(state),
        rx.el.div(
            button("Close", on_click=close_dialog()),
            awaited_button(
                "Try again",
                asks=Awaited(f"{state.get_name()}-again", state.turn),
                ask=state.arrive,
                kind="plain",
            ),
            class_name="row dlg-foot",
        ),
        class_name="dlg-body",
    )


def _shape() -> Component:
    return waiting(skeleton("60%"), skeleton("45%"), skeleton("100%", "120px"), class_name="dlg-body")
