"""The menu of a session's card on a phone: what is not possible now and why, and where else to go."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import icon, link
from mentorbook.domain.booking.actions import MENTEE_ONLY
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.booking.session_card import SessionCard

# The menu opens inside the page's main part, so that it is part of a landmark.
_IN_MAIN = "typeof document === 'undefined' ? undefined : document.getElementById('main')"


def action_menu(card: rx.Var[SessionCard]) -> Component:
    """Draw the button to the menu; wider screens, which show all of it on the card, hide it.

    What is not possible can be reached and is read out with its reason, but does nothing.
    """
    why_cancel = rx.cond(card.why_cancel != "", card.why_cancel, card.why_reschedule)
    return rx.cond(
        (card.join != "") | (card.why != "") | card.mentee_only | (card.reschedule == "off"),
        rx.dropdown_menu.root(
            rx.dropdown_menu.trigger(
                rx.el.button(
                    icon("ellipsis"),
                    type="button",
                    class_name="icon-btn sess-more",
                    aria_label=f"More about {card.title}",
                    data_testid="more-actions",
                ),
            ),
            rx.dropdown_menu.content(
                rx.cond(card.why != "", rx.el.div(card.why, class_name="menu-why muted num")),
                rx.cond(card.join == "closed", _off("video", "Join", _why_no_room(card), "join-session")),
                rx.cond(
                    card.reschedule == "off",
                    _off("calendar-clock", "Reschedule", card.why_reschedule, "reschedule-session"),
                ),
                rx.cond(
                    card.cancel == "off",
                    _off(
                        "calendar-x",
                        rx.cond(card.withdraws, "Withdraw", "Cancel"),
                        why_cancel,
                        "cancel-session",
                    ),
                ),
                rx.cond(
                    card.mentee_only, _off("calendar-x", "Cancel or reschedule", MENTEE_ONLY, "mentee-only")
                ),
                rx.dropdown_menu.separator(),
                _place("info", "Open the session", f"/sessions/{card.id}"),
                rx.cond(card.join != "", _calendar(card)),
                align="end",
                variant="soft",
                color_scheme="gray",
                class_name="account sess-menu",
                aria_describedby=rx.cond(card.why != "", f"why-{card.id}", ""),
                custom_attrs={"container": rx.Var(_IN_MAIN)},
            ),
            modal=False,
        ),
    )


def _why_no_room(card: rx.Var[SessionCard]) -> rx.Var[str]:
    return rx.cond(card.why_join != "", card.why_join, NO_VIDEO).to(str)


def _off(symbol: str, words: Any, why: Any, test_id: str) -> Component:
    return rx.dropdown_menu.item(
        rx.el.span(
            icon(symbol),
            rx.el.span(words, " ", rx.el.span(why, class_name="menu-reason")),
            class_name="menu-line",
        ),
        aria_disabled="true",
        on_select=rx.prevent_default,
        data_testid=f"{test_id}-off",
    )


def _place(symbol: str, words: str, href: Any) -> Component:
    return rx.dropdown_menu.item(link(icon(symbol), words, href=href, class_name="menu-line"), as_child=True)


def _calendar(card: rx.Var[SessionCard]) -> Component:
    return rx.dropdown_menu.item(
        rx.el.a(
            icon("calendar-plus"),
            "Add to calendar",
            href=f"/api/bookings/{card.id}/calendar.ics",
            download="session.ics",
            reload_document=True,
            class_name="menu-line",
        ),
        as_child=True,
    )
