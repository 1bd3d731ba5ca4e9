"""Prices of currencies whose minor unit is no hundredth, which were stored in hundredths.

A price is corrected where it is what the old rule made of the session's rate and length, so running this
again changes nothing, and it becomes what the new rule makes of them, not a rounded price rounded once more.
Answers kept for an Idempotency-Key are corrected alike. The digits are written out, since a migration must
not change with a package.
"""

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
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
    change = (
        sa.update(sessions)
        .where(sessions.c.id == sa.bindparam("session"))
        .values(price_minor=sa.bindparam("right"))
    )
    query = sa.select(sessions).where(sessions.c.currency.in_(list(digits)))
    for rows in _pages(query, sessions.c.id):
        wrong = [
            {"session": row.id, "right": right}
            for row in rows
            if (right := _right(row.price_minor, row.rate, row.duration, digits[row.currency]))
            != row.price_minor
        ]
        if wrong:
            op.get_bind().execute(change, wrong)


def _pages(query: Any, *identifier: Any) -> Iterator[Any]:
    """The rows of a query in the order of an identifier, some at a time: there may be a million."""
    bind = op.get_bind()
    query = query.order_by(*identifier).limit(AT_ONCE)
    rows = bind.execute(query).all()
    while rows:
        yield rows
        last = [sa.literal(getattr(rows[-1], column.name), column.type) for column in identifier]
        rows = bind.execute(query.where(sa.tuple_(*identifier) > sa.tuple_(*last))).all()


def _correct_answers(digits: dict[str, tuple[int, int]]) -> None:
    change = (
        sa.update(answers)
        .where(answers.c.user_id == sa.bindparam("person"), answers.c.key == sa.bindparam("under"))
        .values(answer=sa.bindparam("right"))
    )
    # As text: SQLite also keeps what is no JSON.
    written = sa.cast(answers.c.answer, sa.Text()).label("written")
    concerned = written.regexp_match(rf'"currency"\s*:\s*"({"|".join(sorted(digits))})"')
    query = sa.select(answers.c.user_id, answers.c.key, written).where(concerned)
    for rows in _pages(query, answers.c.user_id, answers.c.key):
        wrong = [
            {"person": row.user_id, "under": row.key, "right": right}
            for row in rows
            if (right := _right_answer(row.written, digits)) is not None
        ]
        if wrong:
            op.get_bind().execute(change, wrong)


def _right_answer(written: str, digits: dict[str, tuple[int, int]]) -> dict[str, Any] | None:
    """The answer with another price, or nothing where it is right or is none of ours."""
    try:
        answer = json.loads(written)
        rate, minutes, price = Decimal(answer["rate"]), int(answer["duration"]), int(answer["price_minor"])
        right = _right(price, rate, minutes, digits[answer["currency"]])
    except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError):
        return None
    return {**answer, "price_minor": right} if right != price else None
