"""In what the payment provider and the tables differ, on the page of the machinery."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.parts import link
from mentorbook.presenters.admin.payment_differences import DifferenceLine
from mentorbook.state.admin.system import SystemPage

_COMPARE = Awaited("system-compare", *answers_of(SystemPage, "compare"))


def payment_differences() -> Component:
    """Draw the list of differences, and the button that has them looked for now."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Payments that differ", class_name="grow"),
            rx.cond(
                SystemPage.can_compare,
                awaited_button(
                    "Compare now",
                    asks=_COMPARE,
                    ask=SystemPage.compare,
                    kind="plain",
                    data_testid="compare-payments",
                ),
            ),
            class_name="row wrap",
        ),
        rx.el.p(SystemPage.comparison, class_name="muted small", role="status", data_testid="comparison"),
        rx.cond(
            SystemPage.differences.length() > 0,
            rx.el.ul(rx.foreach(SystemPage.differences, _line), class_name="letters"),
            rx.el.p("Nothing differs.", class_name="muted"),
        ),
        class_name="card stack",
        aria_label="Payments that differ",
    )


def _line(line: rx.Var[DifferenceLine]) -> Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(line.words, class_name="strong lines"),
            rx.el.p(line.since, class_name="muted small num"),
            rx.el.p(line.reference, class_name="muted tiny"),
            class_name="grow",
        ),
        rx.cond(
            line.href != "",
            link(
                "Open the session",
                href=line.href,
                class_name="text-link",
                aria_label=f"Open the session of {line.reference}",
            ),
        ),
        class_name="letter",
        data_testid="payment-difference",
    )
