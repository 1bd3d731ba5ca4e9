"""Pictures as files in a folder: a folder for each person, a file for each picture."""

import contextlib
import os
import secrets
from pathlib import Path
from uuid import UUID

_FILE, _FOLDER = 0o600, 0o700


class PictureFiles:
    """Files of pictures, for `domain.ports.PictureStore`; they belong to the user that runs the app."""

    def __init__(self, folder: Path) -> None:
        """Keep pictures in `folder`, which is made with the first."""
        self._folder = folder

    def keep(self, person: UUID, name: str, picture: bytes) -> None:
        """Keep a picture: all of it is there, or nothing is."""
        path = self._path(person, name)
        self._folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        path.parent.mkdir(mode=_FOLDER, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "wb") as file:
                file.write(picture)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def read(self, person: UUID, name: str) -> bytes | None:
        """Return a picture, or `None` where there is none."""
        try:
            return self._path(person, name).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, person: UUID, name: str) -> None:
        """Delete a picture if it is there, and the person's folder with their last one."""
        path = self._path(person, name)
        path.unlink(missing_ok=True)
        # It may hold others, or not be there.
        with contextlib.suppress(OSError):
            path.parent.rmdir()

    def _path(self, person: UUID, name: str) -> Path:
        # Names are hashes of ours; what comes from outside is compared with them before it gets here.
        if not (name.isascii() and name.isalnum()):
            raise ValueError("a picture's name has letters and digits only")
        return self._folder / str(person) / f"{name}.webp"
