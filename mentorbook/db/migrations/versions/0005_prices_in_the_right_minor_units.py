"""Prices of currencies whose minor unit is no hundredth, which were stored in hundredths.

A price is corrected where it is what the old rule made of the session's rate and length, so running this
again changes nothing, and it becomes what the new rule makes of them, not a rounded price rounded once more.
Answers kept for an Idempotency-Key are corrected alike. The digits are written out, since a migration must
not change with a package.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from alembic import op

from mentorbook.db.types import Rate

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_DIGITS = 2
_NONE = """ADP AFN ALL BIF BYR DJF ESP GNF IQD IRR ITL KMF KPW LAK LBP LUF MGA MGF MMK MRO PYG RSD RWF SLL
SOS STD SYP TMM TRL UGX UYI VUV XAF XOF XPF YER ZMK ZWD"""
DIGITS = {**dict.fromkeys(_NONE.split(), 0), "LYD": 3, "CLF": 4, "UYW": 4}
AT_ONCE = 1_000

sessions = sa.table(
    "sessions",
    sa.column("id", sa.Uuid()),
    sa.column("rate", Rate()),
    sa.column("currency", sa.String()),
    sa.column("duration", sa.Integer()),
    sa.column("price_minor", sa.Integer()),
)
answers = sa.table(
    "idempotency_keys",
    sa.column("user_id", sa.Uuid()),
    sa.column("key", sa.String()),
    sa.column("answer", sa.JSON()),
)


def upgrade() -> None:
    _correct({currency: (OLD_DIGITS, digits) for currency, digits in DIGITS.items()})


def downgrade() -> None:
    _correct({currency: (digits, OLD_DIGITS) for currency, digits in DIGITS.items()})


def _price(rate: Decimal, minutes: int, digits: int) -> int:
    exact = rate * minutes * (10**digits) / 60
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _right(price: int, rate: Decimal, minutes: int, digits: tuple[int, int]) -> int:
    before, after = (_price(rate, minutes, each) for each in digits)
    return after if price == before else price


def _correct(digits: dict[str, tuple[int, int]]) -> None:
    _correct_sessions(digits)
    _correct_answers(digits)


def _correct_sessions(digits: dict[str, tuple[int, int]]) -> None:
    bind = op.get_bind()
    change = (
        sa.update(sessions)
        .where(sessions.c.id == sa.bindparam("session"))
        .values(price_minor=sa.bindparam("right"))
    )
    query = sa.select(sessions).where(sessions.c.currency.in_(list(digits))).order_by(sessions.c.id)
    for rows in _pages(query, sessions.c.id):
        wrong = [
            {"session": row.id, "right": right}
            for row in rows
            if (right := _right(row.price_minor, row.rate, row.duration, digits[row.currency]))
            != row.price_minor
        ]
        if wrong:
            bind.execute(change, wrong)


def _pages(query: Any, identifier: Any) -> Iterator[Any]:
    """The rows of a query in the order of an identifier, some at a time: there may be a million."""
    bind, last = op.get_bind(), None
    while True:
        rows = bind.execute((query if last is None else query.where(identifier > last)).limit(AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].id
        yield rows


def _correct_answers(digits: dict[str, tuple[int, int]]) -> None:
    bind = op.get_bind()
    written = sa.cast(answers.c.answer, sa.Text())
    for row in bind.execute(sa.select(answers).where(written.like('%"price_minor"%'))).all():
        answer = row.answer
        if not isinstance(answer, dict) or answer.get("currency") not in digits:
            continue
        try:
            rate, minutes, price = (
                Decimal(answer["rate"]),
                int(answer["duration"]),
                int(answer["price_minor"]),
            )
        except (KeyError, TypeError, ValueError, InvalidOperation):
            continue
        right = _right(price, rate, minutes, digits[answer["currency"]])
        if right != price:
            bind.execute(
                sa.update(answers)
                .where(answers.c.user_id == row.user_id, answers.c.key == row.key)
                .values(answer={**answer, "price_minor": right})
            )
