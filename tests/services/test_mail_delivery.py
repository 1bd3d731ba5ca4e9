"""Mail reaches a real server, each person's once, and says what is true when it is sent."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from mentorbook.db.delivery import NoticePreference, OutboxMessage
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import NoticeTopic
from mentorbook.domain.views import Account
from mentorbook.services import retention
from mentorbook.services.admin.system import retry_all
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.mail.preferences import change_choices
from mentorbook.services.notifications import mark_read
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


def without_mail(person: Account, *topics: str, wanted: bool = False) -> None:
    """They choose no mail of these topics, or mail again."""
    choices = [{"topic": topic, "byMail": wanted} for topic in topics]
    change_choices(person, {"topics": choices})


def test_who_got_the_invitation_has_it_corrected_though_they_want_no_mail_about_changes(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked()
    without_mail(mentor, "changes")
    # Of the mentee's calendar nothing is known: this brings nothing into it.
    without_mail(mentee, "changes", "bookings")
    deliver(server)
    hands.on(seconds=1)
    reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(96).isoformat()})
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    methods = [(method, event.sequence) for method, event in map(event_of, to(server, mentor))]
    assert methods == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    # By the topic that they can still stop: that of changes they have stopped already.
    assert all(mail["List-Unsubscribe"].endswith("/bookings>") for mail in to(server, mentor))
    assert to(server, mentee) == []


def test_of_a_request_what_was_accepted_is_corrected(db: Database, hands: Hands, server: MailServer) -> None:
    mentor, mentee, booking = booked(require_confirmation=True)
    without_mail(mentor, "changes", "bookings")
    without_mail(mentee, "changes", "requests")
    hands.on(seconds=1)
    accept_booking(mentor, booking.id)
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    for person, topic in ((mentor, "requests"), (mentee, "bookings")):
        last = to(server, person)[-1]
        assert event_of(last)[0] == "CANCEL"
        assert last["List-Unsubscribe"].endswith(f"/{topic}>")


def test_what_was_sent_is_corrected_whatever_is_wanted_by_then(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked()
    deliver(server)
    for person in (mentor, mentee):
        without_mail(person, *NoticeTopic)
    hands.on(seconds=1)
    reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(96).isoformat()})
    deliver(server)
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    for person in (mentor, mentee):
        methods = [event_of(mail)[0] for mail in to(server, person)]
        assert methods == ["REQUEST", "REQUEST", "CANCEL"]
        assert all("an earlier one has put" in sent(mail) for mail in to(server, person)[1:])


def test_what_was_never_sent_is_not_corrected_though_it_would_be_sent_by_now(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked()
    without_mail(mentor, "bookings", "changes")
    server.fail(Fault.NO_SUCH_MAILBOX)
    deliver(server)
    server.fail(None)
    # The mentor did not want it, and the mentee's was refused.
    without_mail(mentor, "bookings", wanted=True)
    without_mail(mentee, "changes")
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    assert server.received == []


def test_a_change_that_was_mailed_is_corrected_as_a_booking_is(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked()
    without_mail(mentor, "bookings")
    deliver(server)
    hands.on(seconds=1)
    reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(96).isoformat()})
    deliver(server)
    without_mail(mentor, "changes")
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    assert [event_of(mail)[0] for mail in to(server, mentor)] == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("forgotten", [False, True], ids=["kept", "purged by an earlier version"])
def test_a_session_far_ahead_is_corrected_after_months(
    db: Database, hands: Hands, server: MailServer, forgotten: bool
) -> None:
    mentor, mentee, booking = booked(24 * 300, max_advance_booking_days=365)
    deliver(server)
    without_mail(mentor, *NoticeTopic)
    mark_read(mentor, {})
    hands.on(days=200)
    retention.purge()
    if forgotten:
        with write_transaction() as session:
            session.execute(delete(OutboxMessage).where(col(OutboxMessage.kind) == "mail.notice"))
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    assert [event_of(mail)[0] for mail in to(server, mentor)] == ["REQUEST", "CANCEL"]


def test_what_was_not_wanted_months_ago_is_not_taken_for_sent(
    db: Database, hands: Hands, server: MailServer
) -> None:
    mentor, mentee, booking = booked(24 * 300, max_advance_booking_days=365)
    without_mail(mentor, *NoticeTopic)
    deliver(server)
    hands.on(days=200)
    retention.purge()
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    assert to(server, mentor) == []


def test_a_change_that_puts_nothing_right_is_not_mailed_to_who_wants_none(
    db: Database, hands: Hands, server: MailServer
) -> None:
    """A request that was never accepted is in nobody's calendar."""
    mentor, mentee, booking = booked(require_confirmation=True)
    without_mail(mentor, "changes")
    hands.on(seconds=1)
    cancel_booking(mentee, booking.id, {"reasonCategory": "technical_issues"})
    deliver(server)
    assert len(to(server, mentor)) == 1


def test_a_mail_that_nobody_wanted_overtakes_none(db: Database, hands: Hands, server: MailServer) -> None:
    """What was given up brings the session as it stands, when it is tried again."""
    admin = a_mentee("Admin", is_admin=True)
    mentor, mentee, booking = booked()
    server.fail(Fault.NO_SUCH_MAILBOX)
    deliver(server)
    server.fail(None)
    hands.on(seconds=1)
    without_mail(mentor, "changes", "bookings")
    moved = reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(96).isoformat()})
    deliver(server)
    assert to(server, mentor) == []
    without_mail(mentor, "bookings", wanted=True)
    retry_all(admin)
    deliver(server)
    (mail,) = to(server, mentor)
    method, event = event_of(mail)
    assert (method, event.sequence, event.start) == ("REQUEST", 1, moved.scheduled_at)


def test_what_waits_behind_a_stale_invitation_corrects_it_only_with_one_of_its_own(
    db: Database, hands: Hands, server: MailServer
) -> None:
    admin = a_mentee("Admin", is_admin=True)
    mentor, mentee, booking = booked(48)
    server.fail(Fault.NO_SUCH_MAILBOX)
    deliver(server)
    server.fail(None)
    hands.on(seconds=1)
    moved = reschedule_booking(mentee, booking.id, {"scheduledAt": in_hours(40).isoformat()})
    deliver(server)
    hands.now = moved.scheduled_at - timedelta(hours=24)
    with write_transaction() as session:
        # A reminder waits behind what is tried again.
        session.execute(update(OutboxMessage).values(available_at=hands.now))
    server.fail(Fault.REFUSED)
    work_for(server, hands, 2)
    retry_all(admin)
    server.fail(None)
    work_for(server, hands, 60)
    late = next(mail for mail in to(server, mentor)[1:] if mail["Subject"].startswith("New session"))
    assert event_of(late)[1].start == moved.scheduled_at


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
