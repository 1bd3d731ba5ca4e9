"""The account that stands open beside the list of all; the address names it: `?person=`."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any
from uuid import UUID

import reflex as rx
from pydantic import Field

from mentorbook.domain.admin_views import AdminPersonDetail
from mentorbook.domain.errors import DomainError, NotFound, ValidationFailed
from mentorbook.domain.kinds import AccountAction
from mentorbook.domain.schemas import REASON_LENGTH, as_uuid
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.account_words import CHANGE_WORDS
from mentorbook.presenters.admin.people import PersonDetails, done_words, person_details
from mentorbook.presenters.field_errors import details_error
from mentorbook.presenters.mail.addresses import reset_page
from mentorbook.presenters.refusals import refusal
from mentorbook.services.admin import account_changes
from mentorbook.services.admin.people import person
from mentorbook.services.change_feed import ACCOUNTS
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.address import asked_dialog, leave_dialog
from mentorbook.state.admin.session_panel import focus_script, opener
from mentorbook.state.answers import Answers
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current

PANEL = "person-panel"
REASON = "account-reason"
# Each takes the actor and the person, then what its reason or its value is, and where the call came from.
_SERVICES: dict[AccountAction, Callable[..., AdminPersonDetail]] = {
    AccountAction.MENTOR_APPROVED: account_changes.approve_mentor,
    AccountAction.MENTOR_DECLINED: account_changes.decline_mentor,
    AccountAction.MENTOR_INVITED: account_changes.invite_mentor,
    AccountAction.DEACTIVATED: account_changes.deactivate,
    AccountAction.REACTIVATED: account_changes.reactivate,
    AccountAction.ADMIN_GRANTED: account_changes.set_admin,
    AccountAction.ADMIN_WITHDRAWN: account_changes.set_admin,
}
_VALUES = {
    AccountAction.ADMIN_GRANTED: {"isAdmin": True},
    AccountAction.ADMIN_WITHDRAWN: {"isAdmin": False},
}
PersonId = Annotated[str, Field(max_length=40)]
Change = Annotated[str, Field(max_length=20)]


class ReasonDraft(Draft):
    """The reason for a change as far as it was typed."""

    reason: str = Field(max_length=2 * REASON_LENGTH)


class PersonPanel(KeepsDraft, Answers, rx.State):
    """The account in the panel; `phase` is closed, loading, shown, missing or failed.

    `asked_for` is the person as the address names them. `reason` is what is typed before a change that
    needs one; `problem` says why the last change was refused. `made_link` is a link for their password, shown
    until something else is done or the page loads anew.
    """

    phase: str = "closed"
    asked_for: str = ""
    details: PersonDetails = PersonDetails()
    reason: str = ""
    reason_error: str = ""
    problem: str = ""
    made_link: str = ""

    _about: str = ""
    _made_on: str = ""

    @action("admin")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show the person whom the address names, or close the panel when it names none."""
        asked, before = self.router.url.query_parameters.get("person", "")[:40], self.asked_for
        self.problem = self.reason_error = ""
        if asked != before or self._made_on != self.router.session.session_id:
            self.made_link = ""
        self._resume_reason(asked, asked_dialog(self, "change") or "")
        if asked != before or self.phase not in ("shown", "closed"):
            self.asked_for, self.phase = asked, "loading" if asked else "closed"
            yield focus_script(PANEL if asked else opener(before)) if asked != before else None
        followed = as_uuid(asked)
        live.follow(self, [ACCOUNTS, followed] if followed else [])
        if asked:
            await self._show(actor)

    @action("admin")
    async def write_reason(self, actor: Account, text: str) -> Any:
        """Keep what is typed as the reason of a change."""
        self.reason, self.reason_error = text[: 2 * REASON_LENGTH], ""
        if self._about:
            self._keep(ReasonDraft(about=self._about, reason=self.reason))

    @action("admin")
    async def carry_out(self, actor: Account, person_id: PersonId, change: Change) -> Any:
        """Change an account. A second press finds it done and has no effect."""
        self._take_over()
        if change not in list(AccountAction):
            return None
        kind = AccountAction(change)
        self.problem = self.reason_error = self.made_link = ""
        given = {"reason": self.reason} if CHANGE_WORDS[kind].reason else _VALUES.get(kind)
        values = (person_id,) if given is None else (person_id, given)
        if kind == AccountAction.LINK_MADE:
            found = await self._make_link(actor, person_id)
        else:
            found = await call(_SERVICES[kind], actor, *values, origin=origin_of(self))
        self._forget_reason()
        self._present(actor, found)
        return [leave_dialog(), rx.toast.success(done_words(kind, found))]

    @action("anyone")
    async def depart(self) -> Any:
        """Stop following the account, because the page has been left."""
        if not self.router.url.path.startswith("/admin/people"):
            self.phase, self.asked_for, self.details = "closed", "", PersonDetails()
            self.made_link = ""
            live.follow(self, [])

    async def _make_link(self, actor: Account, person_id: str) -> AdminPersonDetail:
        made = await call(account_changes.make_password_link, actor, person_id, origin=origin_of(self))
        self.made_link = reset_page(settings.public_url, made.token)
        self._made_on = self.router.session.session_id
        return made.person

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(person, actor, self.asked_for)
        except NotFound:
            self.phase, self.details = "missing", PersonDetails()
        except Exception:
            self.phase = "failed"
            raise
        else:
            self._present(actor, found)

    def _present(self, actor: Account, found: AdminPersonDetail) -> None:
        """Show an account, unless the address names another by now."""
        if UUID(str(found.id)) == as_uuid(self.asked_for):
            self.details = person_details(
                found, reader=actor.id, zone=actor.timezone, now=now(), sends_mail=settings.sends_mail
            )
            self.phase = "shown"

    def _resume_reason(self, asked: str, change: str) -> None:
        """Take up what was typed for a change of an account; what was typed for another is not its reason."""
        about = f"{asked} {change[:20]}"
        if asked and change and about != self._about:
            kept = self._kept(ReasonDraft, about)
            self._about, self.reason = about, kept.reason if kept else ""

    def _forget_reason(self) -> None:
        self.reason = ""
        self._drop_draft()

    async def _refused(self, error: DomainError) -> Any:
        """Say beside the button why it was refused, with the account as it is now; to admins alone."""
        actor = await current(self)
        if actor is None or error.status == 401:
            return None
        if not actor.is_admin:
            return []
        if isinstance(error, ValidationFailed) and "reason" in error.fields:
            self.reason_error = details_error(error.fields["reason"], self.reason)
            return rx.call_script(f"document.getElementById('{REASON}')?.focus()")
        self.problem = refusal(error).detail
        if self.asked_for:
            await self._show(actor)
        return []

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and actor.is_admin and self.asked_for:
            await self._show(actor)
