"""Mail that the worker has sent, read as people read it."""

import asyncio
import re
from uuid import UUID

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.mail import Mail
from mentorbook.domain.ports import ProviderDown
from mentorbook.services.clock import now
from mentorbook.services.people.account_links import add_link
from mentorbook.worker import Worker

_TOKEN = re.compile(r"/(?:reset|confirm)\?token=([\w-]{20,})")


class Letters:
    """What mail leaves by, for `domain.ports.Mailer`: keeps it. A server that is `down` takes none."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.down = False
        self.tried: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        """Keep the mail."""
        self.tried.append(mail)
        if self.down:
            raise ProviderDown("away")
        self.sent.append(mail)

    def delivered(self) -> list[Mail]:
        """Have the worker deliver what is due; returns what that sent, but for mails of notices."""
        before = len(self.sent)
        asyncio.run(self._work())
        return [mail for mail in self.sent[before:] if mail.unsubscribe_url is None]

    async def _work(self) -> None:
        worker = Worker(None, self)
        while await worker.round():
            pass

    def subjects(self) -> list[tuple[str, str]]:
        """`delivered`, as address and subject of each."""
        return sorted((mail.to_address, mail.subject) for mail in self.delivered())

    def token_to(self, email: str) -> str:
        """The secret of the link in the last mail about one that is now `delivered` to an address."""
        found = [mail for mail in self.delivered() if mail.to_address == email and _TOKEN.search(mail.text)]
        return token_of(found[-1])


def token_of(mail: Mail) -> str:
    """The secret of the link in a mail, the same in both of its forms."""
    (token,) = set(_TOKEN.findall(mail.text))
    assert {token} == set(_TOKEN.findall(mail.html))
    return str(token)


def a_link(person: UUID, purpose: LinkPurpose = LinkPurpose.RESET_PASSWORD, wanted: str = "") -> str:
    """The secret of a link of somebody's, without a mail; of one for another address, which is asked for."""
    with write_transaction() as session:
        user = session.get_one(User, person)
        if wanted:
            user.wanted_email, user.email_wanted_at = wanted, now()
        return add_link(session, user, purpose, wanted or user.email)
