"""Copies of a prepared PostgreSQL database that are emptied and used again: a new one takes 300 files."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from tests.servers.postgres import fresh_database, plain

# Bytes. A new copy has nine million; what is deleted leaves its room behind.
_GROWN = 24_000_000

# Any change of the schema leaves another number of rows in one of these, or one that was written later.
_CATALOGS = ("attrdef", "attribute", "class", "constraint", "index", "proc", "trigger", "type")
_SCHEMA = " UNION ALL ".join(f"SELECT count(*), max(xmin::text::bigint) FROM pg_{each}" for each in _CATALOGS)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class _Copy:
    url: str
    connection: psycopg.Connection
    schema: list[tuple[int, int]]

    def is_as_new(self) -> bool:
        """Empty it, when nothing else than its rows has changed."""
        say = self.connection.execute
        say(_OTHERS)
        if say(_SCHEMA).fetchall() != self.schema:
            return False
        tables = [sql.Identifier(name) for (name,) in say(_TABLES)]
        # No trigger, not even one that keeps the audit trail, and no foreign key has a say in this.
        say("SET session_replication_role = replica")
        say(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables))
        (size,) = say("SELECT pg_database_size(current_database())").fetchone() or (_GROWN,)
        return bool(size < _GROWN)


class Copies:
    """Lends copies of `template`, which has rows in no table but Alembic's, to one test after the other."""

    def __init__(self, url: str, template: str) -> None:
        self._url, self._template = url, template
        self._clean: list[_Copy] = []
        self._lent: dict[str, _Copy] = {}

    def lend(self) -> str:
        """The address of a copy that nobody else has, and that is as when it was made."""
        copy = self._clean.pop() if self._clean else self._new()
        self._lent[copy.url] = copy
        return copy.url

    def take_back(self, url: str) -> None:
        """End every connection to a copy, and lend it again unless its schema was changed or it has grown."""
        copy = self._lent.pop(url)
        if copy.is_as_new():
            self._clean.append(copy)
        else:
            copy.connection.close()

    def _new(self) -> _Copy:
        url = fresh_database(self._url, self._template)
        connection = psycopg.connect(plain(url), autocommit=True)
        return _Copy(url, connection, connection.execute(_SCHEMA).fetchall())

    def close(self) -> None:
        """Hang up."""
        for copy in (*self._clean, *self._lent.values()):
            copy.connection.close()
