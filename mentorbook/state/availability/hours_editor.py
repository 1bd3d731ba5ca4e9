"""`/availability`: everything a mentor publishes about their time, edited as a draft and saved as a whole."""

from typing import Any

import reflex as rx

from mentorbook.domain.availability.hours_draft import History, checked, coming, draft_of
from mentorbook.domain.booking.entity_tags import tag_of_answer
from mentorbook.domain.errors import DomainError, HoursChanged
from mentorbook.domain.views import Account
from mentorbook.presenters.availability.outside import OutsideLine, outside_lines
from mentorbook.presenters.availability.zone_change import ZoneChange
from mentorbook.services.availability.own_hours import publish_draft
from mentorbook.services.availability.preview import sessions_outside
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.availability.exception_editor import ExceptionEditor
from mentorbook.state.availability.rule_editor import RuleEditor
from mentorbook.state.availability.week_editor import WeekEditor
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

SAVED = "Saved. Mentees see it now."


class HoursEditor(WeekEditor, ExceptionEditor, RuleEditor, rx.State):
    """The page's own state. `outside` are booked sessions that saving would leave outside the hours."""

    outside: rx.Field[list[OutsideLine]] = rx.field(default_factory=list)

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load the hours for the page; what was changed and not saved is kept."""
        if not actor.has_mentor_side:
            self.phase = "forbidden"
            return
        live.follow(self, [actor.id])
        self.problem = self.saved = ""
        self.errors, self.outside, self.zone_change = {}, [], ZoneChange()
        await self._read(actor, keep=True)

    @action("member")
    async def undo(self, actor: Account) -> Any:
        """Undo one step."""
        self._take_over()
        if self._history is not None:
            self.selected, self.outside, self.zone_change = "", [], ZoneChange()
            await self._show(actor, self._history.undone())

    @action("member")
    async def discard(self, actor: Account) -> Any:
        """Restore what is saved."""
        self._take_over()
        self.selected, self.outside, self.zone_change = "", [], ZoneChange()
        self.problem, self.errors = "", {}
        await self._read(actor, keep=False)

    @action("member")
    async def save(self, actor: Account) -> Any:
        """Publish the draft; where booked sessions would lie outside, list them first."""
        await self._save(actor, is_sure=False)

    @action("member")
    async def save_anyway(self, actor: Account) -> Any:
        """Publish the draft in spite of the sessions outside it, which were listed."""
        await self._save(actor, is_sure=True)

    @action("member")
    async def save_over(self, actor: Account) -> Any:
        """Publish the draft over what was saved meanwhile; sessions outside are listed first all the same."""
        if self._seen:
            # What was saved since the page was told is not written over.
            self._tag, self.is_outdated = tag_of_answer(self._seen[0]), False
        await self._save(actor, is_sure=False)

    async def _save(self, actor: Account, *, is_sure: bool) -> None:
        self._take_over()
        if self._history is None or not self.is_changed:
            return
        draft = checked(coming(self._history.present, now())).availability()
        left = await self._newly_outside(actor, draft)
        listed = {each.href for each in self.outside} if is_sure else set()
        if not {each.href for each in left} <= listed:
            self.outside = left
            return
        hours = await call(publish_draft, actor, draft, self._condition())
        self._tag, self.is_outdated, self._seen = tag_of_answer(hours), False, (hours,)
        self._saved = draft_of(hours)
        await self._show(actor, History(self._saved))
        self.saved = SAVED

    async def _newly_outside(self, actor: Account, draft: Any) -> list[OutsideLine]:
        """List the coming sessions that the draft does not cover and what is published does."""
        outside = await call(sessions_outside, actor, draft)
        if not outside or self._saved is None:
            return []
        before = {each.id for each in await call(sessions_outside, actor, self._saved.availability())}
        new = [each for each in outside if each.id not in before]
        return outside_lines(new, zone=draft.schedule.timezone, now=now())

    async def _refused(self, error: DomainError) -> Any:
        if isinstance(error, HoursChanged):
            actor = await current(self)
            if actor is not None and actor.has_mentor_side:
                await self._read(actor, keep=True)
            self.is_outdated = True
            return []
        return await super()._refused(error)

    async def _draft_changed(self) -> None:
        # What was listed was outside the draft of before.
        self.outside = []
        await super()._draft_changed()

    async def _follow(self) -> None:
        """Show what was saved elsewhere, unless something is changed here; and what was booked meanwhile."""
        if self.router.url.path != "/availability":
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is not None and actor.has_mentor_side and self._history is not None:
            saved, selected = self.saved, self.selected
            await self._read(actor, keep=self.is_changed)
            self.saved, self.selected = saved, selected
