"""What the door of a room and the notifications say of a session."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from mentorbook.domain.kinds import NoticeKind
from mentorbook.domain.views import ActionState, NoticeFacts, StoredNotice
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.meeting.room_lobby import lobby
from mentorbook.presenters.notices import notice_item
from tests.unit.test_session_words import NOW, START, booking, reader

OPEN = ActionState(allowed=True)
SHUT = ActionState(allowed=False)


@pytest.mark.parametrize(
    ("facts", "now", "tone", "head"),
    [
        ({}, NOW, "early", "The room opens on Tue at 14:20."),
        ({"actions": {"join": OPEN}}, START, "open", "The room is open."),
        ({"status": "completed"}, START + timedelta(hours=1), "closed", "This session is over."),
        ({"status": "cancelled", "actions": {"join": OPEN}}, NOW, "closed", "This session was cancelled."),
        ({"status": "pending"}, NOW, "early", "This session is not confirmed yet."),
    ],
)
def test_the_lobby_says_how_the_room_stands(
    facts: dict[str, Any], now: datetime, tone: str, head: str
) -> None:
    door = lobby(booking(**{"actions": {"join": SHUT}, **facts}), reader(now=now))
    assert (door.tone, door.head) == (tone, head)


def test_an_open_room_says_who_is_in_it_and_until_when() -> None:
    there = booking(actions={"join": OPEN})
    door = lobby(there, reader(now=START), other_is_in=True)
    assert (door.presence, door.lines) == ("here", ["You can join until 16:00."])
    late = lobby(there, reader(now=there.ends_at + timedelta(minutes=2)))
    assert (late.tone, late.presence) == ("open", "away")
    assert late.lines == ["The planned time is over. The room closes at 16:00."]


def test_what_is_left_is_told_by_the_servers_clock() -> None:
    door = lobby(booking(actions={"join": SHUT}), reader(now=START - timedelta(minutes=12)))
    minute = 60_000
    assert door.starts_at - door.as_of == 12 * minute
    assert door.opens_at - door.as_of == 2 * minute
    assert door.closes_at - door.ends_at == 30 * minute


def test_without_a_video_server_the_lobby_says_what_to_do_and_lets_one_try_the_devices() -> None:
    door = lobby(booking(actions={"join": OPEN}), reader(now=START, video=False))
    assert (door.tone, door.head, door.may_check, door.opens_at) == ("closed", NO_VIDEO, True, 0)
    assert "agree on another way to meet" in door.lines[0]


def test_a_chat_needs_no_video_server() -> None:
    there = booking(actions={"join": OPEN}, meeting_type="chat")
    door = lobby(there, reader(now=START, video=False))
    assert door.may_write
    assert door.lines == ["You and Ada need none: you write to each other on this page, now."]
    early = lobby(booking(actions={"join": SHUT}, meeting_type="chat"), reader(now=NOW, video=False))
    assert not early.may_write
    assert early.lines[0].endswith("on this page, from 10 minutes before the start.")


def test_the_lobby_counts_down_in_words_until_the_last_minute() -> None:
    opens, shut = START - timedelta(minutes=10), booking(actions={"join": SHUT})
    assert lobby(shut, reader(now=opens - timedelta(minutes=12))).lines[0] == "That is in 12 minutes."
    last = lobby(shut, reader(now=opens - timedelta(seconds=5)))
    assert last.lines[0] == "That is in less than a minute."


def test_a_notification_tells_the_time_in_the_readers_zone() -> None:
    notice = StoredNotice(
        id=uuid4(),
        kind=NoticeKind.BOOKING_CONFIRMED,
        facts=NoticeFacts(session_title="Reading papers", other_name="Ada Lovell"),
        session_id=booking().id,
        actor_name="Ada Lovell",
        happens_at=START,
        created_at=NOW - timedelta(minutes=34),
        read=False,
    )
    item = notice_item(notice, zone="Asia/Kolkata", now=NOW, fresh=True)
    assert item.text == "“Reading papers” with Ada Lovell, Tue 14:30"
    assert (item.initials, item.age, item.href) == ("AL", "34 min", f"/sessions/{booking().id}")


@pytest.mark.parametrize(
    ("kind", "waits_at", "asks"),
    [
        ("approval_requested", NOW, True),
        ("session_rescheduled", NOW, True),
        ("approval_requested", None, False),
        ("approval_requested", NOW + timedelta(hours=1), False),
        ("no_show", NOW, False),
    ],
)
def test_only_a_request_that_still_waits_at_that_time_can_be_answered_from_the_bell(
    kind: str, waits_at: datetime | None, asks: bool
) -> None:
    session = uuid4()
    notice = StoredNotice(
        id=uuid4(),
        kind=kind,
        facts=NoticeFacts(session_title="Reading papers", other_name="Priya"),
        session_id=session,
        actor_name=None,
        happens_at=NOW,
        created_at=NOW,
        read=False,
    )
    waiting = {session: waits_at} if waits_at else {}
    item = notice_item(notice, zone="UTC", now=NOW, fresh=False, waiting=waiting)
    assert item.asks == (str(session) if asks else "")
