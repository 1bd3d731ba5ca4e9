"""A mail, as whoever writes it hands it to whoever carries it."""

from dataclasses import dataclass
from datetime import datetime

import idna

from mentorbook.domain.text import is_text


@dataclass(frozen=True, slots=True)
class Attachment:
    """A calendar file that mail programs act upon; `method` is REQUEST or CANCEL (RFC 5546)."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, in two forms that say the same.

    `message_id` stays the same when it is sent again. `unsubscribe_url` stands in the headers, where mail
    programs look for it, and takes a POST (RFC 8058).
    """

    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    written_at: datetime
    invitation: Attachment | None = None
    unsubscribe_url: str | None = None


def ascii_domain(domain: str) -> str:
    """Return a domain as DNS and mail servers know it (IDNA 2008). Raises `UnicodeError`.

    Python's own codec is of 2003: it takes `straße.de` for `strasse.de`, which may be somebody else's.
    """
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def one_line(text: str) -> str:
    """Return what somebody wrote as one line, with nothing in it that is not seen."""
    return " ".join("".join(c if is_text(c) else " " for c in text).split())
