"""`/admin/policies`: type, see what it would do, save."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.policies import SessionPolicies
from mentorbook.domain.policy_texts import TEXTS, allowed_range, default_of, spoken_value, typed_value
from mentorbook.domain.views import Account
from mentorbook.domain.wording import short_date, when
from mentorbook.services.audit import Origin
from mentorbook.services.changes import EVERYBODY
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.policies import (
    AffectedSession,
    PolicyPreview,
    PolicyState,
    change_policies,
    policy_states,
    preview_policies,
)
from mentorbook.state.action import action
from mentorbook.state.live import live
from mentorbook.state.tab_login import current

_MOST_SHOWN = 8


@dataclass(frozen=True)
class PolicyRow:
    """One policy as the form shows it; `value` is what stands in the field."""

    key: str
    title: str
    meaning: str
    unit: str
    value: str
    saved: str
    last: str
    is_switch: bool
    changed: bool = False
    error: str = ""


@dataclass(frozen=True)
class EffectLine:
    """A session that saving would affect."""

    title: str
    time: str


@dataclass(frozen=True)
class Effect:
    """What saving would do to some coming sessions: `tone` is warn for what is taken away, else ok."""

    words: str
    count: str
    tone: str
    sessions: list[EffectLine]
    more: str


class PolicyForm(rx.State):
    """The five policies. Everything that is typed is checked at once; nothing is saved before `save`."""

    rows: rx.Field[list[PolicyRow]] = rx.field(default_factory=list)
    effects: rx.Field[list[Effect]] = rx.field(default_factory=list)
    changes: int = 0
    valid: bool = True
    problem: str = ""
    saved: str = ""

    _seen: SessionPolicies | None = None

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """The page has been opened."""
        self.problem = self.saved = ""
        live.follow(self, [EVERYBODY])
        # A page that was out of reach comes back through here: what is typed and not saved is kept.
        if not self.changes:
            await self._read(actor)

    @action("admin")
    async def type_value(self, actor: Account, key: str, text: str) -> Any:
        """Something was typed into a policy's field."""
        self.rows = [self._typed(row, text[:40]) if row.key == key else row for row in self.rows]
        await self._weigh(actor)

    @action("admin")
    async def toggle(self, actor: Account, key: str) -> Any:
        """A yes-or-no policy was switched."""
        self.rows = [
            self._typed(row, "no" if row.value == "yes" else "yes") if row.key == key else row
            for row in self.rows
        ]
        await self._weigh(actor)

    @action("admin")
    async def discard(self, actor: Account) -> Any:
        """Back to what is saved."""
        self.problem = ""
        await self._read(actor)

    @action("admin")
    async def save(self, actor: Account) -> Any:
        """Save every change, all or none."""
        wanted = self._wanted()
        if not wanted or not self.valid:
            return
        origin = Origin(self.router.session.client_ip, self.router.headers.user_agent)
        await call(change_policies, actor, wanted, seen=self._seen, origin=origin)
        count = len(wanted)
        await self._read(actor)
        self.saved = f"{count} change{'s' if count != 1 else ''} saved. Open pages follow at once."

    async def _read(self, actor: Account) -> None:
        states = await call(policy_states, actor)
        by_key = {state.key: state for state in states}
        self._seen = SessionPolicies.model_validate({state.key: state.value for state in states})
        self.rows = [self._row(by_key[key], actor) for key in TEXTS]
        self.effects, self.changes, self.valid = [], 0, True

    def _row(self, state: PolicyState, actor: Account) -> PolicyRow:
        text, value = TEXTS[state.key], spoken_value(state.value)
        meaning = text.meaning
        if text.unit:
            low, high = allowed_range(state.key)
            meaning = f"{meaning} {low} to {high}."
        last = "never changed"
        if state.changed_at is not None:
            last = f"set {short_date(state.changed_at, actor.timezone, now())} by {state.changed_by}"
        default = spoken_value(default_of(state.key))
        return PolicyRow(
            state.key,
            text.title,
            meaning,
            text.unit,
            value,
            value,
            f"Default {default} · {last}",
            not text.unit,
        )

    def _typed(self, row: PolicyRow, text: str) -> PolicyRow:
        self.problem = self.saved = ""
        if row.is_switch:
            return replace(row, value=text, changed=text != row.saved)
        try:
            value = spoken_value(typed_value(row.key, text))
        except ValueError as error:
            return replace(row, value=text, changed=True, error=str(error))
        return replace(row, value=text, changed=value != row.saved, error="")

    def _wanted(self) -> dict[str, Any]:
        return {
            row.key: row.value == "yes" if row.is_switch else typed_value(row.key, row.value)
            for row in self.rows
            if row.changed and not row.error
        }

    async def _weigh(self, actor: Account) -> None:
        wanted = self._wanted()
        self.valid = not any(row.error for row in self.rows)
        self.changes = sum(row.changed for row in self.rows)
        self.effects = []
        if wanted and self.valid:
            preview = await call(preview_policies, actor, wanted)
            self.effects = _effects(preview, actor)

    async def _refused(self, error: DomainError) -> Any:
        if error.status == 401:
            return None
        # Whoever is no admin sees a page with nothing on it, which says enough.
        if error.status != 403:
            self.problem = error.detail
        return []

    async def _follow(self) -> None:
        """Another admin has saved: show the new values, unless something is typed here."""
        actor = await current(self)
        if actor is not None and actor.is_admin and not self.changes:
            saved = self.saved
            await self._read(actor)
            self.saved = saved


def _effects(preview: PolicyPreview, actor: Account) -> list[Effect]:
    parts = (
        (preview.no_longer_cancellable, "could no longer be cancelled.", "warn"),
        (preview.no_longer_movable, "could no longer be moved.", "warn"),
        (preview.cancellable_again, "could be cancelled again.", "ok"),
        (preview.movable_again, "could be moved again.", "ok"),
    )
    return [_effect(sessions, words, tone, actor) for sessions, words, tone in parts if sessions]


def _effect(sessions: list[AffectedSession], words: str, tone: str, actor: Account) -> Effect:
    count = f"{len(sessions)} coming session{'s' if len(sessions) != 1 else ''}"
    lines = [
        EffectLine(each.title, when(each.starts_at, actor.timezone, now())) for each in sessions[:_MOST_SHOWN]
    ]
    left = len(sessions) - _MOST_SHOWN
    return Effect(words, count, tone, lines, f"and {left} more" if left > 0 else "")
