"""Where one is logged in, and the password: what keeps others out of an account."""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.presenters.field_errors import field_sentence
from mentorbook.presenters.people.logins import (
    ALREADY_OUT,
    LoginItem,
    logged_out_words,
    login_item,
    others_out_words,
    password_changed_words,
)
from mentorbook.presenters.refusals import refusal
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.people import credentials, logins
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.people.account_forms import FOCUS_PROBLEM, Form
from mentorbook.state.socket.browser import browser_of
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class LoginList(Answers, rx.State):
    """One's log-ins, this browser's first; `told` is what has just been done about them."""

    phase: str = "loading"
    items: rx.Field[list[LoginItem]] = rx.field(default_factory=list)
    has_others: bool = False
    told: str = ""

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load the log-ins for the settings page, and record that this one is in use."""
        self.told = ""
        live.follow(self, [actor.id])
        with self._answering("load"):
            await call(logins.note_use, browser_of(self).login)
            await self._show(actor)

    @action("member")
    async def end_one(self, actor: Account, login_id: str) -> Any:
        """Log one browser out."""
        known = next((item.browser for item in self.items if item.id == login_id), "That browser")
        with self._answering(login_id):
            await call(logins.end_one, actor, login_id)
            self.told = logged_out_words(known)
            await self._show(actor)

    @action("member")
    async def end_others(self, actor: Account) -> Any:
        """Log every other browser out."""
        with self._answering("others"):
            ended = await call(logins.end_logins, actor.id, except_login=browser_of(self).login)
            self.told = others_out_words(ended)
            await self._show(actor)

    async def _refused(self, error: DomainError) -> Any:
        if error.status != 404:
            return None
        self.told = ALREADY_OUT
        await self._follow()
        return False

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None:
            self.phase, self.items, self.has_others = "loading", [], False
            return
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(logins.list_logins, actor, browser_of(self).login)
        except Exception:
            self.phase = "failed"
            raise
        self.items = [login_item(login, zone=actor.timezone, now=now()) for login in found]
        self.has_others = any(not item.is_current for item in self.items)
        self.phase = "shown"


class PasswordForm(Answers, rx.State):
    """The form for a new password; `done` says what has happened."""

    problem: str = ""
    current_error: str = ""
    fresh_error: str = ""
    done: str = ""
    shows_password: bool = False

    @action("member")
    async def arrive(self, actor: Account) -> Any:
        """Reset the password form for the settings page."""
        self._tell({})
        self.done = ""
        self.shows_password = False

    @action("member")
    async def toggle_password(self, actor: Account) -> Any:
        """Show what is typed, or hide it again."""
        self.shows_password = not self.shows_password

    @action("member")
    async def change(self, actor: Account, form: Form) -> Any:
        """Change the password, and end every other log-in."""
        self._tell({})
        self.done = ""
        yield
        try:
            given = {"currentPassword": form.get("current", ""), "newPassword": form.get("fresh", "")}
            if not given["currentPassword"]:
                raise ValidationFailed({"currentPassword": "is needed to change it"})
            ended = (await credentials.change_password(actor, given, browser_of(self))).ended
        finally:
            self._take_over()
        self.done = password_changed_words(ended)
        self.shows_password = False
        await (await self.get_state(LoginList))._show(actor)
        yield rx.call_script("document.getElementById('password-form')?.reset()")

    async def _refused(self, error: DomainError) -> Any:
        self._tell(error.fields if isinstance(error, ValidationFailed) else {})
        if not (self.current_error or self.fresh_error):
            if error.status in (401, 403):
                return None
            self.problem = refusal(error).detail
        return rx.call_script(FOCUS_PROBLEM)

    def _tell(self, fields: dict[str, str]) -> None:
        self.problem = ""
        self.current_error = field_sentence("This", fields.get("currentPassword"))
        self.fresh_error = field_sentence("The new password", fields.get("newPassword"))
