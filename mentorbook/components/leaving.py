"""The question before something that is not saved is left."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import stay
from mentorbook.components.parts import button

_KEEP = "keep-editing"


def ask_before_leaving(
    asks: ClientStateVar,
    title: str,
    text: str,
    *,
    words: str,
    events: list[Any],
    back_to: str = "",
    **props: Any,
) -> Component:
    """Draw the question while `asks` holds; whoever keeps editing stays where they are.

    `words` are those of the button that leaves, by `events`, and `props` its own. The focus goes to what the
    selector `back_to` finds afterwards.
    """
    keeps = [asks.set_value(False), stay()]
    if back_to:
        after = {"on_close_auto_focus": rx.call_script(f"document.querySelector('{back_to}')?.focus()")}
    else:
        after = {}
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(title, class_name="dlg-title"),
            rx.alert_dialog.description(text),
            rx.el.div(
                button("Keep editing", id=_KEEP, on_click=keeps),
                button(words, kind="danger", on_click=[asks.set_value(False), *events], **props),
                class_name="row dlg-foot",
            ),
            class_name="dlg",
            on_escape_key_down=keeps,
            on_open_auto_focus=rx.call_script(f"document.getElementById('{_KEEP}')?.focus()"),
            **after,
        ),
        open=asks.value,
    )
