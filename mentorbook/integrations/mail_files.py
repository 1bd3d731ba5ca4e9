"""Mail as files that mail programs open, where no mail server is set."""

import asyncio
import hashlib
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from mentorbook.domain.mail import Mail
from mentorbook.integrations.mime import mime_message

log = logging.getLogger(__name__)

# Nobody's disk is filled by mail that nobody fetches.
MOST_KEPT = 5_000
_LOOKS_EVERY = 50


@dataclass(frozen=True, slots=True)
class MailFiles:
    """A folder of `.eml` files, for `domain.ports.Mailer`: each is there whole, or not at all.

    The latest `MOST_KEPT` are kept.
    """

    folder: Path
    sender: str

    async def send(self, mail: Mail) -> None:
        """Keep the mail; sent again it is the same file. Raises `MailRefused`."""
        path = await asyncio.to_thread(self._keep, mail)
        log.info("no mail server is set: a mail is kept in %s", path)

    def _keep(self, mail: Mail) -> Path:
        content = mime_message(mail, self.sender)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Sorted by time in any listing; the rest of the name is the same for the same mail.
        digest = hashlib.sha256(mail.message_id.encode()).hexdigest()[:12]
        path = self.folder / f"{mail.written_at:%Y%m%d-%H%M%S}-{digest}.eml"
        begun = path.with_suffix(".tmp")
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        begun.rename(path)
        self._prune()
        return path

    def _prune(self) -> None:
        """Delete the oldest mails beyond `MOST_KEPT`; looked at now and then only."""
        if secrets.randbelow(_LOOKS_EVERY):
            return
        for old in sorted(self.folder.glob("*.eml"))[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
