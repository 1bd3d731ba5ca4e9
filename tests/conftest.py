"""What every test may use: both databases, people, a clock that stands still."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, QueuePool, create_engine, event

from mentorbook.api.people import mentors as api_mentors
from mentorbook.db.engine import Database, connect
from mentorbook.db.migrate import upgrade
from mentorbook.integrations.picture_files import PictureFiles
from mentorbook.integrations.pillow import square_picture
from mentorbook.services import clock, rate_counters
from mentorbook.services.availability import published_hours, slots
from mentorbook.services.people.pictures import pictures_by
from tests.servers.copies import Copies
from tests.servers.postgres import running_postgres
from tests.workers import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_report_to_serializable,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)

# Hooks of pytest.
__all__ = [
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_report_to_serializable",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
]

hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis_settings.load_profile("repeatable")

# A Wednesday noon, far from any clock change in the zones that tests use.
NOON = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **length: float) -> None:
        """Move on by so much."""
        self.now += timedelta(**length)


@pytest.fixture
def hands() -> Iterator[Hands]:
    """The present is NOON until the test moves it."""
    hands = Hands()
    with clock.stand_at(hands):
        yield hands


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """The databases of all tests share what a process keeps of its one: statements are compiled once a kind.

    Compiled statements are found by their dialect, which an engine has from its first connection on.
    """
    made: dict[str, Engine] = {}

    def create_sharing(url: str, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        first = made.get(engine.dialect.name)
        if first is None or not hasattr(first.dialect, "server_version_info"):
            made[engine.dialect.name] = engine
        else:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorbook.db.engine.create_engine", create_sharing)
        yield


@pytest.fixture(scope="session", autouse=True)
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pictures are made as in production, and kept in a folder of the run's own."""
    with pictures_by(square_picture, PictureFiles(tmp_path_factory.mktemp("pictures"))):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL for the whole run, with a migrated template to copy from."""
    with running_postgres() as url:
        template = url.rpartition("/")[0] + "/migrated"
        admin = Database(url)
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CREATE DATABASE migrated")
        admin.close()
        migrated = Database(template)
        upgrade(migrated)
        migrated.close()
        yield url


@pytest.fixture(scope="session")
def copies(postgres: str) -> Iterator[Copies]:
    """Migrated PostgreSQL databases."""
    with closing(Copies(postgres, "migrated")) as copies:
        yield copies


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def sqlite_db(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of the test's own, connected."""
    path = tmp_path / "mentorbook.db"
    shutil.copy(sqlite_template, path)
    yield from _connected(f"sqlite:///{path}")


@pytest.fixture
def postgres_db(copies: Copies) -> Iterator[Database]:
    """An empty PostgreSQL database that nobody else has meanwhile, connected."""
    url = copies.lend()
    yield from _connected(url)
    copies.take_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Database:
    """An empty database, once of each kind."""
    name = "sqlite_db" if request.param == "sqlite" else "postgres_db"
    database: Database = request.getfixturevalue(name)
    return database


def _connected(url: str) -> Iterator[Database]:
    forget()
    database = connect(url)
    make_forgetful(database)
    yield database
    _let_end(database)
    database.close()
    forget()


def _let_end(database: Database) -> None:
    """Wait for what a test has left running in a thread: a connection that comes back to a closed pool is
    never closed, which is told of whichever test runs by the time it is collected."""
    pool, patience = database.engine.pool, time.monotonic() + 10
    while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < patience:
        time.sleep(0.01)


class Snapshot:
    """What an SQLite database held at a moment, to be put back as often as wanted."""

    def __init__(self, database: Database) -> None:
        self._kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(_file_of(database))) as file:
            file.backup(self._kept)
        self._file = sqlite3.connect(":memory:")
        self._as_kept: tuple[str, int] | None = None

    def put_back(self, database: Database) -> None:
        """Undo what has changed since, what the process remembers and counts included."""
        name = _file_of(database)
        if self._as_kept is None or self._as_kept[0] != name:
            self._file.close()
            self._file = sqlite3.connect(name)
            self._file.execute("PRAGMA synchronous = OFF")
        if self._as_kept != (name, self._version()):
            self._kept.backup(self._file)
            self._as_kept = name, self._version()
        forget()

    def _version(self) -> int:
        """Return what changes whenever another connection has changed the file."""
        (version,) = self._file.execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()
        self._kept.close()


def _file_of(database: Database) -> str:
    return str(database.engine.url.database)


def make_forgetful(database: Database) -> None:
    """Do not wait for the disk: only a loss of power would tell, and test_durable.py asks."""
    if not database.is_sqlite:
        return  # the server that these tests run is forgetful itself

    @event.listens_for(database.engine, "connect")
    def forgetful(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    database.engine.dispose()  # what is open already was opened without this


def forget() -> None:
    """Empty what the process remembers between requests: another database knows other people."""
    published_hours._published.clear()
    slots._cache.clear()
    api_mentors._rendered.clear()
    rate_counters.forget()
