"""What people may hear of, in words: whom each topic concerns, and what was done about its mail."""

from typing import NamedTuple

from mentorbook.domain.kinds import MentorStatus, NoticeTopic
from mentorbook.domain.people.notice_choices import NoticeChoices
from mentorbook.domain.views import Account

IN_APP, BY_MAIL = "in_app", "by_mail"
WAYS = {IN_APP: "In the app", BY_MAIL: "By mail"}
ALL_MAIL_STOPPED = "You get no more of these mails, except what corrects your calendar."
UNDONE = "All is as it was before."


class TopicWords(NamedTuple):
    """What a topic is called, what belongs to it, and what of it is mailed also to who wants none of it."""

    title: str
    text: str
    mailed_all_the_same: str = ""

    @property
    def spoken(self) -> str:
        """Return the topic as said inside a sentence: `mail about no-shows`."""
        return self.title.lower()


TOPIC_WORDS = {
    NoticeTopic.BOOKINGS: TopicWords(
        "Bookings", "A session is booked, by you or with you. Its mail brings it into your calendar."
    ),
    NoticeTopic.REQUESTS: TopicWords(
        "Requests", "A session that a mentor has to accept first, and the answer."
    ),
    NoticeTopic.CHANGES: TopicWords(
        "Changes",
        "A session is moved or cancelled. What mail has brought into your calendar is corrected by mail in "
        "any case.",
        "what corrects your calendar",
    ),
    NoticeTopic.REMINDERS: TopicWords("Reminders", "A session starts in a day, and in an hour."),
    NoticeTopic.ATTENDANCE: TopicWords("No-shows", "Somebody did not come to a session."),
    NoticeTopic.MENTORING: TopicWords("Mentoring", "A request to be a mentor, and the answer."),
}
# Everybody else never hears of these, unless an admin invites them.
_OF_MENTORS = (NoticeTopic.MENTORING,)


def switch_key(topic: str, way: str) -> str:
    """Return what a switch is known by: `reminders_by_mail`."""
    return f"{topic}_{way}"


def shown_topics(actor: Account, choices: NoticeChoices) -> list[str]:
    """Return the topics that can concern somebody, and those that they have turned off before."""
    has_mentors_side = actor.is_admin or actor.mentor_status != MentorStatus.NONE
    return [
        choice.topic.value
        for choice in choices.topics
        if has_mentors_side or choice.topic not in _OF_MENTORS or not (choice.in_app and choice.by_mail)
    ]


def switches(choices: NoticeChoices) -> dict[str, bool]:
    """Return whether each switch is on."""
    return {
        switch_key(choice.topic, way): is_on
        for choice in choices.topics
        for way, is_on in ((IN_APP, choice.in_app), (BY_MAIL, choice.by_mail))
    }


def mail_order(first: str) -> list[str]:
    """Return all topics, that of a mail first; `first` may be none."""
    return sorted((topic.value for topic in NoticeTopic), key=lambda topic: topic != first)


def masked(email: str) -> str:
    """Return an address so that its owner knows it and nobody else learns it: `p…a@example.org`."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{domain}"


def mail_words(topic: NoticeTopic, is_on: bool) -> str:
    """Return what was done about the mail of a topic."""
    words = TOPIC_WORDS[topic]
    if is_on:
        return f"You get mail about {words.spoken} again."
    exception = f", except {words.mailed_all_the_same}" if words.mailed_all_the_same else ""
    return f"You get no more mail about {words.spoken}{exception}."
