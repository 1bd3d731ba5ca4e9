"""Statements of money as CSV."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment
from mentorbook.domain.money.statements import AdminPayment, Earning, PaymentLine
from mentorbook.domain.views import Account
from mentorbook.services.money.all_payments import admin_payment, require_admin
from mentorbook.services.money.statements import every_earning, line_of, load_payments, returns_of
from mentorbook.services.spreadsheets import MOST_ROWS, Spreadsheet

# What is given back stands in one sum.
_OWN = [name for name in PaymentLine.model_fields if name != "returns"]
_ADMINS = [name for name in AdminPayment.model_fields if name != "returns"]


def own_payments_csv(actor: Account) -> str:
    """Return everything that the actor has paid as CSV, latest first."""
    table = Spreadsheet(_OWN)
    for line in _lines([col(Payment.payer_id) == actor.id], PaymentLine):
        table.add(line.model_dump(mode="json", include=set(_OWN)).values())
    return table.text


def own_earnings_csv(actor: Account) -> str:
    """Return everything that the actor's mentees have paid for as CSV, latest session first."""
    table = Spreadsheet(Earning.model_fields)
    for earning in every_earning(actor):
        table.add(earning.model_dump(mode="json").values())
    return table.text


def all_payments_csv(actor: Account) -> str:
    """Return everybody's payments as CSV, the latest 100,000. Raises `NotPermitted`."""
    require_admin(actor)
    table = Spreadsheet(_ADMINS)
    for line in _lines([], AdminPayment):
        table.add(line.model_dump(mode="json", include=set(_ADMINS)).values())
    return table.text


def _lines(where: list[ColumnElement[bool]], kind: type[PaymentLine]) -> list[PaymentLine]:
    with read_transaction() as session:
        rows = load_payments(session, where, most=MOST_ROWS)
        returns = returns_of(session, where)
        if kind is AdminPayment:
            return [admin_payment(row, returns) for row in rows]
        return [PaymentLine(**line_of(row, returns)) for row in rows]
