"""What one has paid and earned, as two lists with their sums; and the section of the settings."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.table_parts import cell, table_frame
from mentorbook.components.awaited import Awaited, answers_of, try_again
from mentorbook.components.money.parts import csv_link, demo_note, money_sums
from mentorbook.components.pager import address_pager
from mentorbook.components.parts import empty, link, link_button, skeleton, waiting
from mentorbook.components.people.outcomes import not_loaded
from mentorbook.components.seen import Seen
from mentorbook.presenters.money.statements import EarningRow, PaymentRow
from mentorbook.state.money.statements import PARAMETERS, MoneySection, Payments

_PAGE = Seen(Payments, *PARAMETERS)
_LOAD = Awaited("load-money", *answers_of(MoneySection, "load"))


def statement() -> Component:
    """Draw both lists, their shape while they are loaded, or that they could not be."""
    return rx.match(
        _PAGE.phase,
        ("shown", _shown()),
        ("failed", _failed()),
        waiting(*[skeleton("100%", "88px") for _ in range(3)], class_name="stack"),
    )


def _failed() -> Component:
    return empty(
        "Your payments could not be loaded",
        "Nothing about them has changed. Try again in a moment.",
        try_again(Payments, Payments.load),
        icon_name="cloud-off",
        role="alert",
    )


def _shown() -> Component:
    return rx.el.div(
        demo_note(_PAGE.is_demo),
        rx.cond(
            _PAGE.rows.length() > 0,
            _paid(),
            # Of a mentor the other list comes first, where there is nothing in this one.
            rx.cond(_PAGE.earned_rows.length() > 0, rx.fragment(), _nothing_paid()),
        ),
        rx.cond(
            _PAGE.has_earnings,
            rx.cond(
                _PAGE.earned_rows.length() > 0,
                _earned(),
                rx.cond(_PAGE.nothing_here == "", _nothing_earned()),
            ),
        ),
        class_name="stack-l money-list",
    )


def _nothing_paid() -> Component:
    return rx.cond(
        _PAGE.nothing_here != "",
        empty(
            "Nothing is paid here",
            _PAGE.nothing_here,
            link_button("See your sessions", href="/sessions"),
            icon_name="wallet",
            data_testid="no-payments",
        ),
        empty(
            "You have not paid anything yet",
            "What you pay for sessions stands here, with a receipt for each.",
            link_button("Find a mentor", href="/"),
            icon_name="wallet",
            data_testid="no-payments",
        ),
    )


def _nothing_earned() -> Component:
    return rx.el.section(
        rx.el.h2("Earned"),
        empty(
            "Nothing is earned yet",
            "What mentees pay for sessions with you stands here as soon as one is booked.",
            link_button("See your hours", href="/availability"),
            icon_name="wallet",
        ),
        class_name="stack",
    )


def _paid() -> Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Paid", class_name="grow"),
            csv_link("/api/payments.csv", "payments", "payments-csv"),
            class_name="row wrap",
        ),
        money_sums(_PAGE.sums, "What you paid", "payment-sums"),
        table_frame(
            "Payments",
            [_head(words) for words in ("Session", "Paid", "Amount", "Status", "Receipt")],
            rx.foreach(_PAGE.rows, _payment),
            region="What you paid",
        ),
        address_pager(_PAGE.page, _PAGE.pages),
        class_name="stack",
        aria_label="Paid",
    )


def _head(words: str) -> Component:
    return rx.el.th(words, scope="col", role="columnheader")


def _payment(row: rx.Var[PaymentRow]) -> Component:
    return rx.el.tr(
        _session(row.session_id, row.title, f"With {row.other}", row.session),
        cell("Paid", row.paid),
        cell("Amount", row.amount),
        cell(
            "Status",
            rx.el.span(row.status, class_name=f"badge {row.tone}", data_testid="payment-status"),
            rx.foreach(row.returns, lambda words: rx.el.span(words, class_name="muted tiny block")),
            class_name="status",
        ),
        cell(
            "Receipt",
            link(
                "Receipt",
                href=f"/payments/{row.id}",
                class_name="text-link",
                aria_label=f"Receipt of {row.amount} for {row.title}",
            ),
        ),
        role="row",
        data_testid="payment-row",
        data_payment_id=row.id,
    )


def _session(
    session_id: rx.Var[str], title: rx.Var[str], person: rx.Var[str] | str, time: rx.Var[str]
) -> Component:
    return rx.el.td(
        link(title, href=f"/sessions/{session_id}", class_name="strong"),
        rx.el.span(person, class_name="muted small block"),
        rx.el.span(time, class_name="muted tiny block num"),
        class_name="wide",
        role="cell",
    )


def _earned() -> Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Earned", class_name="grow"),
            csv_link("/api/earnings.csv", "earnings", "earnings-csv"),
            class_name="row wrap",
        ),
        rx.el.p(
            "After what was given back. It is earned once the session is over and the money was taken, and"
            " expected before.",
            class_name="muted small",
        ),
        money_sums(_PAGE.earned_sums, "What you earned", "earning-sums"),
        table_frame(
            "Earnings",
            [_head(words) for words in ("Session", "Amount", "Status")],
            rx.foreach(_PAGE.earned_rows, _earning),
            region="What you earned",
        ),
        address_pager(_PAGE.earned_page, _PAGE.earned_pages, parameter="earned", label="Pages of earnings"),
        class_name="stack",
        aria_label="Earned",
    )


def _earning(row: rx.Var[EarningRow]) -> Component:
    return rx.el.tr(
        _session(row.session_id, row.title, f"With {row.mentee}", f"{row.day}, {row.time}"),
        cell("Amount", row.amount),
        cell("Status", rx.el.span(row.status, class_name=f"badge {row.tone}")),
        role="row",
        data_testid="earning-row",
    )


def money_section() -> Component:
    """Draw the sums on the settings page, with the way to the statement."""
    section = rx.el.section(
        rx.el.h2("Payments", id="money-title"),
        rx.match(
            MoneySection.phase,
            ("shown", _sums()),
            not_loaded("Your payments", asks=_LOAD, ask=MoneySection.load),
        ),
        class_name="card auth",
        aria_labelledby="money-title",
        data_testid="money-section",
    )
    is_failed = MoneySection.phase == "failed"
    return rx.cond(MoneySection.is_there | is_failed, section)


def _sums() -> Component:
    has_paid, has_earned = MoneySection.sums.length() > 0, MoneySection.earned_sums.length() > 0
    return rx.fragment(
        demo_note(MoneySection.is_demo),
        money_sums(MoneySection.sums, "What you paid", "section-sums"),
        money_sums(MoneySection.earned_sums, "What you earned", "section-earned"),
        rx.cond(
            has_paid | has_earned,
            rx.fragment(),
            rx.el.p("You have not paid anything yet.", class_name="lead"),
        ),
        rx.el.div(link_button("See payments and receipts", href="/settings/payments"), class_name="row"),
    )
