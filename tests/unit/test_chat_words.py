"""What two people wrote, as one of them reads it: who, when, in groups, and what in it is a link."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.meeting.chat import ChatMessage
from mentorbook.domain.views import Person
from mentorbook.presenters.meeting.room_chat import ChatPart, chat_groups, message_parts, split_groups
from tests.unit.test_session_words import ADA, PRIYA, START, booking, reader

LINKS = [
    ("https://example.com", ["https://example.com"]),
    ("See https://example.com/a?b=c#d.", ["https://example.com/a?b=c#d"]),
    (
        "(http://example.com/a_(b)), and HTTP://EXAMPLE.com!",
        ["http://example.com/a_(b)", "HTTP://EXAMPLE.com"],
    ),
    ("“https://example.com/x”", ["https://example.com/x"]),
    ("https://example.com/‮gpj.exe", ["https://example.com/"]),
    ("javascript:alert(1) data:text/html,x ftp://example.com www.example.com", []),
    ("https://good.example@evil.example/ https:// https://. http://[", []),
    ("<a href='https://example.com/x'>", ["https://example.com/x"]),
    ("https://example.com:99999/", []),
]


@pytest.mark.parametrize(("text", "links"), LINKS)
def test_only_web_addresses_become_links(text: str, links: list[str]) -> None:
    parts = message_parts(text)
    assert [part.href for part in parts if part.href] == links
    assert all(part.text == part.href for part in parts if part.href)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("htps:/.()@ \n"), max_size=60))
def test_no_text_is_lost_and_nothing_but_web_addresses_is_linked(text: str) -> None:
    parts = message_parts(text)
    assert "".join(part.text for part in parts) == text
    assert all(part.href.lower().startswith(("http://", "https://")) for part in parts if part.href)


def test_plain_text_is_one_part() -> None:
    assert message_parts("Hello,\nyou") == [ChatPart("Hello,\nyou")]


def written(*what: tuple[Person, float, str]) -> list[ChatMessage]:
    """Messages: by whom, how many minutes after the start, and what."""
    return [
        ChatMessage(id=uuid4(), user_id=who.id, text=text, sent_at=START + timedelta(minutes=at))
        for who, at, text in what
    ]


def test_messages_stand_under_who_wrote_them_and_when_on_the_readers_clock() -> None:
    messages = written(
        (PRIYA, 0, "One"), (PRIYA, 4, "two"), (ADA, 5, "Three"), (ADA, 10, "later"), (PRIYA, 11, "Four")
    )
    groups = chat_groups(messages, booking(), reader(now=START + timedelta(hours=1)))
    assert [(each.name, each.mine, each.time, len(each.lines)) for each in groups] == [
        ("You", True, "14:30", 2),
        ("Ada", False, "14:35", 1),
        ("Ada", False, "14:40", 1),
        ("You", True, "14:41", 1),
    ]
    theirs = chat_groups(messages, booking(), reader(ADA, now=START + timedelta(hours=1)))
    assert [(each.name, each.time) for each in theirs][:2] == [("Priya", "09:00"), ("You", "09:05")]


def test_each_day_is_named_once_in_the_readers_zone() -> None:
    # In Kolkata the second is on the next day already.
    messages = written((PRIYA, 9 * 60 + 29, "Late"), (PRIYA, 9 * 60 + 31, "later"), (ADA, 10 * 60, "Still"))
    now = START + timedelta(hours=12)
    assert [each.day for each in chat_groups(messages, booking(), reader(now=now))] == [
        "Yesterday",
        "Today",
        "",
    ]
    assert [each.day for each in chat_groups(messages, booking(), reader(ADA, now=now))] == ["Today", ""]
    in_spring = reader(ADA, now=START + timedelta(days=120))
    assert chat_groups(messages, booking(), in_spring)[0].day == "Tue 24 Nov 2026"
    assert chat_groups([], booking(), in_spring) == []


@given(st.lists(st.booleans(), max_size=70))
def test_the_newest_are_few_and_with_the_older_are_all(mine: list[bool]) -> None:
    messages = written(*((PRIYA if is_mine else ADA, 0, str(at)) for at, is_mine in enumerate(mine)))
    older, newest = split_groups(chat_groups(messages, booking(), reader(now=START)))
    said = [line.parts[0].text for group in (*older, *newest) for line in group.lines]
    assert said == [str(at) for at in range(len(mine))]
    assert sum(len(group.lines) for group in newest) in (range(1, 21) if mine else (0,))
    # Cut through a group, its rest says so, and repeats no day.
    assert not any(group.goes_on for group in (*older, *newest[1:]))
    assert all(older and older[-1].mine == group.mine and not group.day for group in newest if group.goes_on)
