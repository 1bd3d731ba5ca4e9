"""The connection to the database, and the two kinds of transaction on it."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from mentorbook.db.private_files import keep_private
from mentorbook.domain.errors import DatabaseBusy

_SQLITE_WAIT_MS = 15_000
_SNAPSHOT = "snapshot"
_ALONE = "alone"


class Database:
    """One database: `read()` gives a consistent look, `write()` a transaction that commits at its end.

    A look is one snapshot: on PostgreSQL a REPEATABLE READ, READ ONLY transaction, on SQLite any transaction
    that reads. There every write begins as the one writer (`BEGIN IMMEDIATE` behind a lock of this process),
    so that nobody fails half-way with "database is locked". Raises `DatabaseBusy` when the database is not
    to be had.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            keep_private(Path(self.url.database))
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._writing = self.engine.execution_options(writes=True)
        # Of the driver's own making, so that it goes out with the BEGIN and costs no round trip.
        snapshot = (
            {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._reading = self.engine.execution_options(**snapshot)
        self._asking = self.engine.execution_options(
            **({_ALONE: True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"})
        )
        self._writer = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a read-only session that sees one state of the database, that of its first query."""
        try:
            with Session(
                self._reading, expire_on_commit=False, autoflush=False, info={_SNAPSHOT: True}
            ) as session:
                yield session
        except (OperationalError, TimeoutError) as error:
            raise DatabaseBusy from error

    def ask(self, statement: Executable, values: dict[str, Any]) -> Sequence[Any]:
        """Return the rows of one read-only statement. By itself it sees one state of the database anyway, so
        no transaction is begun and ended around it: on PostgreSQL that is one round trip instead of three."""
        try:
            with self._asking.connect() as connection:
                return connection.execute(statement, values).all()
        except (OperationalError, TimeoutError) as error:
            raise DatabaseBusy from error

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session whose changes are all committed at the end, or, after any exception, rolled back."""
        try:
            with self._turn(), Session(self._writing, expire_on_commit=False) as session:
                yield session
                session.commit()
        except (OperationalError, TimeoutError) as error:
            raise DatabaseBusy from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=_SQLITE_WAIT_MS / 1000):
            raise DatabaseBusy
        try:
            yield
        finally:
            self._writer.release()

    def close(self) -> None:
        """Close every connection, those that threads still use as soon as they give them back."""
        if not event.contains(self.engine, "checkin", _close_returned):
            event.listen(self.engine, "checkin", _close_returned)
        self.engine.dispose()


def _close_returned(_connection: Any, record: ConnectionPoolEntry) -> None:
    # None when it was broken, and is closed already.
    if record.dbapi_connection is not None:
        record.invalidate()


def _sqlite_engine(url: str) -> Engine:
    # What is asked for holds secrets, which an error would show in the log.
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_timeout=10, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling begins too late and never IMMEDIATE: take it over.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_WAIT_MS}")
        _into_wal(cursor)
        # FULL: what was confirmed survives a loss of power.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(_ALONE):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


def _into_wal(cursor: Any) -> None:
    """Switch to write-ahead logging, with retries.

    When several connections find a new file at once, SQLite does not wait.
    """
    patience = time.monotonic() + _SQLITE_WAIT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=10,
        pool_pre_ping=False,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC -c statement_timeout=15000"},
    )


def is_snapshot(session: Session) -> bool:
    """Say whether the session is a `Database.read`: what it sees was committed, and all at one moment.

    Only that may be cached for others: a transaction that writes also sees what may yet be rolled back.
    """
    return bool(session.info.get(_SNAPSHOT))


_database: Database | None = None


def connect(url: str) -> Database:
    """Make `url` the database of this process, and close a former one."""
    global _database
    if _database is not None:
        _database.close()
    _database = Database(url)
    return _database


def database() -> Database:
    """Return the database of this process, which the composition root has connected."""
    if _database is None:
        raise RuntimeError("connect() was not called")
    return _database


@contextmanager
def read_transaction() -> Iterator[Session]:
    """Open `Database.read` of this process's database."""
    with database().read() as session:
        yield session


def ask(statement: Executable, values: dict[str, Any]) -> Sequence[Any]:
    """Run `Database.ask` on this process's database."""
    return database().ask(statement, values)


@contextmanager
def write_transaction() -> Iterator[Session]:
    """Open `Database.write` of this process's database."""
    with database().write() as session:
        yield session
