"""Mail reaches a real server, whatever happens on the way, and nobody waits for it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select, update
from sqlmodel import col

from mentorbook.db.delivery import NoticePreference, OutboxMessage, ProviderHealth
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.kinds import MessageKind
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations import smtp
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services import outbox
from mentorbook.services.admin.system import retry_all
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.worker import Worker, running
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.servers.smtp import Fault, MailServer, running_mail_server

BUSINESS = "no-reply@book.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """The mail server."""
    with running_mail_server() as running:
        yield running


def worker(server: MailServer) -> Worker:
    """A worker that sends by this server."""
    return Worker(None, SmtpMailer(server.url, BUSINESS))


def deliver(server: MailServer) -> None:
    """Work until nothing is due."""

    async def rounds() -> None:
        working = worker(server)
        while await working.round():
            pass

    asyncio.run(rounds())


def work_for(server: MailServer, hands: Hands, seconds: int) -> None:
    """Work for so long by the clock, a round a second."""

    async def rounds() -> None:
        working = worker(server)
        for _ in range(seconds):
            await working.round()
            hands.on(seconds=1)

    asyncio.run(rounds())


def booked(hours: int = 72, **mentor: Any) -> tuple[Account, Account, Booking]:
    """A mentor, a mentee and their session."""
    one, other = a_mentor("Ada Löfgren", **mentor), a_mentee("Priya")
    return one, other, create_booking(other, a_request(one, in_hours(hours)))


def to(server: MailServer, person: Account) -> list[EmailMessage]:
    """The mails that a person has got."""
    return [mail for mail in server.received if mail["X-Recipient"] == person.email]


def event_of(mail: EmailMessage) -> tuple[str, Event]:
    """Method and event of the invitation in a mail."""
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == part.get_param("method")
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return str(calendar["METHOD"]), event


def sent(mail: EmailMessage) -> str:
    """The plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_both_get_mail_with_an_invitation(db: Database, hands: Hands, server: MailServer) -> None:
    mentor, mentee, booking = booked()
    deliver(server)
    assert Counter(mail["X-Recipient"] for mail in server.received) == {mentor.email: 1, mentee.email: 1}
    (mail,) = to(server, mentee)
    assert mail["Subject"] == "Booking confirmed: A session · Sat 16 Jan, 12:00"
    assert str(mail["From"]) == f"MentorBook <{BUSINESS}>"
    assert "“A session” with Ada Löfgren" in sent(mail)
    method, event = event_of(mail)
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert event.start == booking.scheduled_at
    assert event.end == booking.ends_at
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "invite.ics"
    # Whom one meets is named; their address is not.
    assert mentor.email not in mail.as_string()


def test_a_life_arrives_in_order_under_one_uid(db: Database, hands: Hands, server: MailServer) -> None:
    mentor, mentee, booking = booked()
    hands.on(seconds=1)
    for hours in (96, 120):
        reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(hours).isoformat()})
        hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    for person in (mentor, mentee):
        events = [event_of(mail) for mail in to(server, person)]
        assert [(method, event.sequence) for method, event in events] == [
            ("REQUEST", 0),
            ("REQUEST", 1),
            ("REQUEST", 2),
            ("CANCEL", 3),
        ]
        assert len({event["UID"] for _, event in events}) == 1
        # Each tells the time of then, though all are written at the end.
        starts = [event.start for _, event in events]
        assert starts[0] == booking.scheduled_at
        assert starts[1] < starts[2] == starts[3]


def test_a_request_is_no_invitation_until_it_is_accepted(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked(require_confirmation=True)
    other = create_booking(mentee, a_request(mentor, in_hours(80)))
    hands.on(seconds=1)
    deliver(server)
    decline_booking(mentor, other.id)
    accept_booking(mentor, booking.id)
    hands.on(seconds=1)
    deliver(server)
    with_invitation = [mail for mail in server.received if b"BEGIN:VCALENDAR" in bytes(mail)]
    assert len(server.received) == 8
    assert {mail["X-Recipient"] for mail in with_invitation} == {mentor.email, mentee.email}
    assert len(with_invitation) == 2
    assert all(event_of(mail)[0] == "REQUEST" for mail in with_invitation)


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.BUSY, Fault.HANGS, Fault.RESET, Fault.DROPPED])
def test_after_an_outage_everything_arrives_within_a_minute(
    db: Database, hands: Hands, server: MailServer, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault is Fault.HANGS:
        monkeypatch.setattr(smtp, "_TIMEOUT", 0.5)
    server.fail(fault)
    people = [booked() for _ in range(4)]
    if fault is Fault.HANGS:
        work_for(server, hands, 6)
        hands.on(minutes=10)
        work_for(server, hands, 2)
    else:
        work_for(server, hands, 300)
    before = len(server.received)
    assert fault is Fault.DROPPED or before == 0
    server.fail(None)
    monkeypatch.undo()
    work_for(server, hands, 60)
    for mentor, mentee, _ in people:
        assert to(server, mentor)
        assert to(server, mentee)
    copies = Counter(mail["Message-ID"] for mail in server.received)
    assert len(copies) == 8
    # Twice only where the server took a mail and did not say so, under the same Message-ID.
    assert fault is Fault.DROPPED or set(copies.values()) == {1}
    with read_transaction() as session:
        states = session.scalars(
            select(col(OutboxMessage.state)).where(col(OutboxMessage.kind) == MessageKind.MAIL_NOTICE)
        ).all()
    assert states == ["done"] * 8


def test_while_the_server_is_down_it_is_not_asked_for_every_mail(
    db: Database, hands: Hands, server: MailServer
) -> None:
    server.fail(Fault.RESET)
    for _ in range(6):
        booked()
    work_for(server, hands, 180)
    # Ten at first, and then one after 2, 4, 8, 16, 30, 30 … seconds.
    assert server.asked <= 10 + 9


def test_an_address_that_is_refused_is_given_up_with_the_reason(
    db: Database, hands: Hands, server: MailServer
) -> None:
    booked()
    server.fail(Fault.NO_SUCH_MAILBOX)
    deliver(server)
    with read_transaction() as session:
        rows = session.scalars(select(OutboxMessage).where(col(OutboxMessage.state) == "dead")).all()
    assert [row.last_error for row in rows] == ["The mail server refused it, 550: 5.1.1 No such mailbox"] * 2
    server.fail(None)
    booked()
    deliver(server)
    assert len(server.received) == 2


def test_who_wants_no_mail_of_a_topic_gets_none(db: Database, hands: Hands, server: MailServer) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    with write_transaction() as session:
        session.add(
            NoticePreference(user_id=mentor.id, topic="bookings", by_mail=False, updated_at=hands.now)
        )
    booking = create_booking(mentee, a_request(mentor, in_hours(72)))
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    assert [mail["Subject"].partition(":")[0] for mail in to(server, mentor)] == ["Session Cancelled"]
    assert len(to(server, mentee)) == 2


def test_who_was_deactivated_gets_no_mail(db: Database, hands: Hands, server: MailServer) -> None:
    mentor, mentee, _ = booked()
    with write_transaction() as session:
        session.execute(update(User).where(col(User.id) == mentee.id).values(deactivated_at=hands.now))
    deliver(server)
    assert (len(to(server, mentor)), len(to(server, mentee))) == (1, 0)


def test_workers_that_share_the_outbox_send_each_mail_once(
    db: Database, hands: Hands, server: MailServer
) -> None:
    for _ in range(8):
        booked()

    async def rounds() -> None:
        workers = [worker(server) for _ in range(4)]
        while any(await asyncio.gather(*(each.round() for each in workers))):
            pass

    asyncio.run(rounds())
    copies = Counter(mail["Message-ID"] for mail in server.received)
    assert (len(copies), set(copies.values())) == (16, {1})


def test_a_mail_that_is_late_tells_what_it_was_written_for(
    db: Database, hands: Hands, server: MailServer
) -> None:
    _, mentee, booking = booked()
    hands.on(hours=20)
    reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(60).isoformat()})
    deliver(server)
    first, second = (event_of(mail)[1] for mail in to(server, mentee))
    assert first.start == booking.scheduled_at
    assert second.start != first.start


def test_a_mail_server_that_hangs_keeps_no_room_waiting(
    sqlite_db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker makes another room while it waits for the mail server."""
    monkeypatch.setattr(smtp, "_TIMEOUT", 30)
    server.fail(Fault.HANGS)
    booked()
    rooms = RecordingRooms()

    async def until(holds: Callable[[], object]) -> None:
        for _ in range(2_000):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come to that")

    async def work() -> None:
        async with running(Worker(rooms, SmtpMailer(server.url, BUSINESS))):
            await until(lambda: server.asked)
            booked(80)
            await until(lambda: len(rooms.rooms) == 2)
            assert server.received == []

    asyncio.run(work())


def test_a_server_that_never_says_goodbye_has_the_mail(
    db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_FAREWELL", 0.1)
    server.fail(Fault.NO_FAREWELL)
    booked()
    work_for(server, hands, 90)
    assert len(server.received) == 2
    server.fail(None)


def test_an_outage_ends_with_the_first_answer_also_when_each_mail_is_put_off(
    db: Database, hands: Hands, server: MailServer
) -> None:
    """A server that answers is back, whatever it says of the mail that was tried."""
    server.fail(Fault.REFUSED)
    for _ in range(10):
        booked()
    work_for(server, hands, 180)
    server.fail(Fault.GREYLISTS)
    work_for(server, hands, 100)
    assert len(server.received) == 20


def test_nothing_is_given_up_because_nobody_worked(db: Database, hands: Hands, server: MailServer) -> None:
    for _ in range(4):
        booked(200)
    server.fail(Fault.REFUSED)
    work_for(server, hands, 6)
    server.fail(None)
    hands.on(hours=30)
    work_for(server, hands, 40)
    assert len(server.received) == 8


def test_a_day_of_asking_in_vain_gives_up_what_waited(
    sqlite_db: Database, hands: Hands, server: MailServer
) -> None:
    booked(200)
    server.fail(Fault.REFUSED)
    # Seldom, after the first hour: the last of the two may wait for its turn.
    for _ in range(24 * 60 + 40):
        work_for(server, hands, 1)
        hands.on(seconds=59)
    with read_transaction() as session:
        kinds = session.execute(
            select(col(OutboxMessage.state), col(OutboxMessage.last_error)).where(
                col(OutboxMessage.kind) == MessageKind.MAIL_NOTICE
            )
        ).all()
    assert {tuple(each) for each in kinds} == {("dead", "The mail server cannot be reached")}


@pytest.mark.parametrize("change", ["cancelled", "moved"])
def test_a_late_reminder_of_what_does_not_take_place_then_is_not_sent(
    db: Database, hands: Hands, server: MailServer, change: str
) -> None:
    mentor, mentee, booking = booked(48)
    deliver(server)
    hands.on(hours=24)
    server.fail(Fault.REFUSED)
    work_for(server, hands, 2)
    if change == "cancelled":
        cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    else:
        reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(96).isoformat()})
    server.fail(None)
    work_for(server, hands, 60)
    told = [mail["Subject"].partition(":")[0] for mail in to(server, mentor)]
    assert told == [
        "New session booked",
        f"Session {'Cancelled' if change == 'cancelled' else 'Rescheduled'}",
    ]


def test_what_is_tried_again_later_puts_no_cancelled_session_into_calendars(
    db: Database, hands: Hands, server: MailServer
) -> None:
    admin = a_mentee("Admin", is_admin=True)
    mentor, mentee, booking = booked()
    server.fail(Fault.NO_SUCH_MAILBOX)
    deliver(server)
    server.fail(None)
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    retry_all(admin)
    deliver(server)
    first, second = to(server, mentor)
    assert event_of(first)[0] == "CANCEL"
    assert second["Subject"].startswith("New session booked")
    assert b"BEGIN:VCALENDAR" not in bytes(second)
    assert "policy gives" not in sent(to(server, mentee)[1])


def test_a_database_that_is_busy_for_a_moment_doubles_no_mail(
    sqlite_db: Database, hands: Hands, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked()
    monkeypatch.setattr("mentorbook.worker._RECORDS_AGAIN_AFTER", (0.0, 0.0))
    record, failures = outbox.record, iter((True, False, False, False, False))

    def busy_once(outcomes: Sequence[outbox.Outcome]) -> None:
        if next(failures):
            raise DatabaseBusy
        record(outcomes)

    monkeypatch.setattr(outbox, "record", busy_once)
    deliver(server)
    hands.on(minutes=2)
    deliver(server)
    assert len(server.received) == 2


def test_a_mail_that_is_not_sent_after_all_ends_no_outage(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, _, _ = booked()
    server.fail(Fault.REFUSED)
    work_for(server, hands, 60)
    with write_transaction() as session:
        session.execute(update(User).values(deactivated_at=hands.now))
    work_for(server, hands, 60)
    with read_transaction() as session:
        (health,) = session.scalars(select(ProviderHealth))
    assert health.failing_since is not None
    assert mentor


def test_a_request_that_was_answered_meanwhile_is_not_said_to_have_expired(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked(require_confirmation=True)
    hands.on(seconds=1)
    accept_booking(mentor, booking.id)
    deliver(server)
    for person in (mentor, mentee):
        asked, _ = to(server, person)
        assert "Nobody answered" not in sent(asked)
        assert "Answer the request" not in sent(asked)
