"""All sessions as a table with its filters."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.table_parts import cell, sort_head, table_frame
from mentorbook.components.awaited import try_again
from mentorbook.components.fields import choose
from mentorbook.components.list_address import address_field, address_of, address_with, ask, asked, waits_for
from mentorbook.components.pager import address_pager
from mentorbook.components.parts import button, empty, icon, link, link_button, skeleton, waiting
from mentorbook.presenters.admin.session_table import SessionRow
from mentorbook.presenters.booking.kinds import STATUS_WORDS
from mentorbook.state.admin.session_table import SessionTable

_PAUSE_MS, _MOST_TEXT = 250, 200
_NO_FILTER = ask(search="", status="", first="", last="", page="")
# What stands over each column, and what it is sorted by.
_HEADS = {
    "Session": "title",
    "Status": "status",
    "Starts": "starts",
    "Mentor": "mentor",
    "Mentee": "mentee",
    "Price": "price",
    "Moves": "moves",
}
_ORDERS = [
    ("near", "What is near first"),
    ("-starts", "Latest start first"),
    ("starts", "Earliest start first"),
    ("title", "By session"),
    ("-title", "By session, Z to A"),
    ("status", "By status"),
    ("-status", "By status, Z to A"),
    ("mentor", "By mentor"),
    ("-mentor", "By mentor, Z to A"),
    ("mentee", "By mentee"),
    ("-mentee", "By mentee, Z to A"),
    ("price", "By price, lowest first"),
    ("-price", "By price, highest first"),
    ("moves", "By moves, fewest first"),
    ("-moves", "By moves, most first"),
]


def admin_table() -> Component:
    """Draw the filters, the table, its pages and the download."""
    return rx.el.div(
        _filters(),
        rx.cond(
            SessionTable.failed,
            _failed(),
            _answered(),
        ),
        class_name="stack admin-list",
    )


def _answered() -> Component:
    return rx.cond(
        SessionTable.loading,
        waiting(*[skeleton("100%", "44px") for _ in range(6)], class_name="card col"),
        rx.el.div(
            rx.cond(SessionTable.total == 0, _nothing(), _table()),
            class_name=rx.cond(waits_for(SessionTable.answered), "stack awaited", "stack"),
        ),
    )


def _failed() -> Component:
    return empty(
        "The sessions could not be loaded",
        "What you look for is kept. Try again in a moment.",
        try_again(SessionTable, SessionTable.load),
        icon_name="cloud-off",
        role="alert",
    )


def _order() -> Component:
    """Draw the choice of the order: also the way back to what is near, and all there is on a phone."""
    return choose(
        "Order",
        "arrow-up-down",
        _ORDERS,
        value=rx.cond(asked("sort"), asked("sort"), "near"),
        on_change=lambda key: rx.redirect(address_with(sort=key, page="")),
        data_testid="admin-order",
    )


def _filters() -> Component:
    return rx.el.form(
        rx.el.div(
            icon("search"),
            address_field(
                parameter="search",
                pause=_PAUSE_MS,
                type="search",
                class_name="input",
                placeholder="Title, name or e-mail",
                aria_label="Search sessions",
                auto_complete="off",
                max_length=_MOST_TEXT,
                on_change=lambda text: SessionTable.filter_by("search", text),
                data_testid="admin-search",
            ),
            class_name="with-icon grow",
        ),
        rx.el.div(
            icon("list-filter"),
            rx.el.select(
                rx.el.option("Any status", value=""),
                *(rx.el.option(words.label, value=status.value) for status, words in STATUS_WORDS.items()),
                aria_label="Status",
                value=asked("status"),
                on_change=lambda text: [ask(status=text, page=""), SessionTable.filter_by("status", text)],
                data_testid="admin-status",
            ),
            icon("chevron-down"),
            class_name="choose",
        ),
        _date("From", "first"),
        _date("To", "last"),
        _order(),
        class_name="row wrap admin-filters",
        role="search",
        on_submit=rx.prevent_default,
    )


def _date(label: str, field: str) -> Component:
    return rx.el.label(
        rx.el.span(label, class_name="small muted"),
        rx.el.input(
            type="date",
            class_name="input",
            value=asked(field),
            on_change=lambda text: [ask(**{field: text, "page": ""}), SessionTable.filter_by(field, text)],
            data_testid=f"admin-{field}",
        ),
        class_name="row",
    )


def _table() -> Component:
    return rx.fragment(
        table_frame(
            "Sessions",
            [sort_head(words, key) for words, key in _HEADS.items()],
            rx.foreach(SessionTable.rows, _row),
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
                href=_csv_address(),
                # Without it the browser leaves the page for a moment, and the page its connection.
                download="sessions.csv",
                reload_document=True,
                class_name="btn",
                data_testid="admin-csv",
            ),
            class_name="row wrap",
        ),
        address_pager(SessionTable.page, SessionTable.pages),
    )


def _csv_address() -> rx.Var[str]:
    """Return where the sessions of these filters are downloaded."""
    zone = rx.cond((asked("first") != "") | (asked("last") != ""), SessionTable.zone, "")
    return address_of(
        "/api/admin/sessions.csv",
        search=asked("search"),
        status=asked("status"),
        startDate=asked("first"),
        endDate=asked("last"),
        timezone=zone,
    )


def _row(row: rx.Var[SessionRow]) -> Component:
    return rx.el.tr(
        rx.el.td(
            link(
                row.title,
                href=address_with(session=row.id),
                class_name="strong",
                id=f"open-{row.id}",
                aria_current=rx.cond(asked("session") == row.id, "true", "false"),
            ),
            class_name="wide",
            role="cell",
        ),
        rx.el.td(rx.el.span(row.status, class_name=f"badge {row.tone}"), role="cell"),
        cell("Starts", row.day, rx.el.span(row.time, class_name="muted tiny block")),
        cell("Mentor", row.mentor, class_name="name"),
        cell("Mentee", row.mentee, class_name="name"),
        cell("Price", row.price),
        cell("Moves", row.moves),
        role="row",
        class_name=rx.cond(asked("session") == row.id, "opened", ""),
    )


def _nothing() -> Component:
    return rx.cond(
        SessionTable.filtered,
        empty(
            "No session matches",
            "Look for another name, or take the filters off.",
            button("Clear filters", on_click=[_NO_FILTER, SessionTable.clear]),
            icon_name="calendar-search",
        ),
        empty(
            "No sessions yet",
            "They appear here as soon as somebody books one.",
            link_button("See the policies", href="/admin/policies"),
            icon_name="calendar-days",
        ),
    )
