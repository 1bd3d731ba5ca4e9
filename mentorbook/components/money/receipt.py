"""A receipt: on the screen as a card, on paper as a page of its own."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import try_again
from mentorbook.components.money.parts import demo_note
from mentorbook.components.parts import button, link, link_button, skeleton, waiting
from mentorbook.components.seen import Seen
from mentorbook.presenters.money.receipt import ReceiptLine
from mentorbook.state.money.receipt import ReceiptPage

_PAGE = Seen(ReceiptPage)
_WORDS = _PAGE.words


def receipt_view() -> Component:
    """Draw the receipt, or that there is none: the same for other people's as for nobody's."""
    return rx.match(
        _PAGE.phase,
        ("shown", _shown()),
        ("missing", _missing()),
        ("failed", _failed()),
        receipt_shape(),
    )


def receipt_shape() -> Component:
    """Draw the shape of a receipt that is being loaded."""
    return rx.el.div(
        rx.el.h1("Receipt"),
        waiting(skeleton("60%", "28px"), skeleton("100%", "220px"), label="Loading the receipt"),
        class_name="stack-l",
    )


def _missing() -> Component:
    return rx.el.div(
        rx.el.h1("There is no such payment"),
        rx.el.p("The address may be wrong, or the payment belongs to somebody else."),
        link_button("See your payments", href="/settings/payments"),
        class_name="lost",
    )


def _failed() -> Component:
    return rx.el.div(
        rx.el.h1("The receipt could not be loaded"),
        rx.el.p("Nothing about the payment has changed. Try again in a moment."),
        try_again(ReceiptPage, ReceiptPage.load),
        class_name="lost",
        role="alert",
    )


def _shown() -> Component:
    return rx.el.div(
        rx.el.div(
            rx.el.nav(
                link("Payments", href="/settings/payments"),
                rx.el.span("/", aria_hidden="true"),
                rx.el.span("Receipt", aria_current="page"),
                class_name="crumbs row",
                aria_label="Breadcrumb",
            ),
            button(
                "Print", icon_name="printer", on_click=rx.call_script("window.print()"), data_testid="print"
            ),
            class_name="row wrap between unprinted receipt-head",
        ),
        _paper(),
    )


def _paper() -> Component:
    return rx.el.article(
        rx.el.div(
            rx.el.div(
                rx.el.p("MentorBook", class_name="receipt-brand"),
                rx.el.h1("Receipt"),
                rx.el.p(_WORDS.number, class_name="muted num", data_testid="receipt-number"),
            ),
            demo_note(_WORDS.is_demo),
            class_name="row wrap between top-align",
        ),
        rx.el.dl(
            _fact("Paid by", _WORDS.payer, _WORDS.payer_email),
            _fact("Mentor", _WORDS.mentor),
            _fact("Session", link(_WORDS.title, href=f"/sessions/{_WORDS.session_id}", class_name="strong")),
            _fact("On", _WORDS.when),
            _fact("Paid on", _WORDS.paid),
            class_name="receipt-facts",
        ),
        rx.el.table(
            rx.el.caption("What was paid and given back", class_name="sr-only"),
            rx.el.thead(
                rx.el.tr(rx.el.th("What", scope="col"), rx.el.th("Amount", scope="col", class_name="right")),
                class_name="sr-only",
            ),
            rx.el.tbody(rx.foreach(_WORDS.lines, _line)),
            rx.el.tfoot(
                rx.el.tr(
                    rx.el.th(_WORDS.remains.words, scope="row"),
                    rx.el.td(
                        _WORDS.remains.amount, class_name="right num strong", data_testid="receipt-remains"
                    ),
                )
            ),
            class_name="receipt-lines",
        ),
        rx.el.p("Written on ", _WORDS.written, class_name="muted tiny num"),
        class_name="card receipt",
        data_testid="receipt",
    )


def _fact(label: str, *words: rx.Var[str] | Component) -> Component:
    return rx.el.div(
        rx.el.dt(label, class_name="muted small"),
        *(rx.el.dd(each, class_name="wrap-anywhere num") for each in words),
    )


def _line(line: rx.Var[ReceiptLine]) -> Component:
    return rx.el.tr(
        rx.el.td(
            line.words,
            rx.el.span(line.text, class_name="muted small block wrap-anywhere num"),
        ),
        rx.el.td(line.amount, class_name="right num"),
    )
