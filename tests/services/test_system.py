"""How the machinery stands, as admins see it, and what they do about what was given up."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.domain.errors import NotFound, NotPermitted
from mentorbook.domain.kinds import MessageKind, PaymentWay, Provider
from mentorbook.domain.meeting.video import Participant, VideoEvent
from mentorbook.domain.system_views import SystemState
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.system import MESSAGE_WORDS, dead_letter, provider_line, system_words
from mentorbook.services import outbox, provider_health
from mentorbook.services.admin.system import discard_message, retry_all, retry_message, system_state
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.meeting.attendance import take_in
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.outbox import Outcome
from mentorbook.services.retention import purge
from mentorbook.settings import settings
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.worlds import a_dead_letter


@pytest.fixture
def admin(db: Database) -> Account:
    """An admin."""
    return a_mentee("Admin", is_admin=True)


def words_of(state: SystemState, hands: Hands) -> tuple[str, str]:
    """The sentence for the whole, and its tone."""
    words = system_words(state, zone="UTC", now=hands.now)
    return words.headline, words.tone


def states() -> list[str]:
    with read_transaction() as session:
        return list(session.scalars(select(col(OutboxMessage.state))))


def test_nobody_else_sees_or_does_anything(db: Database, hands: Hands) -> None:
    stranger, dead = a_mentor(), a_dead_letter()
    for attempt in (
        lambda: system_state(stranger),
        lambda: retry_all(stranger),
        lambda: retry_message(stranger, dead),
        lambda: discard_message(stranger, dead),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert states() == ["dead"]


def test_the_queue_is_counted_by_what_is_due(db: Database, hands: Hands, admin: Account) -> None:
    create_booking(a_mentee(), a_request(a_mentor(), in_hours(72)))
    hands.on(minutes=5)
    a_dead_letter()
    queue = system_state(admin).queue
    # A room and two mails; two reminders.
    assert (queue.waiting, queue.later, queue.dead) == (3, 2, 1)
    assert queue.oldest_due_at == hands.now - timedelta(minutes=5)


def test_without_a_worker_that_is_said_first(db: Database, hands: Hands, admin: Account) -> None:
    assert words_of(system_state(admin), hands)[1] == "bad"
    asyncio.run(Worker(RecordingRooms()).round())
    state = system_state(admin)
    assert [worker.is_alive for worker in state.workers] == [True]
    assert words_of(state, hands) == ("Everything is delivered.", "ok")
    hands.on(seconds=60)
    assert [worker.is_alive for worker in system_state(admin).workers] == [False]
    hands.on(days=1)
    assert system_state(admin).workers == []


def test_a_provider_that_is_down_is_named_until_it_is_back(
    db: Database, hands: Hands, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("livekit_url", "livekit_api_key", "livekit_api_secret"):
        monkeypatch.setattr(settings, name, "wss://video.example")
    create_booking(a_mentee(), a_request(a_mentor(), in_hours(72)))
    rooms = RecordingRooms(down=True)
    worker = Worker(rooms)
    asyncio.run(worker.round())
    state = system_state(admin)
    video, mail, payments = state.providers
    assert (payments.carrier, payments.failing_since) == ("settle", None)
    assert (video.failing_since, video.last_error) == (hands.now, "the video server is down")
    assert video.next_try_at == hands.now + timedelta(seconds=2)
    assert (mail.failing_since, mail.carrier) == (None, "files")
    assert words_of(state, hands)[0].startswith("Not working: video rooms.")
    line = provider_line(video, zone="UTC", now=hands.now)
    assert (line.badge, line.tone) == ("Down", "bad")
    rooms.down = False
    hands.on(seconds=3)
    asyncio.run(worker.round())
    (video, _, _) = system_state(admin).providers
    assert (video.failing_since, video.delivered_at) == (None, hands.now)
    assert provider_line(video, zone="UTC", now=hands.now).text == "video.example. Last delivered now."


@pytest.mark.parametrize(
    ("way", "badge", "says"),
    [
        (PaymentWay.FREE, "Free", "Every session is free"),
        (PaymentWay.SETTLE, "Not taken here", "settled between its two people"),
        (PaymentWay.DEMO, "Demo", "no money moves. Nothing was due yet."),
        (PaymentWay.STRIPE, "Set up", "Stripe. Nothing was due yet."),
    ],
)
def test_payments_read_well_however_sessions_are_paid(
    db: Database,
    hands: Hands,
    admin: Account,
    monkeypatch: pytest.MonkeyPatch,
    way: PaymentWay,
    badge: str,
    says: str,
) -> None:
    monkeypatch.setattr(settings, "payments", way)
    payments = system_state(admin).providers[-1]
    line = provider_line(payments, zone="UTC", now=hands.now)
    assert (line.name, line.badge) == ("Payments", badge)
    assert says in line.text
    if way.charges:
        provider_health.is_down(Provider.PAYMENTS, "no answer", hands.now)
        down = provider_line(system_state(admin).providers[-1], zone="UTC", now=hands.now)
        assert (down.badge, down.tone) == ("Down", "bad")


def test_differences_of_payments_stand_in_the_headline(db: Database, hands: Hands, admin: Account) -> None:
    asyncio.run(Worker(RecordingRooms()).round())
    state = system_state(admin)
    words = system_words(state, zone="UTC", now=hands.now, differences=1)
    assert (words.headline, words.tone) == (
        "Our payments and the provider’s are not the same. See below in what.",
        "warn",
    )


def test_messages_that_wait_for_long_stand_in_the_headline_with_what_most_often_comes_back(
    db: Database, hands: Hands, admin: Account
) -> None:
    """Also where every provider answers, and so works for all that is known."""
    outbox.record_heartbeat("here:1")
    with write_transaction() as session:
        new = [outbox.NewMessage(MessageKind.MAIL_LINK, {}, key) for key in "abc"]
        outbox.add_messages(session, new)
    hands.on(minutes=5)
    outbox.record_heartbeat("here:1")
    assert words_of(system_state(admin), hands) == ("Everything is delivered.", "ok")
    hands.on(seconds=1)
    assert words_of(system_state(admin), hands) == (
        "3 messages wait, the oldest since Wed 13 Jan, 12:00. None of those that are late was tried.",
        "warn",
    )
    errors = ("452: Over quota.", "451: Later", "452: Over quota.")
    outbox.record([Outcome(each, error) for each, error in zip(outbox.lease(), errors, strict=True)])
    # What waits for less long says nothing of what keeps the others.
    with write_transaction() as session:
        outbox.add_messages(session, [outbox.NewMessage(MessageKind.ROOM_CREATE, {}, "d")])
    assert words_of(system_state(admin), hands) == (
        "4 messages wait, the oldest since Wed 13 Jan, 12:00. What most often comes back: 452: Over quota.",
        "warn",
    )


@pytest.mark.parametrize("is_told", [False, True], ids=["untold", "told"])
def test_a_webhook_that_never_comes_is_said_once_people_have_met(
    db: Database, hands: Hands, admin: Account, monkeypatch: pytest.MonkeyPatch, is_told: bool
) -> None:
    for name in ("livekit_url", "livekit_api_key", "livekit_api_secret"):
        monkeypatch.setattr(settings, name, "wss://video.example")
    booking = create_booking(a_mentee(), a_request(a_mentor(), in_hours(72)))
    rooms, room = RecordingRooms(), room_name(booking.id)
    asyncio.run(Worker(rooms).round())
    hands.now = in_hours(72)
    # Nobody carries mail here, and what waits would be said first.
    with write_transaction() as session:
        session.execute(delete(OutboxMessage).where(col(OutboxMessage.state) == "waiting"))

    def badge() -> str:
        return provider_line(system_state(admin).providers[0], zone="UTC", now=hands.now).badge

    assert badge() == "Works"
    # The server says who is there when it is asked; whether it also calls is another matter.
    person = Participant(str(booking.mentee.id), "PA_1", hands.now + timedelta(seconds=3))
    if is_told:
        take_in(VideoEvent("EV_1", "participant_joined", room, hands.now, person))
    rooms.people[room] = [person]
    hands.on(seconds=15)
    asyncio.run(Worker(rooms).round())
    assert badge() == "Works"
    hands.on(seconds=60)
    asyncio.run(Worker(rooms).round())
    assert badge() == ("Works" if is_told else "No webhook")
    assert words_of(system_state(admin), hands)[1] == ("ok" if is_told else "warn")
    # Once it calls, it is well; and what is long ago is not held against it.
    hands.on(seconds=60)
    if is_told:
        hands.on(days=10)
        purge()
    else:
        take_in(VideoEvent("EV_2", "participant_left", room, hands.now, person))
    assert badge() == "Works"


def test_what_was_given_up_says_whom_it_was_for_and_why(db: Database, hands: Hands, admin: Account) -> None:
    mentor = a_mentor("Ada Löfgren")
    booking = create_booking(a_mentee("Priya"), a_request(mentor, in_hours(72)))
    for message in outbox.lease():
        outbox.record([Outcome(message, "no such mailbox", is_final=True)])
    a_dead_letter(kind="pigeon.send")
    letters = [dead_letter(each, zone="UTC", now=hands.now) for each in system_state(admin).dead_messages]
    assert {letter.title for letter in letters} == {
        "Mail to Ada Löfgren: New session booked",
        "Mail to Priya: Booking confirmed",
        "Making the room of a session",
        "A message of another version (pigeon.send)",
    }
    assert {letter.href for letter in letters} == {f"/sessions/{booking.id}", ""}
    assert {letter.why for letter in letters} == {"no such mailbox", "refused"}


def test_another_try_has_another_day(db: Database, hands: Hands, admin: Account) -> None:
    dead = a_dead_letter()
    hands.on(days=3)
    retry_message(admin, dead)
    (message,) = outbox.lease()
    assert message.id == dead
    outbox.record([Outcome(message, "still refused")])
    assert states() == ["waiting"]
    hands.on(days=1)
    (message,) = outbox.lease()
    outbox.record([Outcome(message, "still refused")])
    assert states() == ["dead"]


def test_all_are_tried_again_and_one_is_deleted(db: Database, hands: Hands, admin: Account) -> None:
    ids = [a_dead_letter() for _ in range(3)]
    discard_message(admin, ids[0])
    assert retry_all(admin).retried == 2
    assert states() == ["waiting"] * 2
    assert retry_all(admin).retried == 0


@pytest.mark.parametrize("deed", [retry_message, discard_message])
@pytest.mark.parametrize("which", ["waiting", "unknown", "nonsense"])
def test_only_what_was_given_up_is_touched(
    db: Database, hands: Hands, admin: Account, deed: Any, which: str
) -> None:
    create_booking(a_mentee(), a_request(a_mentor(), in_hours(72)))
    with read_transaction() as session:
        waiting = session.scalars(select(col(OutboxMessage.id))).first()
    before = states()
    with pytest.raises(NotFound):
        deed(admin, {"waiting": waiting, "unknown": uuid4(), "nonsense": "\x00"}[which])
    assert states() == before


def test_there_are_pages_of_them(sqlite_db: Database, hands: Hands) -> None:
    admin = a_mentee("Admin", is_admin=True)
    for _ in range(30):
        a_dead_letter()
    first, second, beyond = (system_state(admin, page=page) for page in (1, 2, 9))
    assert (len(first.dead_messages), len(second.dead_messages), first.pages) == (25, 5, 2)
    assert (beyond.page, beyond.dead_messages) == (2, second.dead_messages)


def test_every_kind_of_message_has_words() -> None:
    assert set(MESSAGE_WORDS) == set(MessageKind)
