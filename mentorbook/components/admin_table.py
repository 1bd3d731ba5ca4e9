"""All sessions as a table with its filters."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import badge, button, empty, icon, link, skeleton, waiting
from mentorbook.state.admin_sessions import STATUSES, AdminRow, AdminSessions

_NAMES = {"in_progress": "In progress", "no_show": "No-show"}
_HEADS = ("Session", "Status", "Starts", "Mentor", "Mentee", "Price", "Moves")


def admin_table() -> Component:
    """Filters, table, pages and the download."""
    return rx.el.div(
        _filters(),
        rx.cond(
            AdminSessions.loading,
            waiting(*[skeleton("100%", "44px") for _ in range(6)], class_name="card col"),
            rx.cond(AdminSessions.total == 0, _nothing(), _table()),
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
                    value=AdminSessions.search,
                    on_change=lambda text: AdminSessions.filter_by("search", text),
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
                *(rx.el.option(_name(status), value=status) for status in STATUSES),
                aria_label="Status",
                value=AdminSessions.status,
                on_change=lambda text: AdminSessions.filter_by("status", text),
                data_testid="admin-status",
            ),
            icon("chevron-down"),
            class_name="choose",
        ),
        _date("From", "first", AdminSessions.first),
        _date("To", "last", AdminSessions.last),
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
            on_change=lambda text: AdminSessions.filter_by(field, text),
            data_testid=f"admin-{field}",
        ),
        class_name="row",
    )


def _name(status: str) -> str:
    return _NAMES.get(status, status.capitalize())


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
                rx.el.tbody(rx.foreach(AdminSessions.rows, _row), role="rowgroup"),
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
                AdminSessions.total,
                rx.cond(AdminSessions.total == 1, " session", " sessions"),
                class_name="muted small grow",
            ),
            rx.el.a(
                icon("download"),
                "Download CSV",
                href=AdminSessions.csv_address,
                reload_document=True,
                class_name="btn",
                data_testid="admin-csv",
            ),
            rx.cond(AdminSessions.pages > 1, _pages()),
            class_name="row wrap",
        ),
    )


def _row(row: rx.Var[AdminRow]) -> Component:
    tone = rx.match(
        row.status,
        ("scheduled", "badge acc"),
        ("pending", "badge wait"),
        ("completed", "badge ok"),
        ("in_progress", "badge ok"),
        ("no_show", "badge or"),
        "badge",
    )
    words = rx.match(row.status, *((status, _name(status)) for status in STATUSES), "Unknown")
    return rx.el.tr(
        rx.el.td(
            link(row.title, href=f"/sessions/{row.id}", class_name="strong"), class_name="wide", role="cell"
        ),
        rx.el.td(rx.el.span(words, class_name=tone), role="cell"),
        _cell("Starts", row.day, rx.el.span(row.time, class_name="muted tiny block")),
        _cell("Mentor", row.mentor, class_name="name"),
        _cell("Mentee", row.mentee, class_name="name"),
        _cell("Price", row.price),
        _cell("Moves", row.moves),
        role="row",
    )


def _cell(label: str, *words: Any, class_name: str = "num") -> Component:
    """A cell that, on a phone, stands under its neighbours and says itself what it is."""
    return rx.el.td(*words, class_name=class_name, role="cell", custom_attrs={"data-label": label})


def _pages() -> Component:
    return rx.el.nav(
        _turn("Previous", -1, AdminSessions.page <= 1),
        badge(AdminSessions.page, " / ", AdminSessions.pages),
        _turn("Next", 1, AdminSessions.page >= AdminSessions.pages),
        class_name="row",
        aria_label="Pages",
    )


def _turn(words: str, by: int, off: rx.Var[bool]) -> Component:
    return rx.el.button(
        words,
        type="button",
        class_name=rx.cond(off, "btn s off", "btn s"),
        aria_disabled=rx.cond(off, "true", "false"),
        on_click=rx.cond(off, rx.noop(), AdminSessions.turn_page(by)),
    )


def _nothing() -> Component:
    return empty(
        "No session matches",
        "Look for another name, or take the filters off.",
        button("Clear filters", on_click=AdminSessions.clear),
        icon_name="calendar-search",
    )
