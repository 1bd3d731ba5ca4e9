"""Everybody's payments as a table, with the sums of all."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.address import open_dialog
from mentorbook.components.admin.table_parts import cell, table_frame
from mentorbook.components.awaited import try_again
from mentorbook.components.money.parts import csv_link, demo_note, money_sums
from mentorbook.components.pager import address_pager
from mentorbook.components.parts import button, empty, icon, link, link_button, skeleton, waiting
from mentorbook.presenters.admin.payments import AdminPaymentRow
from mentorbook.state.admin.payment_table import PaymentTable

_HEADS = ("Session", "Paid by", "Paid", "Amount", "Status", "Give back")


def payment_table() -> Component:
    """Draw the sums, the table and its pages, or what stands in the way."""
    return rx.match(
        PaymentTable.phase,
        ("shown", rx.cond(PaymentTable.total == 0, _nothing(), _shown())),
        ("failed", _failed()),
        waiting(*[skeleton("100%", "44px") for _ in range(6)], class_name="card col"),
    )


def _failed() -> Component:
    return empty(
        "The payments could not be loaded",
        "Nothing about them has changed. Try again in a moment.",
        try_again(PaymentTable, PaymentTable.load),
        icon_name="cloud-off",
        role="alert",
    )


def _nothing() -> Component:
    return empty(
        rx.cond(PaymentTable.nothing_here != "", "Nothing is paid here", "Nothing has been paid yet"),
        rx.cond(
            PaymentTable.nothing_here != "",
            PaymentTable.nothing_here,
            "Payments appear here as soon as somebody pays for a session.",
        ),
        link_button("See all sessions", href="/admin/sessions"),
        icon_name="wallet",
    )


def _shown() -> Component:
    return rx.el.div(
        demo_note(PaymentTable.is_demo),
        rx.el.div(
            money_sums(PaymentTable.sums, "All payments", "admin-sums"),
            csv_link("/api/admin/payments.csv", "payments", "admin-payments-csv"),
            class_name="money-head",
        ),
        table_frame(
            "Payments",
            [rx.el.th(words, scope="col", role="columnheader") for words in _HEADS],
            rx.foreach(PaymentTable.rows, _row),
        ),
        rx.el.p(
            PaymentTable.total,
            rx.cond(PaymentTable.total == 1, " payment", " payments"),
            class_name="muted small",
        ),
        address_pager(PaymentTable.page, PaymentTable.pages),
        class_name="stack admin-list money-list",
    )


def _row(row: rx.Var[AdminPaymentRow]) -> Component:
    return rx.el.tr(
        rx.el.td(
            link(row.title, href=f"/sessions/{row.session_id}", class_name="strong"),
            rx.el.span("With ", row.mentor, class_name="muted small block"),
            rx.el.span(row.reference, class_name="muted tiny block"),
            class_name="wide",
            role="cell",
        ),
        cell("Paid by", row.payer, rx.el.span(row.email, class_name="muted tiny block"), class_name="payer"),
        cell("Paid", row.paid),
        cell("Amount", link(row.amount, href=f"/payments/{row.id}", class_name="text-link")),
        cell(
            "Status",
            rx.el.span(row.status, class_name=f"badge {row.tone}", data_testid="payment-status"),
            rx.foreach(row.returns, lambda words: rx.el.span(words, class_name="muted tiny block")),
            rx.cond(
                row.problem != "",
                rx.el.span(icon("triangle-alert"), " ", row.problem, class_name="tiny block payment-problem"),
            ),
            class_name="status",
        ),
        cell(
            "Give back",
            rx.cond(
                row.refund != "",
                button(
                    "Give back",
                    small=True,
                    on_click=open_dialog("refund", row.session_id),
                    id=f"refund-{row.id}",
                    aria_label=row.refund,
                    data_testid="give-back",
                    custom_attrs={"data-opens": "dialog"},
                ),
                rx.el.span("Nothing left", class_name="muted small"),
            ),
        ),
        role="row",
        data_testid="payment-row",
        data_payment_id=row.id,
    )
