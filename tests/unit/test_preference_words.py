"""What the choices of notices read like."""

import pytest

from mentorbook.domain.kinds import NoticeTopic
from mentorbook.domain.people.notice_choices import NoticeChoices, TopicChoice
from mentorbook.presenters.people.preferences import TOPIC_WORDS, mail_order, mail_words, masked, switches


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("priya@example.org", "p…a@example.org"),
        ("ann@example.org", "a…n@example.org"),
        ("al@example.org", "a…@example.org"),
        ("a@example.org", "a…@example.org"),
        ('"odd@name"@example.org', '"…"@example.org'),
    ],
)
def test_an_address_is_known_to_its_owner_alone(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_the_topic_of_the_mail_comes_first_and_the_rest_as_ever() -> None:
    order = [topic.value for topic in NoticeTopic]
    assert mail_order("") == order
    assert mail_order("reminders") == ["reminders", *[each for each in order if each != "reminders"]]


def test_what_was_done_is_said_about_the_topic() -> None:
    assert mail_words(NoticeTopic.ATTENDANCE, False) == "You get no more mail about no-shows."
    assert mail_words(NoticeTopic.ATTENDANCE, True) == "You get mail about no-shows again."


def test_what_is_mailed_all_the_same_is_said() -> None:
    stopped = mail_words(NoticeTopic.CHANGES, False)
    assert stopped == "You get no more mail about changes, except what corrects your calendar."
    assert mail_words(NoticeTopic.CHANGES, True) == "You get mail about changes again."
    assert "corrected by mail in any case" in TOPIC_WORDS[NoticeTopic.CHANGES].text


def test_each_switch_has_a_key_of_its_own() -> None:
    choices = [TopicChoice(topic=topic, in_app=False) for topic in NoticeTopic]
    found = switches(NoticeChoices(topics=choices))
    assert len(found) == 2 * len(NoticeTopic)
    assert {key for key, is_on in found.items() if is_on} == {f"{each}_by_mail" for each in NoticeTopic}
