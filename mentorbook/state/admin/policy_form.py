"""`/admin/policies`: type, see what it would do, save."""

from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.policy_form import (
    TEXTS,
    Effect,
    PolicyRow,
    policy_effects,
    policy_row,
    saved_words,
    typed_row,
    wanted_values,
)
from mentorbook.presenters.refusals import refusal
from mentorbook.services.admin.policies import change_policies, policy_states, preview_policies
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.change_feed import EVERYBODY, SESSIONS
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

_MOST_TYPED = 40
_DRAFTED = "policies"


class PolicyDraft(Draft):
    """What is typed and not saved, by policy, and the values that it was typed over."""

    typed: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=_MOST_TYPED)]] = Field(
        max_length=len(TEXTS)
    )
    seen: SessionPolicies


class PolicyForm(KeepsDraft, Answers, rx.State):
    """The six policies. Everything that is typed is checked at once; nothing is saved before `save`."""

    rows: rx.Field[list[PolicyRow]] = rx.field(default_factory=list)
    effects: rx.Field[list[Effect]] = rx.field(default_factory=list)
    problem: str = ""
    saved: str = ""

    _seen: SessionPolicies | None = None

    @rx.var
    def changes(self) -> int:
        """Count the policies that differ from what is saved."""
        return sum(row.changed for row in self.rows)

    @rx.var
    def valid(self) -> bool:
        """Say whether everything that is typed may be saved."""
        return not any(row.error for row in self.rows)

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Load the saved policies for the page, unless something typed is not saved yet."""
        self.problem = self.saved = ""
        self._follow_along()
        # A page that was out of reach comes back through here: what is typed and not saved is kept.
        if not self.changes:
            await self._read(actor)
            await self._resume(actor)
        self._follow_along()

    @action("admin")
    async def type_value(self, actor: Account, key: str, text: str) -> Any:
        """Check what was typed into a policy's field, and preview its effect."""
        self._typed(key, text[:_MOST_TYPED])
        await self._preview(actor)

    @action("admin")
    async def toggle(self, actor: Account, key: str) -> Any:
        """Switch a yes-or-no policy, and preview its effect."""
        is_on = any(row.key == key and row.value == "yes" for row in self.rows)
        self._typed(key, "no" if is_on else "yes")
        await self._preview(actor)

    @action("admin")
    async def discard(self, actor: Account) -> Any:
        """Restore what is saved."""
        self._take_over()
        self.problem = ""
        self._drop_draft()
        await self._read(actor)
        self._follow_along()

    @action("admin")
    async def save(self, actor: Account) -> Any:
        """Save every change, all or none."""
        self._take_over()
        wanted = wanted_values(self.rows)
        if not wanted or not self.valid:
            return
        origin = Origin(self.router.session.client_ip, self.router.headers.user_agent)
        await call(change_policies, actor, wanted, seen=self._seen, origin=origin)
        self._drop_draft()
        await self._read(actor)
        self._follow_along()
        self.saved = saved_words(len(wanted))

    async def _read(self, actor: Account) -> None:
        states = await call(policy_states, actor)
        by_key = {state.key: state for state in states}
        self._seen = SessionPolicies.model_validate({state.key: state.value for state in states})
        self.rows = [policy_row(by_key[key], zone=actor.timezone, now=now()) for key in TEXTS]
        self.effects = []

    def _typed(self, key: str, text: str) -> None:
        self.problem = self.saved = ""
        self.rows = [typed_row(row, text) if row.key == key else row for row in self.rows]
        self._keep_typed()
        self._follow_along()

    def _keep_typed(self) -> None:
        if self._seen is None:
            return
        typed = {row.key: row.value for row in self.rows if row.changed}
        if typed:
            self._keep(PolicyDraft(about=_DRAFTED, typed=typed, seen=self._seen))
        else:
            self._drop_draft()

    async def _resume(self, actor: Account) -> None:
        """Take up what this tab has kept; what was saved over meanwhile is refused as it would have been."""
        kept = self._kept(PolicyDraft, _DRAFTED)
        if kept is None:
            return
        for key, text in kept.typed.items():
            self._typed(key, text)
        if self.changes:
            self._seen = kept.seen
            self._keep_typed()
            await self._preview(actor)

    def _follow_along(self) -> None:
        """Follow the policies, and while there is something to preview also the sessions it is about."""
        live.follow(self, [EVERYBODY, SESSIONS] if self.changes else [EVERYBODY])

    async def _preview(self, actor: Account) -> None:
        wanted = wanted_values(self.rows)
        self.effects = []
        if wanted and self.valid:
            preview = await call(preview_policies, actor, wanted)
            self.effects = policy_effects(preview, zone=actor.timezone, now=now())

    async def _refused(self, error: DomainError) -> Any:
        if error.status == 401:
            return None
        # Whoever is no admin sees a page with nothing on it, which says enough.
        if error.status != 403:
            self.problem = refusal(error).detail
        return []

    async def _follow(self) -> None:
        """Show the new values after another admin has saved; if something is typed here, what it would do."""
        if self.router.url.path.rstrip("/") != "/admin/policies":
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is None or not actor.is_admin:
            return
        if self.changes:
            await self._preview(actor)
        else:
            saved = self.saved
            await self._read(actor)
            self.saved = saved
