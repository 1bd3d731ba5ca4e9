"""A video server that is slow, refuses, or tells nothing: what is said of a recording is what is so."""

from contextlib import nullcontext

import pytest
from livekit import api

from mentorbook.domain.kinds import Provider
from mentorbook.domain.ports import ProviderDown
from mentorbook.domain.views import Booking
from mentorbook.presenters.meeting.recording import recording_words
from mentorbook.services.meeting import recording
from mentorbook.services.meeting.recording import recording_of
from mentorbook.services.meeting.recording_comparison import compare, give_up_late, kept
from mentorbook.services.meeting.rooms import room_name
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.reliability.recording_stage import (
    ACTIVE,
    active,
    agree,
    booking,
    both_agree,
    double,
    end,
    lobby,
    people,
    recordings,
    status,
)
from tests.reliability.test_video_faults import with_rooms, work
from tests.servers.livekit_double import Fault, VideoDouble

__all__ = ["booking", "double", "lobby", "recordings"]


@pytest.mark.parametrize("fault", [Fault.TOO_SLOW, Fault.INTERNAL, Fault.UNAVAILABLE, Fault.CONFLICT])
def test_it_is_said_to_have_ended_only_when_it_has(
    booking: Booking, double: VideoDouble, hands: Hands, fault: Fault
) -> None:
    both_agree(booking)
    work(double)
    double.faults["StopEgress"] = fault
    agree(people(booking)[0], booking, False)
    work(double)
    assert (len(active(double)), status(booking)) == (1, "stopping")
    del double.faults["StopEgress"]
    hands.on(seconds=60)
    work(double)
    assert (active(double), status(booking)) == ([], "off")


@pytest.mark.parametrize("first", [404, 408, 500])
def test_one_that_cannot_be_stopped_keeps_no_other_from_being_stopped(
    double: VideoDouble, first: int
) -> None:
    with_rooms(double, lambda rooms: rooms.create_room("session-1", empty_timeout=60, metadata="video"))
    for number in ("1", "2", "3"):
        double.recordings[number] = api.EgressInfo(egress_id=number, room_name="session-1", status=ACTIVE)
    answer = double.answer
    statuses = iter((first, 412))

    def end_first(method: str, token: str, body: bytes) -> tuple[int, str, bytes] | None:
        if method == "StopEgress" and (refused := next(statuses, None)) is not None:
            end(double, api.StopEgressRequest.FromString(body).egress_id)
            return refused, "application/json", b'{"code": "failed_precondition", "msg": "it has ended"}'
        return answer(method, token, body)

    double.answer = end_first  # type: ignore[method-assign]
    # Gone by now is as good as stopped; what went wrong is tried again, whatever is listed.
    with nullcontext() if first == 404 else pytest.raises(ProviderDown, match=f"answered {first}"):
        with_rooms(double, lambda rooms: rooms.stop_recording("session-1"))
    assert active(double) == []
    assert double.recordings["3"].status == api.EgressStatus.EGRESS_ENDING


def test_a_stop_that_stops_nothing_is_tried_again(
    double: VideoDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorbook.integrations.livekit._LISTED_AFTER", (0.0, 0.0))
    double.recordings["1"] = api.EgressInfo(egress_id="1", room_name="session-1", status=ACTIVE)
    double.faults["StopEgress"] = Fault.FAILED_PRECONDITION
    with pytest.raises(ProviderDown, match="records on"):
        with_rooms(double, lambda rooms: rooms.stop_recording("session-1"))


@pytest.mark.parametrize("fault", [Fault.TOO_SLOW, Fault.TOO_MANY, Fault.INTERNAL, Fault.UNAVAILABLE])
def test_a_start_that_may_yet_succeed_is_tried_again(
    booking: Booking, double: VideoDouble, hands: Hands, fault: Fault
) -> None:
    double.faults["StartRoomCompositeEgress"] = fault
    both_agree(booking)
    work(double)
    assert status(booking) == "starting"
    assert recording_of(people(booking)[0], booking.id).mine is True
    del double.faults["StartRoomCompositeEgress"]
    hands.on(seconds=60)
    work(double)
    assert status(booking) == "on"


@pytest.mark.parametrize("all_of_it", [False, True], ids=["no worker for recordings", "server down"])
def test_a_start_that_does_not_come_is_given_up_and_both_may_try_again(
    booking: Booking, double: VideoDouble, hands: Hands, all_of_it: bool
) -> None:
    double.faults["StartRoomCompositeEgress"] = Fault.UNAVAILABLE
    if all_of_it:
        double.fail(Fault.RESET)
    both_agree(booking)
    for _ in range(5):
        work(double)
        assert status(booking) == "starting"
        hands.on(seconds=12)
    hands.on(seconds=1)
    work(double)
    for one, other in zip(people(booking), ("Moira", "Mina"), strict=True):
        shown = recording_of(one, booking.id)
        assert (shown.status, shown.mine, shown.theirs) == ("failed", False, False)
        words = recording_words(shown, other)
        assert (words.head, words.button) == ("The recording could not start.", "Agree to a recording")
    assert "EG_1" not in double.recordings
    double.faults.clear()
    double.fail(None)
    hands.on(seconds=60)
    work(double)
    assert (active(double), status(booking)) == ([], "failed")
    both_agree(booking)
    hands.on(seconds=60)
    work(double)
    work(double)
    assert status(booking) == "on"
    hands.on(seconds=120)
    work(double)
    assert status(booking) == "on"


def test_one_that_starts_as_it_is_given_up_is_stopped(
    booking: Booking, double: VideoDouble, hands: Hands
) -> None:
    double.faults["StartRoomCompositeEgress"] = Fault.UNAVAILABLE
    both_agree(booking)
    work(double)
    hands.on(seconds=61)
    assert give_up_late([booking.id]) == [booking.id]
    assert give_up_late([booking.id]) == []
    # A worker that was waiting for the server at that moment hears that it records.
    double.faults.clear()
    egress = with_rooms(double, lambda rooms: rooms.start_recording(room_name(booking.id), "/out/"))
    recording.followed(booking.id, egress, "")
    hands.on(seconds=60)
    work(double)
    work(double)
    assert (active(double), status(booking)) == ([], "off")


def test_one_that_stops_by_itself_is_said_to_have_begun(booking: Booking, double: VideoDouble) -> None:
    both_agree(booking)
    work(double)
    recording.ended(booking.id, "EG_1", has_failed=True)
    shown = recording_of(people(booking)[0], booking.id)
    assert recording_words(shown, "Moira").head == "The recording has stopped by itself."


def test_a_refused_start_is_stopped_in_case_it_comes_up_late(booking: Booking, double: VideoDouble) -> None:
    double.faults["StartRoomCompositeEgress"] = Fault.NOT_FOUND
    both_agree(booking)
    work(double)
    assert status(booking) == "failed"
    room = room_name(booking.id)
    double.recordings["late"] = api.EgressInfo(egress_id="late", room_name=room, status=ACTIVE)
    with_rooms(double, lambda rooms: Worker(rooms)._deliver_due(Provider.VIDEO))
    assert (active(double), status(booking)) == ([], "failed")


def test_one_that_is_ending_is_not_taken_for_a_new_one(booking: Booking, double: VideoDouble) -> None:
    both_agree(booking)
    work(double)
    mina, _ = people(booking)
    agree(mina, booking, False)
    work(double)
    assert double.recordings["EG_1"].status == api.EgressStatus.EGRESS_ENDING
    agree(mina, booking)
    work(double)
    assert double.recordings["EG_2"].status == api.EgressStatus.EGRESS_ACTIVE
    assert status(booking) == "on"


def test_a_recording_whose_end_was_not_told_is_not_said_to_run(booking: Booking, double: VideoDouble) -> None:
    both_agree(booking)
    work(double)
    work(double)
    assert status(booking) == "on"
    end(double)
    work(double)
    shown = recording_of(people(booking)[0], booking.id)
    assert (shown.status, shown.mine, shown.theirs) == ("failed", False, False)


def test_a_recording_that_nobody_knows_of_is_stopped(booking: Booking, double: VideoDouble) -> None:
    room = room_name(booking.id)
    double.recordings["late"] = api.EgressInfo(
        egress_id="late", room_name=room, status=api.EgressStatus.EGRESS_STARTING
    )
    double.recordings["other"] = api.EgressInfo(egress_id="other", room_name="of another app", status=ACTIVE)
    with_rooms(double, lambda rooms: Worker(rooms)._compare_rooms())
    assert status(booking) == "stopping"
    work(double)
    assert (active(double), status(booking)) == (["of another app"], "off")


def test_another_recording_of_the_room_is_taken_for_the_one_that_runs(
    booking: Booking, double: VideoDouble
) -> None:
    both_agree(booking)
    work(double)
    end(double)
    room = room_name(booking.id)
    double.recordings["EG_2"] = api.EgressInfo(egress_id="EG_2", room_name=room, status=ACTIVE)
    work(double)
    recording.ended(booking.id, "EG_1", has_failed=True)
    assert status(booking) == "on"
    recording.ended(booking.id, "EG_2", has_failed=True)
    assert status(booking) == "failed"


def test_what_changes_while_the_server_is_asked_is_not_held_against_its_answer(
    booking: Booking, double: VideoDouble
) -> None:
    before = kept([booking.id])
    both_agree(booking)
    work(double)
    assert compare(before, {room_name(booking.id): ["EG_1"]}) == []
    assert status(booking) == "on"
