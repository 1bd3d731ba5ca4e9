"""What one hears of, and how: two switches a topic, saved at the press."""

from typing import Annotated, Any, Literal

import reflex as rx
from pydantic import Field

from mentorbook.domain.people.notice_choices import NoticeChoices
from mentorbook.domain.views import Account
from mentorbook.presenters.people.preferences import IN_APP, shown_topics, switch_key, switches
from mentorbook.services.mail.preferences import change_choices, notice_choices
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

TopicName = Annotated[str, Field(max_length=20)]


class Preferences(Answers, rx.State):
    """The section of the settings. `phase` is loading, shown or failed; `is_on` has the switches by key."""

    phase: str = "loading"
    topics: rx.Field[list[str]] = rx.field(default_factory=list)
    is_on: rx.Field[dict[str, bool]] = rx.field(default_factory=dict)

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load how the viewer hears of each topic, and follow what they change elsewhere."""
        live.follow(self, [actor.id])
        with self._answering("load"):
            await self._load(actor)

    @action("member")
    async def switch(
        self, actor: Account, topic: TopicName, way: Literal["in_app", "by_mail"], is_on: bool
    ) -> Any:
        """Turn a topic on or off, in the app or by mail."""
        change = {"topic": topic, "inApp" if way == IN_APP else "byMail": is_on}
        choices = await call(change_choices, actor, {"topics": [change]})
        # The page shows this already, and perhaps what was pressed since.
        self.is_on = {**self.is_on, switch_key(topic, way): is_on}
        self._show(actor, choices)

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None:
            self.phase, self.topics, self.is_on = "loading", [], {}
        else:
            await self._load(actor)

    async def _load(self, actor: Account) -> None:
        try:
            choices = await call(notice_choices, actor)
        except Exception:
            self.phase = "failed"
            raise
        self._show(actor, choices)

    def _show(self, actor: Account, choices: NoticeChoices) -> None:
        topics, is_on = shown_topics(actor, choices), switches(choices)
        if topics != self.topics:
            self.topics = topics
        if is_on != self.is_on:
            self.is_on = is_on
            self._take_over()
        self.phase = "shown"
