"""One's address in the settings: whether it is confirmed, and asking for another."""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError, ValidationFailed
from mentorbook.domain.views import Account, OwnEmail
from mentorbook.presenters.field_errors import field_sentence
from mentorbook.presenters.people.own_email import WITHDRAWN, EmailSection, email_section, sent_words
from mentorbook.presenters.refusals import refusal
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.people import credentials, own_email
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.people.account_forms import FOCUS_PROBLEM, Form
from mentorbook.state.socket.browser import browser_of
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class EmailForm(Answers, rx.State):
    """The section of the settings. `phase` is loading, shown or failed; `told` says what has been done."""

    phase: str = "loading"
    section: EmailSection = EmailSection()
    problem: str = ""
    current_error: str = ""
    email_error: str = ""
    told: str = ""

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load the address for the settings page, and hear from then on when it is confirmed."""
        self._tell({})
        self.told = ""
        live.follow(self, [actor.id])
        with self._answering("load"):
            await self._show(actor)

    @action("member")
    async def send_again(self, actor: Account) -> Any:
        """Mail another link that confirms the address."""
        self._tell({})
        self.told = ""
        with self._answering("send"):
            found = await call(own_email.send_confirmation, actor, address=browser_of(self).address)
        self._present(actor, found)
        self.told = sent_words(found.email) if found.confirmed_at is None else ""

    @action("member")
    async def ask(self, actor: Account, form: Form) -> Any:
        """Ask for another address."""
        self._tell({})
        self.told = ""
        yield
        given = {"currentPassword": form.get("email-password", ""), "newEmail": form.get("new-email", "")}
        with self._answering("ask"):
            if not given["currentPassword"]:
                raise ValidationFailed({"currentPassword": "is needed to change it"})
            found = await credentials.change_email(actor, given, browser_of(self))
        self._present(actor, found)
        self.told = sent_words(found.wanted or "")

    @action("member")
    async def withdraw(self, actor: Account) -> Any:
        """Withdraw the change that was asked for."""
        self._tell({})
        with self._answering("withdraw"):
            found = await call(own_email.withdraw_change, actor)
        self._present(actor, found)
        self.told = WITHDRAWN

    async def _refused(self, error: DomainError) -> Any:
        if error.status in (401, 403):
            return None
        self._tell(error.fields if isinstance(error, ValidationFailed) else {})
        if not (self.current_error or self.email_error):
            self.problem = refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)

    async def _follow(self) -> None:
        """Show that the address was confirmed or changed, perhaps by a link in another browser."""
        actor = await current(self)
        if actor is None:
            self.phase, self.section, self.told = "loading", EmailSection(), ""
            return
        before = self.section
        await self._show(actor)
        if self.section != before:
            self.told = ""

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(own_email.own_email, actor)
        except Exception:
            self.phase = "failed"
            raise
        self._present(actor, found)

    def _present(self, actor: Account, found: OwnEmail) -> None:
        section = email_section(found, zone=actor.timezone, now=now())
        if section != self.section:
            self.section = section
        self.phase = "shown"

    def _tell(self, fields: dict[str, str]) -> None:
        self.problem = ""
        self.current_error = field_sentence("This", fields.get("currentPassword"))
        self.email_error = field_sentence("This", fields.get("newEmail"))
