"""What somebody changes while a page is still reading it is shown, as what they change later is."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

import pytest
from pydantic import SecretStr

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import approve_mentor
from mentorbook.services.availability.slots import list_slots
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.meeting.messages import write_message
from mentorbook.services.meeting.recording import set_consent
from mentorbook.services.people import mentor_requests
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.settings import settings
from mentorbook.state.admin.session_panel import SessionPanel
from mentorbook.state.booking import addressed_session, loaded_months
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.session_page import SessionPage
from mentorbook.state.meeting import recording, room_chat
from mentorbook.state.meeting.recording import RoomRecording
from mentorbook.state.meeting.room_chat import RoomChat
from mentorbook.state.people.mentoring import Mentoring
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled
from tests.state.on_show import shown


class Between(NamedTuple):
    """A session and its two people."""

    mina: Account
    moira: Account
    booking: Booking

    @property
    def room(self) -> str:
        """Where they meet."""
        return f"/room/{self.booking.id}"


@pytest.fixture
def two(sqlite_db: Database, hands: Hands) -> Between:
    """A session of tomorrow."""
    mina, moira = a_mentee("Mina"), a_mentor("Moira")
    return Between(mina, moira, create_booking(mina, a_request(moira, in_hours(24))))


@pytest.fixture
def meeting(two: Between, hands: Hands) -> Between:
    """A session whose room is open."""
    hands.now = in_hours(24)
    return two


def meanwhile(
    patch: pytest.MonkeyPatch, module: Any, name: str, change: Callable[[], object], after: int = 1
) -> None:
    """Have something change once, right after the page has read what this service says so many times."""
    read, reads = getattr(module, name), count(1)

    def read_then_change(*given: Any) -> Any:
        found = read(*given)
        if next(reads) == after:
            change()
        return found

    patch.setattr(module, name, read_then_change)


def loaded(kind: type[Any], reader: Account, path: str, tab: str = "tab", how: str = "load") -> Any:
    """What a page shows once it has loaded as in the app: its tab is nobody else's meanwhile."""
    page = Page(reader, path=path, tab=tab)
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            async with tabs.locks[page.token]:
                await page.send(kind, how)
            await settled()

    asyncio.run(run())
    return page.state(kind)


@pytest.mark.parametrize("who", ["mentee", "admin"])
def test_a_session_that_is_cancelled_meanwhile_is_shown_cancelled(
    two: Between, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    def cancel() -> None:
        cancel_booking(two.mina, two.booking.id, {"reasonCategory": "schedule_conflict"})

    meanwhile(monkeypatch, addressed_session, "get_booking", cancel)
    if who == "mentee":
        page = loaded(SessionPage, two.mina, f"/sessions/{two.booking.id}")
    else:
        admin = a_mentee("Ada", is_admin=True)
        page = loaded(SessionPanel, admin, f"/admin/sessions?session={two.booking.id}")
    assert page.card.status == "cancelled"


def test_a_slot_that_is_taken_meanwhile_is_not_offered(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor, quick = a_mentor("Moira"), a_mentee("Quick")
    noon = "2027-01-14T12:00:00Z"

    def take() -> None:
        create_booking(quick, a_request(mentor, in_hours(24)))

    path, asked = f"/mentors/{mentor.id}?book=2027-01-14", list[Any]()

    def counted(*given: Any) -> Any:
        asked.append(given)
        return list_slots(*given)

    with monkeypatch.context() as counting:
        counting.setattr(loaded_months, "list_slots", counted)
        loaded(BookingModal, a_mentee("Otto"), path, "before", how="arrive")
    # A later reading would show it anyway.
    meanwhile(monkeypatch, loaded_months, "list_slots", take, after=len(asked))
    modal = loaded(BookingModal, a_mentee("Mina"), path, how="arrive")
    assert modal.day == "2027-01-14"
    assert shown(modal).slots.get(noon, "gone") == "gone"
    assert "free" in shown(modal).slots.values()


def test_an_answer_that_an_admin_gives_meanwhile_is_shown(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, admin = a_mentee("Mina"), a_mentee("Ada", is_admin=True)
    request_to_mentor(person)
    meanwhile(monkeypatch, mentor_requests, "mentor_standing", lambda: approve_mentor(admin, person.id))
    section = loaded(Mentoring, person, "/settings").section
    assert section == loaded(Mentoring, person, "/settings", "later").section


def test_a_message_that_is_written_meanwhile_is_shown(
    meeting: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        write_message(meeting.moira, meeting.booking.id, {"text": "Hello"})

    meanwhile(monkeypatch, room_chat, "conversation", write)
    chat = loaded(RoomChat, meeting.mina, meeting.room)
    assert [len(group.lines) for group in [*chat.older, *chat.newest]] == [1]


def test_a_consent_that_is_given_meanwhile_is_shown(
    meeting: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "livekit_url", "ws://127.0.0.1:9")
    monkeypatch.setattr(settings, "livekit_api_key", "key")
    monkeypatch.setattr(settings, "livekit_api_secret", SecretStr("secret"))
    monkeypatch.setattr(settings, "livekit_recordings", "/out/")
    before = loaded(RoomRecording, meeting.mina, meeting.room, "before").words.head

    def agree() -> None:
        set_consent(meeting.moira, meeting.booking.id, {"consent": True})

    meanwhile(monkeypatch, recording, "recording_of", agree)
    here = loaded(RoomRecording, meeting.mina, meeting.room).words.head
    assert here == loaded(RoomRecording, meeting.mina, meeting.room, "later").words.head != before
