"""What is confirmed survives a loss of power: every connection of the product waits for the disk.

Databases of tests do not; those of `tests/reliability` that are crashed are opened by the product itself.
"""

from pathlib import Path

from mentorbook.db.engine import Database
from tests.servers.postgres import running_postgres

FULL = 2


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'mentorbook.db'}")
    for _ in range(2):
        with database.write() as one, database.read() as other:
            for session in (one, other):
                assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one() == FULL
    database.close()


def test_postgresql_is_left_to_wait_for_the_disk() -> None:
    with running_postgres(durable=True) as url:
        database = Database(url)
        with database.write() as session:
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
        database.close()
