"""The embedded database is nobody else's: files 0600 and folder 0700, whatever the umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from mentorbook.db.engine import Database
from mentorbook.db.migrate import upgrade
from mentorbook.settings import settings


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the process would take from new files."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, not there yet."""
    data = tmp_path / "data"
    monkeypatch.setattr(settings, "data_dir", data)
    return data


def modes(folder: Path) -> dict[str, int]:
    """Mode of the folder and of each file in it."""
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    return found | {".": stat.S_IMODE(folder.stat().st_mode)}


PRIVATE = {".": 0o700, "mentorbook.db": 0o600, "mentorbook.db-wal": 0o600, "mentorbook.db-shm": 0o600}


def test_a_new_database_is_private(folder: Path, umask: int) -> None:
    database = Database(f"sqlite:///{folder / 'mentorbook.db'}")
    upgrade(database)
    assert modes(folder) == PRIVATE
    database.close()


def test_a_database_that_others_could_read_is_closed_to_them(folder: Path, umask: int) -> None:
    folder.mkdir()
    path = folder / "mentorbook.db"
    first = Database(f"sqlite:///{path}")
    upgrade(first)
    for name in PRIVATE:
        (folder / name).chmod(0o755 if name == "." else 0o644)
    second = Database(f"sqlite:///{path}")
    with second.read() as session:
        session.execute(text("SELECT 1 FROM users"))
    assert modes(folder) == PRIVATE
    first.close()
    second.close()


def test_a_folder_that_is_not_ours_alone_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    upgrade(database)
    assert modes(tmp_path)["."] == 0o755
    assert modes(tmp_path)["elsewhere.db"] == 0o600
    database.close()
