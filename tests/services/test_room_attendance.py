"""The session follows its room: what the video server tells, in any order, and what it forgets to tell."""

import itertools
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.meeting import SessionAttendance
from mentorbook.db.meeting import VideoEvent as SeenEvent
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import InvalidStatus, NotFound
from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.attendance import mark_no_show, report_absent_mentor
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.meeting.attendance import (
    Presence,
    compare,
    presence,
    rooms_to_compare,
    take_in,
)
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.notifications import list_notifications
from mentorbook.settings import settings
from tests.attended_rooms import Room
from tests.conftest import Hands
from tests.people import a_mentee, in_hours


@pytest.fixture(autouse=True)
def with_a_video_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings name a video server, so that attendance decides."""
    for name, value in {"url": "wss://video.test", "api_key": "key", "api_secret": "secret"}.items():
        monkeypatch.setattr(settings, f"livekit_{name}", value)


@pytest.fixture
def room(db: Database, hands: Hands) -> Room:
    """A session and its room."""
    return Room(hands)


def test_a_session_is_in_progress_when_both_have_come_and_completed_when_both_have_gone(room: Room) -> None:
    room.tell(room.comes(room.mentee, -4))
    assert room.booking().status == "scheduled"
    room.tell(room.comes(room.mentor, 2))
    met = room.booking()
    assert (met.status, met.started_at) == ("in_progress", room.at(2))
    assert (met.mentee_attended_at, met.mentor_attended_at) == (room.at(0), room.at(2))
    room.tell(room.leaves(room.mentee, 40, -4), room.leaves(room.mentor, 41, 2))
    room.pass_until(41.5)
    assert room.booking().status == "in_progress"
    room.pass_until(42)
    over = room.booking()
    assert (over.status, over.ended_at) == ("completed", room.at(41))
    assert room.told() == [
        ("booked", "Priya"),
        ("joined", "Priya"),
        ("joined", "Ada"),
        ("left", "Priya"),
        ("left", "Ada"),
        ("completed", None),
    ]


def test_whoever_left_early_comes_back_until_the_end(room: Room) -> None:
    room.tell(room.comes(room.mentee, 0), room.comes(room.mentor, 0))
    room.tell(room.leaves(room.mentee, 20, 0), room.leaves(room.mentor, 20, 0))
    room.pass_until(25)
    assert (room.booking().status, room.booking().actions["join"].allowed) == ("completed", True)
    room.tell(room.comes(room.mentee, 30))
    # One alone waits for the other.
    assert (room.booking().status, room.booking().ended_at) == ("completed", room.at(20))
    room.tell(room.comes(room.mentor, 31))
    back = room.booking()
    assert (back.status, back.ended_at, back.started_at) == ("in_progress", None, room.at(0))
    room.tell(room.leaves(room.mentor, 64, 31), room.leaves(room.mentee, 65, 30))
    room.pass_until(66)
    assert (room.booking().status, room.booking().ended_at) == ("completed", room.at(65))
    assert not room.booking().actions["join"].allowed
    assert [action for action, _ in room.told()].count("completed") == 1


def test_a_look_before_the_start_ends_nothing(room: Room) -> None:
    room.tell(room.comes(room.mentee, -8), room.comes(room.mentor, -8))
    room.tell(room.leaves(room.mentee, -6, -8), room.leaves(room.mentor, -6, -8))
    for minutes in (-3, 0, 5, 59):
        room.pass_until(minutes)
        looked = room.booking()
        assert (looked.status, looked.started_at) == ("scheduled", None)
    assert room.booking().mentee_attended_at is None
    room.pass_until(90)
    assert (room.booking().status, room.booking().ended_at) == ("completed", room.at(60))


def test_who_comes_back_after_a_look_meets_as_if_there_had_been_none(room: Room) -> None:
    room.tell(room.comes(room.mentee, -8), room.comes(room.mentor, -8))
    assert room.booking().status == "in_progress"
    room.tell(room.leaves(room.mentee, -6, -8))
    assert room.booking().status == "scheduled"
    room.tell(room.comes(room.mentee, 1))
    assert (room.booking().status, room.booking().started_at) == ("in_progress", room.at(1))


@pytest.mark.parametrize("came", ["both", "mentor", "nobody"])
def test_the_room_closes_half_an_hour_after_the_end_whoever_came(room: Room, came: str) -> None:
    people = {"both": (room.mentor, room.mentee), "mentor": (room.mentor,), "nobody": ()}[came]
    room.tell(*(room.comes(who, 1) for who in people))
    room.pass_until(89.9)
    assert room.booking().status == ("in_progress" if came == "both" else "scheduled")
    room.pass_until(90)
    over = room.booking()
    assert (over.status, over.started_at) == ("completed", room.at(1) if came == "both" else None)
    with read_transaction() as session:
        is_drop = col(OutboxMessage.kind) == "room.delete"
        assert session.scalar(select(func.count()).select_from(OutboxMessage).where(is_drop)) == 1
    room.pass_until(91)
    assert [action for action, _ in room.told()].count("completed") == 1


def test_events_say_the_same_in_any_order_and_however_often(room: Room) -> None:
    """Reordered and replayed: all orders of a whole meeting, each event told twice."""
    meeting = [
        room.comes(room.mentee, 0),
        room.comes(room.mentor, 1),
        room.leaves(room.mentee, 30, 0),
        room.comes(room.mentee, 32),
        room.leaves(room.mentor, 60, 1),
    ]
    room.hands.now = room.at(61)
    for order in itertools.permutations(meeting):
        with write_transaction() as session:
            for table in (SessionAttendance, SeenEvent):
                session.execute(delete(table))
        for each in (*order, *order):
            take_in(each)
        with read_transaction() as session:
            rows = session.scalars(select(SessionAttendance)).all()
        assert sorted((row.joined_at, row.user_id == room.mentor.id, row.left_at) for row in rows) == [
            (room.at(0), False, room.at(30)),
            (room.at(1), True, room.at(60)),
            (room.at(32), False, None),
        ]


def test_an_event_is_taken_in_once(room: Room) -> None:
    """The control is in the second half: a leave with another id, but the same to look at, does count."""
    left = room.leaves(room.mentee, 10, 0)
    room.tell(room.comes(room.mentee, 0), left)
    compare(room.id, [Participant(str(room.mentee.id), "Priya-0", room.at(0))], room.at(11))
    assert presence(room.mentor, room.id) == Presence(mentee=True)
    room.tell(left)
    assert presence(room.mentor, room.id) == Presence(mentee=True)
    room.tell(room.leaves(room.mentee, 10, 0))
    assert presence(room.mentor, room.id) == Presence()
    with read_transaction() as session:
        assert session.scalar(select(func.count()).select_from(SeenEvent)) == 3


def test_what_is_about_nobody_of_the_session_changes_nothing(room: Room) -> None:
    stranger = a_mentee("Stranger")
    recorder = VideoEvent(
        "EV_r",
        "participant_joined",
        room_name(room.id),
        room.at(0),
        Participant(str(room.mentee.id), "recorder", room.at(0), is_person=False),
    )
    elsewhere = VideoEvent("EV_e", "participant_joined", "somewhere", room.at(0), recorder.participant)
    gone = VideoEvent("EV_g", "participant_joined", room_name(UUID(int=7)), room.at(0), recorder.participant)
    room.tell(
        room.comes(stranger, 0), recorder, elsewhere, gone, room.event("track_published", 0, room.mentee)
    )
    with read_transaction() as session:
        assert session.scalar(select(func.count()).select_from(SessionAttendance)) == 0
    with pytest.raises(NotFound):
        presence(stranger, room.id)


def test_a_room_that_is_finished_has_nobody_in_it(room: Room) -> None:
    room.tell(room.comes(room.mentee, 0), room.comes(room.mentor, 0), room.event("room_finished", 50))
    assert presence(room.mentee, room.id) == Presence()
    # An old room's end says nothing of whoever is in the new one.
    room.tell(room.comes(room.mentee, 52), room.event("room_finished", 51))
    assert presence(room.mentee, room.id) == Presence(mentee=True)


def test_what_was_never_told_is_asked_for(room: Room) -> None:
    there = [Participant(str(who.id), f"{who.name}-1", room.at(1)) for who in (room.mentor, room.mentee)]
    room.hands.now = room.at(2)
    assert rooms_to_compare() == [(room.id, room_name(room.id))]
    compare(room.id, there, room.at(2))
    assert room.booking().status == "in_progress"
    room.hands.now = room.at(45)
    compare(room.id, [], room.at(45))
    assert presence(room.mentee, room.id) == Presence()
    room.pass_until(47)
    assert room.booking().status == "completed"


def test_who_comes_while_the_server_is_asked_is_not_taken_to_have_left(room: Room) -> None:
    """The control: asked later, the same answer does mean that they have left."""
    room.tell(room.comes(room.mentee, 1))
    compare(room.id, [], room.at(1))
    assert presence(room.mentee, room.id) == Presence(mentee=True)
    room.hands.now = room.at(2)
    compare(room.id, [], room.at(2))
    assert presence(room.mentee, room.id) == Presence()


def test_only_open_rooms_are_asked_about(room: Room) -> None:
    for minutes, expected in ((-11, 0), (-10, 1), (0, 1), (89, 1), (91, 0)):
        room.hands.now = room.at(minutes)
        assert len(rooms_to_compare()) == expected
    room.hands.now = in_hours(1)
    cancel_booking(room.mentee, room.id, {"reasonCategory": "schedule_conflict"})
    room.hands.now = room.at(0)
    assert rooms_to_compare() == []


def test_coming_and_going_is_announced_to_who_looks_at_the_session(room: Room) -> None:
    heard: list[frozenset[UUID]] = []
    with change_feed.listening(heard.append):
        room.tell(room.comes(room.mentee, -4))
        assert heard == [frozenset({room.id})]
        room.tell(room.comes(room.mentor, -3))
    people = {room.id, room.mentor.id, room.mentee.id, change_feed.SESSIONS}
    assert heard[1:] == [frozenset(people)]


def test_a_mentee_who_was_there_is_no_no_show(room: Room) -> None:
    room.tell(room.comes(room.mentee, -5))
    room.pass_until(1)
    with pytest.raises(InvalidStatus, match="was in the room"):
        mark_no_show(room.mentor, room.id)
    report_absent_mentor(room.mentee, room.id)
    assert ("mentor_absent", "Priya") in room.told()
    with pytest.raises(InvalidStatus, match="already"):
        report_absent_mentor(room.mentee, room.id)


def test_an_absent_mentor_is_reported_to_every_admin_who_can_look_into_it(room: Room) -> None:
    """Not to one who is deactivated, and to no bystander."""
    admin, former = (a_mentee(name, is_admin=True) for name in ("Admin", "Former"))
    deactivate(admin, former.id, {"reason": "Has left"})
    bystander = a_mentee("Bystander")
    room.hands.now = room.at(10)
    heard: list[frozenset[UUID]] = []
    with change_feed.listening(heard.append):
        report_absent_mentor(room.mentee, room.id)
    assert any(admin.id in subjects for subjects in heard)

    def told(who: Account) -> list[str]:
        about = [each for each in list_notifications(who).notices if each.session_id == room.id]
        return [each.kind for each in about if "absen" in each.kind]

    assert told(admin) == ["absence_to_review"]
    assert (told(room.mentor), told(room.mentee)) == (["mentor_absent"], ["absence_reported"])
    assert (told(former), told(bystander)) == ([], [])


def test_a_mentor_who_was_there_was_not_absent(room: Room) -> None:
    room.tell(room.comes(room.mentor, 3))
    with pytest.raises(InvalidStatus, match="was in the room"):
        report_absent_mentor(room.mentee, room.id)
    assert mark_no_show(room.mentor, room.id).status == "no_show"


def test_who_sits_in_the_room_was_there_before_the_worker_has_noticed(room: Room) -> None:
    """The control: before the start nobody has attended, so there the clock refuses."""
    room.tell(room.comes(room.mentee, -5), room.comes(room.mentor, -5))
    room.hands.now = room.at(0)
    assert room.booking().mentee_attended_at is None
    with pytest.raises(InvalidStatus, match="was in the room"):
        mark_no_show(room.mentor, room.id)
    with pytest.raises(InvalidStatus, match="was in the room"):
        report_absent_mentor(room.mentee, room.id)
    assert (room.booking().status, room.booking().mentor_absent_at) == ("in_progress", None)


def test_who_waits_alone_costs_no_write_at_every_turn(room: Room) -> None:
    room.tell(room.comes(room.mentee, -5))
    room.pass_until(0)
    assert room.booking().mentee_attended_at == room.at(0)
    moved: list[object] = []

    def note(*given: object) -> list[UUID]:
        moved.append(given)
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lifecycle, "_apply", note)
        for minutes in (1, 2, 30, 59):
            room.pass_until(minutes)
        assert moved == []
        # The control: when the room closes there is something to do.
        room.pass_until(90)
        assert len(moved) == 1


def test_a_session_of_before_the_video_server_ended_at_its_end(room: Room) -> None:
    with write_transaction() as session:
        row = session.get_one(MentoringSession, room.id)
        row.status, row.started_at = "in_progress", row.scheduled_at
    room.pass_until(89)
    assert room.booking().status == "in_progress"
    room.pass_until(90)
    assert (room.booking().status, room.booking().ended_at) == ("completed", room.at(60))


def dropped(room: Room) -> list[str]:
    """What the outbox has for the room, oldest first."""
    row = OutboxMessage
    with read_transaction() as session:
        kinds = select(col(row.kind)).where(col(row.kind).startswith("room.")).order_by(col(row.created_at))
        return list(session.scalars(kinds))


def test_a_session_that_is_moved_while_somebody_waits_shows_them_out_and_forgets_the_wait(room: Room) -> None:
    change_policies(a_mentee("Admin", is_admin=True), {"reschedule_cutoff_hours": 0})
    room.tell(room.comes(room.mentee, -5), room.comes(room.mentor, -5), room.leaves(room.mentor, -4, -5))
    reschedule_booking(room.mentee, room.id, {"scheduledAt": in_hours(48).isoformat()})
    assert dropped(room) == ["room.create", "room.delete", "room.create"]
    room.tell(room.leaves(room.mentee, -3, -5))
    room.hands.now = in_hours(48)
    room.tell(room.comes(room.mentor, 24 * 60))
    assert room.booking().status == "scheduled"


def test_a_session_that_is_moved_in_time_has_nobody_to_show_out(room: Room) -> None:
    reschedule_booking(room.mentee, room.id, {"scheduledAt": in_hours(48).isoformat()})
    assert dropped(room) == ["room.create", "room.create"]


def test_who_is_deactivated_is_shown_out_of_the_room_that_is_open(room: Room) -> None:
    admin = a_mentee("Admin", is_admin=True)
    other = Room(room.hands, mentee=room.mentee, hours=72)
    room.hands.now = room.at(5)
    deactivate(admin, room.mentee.id, {"reason": "Spam"})
    with read_transaction() as session:
        payloads = select(col(OutboxMessage.payload)).where(col(OutboxMessage.kind) == "room.delete")
        assert [each["name"] for each in session.scalars(payloads)] == [room_name(room.id)]
    assert other.id != room.id


def test_without_a_video_server_the_clock_decides(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "livekit_url", None)
    room.pass_until(0)
    assert room.booking().status == "in_progress"
    room.pass_until(60)
    assert room.booking().status == "completed"
