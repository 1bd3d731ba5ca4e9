"""A mentor's week: seven days side by side, or one under a strip of all where there is no room for seven."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_components_core.el.elements.sectioning import Section

from mentorbook.components.held import VIEWER
from mentorbook.components.list_address import ask, asked
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import button, empty, icon, link, link_button, note, skeleton, waiting
from mentorbook.components.seen import Seen
from mentorbook.components.zone_picker import zone_facts, zone_picker
from mentorbook.presenters.booking.mentor_week import Shape, WeekBlock, WeekDay
from mentorbook.state.booking.mentor_week import OwnWeek

_LIBRARY = "$/public/week.js"
_SEEN = Seen(OwnWeek, "view", "week")
_CHOICE = Optimistic("week_zone", OwnWeek.turn, **zone_facts(OwnWeek))
_week = _SEEN.week
_THIS_WEEK = "/sessions?view=week"


class WeekFrame(Section):
    """A `section` in which keys and swipes lead from week to week and from day to day."""

    library = _LIBRARY
    tag = "WeekFrame"


class NowLine(rx.Component):
    """The line of the present in the column of today; it moves by itself, up to `last`."""

    library = _LIBRARY
    tag = "NowLine"

    minute: rx.Var[int]
    last: rx.Var[int]


def figures() -> Component:
    """Draw what a mentor's page counts, each as the link to what is counted."""
    said = OwnWeek.figures
    return rx.el.nav(
        _figure("/sessions", "calendar-days", said.coming, said.coming_words, "coming"),
        _figure(_THIS_WEEK, "clock", said.hours, said.hours_words, "hours"),
        _figure("/sessions#requests", "hourglass", said.requests, said.requests_words, "requests"),
        class_name="figures",
        aria_label="At a glance",
        data_testid="figures",
    )


def _figure(href: str, symbol: str, value: Any, words: Any, name: str) -> Component:
    shown = rx.el.span(rx.el.b(value, class_name="num"), " ", rx.el.span(words, class_name="muted small"))
    return link(
        icon(symbol),
        rx.cond(OwnWeek.has_figures, shown, waiting(skeleton("110px", "18px"), label="Counting")),
        href=href,
        class_name="card figure",
        data_testid=f"figure-{name}",
    )


def view_switch(is_week: Any) -> Component:
    """Draw the two ways to look at one's sessions."""

    def way(words: str, symbol: str, href: str, is_shown: Any) -> Component:
        return link(icon(symbol), words, href=href, aria_current=rx.cond(is_shown, "page", "false"))

    return rx.el.nav(
        way("List", "list", "/sessions", ~is_week),
        way("Week", "calendar-range", _THIS_WEEK, is_week),
        class_name="view-switch",
        aria_label="View",
    )


def mentor_week() -> Component:
    """Draw the week that the address asks for, with the ways to others and the zone that it is told in."""
    # In another zone it is another week: what is known in the one before is not shown as if it were in this.
    is_known = (_SEEN.phase == "shown") & (_week.zone == _CHOICE.zone)
    phase = rx.cond(is_known, "shown", rx.cond(_SEEN.phase == "failed", "failed", "loading"))
    return WeekFrame.create(
        _bar(is_known),
        rx.match(phase, ("shown", _shown()), ("failed", _failed()), _shape()),
        class_name="week-view stack",
        aria_labelledby="week-title",
        data_testid="mentor-week",
    )


def _bar(is_known: Any) -> Component:
    def to(which: str, words: str, symbol: str, day: Any, key: str) -> Component:
        return link(
            icon(symbol),
            href=rx.cond(is_known, f"{_THIS_WEEK}&week={day}", _THIS_WEEK),
            class_name="btn week-turn",
            aria_label=words,
            data_week=which,
            custom_attrs={"aria-keyshortcuts": key},
        )

    return rx.el.div(
        rx.el.h2(
            rx.cond(is_known, _week.title, "Your week"), id="week-title", class_name="num", aria_live="polite"
        ),
        rx.el.div(
            to("back", "The week before", "chevron-left", _week.back, "PageUp"),
            link(
                "Today",
                href=_THIS_WEEK,
                class_name="btn",
                data_week="today",
                custom_attrs={"aria-keyshortcuts": "T"},
            ),
            to("on", "The week after", "chevron-right", _week.on, "PageDown"),
            class_name="row",
            role="group",
            aria_label="Other weeks",
        ),
        zone_picker(OwnWeek, _CHOICE, name="week", data_testid="week-zone"),
        class_name="row wrap week-bar",
    )


def _shown() -> Component:
    return rx.fragment(
        rx.cond(
            _week.paused,
            note("Nobody can book you at the moment: you are paused, or have no hours yet.", tone="warn"),
        ),
        _strip(),
        rx.el.div(
            rx.el.div(
                rx.foreach(_week.hours, lambda hour: rx.el.span(hour)),
                class_name="week-axis num",
                aria_hidden="true",
            ),
            rx.foreach(_week.days, _day),
            class_name="week-grid",
            style={"--first": _week.first.to_string(), "--last": _week.last.to_string()},
        ),
        rx.cond(
            _week.is_empty,
            rx.el.p("Nothing is booked in this week, and no hour of it is open.", class_name="muted small"),
        ),
        _legend(),
    )


def _strip() -> Component:
    """Draw the seven days as buttons, of which one is on show where there is no room for all."""

    def one(day: rx.Var[WeekDay]) -> Component:
        return rx.el.button(
            rx.el.span(day.weekday, aria_hidden="true"),
            rx.el.b(day.number, aria_hidden="true"),
            rx.cond(day.blocks.length() > 0, rx.el.i(class_name="dot", aria_hidden="true")),
            type="button",
            aria_label=day.label,
            aria_pressed=rx.cond(_chosen() == day.iso, "true", "false"),
            on_click=ask(day=day.iso),
            class_name=rx.cond(day.is_today, "today", ""),
            data_day=day.iso,
        )

    return rx.el.div(
        rx.foreach(_week.days, one), class_name="week-strip num", role="group", aria_label="Days of the week"
    )


def _chosen() -> rx.Var[str]:
    """Return the day that the address names, else today, else the first of the week."""
    first = rx.cond(_week.today != "", _week.today, _week.iso)
    is_here = (asked("day") >= _week.iso) & (asked("day") < _week.on)
    return rx.cond(is_here, asked("day"), first).to(str)


def _day(day: rx.Var[WeekDay]) -> Component:
    title = f"week-{day.iso}"
    state = rx.cond(day.is_today, " today", rx.cond(day.is_over, " past", ""))
    shown = rx.cond(_chosen() == day.iso, " chosen", "")
    return rx.el.section(
        rx.el.div(
            rx.el.h3(
                rx.el.span(day.weekday, aria_hidden="true"),
                rx.el.b(day.number, aria_hidden="true"),
                rx.el.span(day.label, class_name="week-long"),
                id=title,
            ),
            rx.el.p(day.hours, class_name="week-open num"),
            rx.foreach(day.notes, lambda words: rx.el.p(words, class_name="week-note num")),
            class_name="week-head",
        ),
        rx.el.div(
            rx.foreach(day.ground, _ground),
            rx.cond(day.is_today, NowLine.create(minute=_week.now, last=_week.last)),
            rx.cond(
                day.blocks.length() > 0,
                rx.el.ul(rx.foreach(day.blocks, _block), class_name="week-blocks"),
                rx.el.p("No sessions.", class_name="week-none"),
            ),
            class_name="week-body",
        ),
        class_name=f"week-day{state}{shown}",
        aria_labelledby=title,
        data_testid="week-day",
        data_date=day.iso,
    )


def _placed(shape: Any) -> dict[str, Any]:
    return {"--top": shape.top.to_string(), "--height": shape.height.to_string()}


def _ground(shape: rx.Var[Shape]) -> Component:
    return rx.el.span(
        class_name=f"week-{shape.kind} lane-{shape.lane}", style=_placed(shape), aria_hidden="true"
    )


def _block(block: rx.Var[WeekBlock]) -> Component:
    return rx.el.li(
        link(
            rx.el.span(block.time, class_name="week-time num"),
            rx.el.b(block.title),
            rx.el.span(block.who),
            rx.cond(block.tag != "", rx.el.span(block.tag, class_name="week-tag")),
            href=f"/sessions/{block.id}",
        ),
        class_name=f"week-block {block.state} {block.size} lane-{block.lane}",
        style=_placed(block) | {"--lines": block.lines.to_string()},
        key=block.key,
        data_testid="week-session",
        data_session_id=block.id,
        data_state=block.state,
    )


def _legend() -> Component:
    words = (("open", "Open hours"), ("added", "Extra hours"), ("taken", "Time off"))
    return rx.el.ul(
        *(rx.el.li(rx.el.span(class_name=f"swatch week-{kind}"), each) for kind, each in words),
        class_name="week-legend small muted",
        aria_label="What the grounds mean",
    )


def _shape() -> Component:
    columns = (
        rx.el.div(skeleton("60%", "16px"), skeleton("100%", "360px"), class_name="col") for _ in range(7)
    )
    return waiting(*columns, label="Loading your week", class_name="week-shape")


def _failed() -> Component:
    return empty(
        "Your week could not be loaded",
        "Your sessions are safe, and nothing has changed. Try again in a moment.",
        button("Try again", on_click=OwnWeek.load),
        link_button("See the list", href="/sessions"),
        icon_name="circle-alert",
        role="alert",
    )


def shows_week(view: Any) -> Any:
    """Say whether the page shows a week: who is a mentor has asked for one."""
    return VIEWER.is_mentor & (view == "week")
