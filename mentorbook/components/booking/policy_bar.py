"""The policies of one session as a bar in time."""

import reflex as rx

from mentorbook.presenters.booking.policy_bar import PolicyPart


def policy_bar(parts: rx.Var[list[PolicyPart]]) -> rx.Component:
    """Draw the periods from now to the start, each with its meaning and date; never by colour alone."""
    return rx.el.div(rx.foreach(parts, _part), class_name="pol", role="list")


def _part(part: rx.Var[PolicyPart]) -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="pol-bar", aria_hidden="true"),
        rx.el.p(rx.el.b(part.label), rx.el.span(part.until)),
        class_name=f"pol-part pol-{part.tone}",
        style={"flexGrow": part.share},
        role="listitem",
    )
