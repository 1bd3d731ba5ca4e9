"""One session in full: the other person, the facts, the policy and what happened."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import open_dialog
from mentorbook.components.booking.meeting_way import meeting_way
from mentorbook.components.booking.policy_bar import policy_bar
from mentorbook.components.booking.session_actions import NO_VIDEO_ID
from mentorbook.components.parts import avatar, button, link_button
from mentorbook.components.seen import Seen
from mentorbook.presenters.booking.timeline import Fact, TimelineLine
from mentorbook.state.booking.session_page import SessionPage

SEEN_SESSION = Seen(SessionPage)


def session_details(state: Any, *first: Component) -> Component:
    """Draw the cards under the heading of the session that `state` shows, `ShownSession` or `Seen`.

    What is to be done `first` stands before them.
    """
    return rx.el.div(
        rx.el.div(*first, _people_and_facts(state), _plans(state), class_name="stack"),
        rx.el.section(
            rx.el.h2("What happened", class_name="h3"),
            rx.el.ol(
                rx.foreach(state.details.happened, story_line),
                class_name="story",
                data_testid="session-timeline",
            ),
            class_name="card",
        ),
        class_name="session-grid",
    )


def _people_and_facts(state: Any) -> Component:
    card, details = state.card, state.details
    return rx.el.section(
        rx.el.div(
            avatar(card.initials, picture=card.picture, size="l"),
            rx.el.div(
                rx.el.h2(card.name, class_name="h3 sess-name"),
                rx.el.p(
                    details.headline,
                    class_name="muted small",
                ),
                class_name="grow",
            ),
            rx.cond(
                details.profile != "",
                link_button(
                    "Profile", href=details.profile, small=True, aria_label=f"Profile of {card.name}"
                ),
            ),
            rx.cond(
                card.edit != "",
                button(
                    "Edit",
                    small=True,
                    icon_name="pencil",
                    on_click=open_dialog("edit", card.id),
                    id=f"edit-{card.id}",
                    aria_label="Edit what the session is about",
                    data_testid="edit-session",
                    custom_attrs={"data-opens": "dialog"},
                ),
            ),
            class_name="session-who",
        ),
        rx.el.dl(
            rx.cond(details.mentee != "", _fact("Mentee", details.mentee)),
            _fact("Meet by", meeting_way(details.meeting)),
            rx.cond(details.room != "", _fact("Room", rx.el.span(details.room, id=NO_VIDEO_ID))),
            rx.cond(
                details.notes != "",
                _fact("Notes", rx.el.span(details.notes, class_name="lines plain")),
            ),
            _fact(
                "Price",
                rx.el.span(details.price, class_name="num"),
                rx.cond(details.charged != "", rx.el.span(" ", details.charged, class_name="muted plain")),
            ),
            class_name="session-facts",
        ),
        class_name="card",
        aria_label="The session",
    )


def _fact(name: str, *value: Component | rx.Var[str]) -> Component:
    return rx.fragment(rx.el.dt(name), rx.el.dd(*value))


def _plans(state: Any) -> Component:
    return rx.cond(
        state.details.policy.length() > 0,
        rx.el.section(
            rx.el.h2("If your plans change", class_name="h3"),
            policy_bar(state.details.policy),
            rx.cond(
                state.details.back != "",
                rx.el.p(state.details.back, class_name="small num", data_testid="session-refund"),
            ),
            rx.el.p(state.details.moving, class_name="muted small"),
            class_name="card col",
        ),
    )


def story_line(each: rx.Var[TimelineLine], *, facts: str = "Policies, address and browser") -> Component:
    """Draw one thing that happened, as an item of a list; `facts` names what only admins are told of it."""
    return rx.el.li(
        rx.el.i(class_name=f"story-{each.tone}", aria_hidden="true"),
        rx.el.div(
            rx.el.p(rx.el.b(each.title), " ", rx.el.span(each.time, class_name="muted num")),
            rx.cond(each.more != "", rx.el.p(each.more, class_name="muted lines")),
            rx.cond(each.facts.length() > 0, _for_admins(each, facts)),
            class_name="small",
        ),
    )


def _for_admins(each: rx.Var[TimelineLine], words: str) -> Component:
    return rx.el.details(
        rx.el.summary(words),
        rx.el.dl(rx.foreach(each.facts, _one_fact), class_name="story-facts num"),
        data_testid="audit-details",
    )


def _one_fact(fact: rx.Var[Fact]) -> Component:
    return rx.fragment(rx.el.dt(fact.name), rx.el.dd(fact.value, class_name="wrap-anywhere"))
