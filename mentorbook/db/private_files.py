"""The files of the embedded database belong to the user that runs the app, and to nobody else."""

import logging
import os
from pathlib import Path

from mentorbook.settings import settings

log = logging.getLogger(__name__)

_FILE, _FOLDER = 0o600, 0o700


def keep_private(path: Path) -> None:
    """Make the database at `path` and the files that SQLite keeps beside it readable by their owner alone.

    Whatever the umask, and for files that exist already. The folder too, when it is made here or is the data
    folder of the settings: any other may be shared with other programs. Creates the file when there is
    none, since SQLite gives the files beside it the same mode. Files of another owner keep their mode, and
    a warning is logged.
    """
    folder = path.parent
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if is_new or folder.absolute() == settings.data_dir.absolute():
        _restrict(folder, _FOLDER)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _FILE))
    for beside in ("", "-wal", "-shm", "-journal"):
        file = path.with_name(path.name + beside)
        if file.is_file():
            _restrict(file, _FILE)


def _restrict(path: Path, mode: int) -> None:
    try:
        if path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)
    except PermissionError:
        log.warning("%s may be read by others, and its mode cannot be changed", path)
