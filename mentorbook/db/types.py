"""Column types that hold the same value on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, DateTime, Integer, Numeric
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        value = value.astimezone(UTC)
        # SQLite drops offsets and compares text, so it only ever sees UTC.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        # One step for each value: a page of slots reads hundreds.
        return _from_text if dialect.name == "sqlite" else _from_driver


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _from_driver(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Rate(TypeDecorator[Decimal]):
    """An hourly rate with three decimals; thousandths in an integer on SQLite, which has no decimals."""

    impl = Numeric(12, 3)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        column: TypeEngine[Any] = Integer() if dialect.name == "sqlite" else Numeric(12, 3)
        return dialect.type_descriptor(column)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return int(value.scaleb(3))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        exact = Decimal(value).scaleb(-3) if dialect.name == "sqlite" else Decimal(value)
        return exact.quantize(Decimal("0.01")) if exact == exact.quantize(Decimal("0.01")) else exact


class NoJson:
    """What came from the database in the place of JSON and cannot be read as any; no model takes it."""


class StoredJson(TypeDecorator[Any]):
    """JSON that somebody else may have written: what is none, which SQLite keeps too, is read as `NoJson`."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def read_or_say(value: Any) -> Any:
            try:
                return read(value)
            except (ValueError, RecursionError):
                return NoJson()

        return read_or_say
