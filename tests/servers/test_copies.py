"""A database that is lent again is as one that was never used; one that cannot be is not lent again."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from tests.servers.copies import Copies
from tests.servers.postgres import fresh_database, plain

# A table that lets nobody take a row away, as the audit trail does, and one that hangs on it.
_TABLES = """
    CREATE TABLE kept (id int PRIMARY KEY, word text);
    CREATE TABLE hanging (id int REFERENCES kept);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
    CREATE TRIGGER stays BEFORE DELETE ON kept FOR EACH ROW EXECUTE FUNCTION refuse();
"""
_ROWS = "INSERT INTO kept VALUES (1, 'one'); INSERT INTO hanging VALUES (1)"


@pytest.fixture
def some_copies(postgres: str) -> Iterator[Copies]:
    """Copies of a database with two tables."""
    template = fresh_database(postgres)
    do(template, _TABLES)
    with closing(Copies(postgres, template.rpartition("/")[2])) as copies:
        yield copies


def do(url: str, statements: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statements)


def rows(url: str) -> list[tuple[int, ...]]:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        return connection.execute("SELECT id FROM kept UNION ALL SELECT id FROM hanging").fetchall()


def test_what_was_written_is_gone_and_triggers_and_keys_are_not(some_copies: Copies) -> None:
    first = some_copies.lend()
    do(first, _ROWS)
    some_copies.take_back(first)
    assert some_copies.lend() == first
    assert rows(first) == []
    do(first, _ROWS)
    with pytest.raises(psycopg.errors.RaiseException):
        do(first, "DELETE FROM kept")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        do(first, "INSERT INTO hanging VALUES (2)")


def test_two_at_once_are_two(some_copies: Copies) -> None:
    assert some_copies.lend() != some_copies.lend()


def test_whoever_is_still_connected_is_cut_off_and_its_work_undone(some_copies: Copies) -> None:
    url = some_copies.lend()
    with psycopg.connect(plain(url)) as connection:
        connection.execute(_ROWS)
        some_copies.take_back(url)
        with pytest.raises(psycopg.OperationalError):
            connection.commit()
        connection.close()
    assert some_copies.lend() == url
    assert rows(url) == []


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER stays ON kept",
        "ALTER TABLE kept DISABLE TRIGGER stays",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "ALTER TABLE hanging DROP CONSTRAINT hanging_id_fkey",
        "ALTER TABLE kept ALTER COLUMN word SET NOT NULL",
        "ALTER TABLE kept ALTER COLUMN word SET DEFAULT ''",
        "ALTER TABLE kept ADD COLUMN more int",
        "CREATE INDEX words ON kept (word)",
        "CREATE TABLE further (id int)",
        "CREATE TABLE further (id int); DROP TABLE further; TRUNCATE kept CASCADE",
        "INSERT INTO kept SELECT id, repeat(md5(id::text), 20) FROM generate_series(1, 40000) AS id",
    ],
)
def test_what_has_another_schema_or_has_grown_is_not_lent_again(some_copies: Copies, change: str) -> None:
    url = some_copies.lend()
    do(url, change)
    some_copies.take_back(url)
    assert some_copies.lend() != url
