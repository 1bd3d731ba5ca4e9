"""Which mail one gets, by the link in a mail: without a log-in, and whoever is logged in."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError, NotFound, ValidationFailed
from mentorbook.domain.kinds import NoticeTopic
from mentorbook.domain.people.notice_choices import MailChoices
from mentorbook.presenters.people.preferences import (
    ALL_MAIL_STOPPED,
    UNDONE,
    mail_order,
    mail_words,
    masked,
)
from mentorbook.presenters.refusals import refusal
from mentorbook.services.mail.preferences import change_mail, mail_choices
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.people.preferences import TopicName
from mentorbook.state.socket.browser import browser_of


class MailChoice(Answers, rx.State):
    """The page of the link. `phase` is loading, shown, gone or failed.

    `told` is what was done, `problem` why it was not. The right to it is the secret in the address: it is
    looked at in each call and kept nowhere. `topic` is that of the mail, or nothing; `topics` are all, that
    one first.
    """

    phase: str = "loading"
    email: str = ""
    topic: str = ""
    topics: rx.Field[list[str]] = rx.field(default_factory=list)
    is_on: rx.Field[dict[str, bool]] = rx.field(default_factory=dict)
    told: str = ""
    problem: str = ""
    can_undo: bool = False

    _before: dict[str, bool] = {}

    @action("anyone")
    async def arrive(self) -> Any:
        """Show whose mail it is, and which is sent; nothing is changed by coming here."""
        self.phase, self.told, self.problem, self.can_undo, self._before = "loading", "", "", False, {}
        topic = self.router.url.query_parameters.get("topic", "")
        self.topic = topic if topic in list(NoticeTopic) else ""
        self.topics = mail_order(self.topic)
        with self._answering("load"):
            self._show(await call(mail_choices, self._secret(), browser_of(self).address))

    @action("anyone")
    async def switch(self, topic: TopicName, is_on: bool) -> Any:
        """Stop the mail of a topic, or have it sent again."""
        if topic not in list(NoticeTopic):
            raise ValidationFailed({"topic": "is not one of the topics"})
        chosen = NoticeTopic(topic)
        with self._answering("switch"):
            self._begin({chosen: is_on})
            await self._change({chosen: is_on}, mail_words(chosen, is_on))

    @action("anyone")
    async def stop_all(self) -> Any:
        """Stop the mail of all topics."""
        with self._answering("all"):
            wanted = dict.fromkeys(NoticeTopic, False)
            self._begin(wanted)
            await self._change(wanted, ALL_MAIL_STOPPED)

    @action("anyone")
    async def undo(self) -> Any:
        """Undo the last change here: of the topics that it was about, and of no others."""
        with self._answering("undo"):
            wanted = {NoticeTopic(topic): is_on for topic, is_on in self._before.items()}
            await self._change(wanted, UNDONE)
            self.can_undo, self._before = False, {}

    def _secret(self) -> str:
        return self.router.url.query_parameters.get("key", "")

    def _begin(self, wanted: Mapping[NoticeTopic, bool]) -> None:
        """Remember what is about to change, to come back to it, and take what the page shows for so."""
        topics = [topic.value for topic in wanted]
        self._before = {topic: self.is_on[topic] for topic in topics if topic in self.is_on}
        self.can_undo = bool(self._before)
        self.is_on = {**self.is_on, **{topic.value: is_on for topic, is_on in wanted.items()}}

    async def _change(self, wanted: Mapping[NoticeTopic, bool], done: str) -> None:
        self.problem = ""
        self._show(await call(change_mail, self._secret(), browser_of(self).address, wanted))
        self.told = done

    async def _refused(self, error: DomainError) -> Any:
        self.told, self.can_undo = "", False
        if isinstance(error, NotFound):
            self.phase, self.email, self.is_on = "gone", "", {}
        elif self.phase == "loading":
            self.phase, self.problem = "failed", refusal(error).detail
        else:
            # The switches are as they were before the press.
            self.problem, self.is_on = refusal(error).detail, {**self.is_on, **self._before}
        return []

    def _show(self, choices: MailChoices) -> None:
        is_on = {topic.value: wanted for topic, wanted in choices.wanted.items()}
        if is_on != self.is_on:
            self.is_on = is_on
            self._take_over()
        self.email, self.phase = masked(choices.email), "shown"
