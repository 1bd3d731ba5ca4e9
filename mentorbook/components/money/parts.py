"""What pages of money share: sums by currency, downloads, and the label of the demo."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import icon
from mentorbook.presenters.money.statements import Sum


def money_sums(sums: rx.Var[list[Sum]], label: str, test_id: str) -> Component:
    """Draw sums, a line of figures for each currency."""
    return rx.el.div(
        rx.foreach(sums, lambda each: _line(each, label)),
        class_name="money-sums",
        data_testid=test_id,
    )


def _line(each: rx.Var[Sum], label: str) -> Component:
    return rx.el.dl(
        rx.foreach(
            each.figures,
            lambda figure: rx.el.div(
                rx.el.dt(figure[0], class_name="muted small"),
                rx.el.dd(figure[1], class_name="money-figure num"),
            ),
        ),
        class_name="money-line",
        aria_label=f"{label}, {each.currency}",
    )


def csv_link(address: str, name: str, test_id: str) -> Component:
    """Draw the link that downloads a statement as CSV."""
    return rx.el.a(
        icon("download"),
        "Download as CSV",
        href=address,
        # Without it the browser leaves the page for a moment, and the page its connection.
        download=f"{name}.csv",
        reload_document=True,
        class_name="btn",
        data_testid=test_id,
    )


def demo_note(is_demo: rx.Var[bool] | bool) -> Component:
    """Say on a page with payments of the demo that they are none."""
    words = rx.el.p(
        icon("flask-conical"), "Demo: no money moves", class_name="demo-note", data_testid="demo-note"
    )
    return rx.cond(is_demo, words)
