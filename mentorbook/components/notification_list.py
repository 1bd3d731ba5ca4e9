"""A list of notifications, for the bell and for their page."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.answer_dialog import answer_buttons
from mentorbook.components.parts import (
    avatar,
    empty,
    hidden,
    icon,
    link,
    link_button,
    skeleton,
    waiting,
)
from mentorbook.presenters.notices import NoticeItem
from mentorbook.state.notifications import NoticeList
from mentorbook.state.people.me import Me

NOTHING = "Nothing yet. When you book, or somebody books you, you read it here."


def notification_list(
    state: type[NoticeList], around: Callable[[Component], Component], *, again: Any
) -> Component:
    """Draw the list of `state`, or its skeleton, or its error with `again` to load; `around` wraps links."""
    return rx.match(
        state.phase,
        (
            "shown",
            rx.cond(
                state.items.length() > 0,
                rx.el.ul(
                    rx.foreach(
                        state.items,
                        lambda item: rx.el.li(
                            around(_item(item)),
                            rx.cond(item.asks != "", _answers(item)),
                            class_name=rx.cond(item.fresh, "fresh", ""),
                        ),
                    ),
                    class_name="notices",
                ),
                empty(
                    "No notifications",
                    NOTHING,
                    around(link_button("Find a mentor", href="/", kind="primary")),
                    icon_name="bell",
                ),
            ),
        ),
        (
            "failed",
            empty(
                "Your notifications could not be loaded",
                "Nothing was marked as read. Try again in a moment.",
                awaited_button(
                    "Try again",
                    asks=Awaited(f"{state.get_name()}-again", state.turn),
                    ask=again,
                    kind="plain",
                ),
                icon_name="circle-alert",
            ),
        ),
        waiting(*(_shape() for _ in range(3)), label="Loading your notifications", class_name="notices"),
    )


def mark_all_read(state: type[NoticeList]) -> Component:
    """Draw the button that marks all notifications as read: while the list has new ones, or others remain."""
    return rx.cond(
        state.has_fresh | (Me.unread > 0),
        awaited_button(
            "Mark all read",
            asks=Awaited(f"{state.get_name()}-read", state.turn),
            ask=state.mark_all_read,
            kind="ghost",
            small=True,
            look="acc",
        ),
    )


def _item(item: rx.Var[NoticeItem]) -> Component:
    return link(
        rx.cond(
            item.initials != "",
            avatar(item.initials),
            rx.el.span(icon("calendar-days"), class_name="avatar", aria_hidden="true"),
        ),
        rx.el.span(
            rx.cond(item.fresh, hidden("New: ")),
            rx.el.b(item.title),
            rx.el.span(item.text, class_name="notice-text"),
            class_name="grow",
        ),
        rx.el.span(item.age, rx.cond(item.fresh, rx.el.span(class_name="dot")), class_name="notice-age num"),
        href=item.href,
        class_name=rx.cond(item.fresh, "notice fresh", "notice"),
        data_testid="notification-item",
    )


def _answers(item: rx.Var[NoticeItem]) -> Component:
    return rx.el.div(
        answer_buttons(item.asks, item.text, suffix="request", small=True), class_name="notice-acts"
    )


def _shape() -> Component:
    return rx.el.div(
        skeleton("36px", "36px", is_round=True),
        rx.el.span(skeleton("40%"), skeleton("70%", "12px"), class_name="grow col"),
        class_name="notice",
    )
