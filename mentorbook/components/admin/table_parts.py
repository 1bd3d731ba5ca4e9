"""What the tables of admins share: heads that sort, and cells that say on a phone what they are."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.list_address import address_with, asked
from mentorbook.components.parts import icon, link


def sort_head(words: str, key: str) -> Component:
    """Draw the head of a column as a link that sorts by it, and by what is sorted so, the other way round."""
    is_up, is_down = asked("sort") == key, asked("sort") == f"-{key}"
    mark = rx.cond(is_up, icon("arrow-up"), rx.cond(is_down, icon("arrow-down"), icon("chevrons-up-down")))
    return rx.el.th(
        link(words, mark, href=address_with(sort=rx.cond(is_up, f"-{key}", key).to(str), page="")),
        # On a phone heads are read out and not seen, so there they are no links.
        rx.el.span(words),
        scope="col",
        role="columnheader",
        aria_sort=rx.cond(is_up, "ascending", rx.cond(is_down, "descending", "none")),
    )


def cell(label: str, *words: Any, class_name: str = "num") -> Component:
    """Draw a cell that, on a phone, stands under its neighbours and shows its own label."""
    return rx.el.td(*words, class_name=class_name, role="cell", custom_attrs={"data-label": label})


def table_frame(label: str, heads: list[Component], rows: Component, **props: Any) -> Component:
    """Draw a table in the frame in which it scrolls sideways; `label` names both."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(label, class_name="sr-only"),
            rx.el.thead(rx.el.tr(*heads, role="row"), role="rowgroup"),
            rx.el.tbody(rows, role="rowgroup"),
            # On a phone rows are drawn as blocks, and would cease to be a table without the roles.
            role="table",
            class_name="table",
        ),
        class_name="card table-frame",
        tab_index=0,
        role="region",
        aria_label=props.pop("region", f"All {label.lower()}"),
        **props,
    )
