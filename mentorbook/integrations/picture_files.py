"""Pictures as files in a folder: a folder for each person, a file for each picture."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from mentorbook.domain.schemas import as_uuid

_FILE, _FOLDER = 0o600, 0o700
_ENDING = ".webp"


class PictureFiles:
    """Files of pictures, for `domain.ports.PictureStore`; they belong to the user that runs the app."""

    def __init__(self, folder: Path) -> None:
        """Keep pictures in `folder`, which is made with the first."""
        self._folder = folder

    def keep(self, person: UUID, name: str, picture: bytes) -> None:
        """Write a new picture to the disk. Raises `FileExistsError` for a name that there was before."""
        path = self._path(person, name)
        self._folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        path.parent.mkdir(mode=_FOLDER, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())

    def read(self, person: UUID, name: str) -> bytes | None:
        """Return a picture, or `None` where there is none."""
        try:
            return self._path(person, name).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, person: UUID, name: str) -> None:
        """Delete a picture if it is there; the folder stays, since another may just be written into it."""
        self._path(person, name).unlink(missing_ok=True)

    def kept_longer_than(self, age: timedelta) -> list[tuple[UUID, str]]:
        """List the pictures whose files are older, by the clock of this machine."""
        latest = time.time() - age.total_seconds()
        return [
            (person, path.stem)
            for path in self._folder.glob(f"*/*{_ENDING}")
            if (person := as_uuid(path.parent.name)) and path.stem.isalnum() and _written(path) < latest
        ]

    def _path(self, person: UUID, name: str) -> Path:
        # Names are ours; what comes from outside is compared with them before it gets here.
        if not (name.isascii() and name.isalnum()):
            raise ValueError("a picture's name has letters and digits only")
        return self._folder / str(person) / f"{name}{_ENDING}"


def _written(path: Path) -> float:
    """Return when a file was written; of one that has gone meanwhile, just now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
