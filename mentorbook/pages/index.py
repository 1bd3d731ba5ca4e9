"""`/`: find a mentor."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.fields import choose
from mentorbook.components.mentor_card import mentor_card, mentor_card_shape
from mentorbook.components.parts import button, empty, icon, page_head, skeleton, waiting
from mentorbook.components.shell import shell
from mentorbook.state.directory import MOST_TEXT, Directory
from mentorbook.state.me import Me

_DAYS = [("", "Any day"), ("1", "Next 24 hours"), ("3", "Next 3 days"), ("7", "Next 7 days")]
_PRICES = [("", "Any price"), ("0", "Free"), ("50", "Up to 50 an hour"), ("100", "Up to 100 an hour")]
_SHAPES = 6
_CHIPS = ("112px", "78px", "96px", "84px", "104px")


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(index, route="/", title="Find a mentor · MentorBook", on_load=[Me.arrive, Directory.arrive])


def index() -> Component:
    """The directory."""
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
                Directory.status,
                ("loading", waiting(*(mentor_card_shape() for _ in range(_SHAPES)), class_name="grid3")),
                ("failed", _failed()),
                rx.cond(Directory.total > 0, _found(), _nothing()),
            ),
            class_name="directory",
        ),
        current="mentors",
    )


def _filters() -> Component:
    search = rx.el.form(
        rx.el.div(
            icon("search"),
            rx.el.input(
                id="mentor-search",
                name="q",
                type="search",
                class_name="input",
                placeholder="Name, skill or topic",
                aria_label="Search mentors by name, skill or topic",
                auto_complete="off",
                max_length=MOST_TEXT,
                on_change=Directory.search.debounce(250),
            ),
            class_name="with-icon",
        ),
        role="search",
        on_submit=Directory.submit_search,
    )
    return rx.el.div(
        search,
        choose(
            "Free within",
            "calendar",
            _DAYS,
            value=Directory.days,
            on_change=Directory.filter_days,
            class_name=rx.cond(Directory.days, "on", ""),
        ),
        choose(
            "Price, in the mentor's currency",
            "banknote",
            _PRICES,
            value=Directory.price,
            on_change=Directory.filter_price,
            class_name=rx.cond(Directory.price, "on", ""),
        ),
        class_name="filters",
    )


def _topics() -> Component:
    return rx.el.div(
        _chip("All", ""),
        rx.foreach(Directory.topics, lambda topic: _chip(topic, topic)),
        rx.cond(Directory.status == "loading", rx.fragment(*(skeleton(width, "34px") for width in _CHIPS))),
        class_name="chips scroll",
        role="group",
        aria_label="Expertise",
    )


def _chip(words: str | rx.Var[str], topic: str | rx.Var[str]) -> Component:
    return rx.el.button(
        words,
        type="button",
        class_name="chip",
        aria_pressed=rx.cond(Directory.topic == topic, "true", "false"),
        on_click=Directory.filter_topic(topic),
    )


def _found() -> Component:
    count = rx.cond(Directory.total == 1, "1 mentor", f"{Directory.total} mentors")
    return rx.fragment(
        rx.el.p(count, class_name="sr-only", role="status"),
        rx.el.ul(rx.foreach(Directory.mentors, mentor_card), class_name="grid3"),
        rx.cond(Directory.pages > 1, _pager()),
    )


def _pager() -> Component:
    return rx.el.nav(
        _turn("Back", "chevron-left", -1, at_end=Directory.page <= 1),
        rx.el.span(f"Page {Directory.page} of {Directory.pages}", class_name="small muted num"),
        _turn("More", "chevron-right", 1, at_end=Directory.page >= Directory.pages),
        class_name="pager",
        aria_label="Pages",
    )


def _turn(words: str, symbol: str, by: int, *, at_end: rx.Var[bool]) -> Component:
    return button(
        words,
        icon_name=symbol,
        on_click=Directory.turn_page(by),
        aria_disabled=rx.cond(at_end, "true", "false"),
    )


def _nothing() -> Component:
    return rx.cond(
        Directory.filtered,
        empty(
            "No mentor matches",
            "Try another word, another day or any price.",
            button("Clear filters", icon_name="x", on_click=Directory.clear),
            icon_name="search-x",
            role="status",
        ),
        empty("No mentors yet", "They appear here as soon as they publish their times.", icon_name="users"),
    )


def _failed() -> Component:
    return empty(
        "The mentors could not be loaded",
        "Your search is kept. Try again in a moment.",
        button("Try again", icon_name="rotate-cw", on_click=Directory.arrive),
        icon_name="cloud-off",
        role="alert",
    )
