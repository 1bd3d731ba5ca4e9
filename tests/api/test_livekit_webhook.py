"""What the LiveKit server calls: signed, it is taken in; forged, altered or too large, it is refused."""

import asyncio
import base64
import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from livekit import api

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.integrations.livekit import LiveKitRooms
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.meeting.attendance import Presence, presence
from mentorbook.services.meeting.recording import followed, recording_of, set_consent
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.meeting.video_server import video_by
from mentorbook.settings import Settings
from tests.api.conftest import Door
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

PATH = "/api/livekit/webhook"
REFUSED = "what claims to come from the video server was refused: is it signed with its API key?"
KEY, SECRET = "key", "a secret of thirty-two letters or more"


@pytest.fixture(autouse=True)
def server() -> Iterator[None]:
    """The adapter of a real LiveKit server; nothing is asked of it here."""

    async def made() -> LiveKitRooms:
        rooms = LiveKitRooms("ws://127.0.0.1:9", KEY, SECRET)
        await rooms.close()
        return rooms

    with video_by(asyncio.run(made())):
        yield


@pytest.fixture
def mina() -> Account:
    """A mentee."""
    return a_mentee("Mina")


def told(who: Account, room: str, kind: str = "participant_joined", number: int = 1) -> bytes:
    """The body of an event, as LiveKit writes it."""
    start = int(in_hours(24).timestamp())
    person = {"sid": "PA_1", "identity": str(who.id), "joinedAt": str(start), "joinedAtMs": str(start * 1000)}
    event: dict[str, Any] = {
        "event": kind,
        "room": {"sid": "RM_1", "name": room},
        "participant": person,
        "id": f"EV_{number}",
        "createdAt": str(start),
        "somethingNew": {"of": "a later version"},
    }
    return json.dumps(event).encode()


def signed(body: bytes, *, key: str = KEY, secret: str = SECRET, lasts: int = 300) -> dict[str, str]:
    """The headers of a call with this body."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    token = api.AccessToken(key, secret).with_sha256(digest).with_ttl(timedelta(seconds=lasts))
    return {"Authorization": token.to_jwt(), "Content-Type": "application/webhook+json"}


def test_a_signed_event_is_taken_in_once(db: Database, hands: Hands, calling: Door, mina: Account) -> None:
    booked = create_booking(mina, a_request(a_mentor(), in_hours(24)))
    hands.now = in_hours(24.1)
    body, caller = told(mina, room_name(booked.id)), calling()
    for _ in range(2):
        answer = caller.run(caller.client.post(PATH, content=body, headers=signed(body)))
        assert (answer.status_code, answer.content) == (204, b"")
    assert presence(mina, booked.id) == Presence(mentee=True)
    body = told(mina, room_name(booked.id), "participant_left", 2)
    caller.run(caller.client.post(PATH, content=body, headers=signed(body)))
    assert presence(mina, booked.id) == Presence()


def test_what_the_server_has_not_signed_changes_nothing(
    sqlite_db: Database, hands: Hands, calling: Door, mina: Account, caplog: pytest.LogCaptureFixture
) -> None:
    booked = create_booking(mina, a_request(a_mentor(), in_hours(24)))
    hands.now = in_hours(24.1)
    body, caller = told(mina, room_name(booked.id)), calling()
    other = told(mina, room_name(booked.id), number=2)
    # A token that lets into a room signs no event.
    entry = api.AccessToken(KEY, SECRET).with_identity("x").with_grants(api.VideoGrants(room="r")).to_jwt()
    forged = [
        {},
        {"Authorization": ""},
        {"Authorization": "nonsense"},
        {"Authorization": entry},
        signed(body, secret="another secret of thirty-two letters"),
        signed(body, key="another key"),
        signed(body, lasts=-3600),
        signed(other),
    ]
    caplog.set_level(logging.DEBUG, "mentorbook")
    for headers in forged:
        answer = caller.run(caller.client.post(PATH, content=body, headers=headers))
        assert (answer.status_code, answer.json()["error"]) == (401, "not_signed"), headers
    for nonsense in (b"", b"{", b"\xff\xfe", b"[]", b'{"event": 7}', b'{"createdAt": "999999999999999999"}'):
        answer = caller.run(caller.client.post(PATH, content=nonsense, headers=signed(nonsense)))
        assert answer.status_code in (204, 401), nonsense
    large = b"{" + b" " * 70_000 + b"}"
    assert caller.run(caller.client.post(PATH, content=large, headers=signed(large))).status_code == 422
    assert presence(mina, booked.id) == Presence()
    # Whoever sends nonsense writes nothing of it into the log: it says once a minute that there was some.
    said = [each for each in caplog.records if each.name.startswith("mentorbook")]
    assert [(each.levelname, each.getMessage()) for each in said] == [("WARNING", REFUSED)]
    hands.on(seconds=61)
    caller.run(caller.client.post(PATH, content=body, headers=forged[0]))
    assert [each.getMessage() for each in caplog.records if each.levelname == "WARNING"] == [REFUSED] * 2


@pytest.mark.parametrize("how", ["EGRESS_COMPLETE", "EGRESS_LIMIT_REACHED"])
def test_a_recording_that_is_finished_has_not_failed(
    sqlite_db: Database, hands: Hands, calling: Door, mina: Account, how: str
) -> None:
    assert recorded_until(how, hands, calling, mina) == "off"


@pytest.mark.parametrize("how", ["EGRESS_FAILED", "EGRESS_ABORTED"])
def test_a_recording_that_breaks_off_has_failed(
    sqlite_db: Database, hands: Hands, calling: Door, mina: Account, how: str
) -> None:
    assert recorded_until(how, hands, calling, mina) == "failed"


def recorded_until(how: str, hands: Hands, calling: Door, mina: Account) -> str:
    """How a recording stands that the server says has ended so, while somebody is in the room."""
    mentor = a_mentor()
    booked = create_booking(mina, a_request(mentor, in_hours(24)))
    hands.now = in_hours(24.1)
    room, caller = room_name(booked.id), calling()
    body = told(mina, room)
    caller.run(caller.client.post(PATH, content=body, headers=signed(body)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Settings, "can_record", property(lambda _: True))
        for each in (mina, mentor):
            set_consent(each, booked.id, {"consent": True})
    followed(booked.id, "EG_1", "")
    info = {"egressId": "EG_1", "roomName": room, "status": how}
    event = {"event": "egress_ended", "id": "EV_2", "createdAt": "1", "egressInfo": info}
    body = json.dumps(event).encode()
    assert caller.run(caller.client.post(PATH, content=body, headers=signed(body))).status_code == 204
    return recording_of(mina, booked.id).status


def test_a_page_of_another_origin_cannot_call_it(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    caller, body = calling(), b"{}"
    headers = signed(body) | {"Origin": "http://evil.test"}
    assert caller.run(caller.client.post(PATH, content=body, headers=headers)).status_code == 403


def test_without_a_video_server_there_is_nothing_to_call(
    sqlite_db: Database, hands: Hands, calling: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorbook.services.meeting.video_server._plugged", [])
    caller, body = calling(), b"{}"
    assert caller.run(caller.client.post(PATH, content=body, headers=signed(body))).status_code == 404
