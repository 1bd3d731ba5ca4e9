"""`/admin/policies`: type, see what it would do, save."""

from typing import Any

import reflex as rx

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
from mentorbook.services.change_feed import EVERYBODY
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class PolicyForm(Answers, rx.State):
    """The five policies. Everything that is typed is checked at once; nothing is saved before `save`."""

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
        live.follow(self, [EVERYBODY])
        # A page that was out of reach comes back through here: what is typed and not saved is kept.
        if not self.changes:
            await self._read(actor)

    @action("admin")
    async def type_value(self, actor: Account, key: str, text: str) -> Any:
        """Check what was typed into a policy's field, and preview its effect."""
        self._typed(key, text[:40])
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
        await self._read(actor)

    @action("admin")
    async def save(self, actor: Account) -> Any:
        """Save every change, all or none."""
        self._take_over()
        wanted = wanted_values(self.rows)
        if not wanted or not self.valid:
            return
        origin = Origin(self.router.session.client_ip, self.router.headers.user_agent)
        await call(change_policies, actor, wanted, seen=self._seen, origin=origin)
        await self._read(actor)
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
        """Show the new values after another admin has saved, unless something is typed here."""
        actor = await current(self)
        if actor is not None and actor.is_admin and not self.changes:
            saved = self.saved
            await self._read(actor)
            self.saved = saved
