"""Confirm an address with a mailed link: by a press, since programs that look through mail follow links."""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError, LinkVoid, ValidationFailed
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.presenters.refusals import refusal
from mentorbook.services.offload import call
from mentorbook.services.people import own_email
from mentorbook.services.people.account_links import look_at_link
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.people.link_token import LinkToken, ask_for_token, forget_token


class EmailConfirmation(Answers, rx.State):
    """What the link would do, and whether it is done. `phase` is loading, asking, void or done.

    `replaces` is the address that gives way to `email`, or empty.
    """

    phase: str = "loading"
    email: str = ""
    replaces: str = ""
    problem: str = ""

    @action("anyone")
    async def arrive(self) -> Any:
        """Ask the browser for the link."""
        self.phase, self.email, self.replaces, self.problem = "loading", "", "", ""
        return ask_for_token(EmailConfirmation.take)

    @action("anyone")
    async def take(self, token: LinkToken) -> Any:
        """Look what the link would do, and leave it as it is."""
        purposes = (LinkPurpose.CONFIRM_EMAIL, LinkPurpose.CHANGE_EMAIL)
        link = await call(look_at_link, {"token": token}, *purposes)
        self.email = link.email
        self.replaces = link.account_email if link.purpose == LinkPurpose.CHANGE_EMAIL else ""
        self.phase = "asking"

    @action("anyone")
    async def confirm(self, token: LinkToken) -> Any:
        """Confirm the address. Logs nobody in."""
        self.problem = ""
        self.email = (await call(own_email.confirm_email, {"token": token})).email
        self.phase = "done"
        self._take_over()
        return forget_token()

    async def _refused(self, error: DomainError) -> Any:
        if isinstance(error, LinkVoid | ValidationFailed):
            self.phase = "void"
            return forget_token()
        self.problem = refusal(error).detail
        return []
