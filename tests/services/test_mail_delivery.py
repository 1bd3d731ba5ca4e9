"""Mail reaches a real server, each person's once, and says what is true when it is sent."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import update
from sqlmodel import col

from mentorbook.db.delivery import NoticePreference
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.services.admin.system import retry_all
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.servers.smtp import Fault, MailServer
from tests.services.mailing import BUSINESS, booked, deliver, event_of, sent, to, work_for, worker


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
