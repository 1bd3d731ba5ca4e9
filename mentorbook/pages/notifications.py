"""`/notifications`: what one has been told."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.notification_list import mark_all_read, notification_list
from mentorbook.components.pager import address_pager
from mentorbook.components.shell import shell
from mentorbook.state.notifications import Notices
from mentorbook.state.people.me import Me

_TITLE = "Notifications"


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        notifications_page,
        route="/notifications",
        title=f"{_TITLE} · MentorBook",
        on_load=[Me.arrive_member, Notices.load],
    )


def notifications_page() -> Component:
    """Draw one page of notifications, newest first; what is shown here counts as read."""
    return shell(
        rx.el.div(
            rx.el.h1(_TITLE),
            mark_all_read(Notices),
            class_name="row between wrap sessions-head",
        ),
        rx.el.div(
            notification_list(Notices, lambda item: item, again=Notices.load), class_name="notice-page"
        ),
        address_pager(Notices.page, Notices.pages),
        title=_TITLE,
        current="notifications",
        members_only=True,
        width="medium",
    )
