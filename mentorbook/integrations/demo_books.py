"""The books of the demo's payment provider: a SQLite file of their own, which several processes may share."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from mentorbook.domain.kinds import RefundStatus
from mentorbook.domain.money.payments import Charge, ChargeStatus, ReturnedMoney
from mentorbook.domain.ports import Clock, PaymentRefused, ProviderDown

# As long as a real card holds money for somebody.
HELD_FOR = timedelta(days=7)
_WAIT = 5.0  # seconds, for other processes that write

_TABLES = """
CREATE TABLE IF NOT EXISTS charges (
    reference TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    is_authorisation INTEGER NOT NULL,
    status TEXT NOT NULL,
    captured_minor INTEGER NOT NULL DEFAULT 0 CHECK (captured_minor BETWEEN 0 AND amount_minor),
    created_at TEXT NOT NULL,
    authorised_at TEXT
);
CREATE TABLE IF NOT EXISTS refunds (
    refund_id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    charge TEXT NOT NULL REFERENCES charges,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0)
);
CREATE INDEX IF NOT EXISTS refunds_of_charge ON refunds (charge);
CREATE INDEX IF NOT EXISTS charges_by_age ON charges (created_at);
"""


class DemoBooks:
    """The file, opened anew for each transaction; it is made with the first, for its owner's eyes only."""

    def __init__(self, file: Path, now: Clock) -> None:
        self._file, self._now = file, now

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction as the one writer, in which what was held for too long has been let go.

        It is committed at the end, or, after any exception, rolled back. Raises `ProviderDown`.
        """
        try:
            with closing(self._connection()) as books:
                _prepare(books)
                books.execute("BEGIN IMMEDIATE")
                books.execute(
                    "UPDATE charges SET status = ? WHERE status = ? AND authorised_at <= ?",
                    (ChargeStatus.VOIDED, ChargeStatus.AUTHORISED, as_text(self._now() - HELD_FOR)),
                )
                yield books
                # A connection that closes before has kept nothing.
                books.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise ProviderDown(f"the demo's books cannot be written: {error}") from error
        except OSError as error:
            raise ProviderDown(f"the demo's books cannot be opened: {error.strerror}") from error

    def _connection(self) -> sqlite3.Connection:
        if not self._file.exists():
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite gives the files beside it the same mode.
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        return sqlite3.connect(self._file, timeout=_WAIT, isolation_level=None)


def _prepare(books: sqlite3.Connection) -> None:
    books.row_factory = sqlite3.Row
    _into_wal(books)
    books.execute("PRAGMA synchronous = FULL")
    books.execute("PRAGMA foreign_keys = ON")
    books.executescript(_TABLES)


def _into_wal(books: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself where several find a new file at once."""
    patience = time.monotonic() + _WAIT
    while True:
        try:
            books.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def found(books: sqlite3.Connection, reference: str) -> Charge:
    """Return a charge. Raises `PaymentRefused` where there is none."""
    row = books.execute("SELECT * FROM charges WHERE reference = ?", (reference,)).fetchone()
    if row is None:
        raise PaymentRefused("there is no such charge")
    return as_charge(books, row)


def as_charge(books: sqlite3.Connection, row: sqlite3.Row) -> Charge:
    """Return the charge of a row of `charges`."""
    refunds = books.execute(
        "SELECT * FROM refunds WHERE charge = ? ORDER BY rowid", (row["reference"],)
    ).fetchall()
    return Charge(
        reference=row["reference"],
        payment_id=UUID(row["payment_id"]),
        status=ChargeStatus(row["status"]),
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        created_at=datetime.fromisoformat(row["created_at"]),
        captured_minor=row["captured_minor"],
        refunds=tuple(
            ReturnedMoney(
                reference=each["reference"],
                amount_minor=each["amount_minor"],
                status=RefundStatus.DONE,
                refund_id=UUID(each["refund_id"]),
            )
            for each in refunds
        ),
    )


def as_text(moment: datetime) -> str:
    """Write an instant so that texts stand in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
