"""What two people wrote to each other, as one of them reads it: bubbles by sender, times in their zone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from mentorbook.domain.booking.policies import ROOM_OPENS
from mentorbook.domain.booking.session_phase import is_live, other_person
from mentorbook.domain.meeting.chat import ChatMessage
from mentorbook.domain.spoken_lengths import spoken
from mentorbook.domain.views import Booking, Person
from mentorbook.domain.wall_clock import local
from mentorbook.presenters.dates import clock, short_date
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.reader import Reader

# What follows sooner from the same person stands under the same name and time.
_TOGETHER = timedelta(minutes=5)
# How many messages at most are sent to a page again with each new one.
_NEWEST = 20
# Nothing that is not seen or turns text around belongs to a link, whose text is its address.
_LINK = re.compile(
    r"https?://[^\s<>\"\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+", re.I
)
_AFTER_LINK = ".,;:!?'\u2019\u201d\u00bb*_~"


@dataclass(frozen=True)
class ChatPart:
    """A piece of a message; with `href` it is a link to what it says."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class ChatLine:
    """A message; `key` is the one that its writer's browser gave it, empty for the other's."""

    id: str
    key: str
    parts: list[ChatPart]


@dataclass(frozen=True)
class ChatGroup:
    """Messages that one person wrote one after the other; `day` stands above the first group of a day.

    `goes_on` where it is the rest of a group whose beginning is among the older ones.
    """

    mine: bool
    name: str
    initials: str
    picture: str
    day: str
    time: str
    lines: list[ChatLine] = field(default_factory=list)
    goes_on: bool = False


def chat_groups(messages: Iterable[ChatMessage], booking: Booking, reader: Reader) -> list[ChatGroup]:
    """Return the messages, oldest first, as groups in the reader's own zone."""
    groups: list[ChatGroup] = []
    people = {person.id: person for person in (booking.mentor, booking.mentee)}
    before: ChatMessage | None = None
    for each in messages:
        is_new_day = before is None or not _same_day(before.sent_at, each.sent_at, reader.zone)
        goes_on = (
            before is not None
            and not is_new_day
            and before.user_id == each.user_id
            and each.sent_at - before.sent_at < _TOGETHER
        )
        if not goes_on:
            day = _day(each.sent_at, reader) if is_new_day else ""
            groups.append(_group(people[each.user_id], each, day, reader))
        groups[-1].lines.append(ChatLine(str(each.id), each.key or "", message_parts(each.text)))
        before = each
    return groups


def split_groups(groups: Iterable[ChatGroup]) -> tuple[list[ChatGroup], list[ChatGroup]]:
    """Return the older groups, which few new messages change, and the newest with 1 to 20 messages."""
    older = list(groups)
    count = sum(len(group.lines) for group in older)
    newest: list[ChatGroup] = []
    left = (count - 1) % _NEWEST + 1 if count else 0
    while left > 0:
        last = older.pop()
        if len(last.lines) > left:
            older.append(replace(last, lines=last.lines[:-left]))
            last = replace(last, lines=last.lines[-left:], day="", goes_on=True)
        newest.insert(0, last)
        left -= len(last.lines)
    return older, newest


def message_parts(text: str) -> list[ChatPart]:
    """Return a message as text and links: http and https only, each shown as the address it leads to."""
    parts: list[ChatPart] = []
    end = 0
    for found in _LINK.finditer(text):
        address = _without_what_follows(found[0])
        if not _leads_somewhere(address):
            continue
        if found.start() > end:
            parts.append(ChatPart(text[end : found.start()]))
        parts.append(ChatPart(address, address))
        end = found.start() + len(address)
    if end < len(text):
        parts.append(ChatPart(text[end:]))
    return parts


def chat_closed_words(booking: Booking, reader: Reader) -> str:
    """Say why nothing can be written now; empty while it can."""
    if booking.actions["join"].allowed:
        return ""
    if is_live(booking, reader.now) and reader.now < booking.scheduled_at - ROOM_OPENS:
        other = first_name(other_person(booking, reader.id).name)
        return f"You and {other} can write here from {spoken(ROOM_OPENS)} before the start."
    return "Nothing more can be written here: the room is closed."


def _group(person: Person, message: ChatMessage, day: str, reader: Reader) -> ChatGroup:
    is_mine = person.id == reader.id
    return ChatGroup(
        mine=is_mine,
        name="You" if is_mine else first_name(person.name),
        initials=initials(person.name),
        picture=person.picture or "",
        day=day,
        time=clock(message.sent_at, reader.zone),
    )


def _same_day(one: datetime, other: datetime, zone: str) -> bool:
    return local(one, zone).date() == local(other, zone).date()


def _day(instant: datetime, reader: Reader) -> str:
    ago = (local(reader.now, reader.zone).date() - local(instant, reader.zone).date()).days
    return {0: "Today", 1: "Yesterday"}.get(ago, short_date(instant, reader.zone, reader.now))


def _without_what_follows(address: str) -> str:
    """Take off what belongs to the sentence: a full stop, a bracket that was opened before the link."""
    while address:
        last = address[-1]
        is_closing = last in ")]}" and address.count(last) > address.count(
            {")": "(", "]": "[", "}": "{"}[last]
        )
        if last not in _AFTER_LINK and not is_closing:
            break
        address = address[:-1]
    return address


def _leads_somewhere(address: str) -> bool:
    """Say whether it names a host, and nothing before it that looks like one."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
