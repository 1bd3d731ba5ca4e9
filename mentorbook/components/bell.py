"""The bell: how many notifications are unread, and the newest of them."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.answer_dialog import answer_dialog
from mentorbook.components.held import VIEWER
from mentorbook.components.notification_list import mark_all_read, notification_list
from mentorbook.components.parts import icon, link
from mentorbook.state.notifications import Bell

MOST_SHOWN = 99


def unread_count(test_id: str | None = None) -> Component:
    """Draw the number of unread notifications on the bell, or nothing while everything is read."""
    shown = rx.cond(VIEWER.unread > MOST_SHOWN, f"{MOST_SHOWN}+", VIEWER.unread.to_string())
    props = {"data_testid": test_id} if test_id else {}
    return rx.cond(VIEWER.unread > 0, rx.el.span(shown, class_name="count", **props))


def bell() -> Component:
    """Draw a button that opens the newest notifications; what it shows counts as read.

    The dialog that answering a request may open is drawn beside it, so once on every page.
    """
    return rx.fragment(_popover(), answer_dialog())


def _popover() -> Component:
    return rx.popover.root(
        rx.popover.trigger(
            rx.el.button(
                icon("bell"),
                unread_count("notification-count"),
                type="button",
                class_name="icon-btn",
                data_testid="notification-bell",
                aria_label=rx.cond(
                    VIEWER.unread > 0, f"Notifications, {VIEWER.unread.to_string()} unread", "Notifications"
                ),
            ),
        ),
        rx.popover.content(
            # With each connection another: a server that was restarted does not know that it is open.
            rx.fragment(_panel(), key=VIEWER.connection),
            align="end",
            side_offset=6,
            collision_padding=16,
            class_name="bell-pop",
            aria_label="Notifications",
        ),
    )


def _panel() -> Component:
    """Draw the panel; the bell counts as open from its mount to its unmount, whatever closes it."""
    return rx.el.div(
        rx.el.div(
            rx.el.h2("Notifications", class_name="h3"),
            mark_all_read(Bell),
            class_name="row between bell-head",
        ),
        notification_list(Bell, lambda item: rx.popover.close(item), again=Bell.open_bell),
        rx.popover.close(link("See all", href="/notifications", class_name="bell-foot")),
        on_mount=Bell.open_bell,
        on_unmount=Bell.close_bell,
    )
