"""How somebody hears of what: in the app, by mail, both or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentorbook.domain.kinds import NoticeTopic
from mentorbook.domain.views import View


class TopicChoice(View):
    """How somebody hears of a topic: in the app, by mail, both or not at all."""

    topic: NoticeTopic
    in_app: bool = True
    by_mail: bool = True


class NoticeChoices(View):
    """How somebody hears of each topic."""

    topics: list[TopicChoice]


@dataclass(frozen=True, slots=True)
class MailChoices:
    """Of which topics mail is sent, and where to, for whoever holds the secret of the link in it."""

    email: str
    wanted: Mapping[NoticeTopic, bool]
