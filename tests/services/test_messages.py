"""What the two people of a session write to each other: who may, when, how much, and in which order."""

import threading
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.meeting import SessionMessage
from mentorbook.domain.errors import (
    IdempotencyMismatch,
    InvalidStatus,
    NotFound,
    NotPermitted,
    RateLimited,
    ValidationFailed,
)
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.meeting import messages
from mentorbook.services.meeting.messages import read_messages, require_conversation, write_message
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

Room = tuple[Account, Account, UUID]


@pytest.fixture
def room(db: Database, hands: Hands) -> Room:
    """Mentee, mentor and the session whose room is open."""
    mentee, mentor = a_mentee(), a_mentor()
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    hands.on(hours=23, minutes=55)
    return mentee, mentor, booking.id


def say(person: Account, session: UUID, text: str, key: str | None = None) -> UUID:
    """The id of what a person wrote."""
    return write_message(person, session, {"text": text}, key).id


def texts(person: Account, session: UUID) -> list[str]:
    """What a person reads."""
    return [each.text for each in read_messages(person, session).messages]


def test_both_write_and_both_read_the_same(room: Room) -> None:
    mentee, mentor, session = room
    say(mentee, session, "  Hello,\nthere  ")
    say(mentor, session, "Hello")
    assert texts(mentee, session) == texts(mentor, session) == ["Hello,\nthere", "Hello"]
    first, second = read_messages(mentor, session).messages
    assert (first.user_id, second.user_id) == (mentee.id, mentor.id)


def test_the_key_is_told_only_to_who_wrote(room: Room) -> None:
    mentee, mentor, session = room
    say(mentee, session, "Hello", "my-key")
    assert [each.key for each in read_messages(mentee, session).messages] == ["my-key"]
    assert [each.key for each in read_messages(mentor, session).messages] == [None]


def test_nobody_else_reads_or_writes(room: Room) -> None:
    mentee, _, session = room
    say(mentee, session, "Between us")
    for person, refusal in (
        (a_mentee("Stranger"), NotFound),
        (a_mentee("Admin", is_admin=True), NotPermitted),
    ):
        for attempt in (
            lambda who=person: read_messages(who, session),
            lambda who=person: say(who, session, "Me too"),
            lambda who=person: require_conversation(who, session),
        ):
            with pytest.raises(refusal):
                attempt()
    with pytest.raises(NotFound):
        read_messages(mentee, uuid4())
    assert texts(mentee, session) == ["Between us"]


def test_one_writes_while_the_room_can_be_joined_and_reads_for_ever(db: Database, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    session = create_booking(mentee, a_request(mentor, in_hours(24))).id
    hands.on(hours=23, minutes=49, seconds=59)
    with pytest.raises(InvalidStatus):
        say(mentee, session, "Too early")
    hands.on(seconds=1)
    say(mentee, session, "At the door")
    hands.on(minutes=99, seconds=59)
    say(mentor, session, "At the last moment")
    hands.on(seconds=1)
    with pytest.raises(InvalidStatus):
        say(mentor, session, "Too late")
    hands.on(days=400)
    assert texts(mentee, session) == texts(mentor, session) == ["At the door", "At the last moment"]


def test_in_a_cancelled_session_nobody_writes(db: Database, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    session = create_booking(mentee, a_request(mentor, in_hours(48))).id
    cancel_booking(mentee, session, {"reasonCategory": "schedule_conflict"})
    hands.on(hours=48)
    with pytest.raises(InvalidStatus):
        say(mentor, session, "Where are you?")
    assert texts(mentor, session) == []


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001, "a\x00b", "half \ud83d a pair"])
def test_what_cannot_be_a_message_is_refused(room: Room, text: str) -> None:
    mentee, _, session = room
    with pytest.raises(ValidationFailed):
        say(mentee, session, text)
    assert texts(mentee, session) == []


@pytest.mark.parametrize(
    "text", ["x" * 2000, "<script>alert(1)</script>", "‮drawkcab", "👩‍🚀" * 100, "'; DROP TABLE users"]
)
def test_any_other_text_is_kept_as_it_is(room: Room, text: str) -> None:
    mentee, mentor, session = room
    say(mentee, session, text)
    assert texts(mentor, session) == [text]


def test_what_is_sent_twice_is_kept_once_also_when_the_room_has_closed(room: Room, hands: Hands) -> None:
    mentee, mentor, session = room
    first = say(mentee, session, "Hello", "key")
    hands.on(hours=5)
    assert say(mentee, session, "Hello", "key") == first
    assert texts(mentee, session) == ["Hello"]
    with pytest.raises(IdempotencyMismatch):
        say(mentee, session, "Goodbye", "key")
    with pytest.raises(InvalidStatus):
        say(mentor, session, "Hello", "key")  # a key is its writer's


def test_long_keys_are_told_apart(room: Room) -> None:
    mentee, _, session = room
    say(mentee, session, "One", "k" * 254 + "1")
    say(mentee, session, "Two", "k" * 254 + "2")
    say(mentee, session, "Two", "k" * 254 + "2")
    assert texts(mentee, session) == ["One", "Two"]
    for wrong in ("", "k" * 256, "ключ"):
        with pytest.raises(ValidationFailed):
            say(mentee, session, "Three", wrong)


def test_the_order_is_the_order_of_writing_whatever_the_clock_does(room: Room, hands: Hands) -> None:
    mentee, mentor, session = room
    for number, person in enumerate([mentee, mentor, mentee]):
        say(person, session, str(number))
        hands.on(seconds=-20)
    assert texts(mentor, session) == ["0", "1", "2"]


def test_whoever_writes_very_fast_waits_and_the_other_does_not(
    room: Room, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_A_MINUTE", 3)
    mentee, mentor, session = room
    for number in range(3):
        say(mentee, session, str(number))
        hands.on(seconds=10)
    with pytest.raises(RateLimited) as refused:
        say(mentee, session, "3")
    assert refused.value.retry_after == 30
    say(mentor, session, "Slowly")
    hands.on(seconds=30)
    say(mentee, session, "3")
    assert texts(mentor, session) == ["0", "1", "2", "Slowly", "3"]


def test_a_session_holds_so_many_and_no_more(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_A_SESSION", 2)
    mentee, mentor, session = room
    say(mentee, session, "1", "key")
    say(mentor, session, "2")
    with pytest.raises(InvalidStatus):
        say(mentor, session, "3")
    say(mentee, session, "1", "key")


def test_long_histories_are_read_page_by_page(room: Room, hands: Hands) -> None:
    mentee, mentor, session = room
    for number in range(7):
        say(mentee, session, str(number))
    page = read_messages(mentor, session, most=3)
    seen = [[each.text for each in page.messages]]
    while page.has_earlier:
        page = read_messages(mentor, session, before=str(page.messages[0].id), most=3)
        seen.append([each.text for each in page.messages])
    assert seen == [["4", "5", "6"], ["1", "2", "3"], ["0"]]
    for nothing in (uuid4(), "rubbish", ""):
        assert read_messages(mentor, session, before=nothing).messages == ()
    assert len(read_messages(mentor, session, most=-5).messages) == 1


def test_each_new_message_is_announced_under_the_session(room: Room) -> None:
    mentee, _, session = room
    heard: list[frozenset[UUID]] = []
    with change_feed.listening(heard.append):
        say(mentee, session, "Hello", "key")
        say(mentee, session, "Hello", "key")
        read_messages(mentee, session)
    assert heard == [frozenset({change_feed.messages_of(session)})]


def test_both_write_at_once_and_nothing_is_lost_or_doubled(room: Room) -> None:
    mentee, mentor, session = room
    start, failed = threading.Barrier(6), []

    def write(person: Account, key: str) -> None:
        start.wait()
        try:
            say(person, session, key, key)
        except Exception as error:
            failed.append(error)

    threads = [
        threading.Thread(target=write, args=(person, f"{person.name} {number}"))
        for person in (mentee, mentor)
        for number in (0, 1, 1)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert sorted(texts(mentee, session)) == sorted(set(texts(mentor, session)))
    assert len(texts(mentee, session)) == 4
    with read_transaction() as open_session:
        instants, rows = open_session.execute(
            select(func.count(func.distinct(SessionMessage.sent_at)), func.count())
        ).one()
    assert instants == rows == 4
