"""The conversation of a session without a browser: whose it is, what is new in it, how far back it goes."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.meeting.messages import write_message
from mentorbook.services.offload import call
from mentorbook.state.booking.session_page import SessionPage
from mentorbook.state.meeting.recording import RoomRecording
from mentorbook.state.meeting.room_chat import RoomChat
from mentorbook.state.meeting.room_lobby import RoomLobby
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled
from tests.worlds import a_conversation


@dataclass(frozen=True)
class Room:
    """The two people of a session whose room is open."""

    mina: Account
    moira: Account
    booking: Booking

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/room/{self.booking.id}"


@pytest.fixture
def room(db: Database, hands: Hands) -> Room:
    """A room that is open."""
    mina, moira = a_mentee("Mina"), a_mentor("Moira")
    booking = create_booking(mina, a_request(moira, in_hours(24)))
    hands.now = in_hours(24)
    return Room(mina, moira, booking)


def texts(page: Page) -> list[str]:
    """What stands there."""
    state = page.state(RoomChat)
    groups = [*state.older, *state.newest]
    return ["".join(part.text for part in line.parts) for group in groups for line in group.lines]


def at(page: Page) -> RoomChat:
    """The page's conversation, once loaded."""
    page.do(RoomChat, "load")
    return page.state(RoomChat)


@pytest.mark.parametrize("kind", [SessionPage, RoomLobby, RoomRecording, RoomChat])
def test_a_message_is_news_to_nothing_but_the_conversation(room: Room, kind: type[Any]) -> None:
    where = f"/sessions/{room.booking.id}" if kind is SessionPage else room.path
    page = Page(room.mina, path=where)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            await page.send(kind, "load")
            await settled()
            tabs.loaned.clear()
            await call(write_message, room.moira, room.booking.id, {"text": "Hello"})
            await settled()
            assert len(tabs.loaned) == (1 if kind is RoomChat else 0)
            # The control: what changes the session is heard of by all of them.
            change_feed.announce([room.booking.id])
            await settled()
            assert len(tabs.loaned) == (2 if kind is RoomChat else 1)

    asyncio.run(run())


def test_the_two_read_it_and_nobody_else(room: Room) -> None:
    write_message(room.mina, room.booking.id, {"text": "Between us"})
    for person in (room.mina, room.moira):
        page = Page(person, path=room.path)
        assert (at(page).phase, texts(page)) == ("shown", ["Between us"])
    for person in (a_mentee("Ada", is_admin=True), a_mentee("Stranger")):
        page = Page(person, path=room.path)
        assert (at(page).phase, texts(page)) == ("hidden", [])
        page.do(RoomChat, "show_earlier")
        assert "Between us" not in str(page.heard())


def test_another_session_shows_nothing_of_the_one_before(room: Room) -> None:
    write_message(room.mina, room.booking.id, {"text": "Between us"})
    page = Page(room.mina, path=room.path)
    at(page)
    other = create_booking(room.mina, a_request(a_mentor("Greta"), in_hours(60)))
    page.go(f"/room/{other.id}")
    assert (at(page).session_id, texts(page)) == (str(other.id), [])


def test_what_has_come_since_it_was_on_show_is_counted(room: Room) -> None:
    page, counts = Page(room.mina, path=room.path), []

    async def run() -> None:
        async def count(who: Account | None = None) -> None:
            if who is not None:
                await call(write_message, who, room.booking.id, {"text": "Hello"})
                await settled()
            counts.append(page.state(RoomChat).unread)

        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(RoomChat, "load")
            await count(room.moira)
            await count(room.mina)
            await count(room.moira)
            shown = page.state(RoomChat).newest
            last, first = shown[-1].lines[-1].id, shown[0].lines[0].id
            await page.send(RoomChat, "see", message_id=last)
            await count()
            await page.send(RoomChat, "see", message_id=first)  # comes late, and takes nothing back
            await page.send(RoomChat, "see", message_id="rubbish")
            await count()
            await count(room.moira)

    asyncio.run(run())
    assert counts == [1, 1, 2, 0, 0, 1]


def test_long_conversations_begin_with_the_latest_hundred(room: Room) -> None:
    a_conversation(room.booking.id, room.mina, room.moira, length=230)
    page, seen = Page(room.mina, path=room.path), []

    async def run() -> None:
        def look() -> None:
            state = page.state(RoomChat)
            seen.append((texts(page)[0], len(texts(page)), state.has_earlier, state.unread))

        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(RoomChat, "load")
            look()
            await page.send(RoomChat, "show_earlier")
            look()
            await call(write_message, room.moira, room.booking.id, {"text": "One more"})
            await settled()
            look()
            for _ in range(2):
                await page.send(RoomChat, "show_earlier")
                look()

    asyncio.run(run())
    assert seen == [
        ("130", 100, True, 50),
        ("30", 200, True, 100),
        ("30", 201, True, 101),
        ("0", 231, False, 116),
        ("0", 231, False, 116),
    ]
    assert texts(page) == [*map(str, range(230)), "One more"]


def test_a_message_sends_the_newest_again_and_nothing_else_of_the_conversation(room: Room) -> None:
    a_conversation(room.booking.id, room.mina, room.moira, length=65)
    page = Page(room.mina, path=room.path)
    state, before = at(page), set()

    async def run() -> None:
        def sent() -> set[str]:
            return {"older", "newest"} & set(state.dirty_vars)

        await call(write_message, room.moira, room.booking.id, {"text": "One more"})
        cast(Any, state)._clean()
        await state._show(room.mina)
        before.update(sent())
        cast(Any, state)._clean()
        await state._show(room.mina)
        assert sent() == set()

    asyncio.run(run())
    assert before == {"newest"}
    assert sum(len(group.lines) for group in state.newest) == 6
    assert texts(page) == [*map(str, range(65)), "One more"]


def test_it_says_from_when_and_until_when_one_writes(room: Room, hands: Hands) -> None:
    said = []
    for hours in (23, 24, 30):
        hands.now = in_hours(hours)
        said.append(at(Page(room.mina, path=room.path)).closed)
    assert said == [
        "You and Moira can write here from 10 minutes before the start.",
        "",
        "Nothing more can be written here: the room is closed.",
    ]
