"""A mentor in the directory."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import avatar, badge, dotted, link, skeleton
from mentorbook.presenters.people.mentor_card import MentorRow

MOST_TOPICS = 3


def mentor_card(mentor: rx.Var[MentorRow]) -> Component:
    """Draw the card of a mentor, which as a whole is a link to the mentor's page."""
    return rx.el.li(
        link(
            *_inside(mentor, mentor.picture),
            href=mentor.href,
            class_name="card mentor",
            data_testid="mentor-card",
        )
    )


def mentor_card_preview(mentor: rx.Var[MentorRow], picture: rx.Var[str]) -> Component:
    """Draw a card as it would stand in the directory; it leads nowhere."""
    return rx.el.div(*_inside(mentor, picture), class_name="card mentor", data_testid="card-preview")


def _inside(mentor: rx.Var[MentorRow], picture: rx.Var[str]) -> tuple[Component, ...]:
    return (
        rx.el.div(
            avatar(mentor.initials, picture=picture, size="l"),
            rx.el.div(
                rx.el.h2(mentor.name, class_name="h3"),
                rx.el.p(mentor.headline, class_name="small muted"),
            ),
            class_name="who",
        ),
        rx.el.div(
            rx.foreach(mentor.expertise[:MOST_TOPICS], lambda topic: badge(topic)), class_name="topics"
        ),
        free_line(mentor.next_free, mentor.is_free, rx.el.b(mentor.rate)),
    )


def free_line(words: rx.Var[str], is_free: rx.Var[bool], *beside: Component) -> Component:
    """Say when the mentor is free next, under a hairline, with a dot that only repeats the words."""
    return rx.el.div(
        rx.el.span(class_name=rx.cond(is_free, "dot", "dot none")),
        rx.el.span(dotted(words), class_name="grow"),
        *beside,
        class_name="next",
    )


def mentor_card_shape() -> Component:
    """Draw the skeleton of a card that is being loaded."""
    return rx.el.div(
        rx.el.div(
            skeleton("56px", "56px", is_round=True),
            rx.el.div(skeleton("60%"), skeleton("85%", "12px"), class_name="col grow"),
            class_name="who",
        ),
        rx.el.div(skeleton("90px", "20px"), skeleton("70px", "20px"), class_name="topics"),
        rx.el.div(
            skeleton("130px", "12px"), rx.el.span(class_name="grow"), skeleton("48px"), class_name="next"
        ),
        class_name="card mentor",
    )
