"""What the door of a room and the notifications say of a session."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from mentorbook.domain.kinds import NoticeKind
from mentorbook.domain.views import NoticeFacts, StoredNotice
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.meeting.room_lobby import lobby
from mentorbook.presenters.notices import notice_item
from tests.unit.test_session_words import NOW, START, booking, reader


@pytest.mark.parametrize(
    ("facts", "now", "tone", "head"),
    [
        ({}, NOW, "early", "The room opens on Tue at 14:20."),
        ({}, START, "open", "Meeting inside MentorBook is not available on this server yet."),
        ({}, START + timedelta(hours=1), "closed", "This session is over."),
        ({"status": "cancelled"}, NOW, "closed", "This session was cancelled."),
        ({"status": "pending"}, NOW, "early", "This session is not confirmed yet."),
    ],
)
def test_the_lobby_says_how_the_room_stands(
    facts: dict[str, Any], now: datetime, tone: str, head: str
) -> None:
    door = lobby(booking(**facts), reader(now=now))
    assert (door.tone, door.head) == (tone, head)


def test_the_lobby_names_the_room_and_never_one_without_a_video_server() -> None:
    here, nowhere = reader(now=START), reader(now=START, video=False)
    assert f"session-{booking().id}” has been prepared." in lobby(booking(), here).lines[0]
    assert "is being prepared" in lobby(booking(video_ready=False), here).lines[0]
    assert lobby(booking(), nowhere).head == NO_VIDEO


def test_the_lobby_counts_down_in_words_until_the_last_minute() -> None:
    opens = START - timedelta(minutes=10)
    assert lobby(booking(), reader(now=opens - timedelta(minutes=12))).lines[0] == "That is in 12 minutes."
    last = lobby(booking(), reader(now=opens - timedelta(seconds=5)))
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
