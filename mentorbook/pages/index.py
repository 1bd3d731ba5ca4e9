"""`/`: find a mentor."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import try_again
from mentorbook.components.fields import choose
from mentorbook.components.list_address import address_field, ask, asked, waits_for
from mentorbook.components.pager import pager
from mentorbook.components.parts import button, empty, icon, link_button, page_head, skeleton, waiting
from mentorbook.components.people.day_filter import day_filter
from mentorbook.components.people.mentor_card import mentor_card, mentor_card_shape
from mentorbook.components.shell import shell
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentor_directory import MOST_TEXT, MentorDirectory

_PRICES = [("", "Any price"), ("0", "Free"), ("50", "Up to 50 an hour"), ("100", "Up to 100 an hour")]
_SHAPES = 6
_PAUSE_MS = 250
_NO_FILTER = ask(q="", topic="", days="", price="", page="")
_CHIPS = ("112px", "78px", "96px", "84px", "104px")


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        index,
        route="/",
        title="Find a mentor · MentorBook",
        on_load=[Me.arrive, MentorDirectory.arrive],
    )


def index() -> Component:
    """Draw the directory of mentors."""
    return shell(
        page_head(
            "Find a mentor",
            "Book an hour with someone who has done it before.",
            rx.cond(Me.ready, f" Times are shown in {Me.city} time.", ""),
        ),
        _filters(),
        _topics(),
        rx.el.div(
            rx.match(
                MentorDirectory.status,
                ("loading", waiting(*(mentor_card_shape() for _ in range(_SHAPES)), class_name="grid3")),
                ("failed", _failed()),
                rx.cond(MentorDirectory.total > 0, _found(), _nothing()),
            ),
            class_name=rx.cond(waits_for(MentorDirectory.answered), "directory awaited", "directory"),
        ),
        current="mentors",
    )


def _filters() -> Component:
    search = rx.el.form(
        rx.el.div(
            icon("search"),
            address_field(
                id="mentor-search",
                parameter="q",
                pause=_PAUSE_MS,
                type="search",
                class_name="input",
                placeholder="Name, skill or topic",
                aria_label="Search mentors by name, skill or topic",
                auto_complete="off",
                max_length=MOST_TEXT,
                on_change=MentorDirectory.search,
            ),
            class_name="with-icon",
        ),
        role="search",
        on_submit=rx.prevent_default,
    )
    return rx.el.div(
        search,
        day_filter(),
        choose(
            "Price, in the mentor's currency",
            "banknote",
            _PRICES,
            value=asked("price"),
            on_change=lambda price: [ask(price=price, page=""), MentorDirectory.filter_price(price)],
            class_name=rx.cond(asked("price"), "on", ""),
        ),
        class_name="filters",
    )


def _topics() -> Component:
    return rx.el.div(
        _chip("All", ""),
        rx.foreach(MentorDirectory.topics, lambda topic: _chip(topic, topic)),
        rx.cond(
            MentorDirectory.status == "loading", rx.fragment(*(skeleton(width, "34px") for width in _CHIPS))
        ),
        class_name="chips scroll",
        role="group",
        aria_label="Expertise",
    )


def _chip(words: str | rx.Var[str], topic: str | rx.Var[str]) -> Component:
    return rx.el.button(
        words,
        type="button",
        class_name="chip",
        aria_pressed=rx.cond(asked("topic") == topic, "true", "false"),
        on_click=[ask(topic=topic, page=""), MentorDirectory.filter_topic(topic)],
    )


def _found() -> Component:
    count = rx.cond(MentorDirectory.total == 1, "1 mentor", f"{MentorDirectory.total} mentors")
    return rx.fragment(
        rx.el.p(count, class_name="sr-only", role="status"),
        rx.el.ul(rx.foreach(MentorDirectory.mentors, mentor_card), class_name="grid3"),
        pager(_turn, MentorDirectory.page, MentorDirectory.pages),
    )


def _turn(*words: Any, to: rx.Var[int], **props: Any) -> Component:
    turn = [ask(page=rx.cond(to > 1, to.to_string(), "")), MentorDirectory.turn_page(to)]
    return rx.el.button(*words, type="button", on_click=turn, **props)


def _nothing() -> Component:
    return rx.cond(
        MentorDirectory.filtered,
        empty(
            "No mentor matches",
            "Try another word, another day or any price.",
            button("Clear filters", icon_name="x", on_click=[_NO_FILTER, MentorDirectory.clear]),
            icon_name="search-x",
            role="status",
        ),
        empty(
            "No mentors yet",
            "They appear here as soon as they publish their times.",
            rx.cond(
                Me.signed_in,
                link_button("See your sessions", href="/sessions"),
                link_button("Create account", href="/register"),
            ),
            icon_name="users",
        ),
    )


def _failed() -> Component:
    return empty(
        "The mentors could not be loaded",
        "Your search is kept. Try again in a moment.",
        try_again(MentorDirectory, MentorDirectory.arrive),
        icon_name="cloud-off",
        role="alert",
    )
