"""The way through a list that is longer than a page, to its first page and to its last."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.list_address import address_with
from mentorbook.components.parts import icon, link

Turn = Callable[..., Component]


def address_pager(
    page: rx.Var[int], pages: rx.Var[int], *, parameter: str = "page", label: str = "Pages"
) -> Component:
    """Draw the pager of a list whose page stands in the address."""

    def turn(*words: Any, to: rx.Var[int], **props: Any) -> Component:
        return link(*words, href=address_with(**{parameter: to.to_string()}), **props)

    return pager(turn, page, pages, label=label)


def pager(turn: Turn, page: rx.Var[int], pages: rx.Var[int], *, label: str = "Pages") -> Component:
    """Draw first, previous, `Page 2 of 9`, next and last; nothing where there is one page only.

    `turn` draws one of the four from its words, `to`, and props. At an end they stay, lead nowhere else and
    say so, so that whoever stands on one of them does not lose the focus.
    """
    page, pages = page.to(int), pages.to(int)
    is_first, is_last = page <= 1, page >= pages
    before, after = rx.cond(is_first, page, page - 1), rx.cond(is_last, page, page + 1)
    return rx.cond(
        pages > 1,
        rx.el.nav(
            _turn(turn, "First page", "chevrons-left", rx.Var.create(1), is_first),
            _turn(turn, "Previous page", "chevron-left", before.to(int), is_first),
            rx.el.span(f"Page {page} of {pages}", class_name="muted small num"),
            _turn(turn, "Next page", "chevron-right", after.to(int), is_last),
            _turn(turn, "Last page", "chevrons-right", pages, is_last),
            class_name="pager",
            aria_label=label,
        ),
    )


def _turn(turn: Turn, words: str, symbol: str, to: rx.Var[int], is_off: rx.Var[bool]) -> Component:
    return turn(
        icon(symbol),
        to=to,
        class_name=rx.cond(is_off, "btn page-turn off", "btn page-turn"),
        aria_label=words,
        title=words,
        aria_disabled=rx.cond(is_off, "true", "false"),
    )
