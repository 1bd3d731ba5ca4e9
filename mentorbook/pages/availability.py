"""`/availability`: a mentor's hours, exceptions and rules, beside what mentees would see of them."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.availability.block_fields import block_fields
from mentorbook.components.availability.exception_form import exception_form
from mentorbook.components.availability.hours_bar import hours_bar, hours_notes
from mentorbook.components.availability.hours_preview import hours_preview
from mentorbook.components.availability.rule_form import rule_form
from mentorbook.components.availability.week_grid import week_grid
from mentorbook.components.parts import empty, link, link_button, skeleton, waiting
from mentorbook.components.seen import asked_for
from mentorbook.components.shell import shell
from mentorbook.state.availability.hours_editor import HoursEditor
from mentorbook.state.people.me import Me

_TABS = ("week", "days", "rules")


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        availability_page,
        route="/availability",
        title="Availability · MentorBook",
        on_load=[Me.arrive_member, HoursEditor.load],
    )


def availability_page() -> Component:
    """Draw the editor's three tabs, and the preview beside them."""
    return shell(
        rx.match(
            HoursEditor.phase,
            ("shown", _editor()),
            ("forbidden", _not_a_mentor()),
            _shape(),
        ),
        title="When you meet people",
        current="availability",
        members_only=True,
        waits=_shape(),
    )


def _editor() -> Component:
    tab = asked_for("tab", _TABS)
    return rx.fragment(
        hours_bar(),
        rx.el.div(hours_notes(), class_name="stack hours-notes"),
        rx.el.div(
            rx.el.div(
                rx.el.nav(
                    _tab("week", "Weekly hours"),
                    _tab("days", "Days off", rx.el.span(" and extra days", class_name="wide-only"), _count()),
                    _tab("rules", "Rules"),
                    class_name="tabs",
                    aria_label="What of your hours",
                ),
                rx.match(
                    tab,
                    ("days", exception_form()),
                    ("rules", rule_form()),
                    rx.el.div(week_grid(), block_fields(), class_name="stack"),
                ),
                class_name="hours-main",
            ),
            hours_preview(),
            class_name="hours-page",
        ),
    )


def _tab(name: str, *words: Any) -> Component:
    return link(
        *words,
        href="/availability" if name == "week" else f"/availability?tab={name}",
        aria_current=rx.cond(asked_for("tab", _TABS) == name, "page", "false"),
    )


def _count() -> Component:
    return rx.cond(
        HoursEditor.exceptions.length() > 0,
        rx.el.span(HoursEditor.exceptions.length().to_string(), class_name="badge num"),
    )


def _not_a_mentor() -> Component:
    return empty(
        "Only mentors have hours",
        "Ask to be a mentor, and publish the hours in which people may book you.",
        link_button("Go to settings", href="/settings", kind="primary"),
        icon_name="calendar-clock",
        is_page=True,
    )


def _shape() -> Component:
    return rx.el.div(
        rx.el.h1("When you meet people"),
        waiting(skeleton("100%", "420px"), label="Loading your hours", class_name="card"),
        class_name="stack-l",
    )
