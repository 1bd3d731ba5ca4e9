"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from mentorbook.db.engine import Database

_MIGRATION_LOCK = 7_305_812


def config() -> Config:
    """Return Alembic's configuration, without an ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing migrations in one transaction; several processes at once wait for each other."""
    settings = config()
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            # A long index, and a process that waits for another's, may take longer than any request.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
