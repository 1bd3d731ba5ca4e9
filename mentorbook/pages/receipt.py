"""`/payments/[payment_id]`: the receipt of one payment."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.money.receipt import receipt_shape, receipt_view
from mentorbook.components.shell import shell
from mentorbook.state.money.receipt import ReceiptPage
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        receipt,
        route="/payments/[payment_id]",
        title="Receipt · MentorBook",
        on_load=[Me.arrive_member, ReceiptPage.load],
    )


def receipt() -> Component:
    """Draw the receipt, or say that there is none."""
    return shell(receipt_view(), current="settings", members_only=True, width="medium", waits=receipt_shape())
