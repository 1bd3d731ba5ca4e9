"""All sessions as a table with its filters."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import badge, button, empty, icon, link, skeleton, waiting
from mentorbook.presenters.admin.session_table import SessionRow
from mentorbook.presenters.booking.kinds import STATUS_WORDS
from mentorbook.state.admin.session_table import SessionTable

_HEADS = ("Session", "Status", "Starts", "Mentor", "Mentee", "Price", "Moves")


def admin_table() -> Component:
    """Draw the filters, the table, its pages and the download."""
    return rx.el.div(
        _filters(),
        rx.cond(
            SessionTable.loading,
            waiting(*[skeleton("100%", "44px") for _ in range(6)], class_name="card col"),
            rx.cond(SessionTable.total == 0, _nothing(), _table()),
        ),
        class_name="stack",
    )


def _filters() -> Component:
    return rx.el.form(
        rx.el.div(
            icon("search"),
            rx.debounce_input(
                rx.el.input(
                    type="search",
                    class_name="input",
                    placeholder="Title, name or e-mail",
                    aria_label="Search sessions",
                    value=SessionTable.search,
                    on_change=lambda text: SessionTable.filter_by("search", text),
                    data_testid="admin-search",
                ),
                debounce_timeout=250,
            ),
            class_name="with-icon grow",
        ),
        rx.el.div(
            icon("list-filter"),
            rx.el.select(
                rx.el.option("Any status", value=""),
                *(rx.el.option(words.label, value=status.value) for status, words in STATUS_WORDS.items()),
                aria_label="Status",
                value=SessionTable.status,
                on_change=lambda text: SessionTable.filter_by("status", text),
                data_testid="admin-status",
            ),
            icon("chevron-down"),
            class_name="choose",
        ),
        _date("From", "first", SessionTable.first),
        _date("To", "last", SessionTable.last),
        class_name="row wrap admin-filters",
        role="search",
        prevent_default=True,
    )


def _date(label: str, field: str, value: Any) -> Component:
    return rx.el.label(
        rx.el.span(label, class_name="small muted"),
        rx.el.input(
            type="date",
            class_name="input",
            value=value,
            on_change=lambda text: SessionTable.filter_by(field, text),
            data_testid=f"admin-{field}",
        ),
        class_name="row",
    )


def _table() -> Component:
    return rx.fragment(
        rx.el.div(
            rx.el.table(
                rx.el.caption("Sessions", class_name="sr-only"),
                rx.el.thead(
                    rx.el.tr(
                        *(rx.el.th(head, scope="col", role="columnheader") for head in _HEADS), role="row"
                    ),
                    role="rowgroup",
                ),
                rx.el.tbody(rx.foreach(SessionTable.rows, _row), role="rowgroup"),
                # On a phone rows are drawn as blocks, and would cease to be a table without the roles.
                role="table",
                class_name="table",
            ),
            class_name="card table-frame",
            tab_index=0,
            role="region",
            aria_label="All sessions",
        ),
        rx.el.div(
            rx.el.span(
                SessionTable.total,
                rx.cond(SessionTable.total == 1, " session", " sessions"),
                class_name="muted small grow",
            ),
            rx.el.a(
                icon("download"),
                "Download CSV",
                href=SessionTable.csv_address,
                reload_document=True,
                class_name="btn",
                data_testid="admin-csv",
            ),
            rx.cond(SessionTable.pages > 1, _pages()),
            class_name="row wrap",
        ),
    )


def _row(row: rx.Var[SessionRow]) -> Component:
    return rx.el.tr(
        rx.el.td(
            link(row.title, href=f"/sessions/{row.id}", class_name="strong"), class_name="wide", role="cell"
        ),
        rx.el.td(rx.el.span(row.status, class_name=f"badge {row.tone}"), role="cell"),
        _cell("Starts", row.day, rx.el.span(row.time, class_name="muted tiny block")),
        _cell("Mentor", row.mentor, class_name="name"),
        _cell("Mentee", row.mentee, class_name="name"),
        _cell("Price", row.price),
        _cell("Moves", row.moves),
        role="row",
    )


def _cell(label: str, *words: Any, class_name: str = "num") -> Component:
    """Draw a cell that, on a phone, stands under its neighbours and shows its own label."""
    return rx.el.td(*words, class_name=class_name, role="cell", custom_attrs={"data-label": label})


def _pages() -> Component:
    return rx.el.nav(
        _turn("Previous", -1, SessionTable.page <= 1),
        badge(SessionTable.page, " / ", SessionTable.pages),
        _turn("Next", 1, SessionTable.page >= SessionTable.pages),
        class_name="row",
        aria_label="Pages",
    )


def _turn(words: str, by: int, off: rx.Var[bool]) -> Component:
    return rx.el.button(
        words,
        type="button",
        class_name=rx.cond(off, "btn s off", "btn s"),
        aria_disabled=rx.cond(off, "true", "false"),
        on_click=rx.cond(off, rx.noop(), SessionTable.turn_page(by)),
    )


def _nothing() -> Component:
    return empty(
        "No session matches",
        "Look for another name, or take the filters off.",
        button("Clear filters", on_click=SessionTable.clear),
        icon_name="calendar-search",
    )
