"""How the viewer stands as a mentor: ask to be one, withdraw that, and which steps of the set-up are done."""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account
from mentorbook.presenters.people.mentoring import MentoringSection, mentoring_section
from mentorbook.presenters.refusals import refusal
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.people import mentor_requests
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class Mentoring(Answers, rx.State):
    """The section of the settings and the steps. `phase` is loading, shown or failed."""

    phase: str = "loading"
    section: MentoringSection = MentoringSection()
    problem: str = ""

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load how the viewer stands, and hear of an admin's answer from then on."""
        self.problem = ""
        live.follow(self, [actor.id])
        with self._answering("load"):
            await self._show(actor)

    @action("member")
    async def ask(self, actor: Account) -> Any:
        """Ask to be a mentor, also once more after an admin has declined."""
        self.problem = ""
        with self._answering("ask"):
            await call(mentor_requests.request_to_mentor, actor)
            await self._show(actor)

    @action("member")
    async def withdraw(self, actor: Account) -> Any:
        """Withdraw the request, with the profile and the hours that came with it."""
        self.problem = ""
        with self._answering("withdraw"):
            await call(mentor_requests.withdraw_request, actor)
            await self._show(actor)

    async def _refused(self, error: DomainError) -> Any:
        if error.status in (401, 403):
            return None
        self.problem = refusal(error).detail
        # An admin may have answered meanwhile, which is why it was refused.
        await self._follow()
        return []

    async def _follow(self) -> None:
        """Show an admin's answer, and what was saved in another tab."""
        actor = await current(self)
        if actor is None:
            self.phase, self.section = "loading", MentoringSection()
        else:
            await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            standing = await call(mentor_requests.mentor_standing, actor)
        except Exception:
            self.phase = "failed"
            raise
        section = mentoring_section(actor, standing, now())
        if section != self.section:
            self.section = section
        self.phase = "shown"
