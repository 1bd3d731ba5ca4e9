"""One's address in words: whether it is confirmed, and which one waits to take its place."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.views import OwnEmail
from mentorbook.presenters.dates import when


@dataclass(frozen=True)
class EmailSection:
    """The address as its owner reads it; `wanted` is empty while none waits."""

    email: str = ""
    is_confirmed: bool = False
    wanted: str = ""
    wanted_until: str = ""


def email_section(found: OwnEmail, *, zone: str, now: datetime) -> EmailSection:
    """Return the address with its times by `zone`."""
    return EmailSection(
        email=found.email,
        is_confirmed=found.confirmed_at is not None,
        wanted=found.wanted or "",
        wanted_until=when(found.wanted_until, zone, now) if found.wanted_until else "",
    )


def sent_words(email: str) -> str:
    """Say that a link is on its way to an address."""
    return f"A mail with a link is on its way to {email}."


WITHDRAWN = "The change is withdrawn. Your address stays as it is."
