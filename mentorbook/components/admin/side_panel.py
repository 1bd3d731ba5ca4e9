"""What stands beside a list of admins: at the side on wide screens, in its place on a phone."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.event import key_event
from reflex_components_core.el.elements.sectioning import Aside

from mentorbook.components.parts import icon, link


class _Panel(Aside):
    """An `aside` that hears keys, which Reflex's does not."""

    on_key_down: rx.EventHandler[key_event]


def side_panel(*children: Any, closed: rx.Var[str], back: str, label: str, **props: Any) -> Component:
    """Draw the panel with the link that closes it, by leading to `closed`; so does Escape.

    `back` names the list that it stands beside.
    """
    return _Panel.create(
        link(
            icon("x", class_name="wide-only"),
            icon("chevron-left", class_name="narrow-only"),
            rx.el.span(back),
            href=closed,
            class_name="btn s g panel-close",
            aria_label=f"Close, back to {back[0].lower()}{back[1:]}",
            data_testid="close-panel",
        ),
        *children,
        tab_index=-1,
        class_name="admin-panel stack",
        aria_label=label,
        on_key_down=lambda key: rx.cond(key == "Escape", rx.redirect(closed), rx.noop()),
        **props,
    )
