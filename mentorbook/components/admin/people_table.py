"""All people as a table with its filters."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.table_parts import cell, sort_head, table_frame
from mentorbook.components.fields import choose
from mentorbook.components.list_address import address_field, address_with, ask, asked, waits_for
from mentorbook.components.pager import address_pager
from mentorbook.components.parts import avatar, button, empty, icon, link, link_button, skeleton, waiting
from mentorbook.presenters.admin.people import PersonRow
from mentorbook.state.addressed_page import MOST_ASKED
from mentorbook.state.admin.people_list import PeopleList
from mentorbook.state.admin.session_panel import opener

_PAUSE_MS = 250
_NO_FILTER = ask(search="", role="", status="", page="")
_ROLES = [("", "Any role"), ("mentee", "Mentees"), ("mentor", "Mentors"), ("admin", "Admins")]
_STATUSES = [("", "Any status"), ("requested", "Asks to mentor"), ("deactivated", "Deactivated")]
_ORDERS = [
    ("waiting", "Who waits first"),
    ("name", "By name"),
    ("-name", "By name, Z to A"),
    ("-joined", "Joined last first"),
    ("joined", "Joined first first"),
]


def people_table() -> Component:
    """Draw the filters, the table and its pages."""
    return rx.el.div(
        _filters(),
        rx.cond(PeopleList.failed, _failed(), _answered()),
        class_name="stack admin-list people-list",
    )


def _answered() -> Component:
    return rx.cond(
        PeopleList.loading,
        waiting(*[skeleton("100%", "44px") for _ in range(6)], class_name="card col"),
        rx.el.div(
            rx.cond(PeopleList.total == 0, _nothing(), _table()),
            class_name=rx.cond(waits_for(PeopleList.answered), "stack awaited", "stack"),
        ),
    )


def _failed() -> Component:
    return empty(
        "The people could not be loaded",
        "What you look for is kept. Try again in a moment.",
        button("Try again", icon_name="rotate-cw", on_click=PeopleList.load),
        icon_name="cloud-off",
        role="alert",
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
                placeholder="Name or e-mail",
                aria_label="Search people",
                auto_complete="off",
                max_length=MOST_ASKED,
                on_change=lambda text: PeopleList.filter_by("search", text),
                data_testid="people-search",
            ),
            class_name="with-icon grow",
        ),
        _filter("Role", "user-round", "role", _ROLES),
        _filter("Status", "list-filter", "status", _STATUSES),
        choose(
            "Order",
            "arrow-up-down",
            _ORDERS,
            value=rx.cond(asked("sort"), asked("sort"), "waiting"),
            on_change=lambda key: rx.redirect(address_with(sort=key, page="")),
            data_testid="people-order",
        ),
        class_name="row wrap admin-filters",
        role="search",
        on_submit=rx.prevent_default,
    )


def _filter(label: str, symbol: str, field: str, options: list[tuple[str, str]]) -> Component:
    return choose(
        label,
        symbol,
        options,
        value=asked(field),
        on_change=lambda text: [ask(**{field: text, "page": ""}), PeopleList.filter_by(field, text)],
        data_testid=f"people-{field}",
    )


def _table() -> Component:
    return rx.fragment(
        table_frame(
            "People",
            [
                sort_head("Person", "name"),
                *(_head(words) for words in ("Role", "Mentoring", "Account")),
                sort_head("Joined", "joined"),
            ],
            rx.foreach(PeopleList.rows, _row),
        ),
        rx.el.p(
            PeopleList.total,
            rx.cond(PeopleList.total == 1, " person", " people"),
            class_name="muted small",
            role="status",
        ),
        address_pager(PeopleList.page, PeopleList.pages),
    )


def _head(words: str) -> Component:
    return rx.el.th(words, scope="col", role="columnheader")


def _row(row: rx.Var[PersonRow]) -> Component:
    is_open = asked("person") == row.id
    return rx.el.tr(
        rx.el.td(
            rx.el.div(
                avatar(row.initials),
                rx.el.div(
                    link(
                        row.name,
                        href=address_with(person=row.id, change=""),
                        class_name="strong",
                        id=opener(row.id),
                        aria_current=rx.cond(is_open, "true", "false"),
                    ),
                    rx.el.div(row.email, class_name="muted small"),
                    class_name="grow",
                ),
                class_name="row",
            ),
            class_name="wide",
            role="cell",
        ),
        cell("Role", row.roles, class_name="name"),
        cell("Mentoring", _fact(row.mentoring, row.mentoring_tone)),
        cell("Account", _fact(row.account, row.account_tone)),
        cell("Joined", row.joined),
        role="row",
        class_name=rx.cond(is_open, "opened", ""),
        data_testid="person-row",
        data_person_id=row.id,
    )


def _fact(words: rx.Var[str], tone: rx.Var[str]) -> Component:
    """Draw a fact in plain words, or on a tint where it matters."""
    return rx.cond(
        tone != "",
        rx.el.span(words, class_name=f"badge {tone}"),
        rx.el.span(words, class_name="muted"),
    )


def _nothing() -> Component:
    return empty(
        "Nobody matches",
        "Look for another name, or take the filters off.",
        rx.cond(
            PeopleList.filtered,
            button("Clear filters", on_click=[_NO_FILTER, PeopleList.clear]),
            link_button("See everybody", href="/admin/people"),
        ),
        icon_name="user-round-search",
    )
