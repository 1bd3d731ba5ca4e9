"""What is known of a mail about an account when it is written."""

from dataclasses import dataclass, field
from datetime import datetime

from mentorbook.domain.kinds import AccountMail, LinkPurpose


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the mail is for. `email` is where it goes: what is, was or may become their address."""

    name: str
    email: str
    timezone: str


@dataclass(frozen=True, slots=True)
class MailedLink:
    """A link with all that its mail says; `token` is its secret, in that mail and nowhere else."""

    purpose: LinkPurpose
    addressee: Addressee
    expires_at: datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailedNews:
    """What has happened to somebody's account, for a mail."""

    about: AccountMail
    addressee: Addressee
