"""Sessions are recorded where both agree; a server without an egress says that it cannot."""

import asyncio
import logging
from functools import partial
from uuid import uuid4

import pytest
from livekit import api

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import InvalidStatus, NotFound, NotPermitted, RateLimited
from mentorbook.domain.kinds import Provider
from mentorbook.domain.meeting.recording import Recording
from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.ports import ProviderDown, RecordingRefused
from mentorbook.domain.views import Booking
from mentorbook.integrations.livekit import LiveKitRooms
from mentorbook.services.booking.attendance import mark_no_show
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.clock import now
from mentorbook.services.meeting import recording
from mentorbook.services.meeting.attendance import take_in
from mentorbook.services.meeting.recording import recording_of
from mentorbook.services.meeting.rooms import room_name
from mentorbook.settings import settings
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.reliability.recording_stage import (
    ACTIVE,
    active,
    agree,
    booking,
    both_agree,
    come,
    double,
    lobby,
    people,
    recordings,
    status,
)
from tests.reliability.test_change_races import at_once
from tests.reliability.test_livekit_rooms import work as work_for_real
from tests.reliability.test_video_faults import with_rooms, work
from tests.servers.livekit import running_livekit
from tests.servers.livekit_double import Fault, VideoDouble

__all__ = ["booking", "double", "lobby", "recordings"]

RACES = 15


def test_it_begins_when_both_agree_and_ends_when_either_withdraws(
    booking: Booking, double: VideoDouble
) -> None:
    mina, moira = people(booking)
    assert recording_of(mina, booking.id) == Recording(
        is_available=True, is_open=True, mine=False, theirs=False, status="off", other_name=moira.name
    )
    agree(mina, booking)
    work(double)
    assert (active(double), status(booking)) == ([], "off")
    assert recording_of(moira, booking.id).theirs is True
    assert agree(moira, booking).status == "starting"
    work(double)
    assert (active(double), status(booking)) == ([f"session-{booking.id}"], "on")
    output = double.recordings["EG_1"].room_composite.file_outputs[0].filepath
    assert output == "/out/{room_name}-{time}.mp4"
    assert agree(mina, booking, False).status == "stopping"
    work(double)
    assert (active(double), status(booking)) == ([], "off")
    agree(mina, booking)
    work(double)
    assert (len(active(double)), status(booking)) == (1, "on")


def test_whoever_changes_their_mind_before_it_began_is_heard(booking: Booking, double: VideoDouble) -> None:
    mina, moira = people(booking)
    agree(mina, booking)
    agree(moira, booking)
    agree(moira, booking, False)
    for _ in range(3):
        work(double)
    assert (active(double), status(booking)) == ([], "off")


def test_it_ends_with_the_session(booking: Booking, double: VideoDouble, hands: Hands) -> None:
    for each in people(booking):
        agree(each, booking)
    work(double)
    assert len(active(double)) == 1
    hands.on(hours=3)
    for _ in range(3):
        work(double)
    assert (active(double), status(booking)) == ([], "off")
    assert [recording_of(each, booking.id).mine for each in people(booking)] == [False, False]


def test_an_answer_that_was_lost_makes_one_recording(
    booking: Booking, double: VideoDouble, hands: Hands
) -> None:
    for each in people(booking):
        agree(each, booking)
    answer = double.answer

    def lose(method: str, token: str, body: bytes) -> tuple[int, str, bytes] | None:
        done = answer(method, token, body)
        return None if method == "StartRoomCompositeEgress" else done

    double.answer = lose  # type: ignore[method-assign]
    work(double)
    assert (len(active(double)), status(booking)) == (1, "starting")
    double.answer = answer  # type: ignore[method-assign]
    hands.on(seconds=60)
    work(double)
    assert (len(double.recordings), status(booking)) == (1, "on")


def test_a_server_that_is_down_is_asked_again(booking: Booking, double: VideoDouble, hands: Hands) -> None:
    for each in people(booking):
        agree(each, booking)
    double.fail(Fault.RESET)
    work(double)
    assert status(booking) == "starting"
    double.fail(None)
    hands.on(seconds=60)
    work(double)
    assert status(booking) == "on"


@pytest.mark.parametrize(("has_failed", "told"), [(True, "failed"), (False, "off")])
def test_one_that_ends_by_itself_is_told_and_an_old_one_is_not(
    booking: Booking, double: VideoDouble, has_failed: bool, told: str
) -> None:
    both_agree(booking)
    work(double)
    recording.ended(booking.id, "EG_of_another_time", has_failed=has_failed)
    assert status(booking) == "on"
    recording.ended(booking.id, "EG_1", has_failed=has_failed)
    shown = [recording_of(each, booking.id) for each in people(booking)]
    assert [(each.mine, each.status) for each in shown] == [(False, told), (False, told)]
    agree(people(booking)[0], booking)
    assert status(booking) == "off"


def test_one_that_breaks_off_in_an_empty_room_has_not_failed(booking: Booking, double: VideoDouble) -> None:
    both_agree(booking)
    work(double)
    come(booking, double, "participant_left")
    recording.ended(booking.id, "EG_1", has_failed=True)
    assert status(booking) == "off"
    assert recording_of(people(booking)[0], booking.id).mine is False


def test_an_empty_room_is_not_recorded_until_somebody_comes(lobby: Booking, double: VideoDouble) -> None:
    both_agree(lobby)
    for _ in range(2):
        work(double)
    assert (double.recordings, status(lobby)) == ({}, "off")
    assert [recording_of(each, lobby.id).mine for each in people(lobby)] == [True, True]
    come(lobby, double)
    assert status(lobby) == "starting"
    work(double)
    assert (active(double), status(lobby)) == ([room_name(lobby.id)], "on")


def test_who_agrees_while_somebody_comes_in_is_recorded(db: Database, hands: Hands) -> None:
    for number in range(RACES):
        hands.now = in_hours(0)
        lobby = create_booking(a_mentee(), a_request(a_mentor(), in_hours(24)))
        hands.now = in_hours(24)
        mina, moira = people(lobby)
        agree(mina, lobby)
        stay = Participant(str(mina.id), f"PA_{number}", now())
        event = VideoEvent(f"EV_{uuid4()}", "participant_joined", room_name(lobby.id), now(), stay)
        assert at_once(partial(agree, moira, lobby), partial(take_in, event)) == ["done", "done"]
        assert status(lobby) == "starting"


def test_one_that_comes_and_leaves_before_it_began_is_not_recorded(
    lobby: Booking, double: VideoDouble
) -> None:
    both_agree(lobby)
    come(lobby, double)
    come(lobby, double, "participant_left")
    for _ in range(2):
        work(double)
    assert (double.recordings, status(lobby)) == ({}, "off")


@pytest.mark.parametrize("ends", ["cancelled", "no_show"])
def test_it_ends_with_a_session_that_is_called_off(
    lobby: Booking, double: VideoDouble, hands: Hands, ends: str
) -> None:
    mina, moira = people(lobby)
    work(double)
    hands.now = in_hours(24) if ends == "no_show" else in_hours(20)
    with write_transaction() as session:
        row = session.get(MentoringSession, lobby.id)
        assert row is not None
        row.recording_config = {"mentor": True, "mentee": True, "status": "on", "egress": "EG_1"}
    double.recordings["EG_1"] = api.EgressInfo(egress_id="EG_1", room_name=room_name(lobby.id), status=ACTIVE)
    if ends == "no_show":
        mark_no_show(moira, lobby.id)
    else:
        cancel_booking(mina, lobby.id, {"reasonCategory": "schedule_conflict"})
    assert [recording_of(each, lobby.id).mine for each in (mina, moira)] == [False, False]
    assert status(lobby) == "stopping"
    with_rooms(double, lambda rooms: Worker(rooms)._deliver_due(Provider.VIDEO))
    assert (active(double), status(lobby)) == ([], "off")


def test_only_the_two_decide_and_only_while_the_room_is_open(
    booking: Booking, hands: Hands, double: VideoDouble
) -> None:
    for person, refusal in ((a_mentee("Ada", is_admin=True), NotPermitted), (a_mentee(), NotFound)):
        with pytest.raises(refusal):
            agree(person, booking)
        with pytest.raises(refusal):
            recording_of(person, booking.id)
    hands.now = in_hours(23)
    with pytest.raises(InvalidStatus):
        agree(people(booking)[0], booking)
    hands.now = in_hours(26)
    with pytest.raises(InvalidStatus):
        agree(people(booking)[0], booking)


def test_nobody_changes_their_mind_without_end(booking: Booking) -> None:
    mina, _ = people(booking)
    for number in range(recording.MOST_CHANGES):
        agree(mina, booking, number % 2 == 0)
    with pytest.raises(RateLimited):
        agree(mina, booking)


def test_without_a_place_for_it_there_is_none(booking: Booking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "livekit_recordings", None)
    mina, _ = people(booking)
    assert recording_of(mina, booking.id).is_available is False
    with pytest.raises(InvalidStatus, match="cannot be recorded here"):
        agree(mina, booking)


def test_a_real_server_without_an_egress_says_so_and_nothing_else_suffers(
    booking: Booking, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    both_agree(booking)
    with running_livekit() as server:

        async def open_room() -> None:
            rooms = LiveKitRooms(server.url, server.api_key, server.api_secret)
            await rooms.create_room(room_name(booking.id), empty_timeout=60, metadata="video")
            with pytest.raises(RecordingRefused):
                await rooms.start_recording(room_name(booking.id), "/out/")
            await rooms.close()

        asyncio.run(open_room())
        work_for_real(server, rounds=2)
        assert status(booking) == "failed"
        agree(people(booking)[0], booking)
        agree(people(booking)[0], booking, False)
        hands.on(hours=3)
        work_for_real(server, rounds=2)
    with read_transaction() as session:
        row = session.get(MentoringSession, booking.id)
        assert row is not None
        assert row.status == "completed"


def test_stopping_where_nothing_can_be_recorded_is_no_error() -> None:
    with running_livekit() as server:

        async def stop() -> None:
            rooms = LiveKitRooms(server.url, server.api_key, server.api_secret)
            try:
                await rooms.stop_recording("session-1")
            finally:
                await rooms.close()

        asyncio.run(stop())


def test_every_call_about_recordings_has_a_deadline(double: VideoDouble) -> None:
    double.fail(Fault.HANGS)
    for call in (
        lambda rooms: rooms.start_recording("session-1", "/out"),
        lambda rooms: rooms.stop_recording("session-1"),
        lambda rooms: rooms.running_recordings(),
    ):
        with pytest.raises(ProviderDown, match="did not answer within"):
            with_rooms(double, call)
