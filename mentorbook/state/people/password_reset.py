"""A forgotten password: ask for a link, and choose a new password with it.

The link's secret stays in the browser (see `state/people/link_token.py`); no state holds it.
"""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError, LinkVoid, ValidationFailed
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.views import Account
from mentorbook.presenters.field_errors import field_sentence
from mentorbook.presenters.refusals import refusal
from mentorbook.services.offload import call
from mentorbook.services.people import credentials, password_reset
from mentorbook.services.people.account_links import look_at_link
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.people.account_forms import FOCUS_PROBLEM, Form
from mentorbook.state.people.link_token import LinkToken, ask_for_token, forget_token

# Whoever chose a new password in a browser that was logged in to the account is logged out there as well, and
# so the page is about to load anew: as the log-in page, whichever of the two scripts is first.
_TO_LOG_IN = "history.replaceState(null, '', '/login?changed=1'); window.location.reload()"


class Forgot(Answers, rx.State):
    """The form that asks for a link; `sent` is said of every address, whether it has an account or not."""

    problem: str = ""
    email_error: str = ""
    sent: bool = False
    sends_mail: bool = True

    @action("anyone")
    async def arrive(self) -> Any:
        """Reset the form."""
        self.problem, self.email_error, self.sent = "", "", False
        self.sends_mail = settings.sends_mail

    @action("anyone")
    async def submit(self, form: Form) -> Any:
        """Ask for a link."""
        self.problem, self.email_error, self.sent = "", "", False
        yield
        given = {"email": form.get("email", "")}
        await call(password_reset.ask_for_reset, given, address=self.router.session.client_ip)
        self.sent = True
        self._take_over()

    async def _refused(self, error: DomainError) -> Any:
        fields = error.fields if isinstance(error, ValidationFailed) else {}
        self.email_error = field_sentence("This", fields.get("email"))
        self.problem = "" if self.email_error else refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)


class PasswordReset(Answers, rx.State):
    """The form for a new password. `phase` is loading, form, void or done; `email` is whose account it is."""

    phase: str = "loading"
    email: str = ""
    problem: str = ""
    fresh_error: str = ""
    shows_password: bool = False

    @action("anyone")
    async def arrive(self) -> Any:
        """Reset the form, and ask the browser for the link."""
        self.phase, self.email, self.problem, self.fresh_error = "loading", "", "", ""
        self.shows_password = False
        return ask_for_token(PasswordReset.take)

    @action("anyone")
    async def take(self, token: LinkToken) -> Any:
        """Look whether the link works, and for whom."""
        link = await call(look_at_link, {"token": token}, LinkPurpose.RESET_PASSWORD)
        self.phase, self.email = "form", link.account_email

    @action("anyone")
    async def toggle_password(self) -> Any:
        """Show what is typed, or hide it again."""
        self.shows_password = not self.shows_password

    @action("anyone")
    async def submit(self, actor: Account | None, form: Form) -> Any:
        """Choose the new password; every log-in of the account ends, perhaps the one of this page too."""
        self.problem = self.fresh_error = ""
        yield
        given = {"token": form.get("token", ""), "newPassword": form.get("fresh", "")}
        owner = await credentials.reset_password(given, self.router.session.client_ip)
        self.phase, self.shows_password = "done", False
        self._take_over()
        yield forget_token()
        if actor is not None and actor.id == owner:
            yield rx.call_script(_TO_LOG_IN)

    async def _refused(self, error: DomainError) -> Any:
        fields = error.fields if isinstance(error, ValidationFailed) else {}
        if isinstance(error, LinkVoid) or "token" in fields:
            self.phase = "void"
            return forget_token()
        self.fresh_error = field_sentence("The password", fields.get("newPassword"))
        self.problem = "" if self.fresh_error else refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)
