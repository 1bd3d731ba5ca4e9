"""One session in a list: when, with whom, how it stands, and what can be done."""

from collections.abc import Callable

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.action_menu import action_menu
from mentorbook.components.booking.session_actions import session_actions, session_reasons
from mentorbook.components.parts import avatar, hidden, icon, link, link_button, skeleton
from mentorbook.presenters.booking.session_card import SessionCard


def session_card(card: rx.Var[SessionCard], *, heading: Callable[..., Component] = rx.el.h2) -> Component:
    """Draw the card of a session, as an item of a list; `heading` is one level below that of the list."""
    return rx.el.li(
        _date(card),
        rx.el.div(
            rx.el.div(
                heading(link(card.title, href=f"/sessions/{card.id}"), class_name="h3 sess-title"),
                session_badge(card),
                class_name="sess-head",
            ),
            rx.el.div(
                rx.el.span(
                    avatar(card.initials, picture=card.picture, size="s"),
                    rx.el.span(card.name, class_name="sess-name"),
                    rx.el.span(card.role, class_name="muted sess-role"),
                    class_name="row sess-who",
                ),
                rx.el.span(
                    rx.el.span(card.time, class_name="sess-time"),
                    rx.cond(card.there != "", rx.el.span(card.there, class_name="muted")),
                    class_name="row wrap num sess-when",
                ),
                class_name="meta",
            ),
            class_name="sess-what",
        ),
        session_actions(card, _pay(card), action_menu(card)),
        session_reasons(card),
        class_name="card sess",
        data_testid="session-card",
        data_session_id=card.id,
        data_status=card.status,
    )


def session_badge(card: rx.Var[SessionCard]) -> Component:
    """Draw the status of the session, in a word."""
    mark = rx.match(
        card.mark,
        ("dot", rx.el.span(class_name="dot")),
        ("hourglass", icon("hourglass")),
        ("check", icon("check")),
        rx.fragment(),
    )
    return rx.el.span(mark, card.badge, class_name=f"badge {card.tone}")


def session_card_shape() -> Component:
    """Draw the skeleton of a card that is being loaded."""
    return rx.el.div(
        rx.el.div(skeleton("64px", "76px"), class_name="sess-shape"),
        rx.el.div(skeleton("min(260px, 80%)", "16px"), skeleton("min(340px, 100%)"), class_name="col"),
        class_name="card sess",
    )


def _pay(card: rx.Var[SessionCard]) -> Component:
    return rx.cond(
        card.pay != "",
        link_button(
            card.pay,
            hidden(" for ", card.title),
            href=f"/sessions/{card.id}",
            kind="primary",
            icon_name="credit-card",
            data_testid="pay-session",
        ),
    )


def _date(card: rx.Var[SessionCard]) -> Component:
    return rx.el.div(
        hidden(card.full_date),
        rx.el.span(card.day, aria_hidden="true"),
        rx.el.b(card.date, aria_hidden="true"),
        rx.el.span(card.month, aria_hidden="true"),
        class_name=rx.cond(card.hot, "date num hot", "date num"),
    )
