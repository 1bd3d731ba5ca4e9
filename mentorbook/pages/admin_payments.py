"""`/admin/payments`."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.admin.admin_places import admin_tabs
from mentorbook.components.admin.admins_only import admins_only
from mentorbook.components.admin.payment_table import payment_table
from mentorbook.components.admin.refund_dialog import refund_dialog
from mentorbook.components.parts import page_head
from mentorbook.components.shell import shell
from mentorbook.state.admin.payment_table import PaymentTable
from mentorbook.state.admin.refund_dialog import RefundDialog
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        admin_payments,
        route="/admin/payments",
        title="All payments · MentorBook",
        on_load=[Me.arrive_member, RefundDialog.arrive, PaymentTable.load],
    )


def admin_payments() -> Component:
    """Draw everybody's payments, for admins, who can give money back."""
    return shell(
        admins_only(
            admin_tabs("payments"),
            page_head("All payments", "What was paid for sessions, how it stands, and what came back."),
            payment_table(),
            refund_dialog(),
            rx.el.span(on_unmount=RefundDialog.depart),
        ),
        title="All payments",
        current="payments",
        members_only=True,
        width="wide",
    )
