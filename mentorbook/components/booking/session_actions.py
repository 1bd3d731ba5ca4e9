"""What a person can do with a session, and why something is not possible."""

import functools
import operator
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import open_dialog
from mentorbook.components.booking.answer_dialog import answer_buttons
from mentorbook.components.booking.cancel_dialog import cancel_dialog
from mentorbook.components.booking.reschedule_dialog import reschedule_dialog
from mentorbook.components.parts import button, hidden, icon, link_button
from mentorbook.domain.booking.actions import MENTEE_ONLY
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.booking.session_card import SessionCard
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog

# The element that says, once on a page, that there is no video server.
NO_VIDEO_ID = "no-video"


def session_actions(card: rx.Var[SessionCard], *more: Component) -> Component:
    """Draw the buttons of a session; leave out those that the reader never has."""
    return rx.el.div(
        rx.cond(card.reschedule != "", _reschedule(card)),
        rx.cond(card.cancel != "", _cancel(card)),
        rx.cond(card.no_show != "", _no_show(card)),
        rx.cond(card.mentor_absent != "", _mentor_absent(card)),
        rx.cond(card.answer != "", answer_buttons(card.id, card.title)),
        rx.match(card.join, ("open", _join(card)), ("closed", _closed(card)), rx.fragment()),
        *more,
        class_name="acts",
    )


def session_dialogs() -> Component:
    """Draw the dialogs that the buttons open: once on every page that shows sessions."""
    return rx.fragment(
        cancel_dialog(),
        reschedule_dialog(),
        rx.el.span(on_unmount=[CancelDialog.depart, RescheduleDialog.depart]),
    )


def session_reasons(card: rx.Var[SessionCard]) -> Component:
    """Say why, until when or since when, under the buttons that it explains."""
    said = (card.why, card.why_join, card.why_reschedule, card.why_cancel)
    has_reason = functools.reduce(operator.or_, (words != "" for words in said))
    return rx.cond(
        has_reason | card.mentee_only,
        rx.el.div(
            rx.cond(
                has_reason,
                _line(
                    _reason(card.why_reschedule, f"why-reschedule-{card.id}"),
                    _reason(card.why_cancel, f"why-cancel-{card.id}"),
                    _reason(card.why_join, f"why-join-{card.id}"),
                    _reason(card.why, f"why-{card.id}"),
                ),
            ),
            rx.cond(
                card.mentee_only,
                _line(
                    rx.el.span(MENTEE_ONLY, data_testid="mentee-only-message"), class_name="why-mentee-only"
                ),
            ),
            class_name="why",
        ),
    )


def _line(*words: Component, **props: Any) -> Component:
    return rx.el.p(icon("info"), rx.el.span(*words), **props)


def _reason(words: rx.Var[str], identifier: str | rx.Var[str]) -> Component:
    return rx.cond(words != "", rx.fragment(rx.el.span(words, id=identifier), " "))


def _reschedule(card: rx.Var[SessionCard]) -> Component:
    return _button(
        card.reschedule,
        "Reschedule",
        hidden(" ", card.title),
        rx.cond(
            card.moves != "",
            rx.el.span(hidden(", "), card.moves, hidden(" used"), class_name="moves num"),
        ),
        opens="reschedule",
        session_id=card.id,
        reason=f"why-reschedule-{card.id}",
        why=card.why_reschedule,
        id=f"reschedule-{card.id}",
        data_testid="reschedule-session",
    )


def _cancel(card: rx.Var[SessionCard]) -> Component:
    # What stands in the way of both is said once, beside moving.
    is_own = card.why_cancel != ""
    reason = rx.cond(is_own, f"why-cancel-{card.id}", f"why-reschedule-{card.id}")
    return _button(
        card.cancel,
        rx.cond(card.pay != "", "Give the time back", rx.cond(card.withdraws, "Withdraw", "Cancel")),
        hidden(" ", card.title),
        opens="cancel",
        session_id=card.id,
        reason=reason,
        why=rx.cond(is_own, card.why_cancel, card.why_reschedule),
        id=f"cancel-{card.id}",
        data_testid="cancel-session",
    )


def _button(
    state: rx.Var[str],
    *words: Any,
    opens: str,
    session_id: rx.Var[str],
    reason: Any,
    why: Any,
    **props: Any,
) -> Component:
    """Draw one button in both states, so that it keeps the focus when its action becomes impossible.

    `opens` names the dialog. `why` is shown under the pointer, and read out from the element that has the
    id `reason`.
    """
    is_off = state == "off"
    return rx.el.button(
        *words,
        type="button",
        class_name=rx.cond(is_off, "btn off", "btn"),
        aria_disabled=rx.cond(is_off, "true", "false"),
        aria_describedby=rx.cond(is_off, reason, ""),
        title=rx.cond(is_off, why, ""),
        on_click=open_dialog(opens, session_id, unless=is_off),
        custom_attrs={"data-opens": "dialog"},
        **props,
    )


def _asks(opens: str, words: str, about: Component, card: rx.Var[SessionCard], test_id: str) -> Component:
    """Draw a button that asks first; `opens` names the question."""
    return button(
        words,
        about,
        on_click=open_dialog(opens, card.id),
        id=f"{opens}-{card.id}",
        data_testid=test_id,
        custom_attrs={"data-opens": "dialog"},
    )


def _no_show(card: rx.Var[SessionCard]) -> Component:
    return _asks("no-show", "Mark no-show", hidden(" ", card.title), card, "mark-no-show")


def _mentor_absent(card: rx.Var[SessionCard]) -> Component:
    return _asks("mentor-absent", "Mentor did not come", hidden(" to ", card.title), card, "report-absence")


def _join(card: rx.Var[SessionCard]) -> Component:
    return link_button(
        "Join",
        hidden(" ", card.title),
        href=f"/room/{card.id}",
        kind="primary",
        icon_name="video",
        data_testid="join-session",
    )


def _closed(card: rx.Var[SessionCard]) -> Component:
    return rx.el.span(
        icon("video"),
        "Join",
        hidden(" ", card.title),
        role="link",
        tab_index=0,
        aria_disabled="true",
        aria_describedby=rx.cond(card.why_join != "", f"why-join-{card.id}", NO_VIDEO_ID),
        title=rx.cond(card.why_join != "", card.why_join, NO_VIDEO),
        class_name="btn off",
        data_testid="join-session",
    )
