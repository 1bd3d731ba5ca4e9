"""A session whose room is open and may be recorded, for tests of recording."""

from uuid import uuid4

import pytest
from livekit import api

from mentorbook.db.engine import Database
from mentorbook.domain.meeting.recording import Recording
from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.clock import now
from mentorbook.services.meeting.attendance import take_in
from mentorbook.services.meeting.recording import recording_of, set_consent
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.people.accounts import account
from mentorbook.settings import settings
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.reliability.test_video_faults import double, work
from tests.servers.livekit_double import VideoDouble

__all__ = ["double"]

ACTIVE, JOINED = api.EgressStatus.EGRESS_ACTIVE, api.ParticipantInfo.State.JOINED


@pytest.fixture(autouse=True)
def recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings say where recordings are kept."""
    monkeypatch.setattr(settings, "livekit_recordings", "/out/")
    monkeypatch.setattr(type(settings), "video_configured", property(lambda _: True))


@pytest.fixture
def lobby(db: Database, hands: Hands) -> Booking:
    """A session whose room is open, with nobody in it."""
    made = create_booking(a_mentee(), a_request(a_mentor(), in_hours(24)))
    hands.now = in_hours(24)
    return made


@pytest.fixture
def booking(lobby: Booking, double: VideoDouble) -> Booking:
    """A session whose room is open, with the mentee in it."""
    work(double)
    come(lobby, double)
    return lobby


def come(booking: Booking, double: VideoDouble, kind: str = "participant_joined") -> None:
    """The mentee comes in, or does what else is told of her."""
    room, who, at = room_name(booking.id), str(booking.mentee.id), now()
    here = [api.ParticipantInfo(sid="PA_1", identity=who, state=JOINED, joined_at=int(at.timestamp()))]
    double.people[room] = here if kind == "participant_joined" else []
    take_in(VideoEvent(f"EV_{uuid4()}", kind, room, at, Participant(who, "PA_1", at)))


def people(booking: Booking) -> tuple[Account, Account]:
    """Mentee and mentor."""
    return account(booking.mentee.id), account(booking.mentor.id)


def agree(who: Account, booking: Booking, consent: bool = True) -> Recording:
    """Agree, or withdraw."""
    return set_consent(who, booking.id, {"consent": consent})


def both_agree(booking: Booking) -> None:
    """Both agree."""
    for each in people(booking):
        agree(each, booking)


def end(double: VideoDouble, egress: str = "EG_1", how: int = api.EgressStatus.EGRESS_FAILED) -> None:
    """A recording ends by itself, and nobody is told."""
    double.recordings[egress].status = how  # type: ignore[assignment]


def active(double: VideoDouble) -> list[str]:
    """The rooms that are being recorded."""
    return [each.room_name for each in double.recordings.values() if each.status == ACTIVE]


def status(booking: Booking) -> str:
    """How it stands."""
    return recording_of(account(booking.mentee.id), booking.id).status
