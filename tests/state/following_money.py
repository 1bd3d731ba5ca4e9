"""What the pages of money show that others can change; rows of the table in `following.py`."""

from mentorbook.state.admin.payment_table import PaymentTable
from mentorbook.state.admin.refund_dialog import RefundDialog
from mentorbook.state.money.receipt import ReceiptPage
from mentorbook.state.money.statements import MoneySection, Payments
from tests.state.deeds import Row, an_admin_gives_money_back, mina_has_paid

MONEY_ROWS = (
    Row(
        "payments: given back",
        "mina",
        "/settings/payments",
        Payments,
        an_admin_gives_money_back,
        lambda s: s.rows[0].status,
        "Paid",
        "£25.00 given back",
        first=mina_has_paid,
    ),
    Row(
        "earnings: given back",
        "moira",
        "/settings/payments",
        Payments,
        an_admin_gives_money_back,
        lambda s: s.earned_rows[0].amount,
        "£60.00",
        "£35.00",
        first=mina_has_paid,
    ),
    Row(
        "settings: given back",
        "mina",
        "/settings",
        MoneySection,
        an_admin_gives_money_back,
        lambda s: s.sums[0].figures[-1],
        ("Paid", "£60.00"),
        ("What remains", "£35.00"),
        first=mina_has_paid,
    ),
    Row(
        "receipt: given back",
        "mina",
        "/payments/{payment}",
        ReceiptPage,
        an_admin_gives_money_back,
        "words.remains.amount",
        "£60.00",
        "£35.00",
        first=mina_has_paid,
    ),
    Row(
        "receipt: as an admin sees it",
        "ada",
        "/payments/{payment}",
        ReceiptPage,
        an_admin_gives_money_back,
        lambda s: len(s.words.lines),
        1,
        2,
        first=mina_has_paid,
    ),
    Row(
        "admin: payments",
        "ada",
        "/admin/payments",
        PaymentTable,
        an_admin_gives_money_back,
        lambda s: s.rows[0].status,
        "Paid",
        "£25.00 given back",
        first=mina_has_paid,
    ),
    Row(
        "admin: money to give back",
        "ada",
        "/admin/payments?refund={session}",
        RefundDialog,
        an_admin_gives_money_back,
        "words.most",
        "60.00",
        "35.00",
        loads="arrive",
        first=mina_has_paid,
    ),
)
