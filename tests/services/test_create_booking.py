"""Booking a slot, on both databases: what it writes, and what it refuses, in which order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import Notification, OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.booking.booking_terms import booking_terms
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.refunds import RefundTerms
from mentorbook.domain.errors import (
    IdempotencyMismatch,
    InvalidStatus,
    MentorUnavailable,
    NotAuthenticated,
    NotFound,
    RateLimited,
    SelfBooking,
    SlotTaken,
    SlotUnavailable,
    ValidationFailed,
)
from mentorbook.domain.kinds import NoticeKind
from mentorbook.domain.slots import CalendarException, WeeklyBlock
from mentorbook.presenters.refusals import refusal
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

NOTHING = {"sessions": 0, "claims": 0, "notifications": 0, "outbox": 0}


def test_a_booking_writes_session_claims_notifications_and_outbox(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira Hill", buffer_minutes=15), a_mentee("Mina Park")
    at = in_hours(24)
    booking = create_booking(mentee, a_request(mentor, at, duration=90, description="Bring a diagram"))
    with read_transaction() as session:
        row = session.get_one(MentoringSession, booking.id)
        claims = {c.user_id: (c.starts_at, c.ends_at) for c in session.scalars(select(SessionClaim))}
        told = {n.user_id: n for n in session.scalars(select(Notification))}
        sent = session.scalars(select(OutboxMessage)).all()
    assert (row.status, row.scheduled_at, row.ends_at) == ("scheduled", at, at + timedelta(minutes=90))
    assert (str(row.rate), row.currency, row.price_minor) == ("60.00", "GBP", 9000)
    assert row.meeting_url.endswith(f"/room/{row.id}")
    assert claims == {
        mentor.id: (at, at + timedelta(minutes=105)),
        mentee.id: (at, at + timedelta(minutes=90)),
    }
    assert told[mentor.id].kind == NoticeKind.BOOKING_CREATED
    assert told[mentor.id].facts == {"session_title": row.title, "other_name": mentee.name}
    assert told[mentee.id].kind == NoticeKind.BOOKING_CONFIRMED
    assert told[mentee.id].facts == {"session_title": row.title, "other_name": mentor.name}
    mails = {told[person.id].id for person in (mentor, mentee)}
    assert {m.payload["noticeId"] for m in sent if m.kind == "mail.notice"} == {str(each) for each in mails}
    assert [m.payload for m in sent if m.kind == "room.create"] == [{"sessionId": str(row.id)}]
    # The reminder of the day before would be due now; that of the hour before is still to come.
    assert [m.due_at for m in sent if m.kind == "reminder"] == [at - timedelta(hours=1)]
    assert (len(sent), {m.state for m in sent}) == (4, {"waiting"})


def test_nobody_books_without_logging_in(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    with pytest.raises(NotAuthenticated):
        create_booking(None, a_request(mentor, in_hours(24)))


def test_the_fourth_booking_within_a_minute_has_to_wait(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(3):
        create_booking(mentee, a_request(mentor, in_hours(24 + number)))
        hands.on(seconds=10)
    with pytest.raises(RateLimited) as refused:
        create_booking(mentee, a_request(mentor, in_hours(48)))
    assert refused.value.retry_after == 30
    hands.on(seconds=30)
    create_booking(mentee, a_request(mentor, in_hours(48)))


def test_too_fast_is_said_before_what_is_wrong_with_the_input(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(3):
        create_booking(mentee, a_request(mentor, in_hours(24 + number)))
    with pytest.raises(RateLimited):
        create_booking(mentee, {"title": ""})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"duration": 10}, "duration"),
        ({"duration": 255}, "duration"),
        ({"duration": 50}, "duration"),
        ({"duration": "60"}, "duration"),
        ({"duration": True}, "duration"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"title": "nul \x00"}, "title"),
        ({"title": "half \ud800"}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"meetingType": "telepathy"}, "meetingType"),
        ({"scheduledAt": "2027-02-30T10:00:00Z"}, "scheduledAt"),
        ({"scheduledAt": "2027-02-03T10:00:00"}, "scheduledAt"),
        ({"scheduledAt": 1_800_000_000}, "scheduledAt"),
        ({"scheduledAt": None}, "scheduledAt"),
        ({"scheduledAt": "9999-12-31T23:59:59Z"}, "scheduledAt"),
        ({"scheduledAt": "0001-01-01T00:00:00+14:00"}, "scheduledAt"),
        ({"mentorId": "ada"}, "mentorId"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_wrong_input_names_its_field_and_changes_nothing(
    sqlite_db: Database, hands: Hands, change: dict[str, object], field: str
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    with pytest.raises(ValidationFailed) as refused:
        create_booking(mentee, a_request(mentor, in_hours(24)) | change)
    assert list(refused.value.fields) == [field]
    assert counts() == NOTHING


def test_html_emoji_and_every_script_are_kept_as_they_are(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee("Zoë 🦉 لمى")
    title = "<script>alert(1)</script> 👩‍🚀 日本語 לימוד"
    booking = create_booking(mentee, a_request(mentor, in_hours(24), title=title))
    assert booking.title == title
    assert booking.mentee.name == "Zoë 🦉 لمى"


def test_mentors_cannot_book_themselves(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    with pytest.raises(SelfBooking):
        create_booking(mentor, a_request(mentor, in_hours(24)))


def test_a_mentor_may_book_another_mentor(db: Database, hands: Hands) -> None:
    booking = create_booking(a_mentor("One"), a_request(a_mentor("Two"), in_hours(24)))
    assert booking.status == "scheduled"


def test_an_unknown_mentor_is_not_found(db: Database, hands: Hands) -> None:
    with pytest.raises(NotFound):
        create_booking(a_mentee(), a_request(uuid4(), in_hours(24)))
    with pytest.raises(NotFound):
        create_booking(a_mentee(), a_request(a_mentee("NoMentor"), in_hours(24)))


@pytest.mark.parametrize("schedule", [{"is_available": False}, {"is_active": False}])
def test_a_mentor_who_rests_takes_no_bookings(
    db: Database, hands: Hands, schedule: dict[str, object]
) -> None:
    with pytest.raises(MentorUnavailable):
        create_booking(a_mentee(), a_request(a_mentor(**schedule), in_hours(24)))  # type: ignore[arg-type]


NINE_TO_FIVE = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in range(7))


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        (-3, "is in the past"),
        (0, "is in the past"),
        (0.25, "is not one of the offered starts, which are 30 minutes apart"),
        (1, "is too soon: Moira asks for 2 hours of notice"),
        (24.25, "is not one of the offered starts, which are 30 minutes apart"),
        (24 + 4.5, "is too late for 60 minutes: Moira is not free until the end"),
        (24 + 8, "is outside the hours of Moira"),
        (24 * 8, "is too far ahead: Moira takes bookings up to 7 days ahead"),
        (48, "is outside the hours of Moira"),
    ],
)
def test_a_time_that_is_not_offered_says_why(
    sqlite_db: Database, hands: Hands, hours: float, why: str
) -> None:
    day_off = (in_hours(48).date(), in_hours(48).date())
    mentor = a_mentor(
        weekly=NINE_TO_FIVE,
        exceptions=(CalendarException(*day_off, "BLOCKED"),),
        min_advance_booking_hours=2.0,
        max_advance_booking_days=7,
    )
    with pytest.raises(SlotUnavailable) as refused:
        create_booking(a_mentee(), a_request(mentor, in_hours(hours)))
    assert refusal(refused.value).extra["fields"] == {"scheduledAt": why}
    assert counts() == NOTHING


def test_a_second_booking_of_a_slot_is_refused_and_told_what_is_free(db: Database, hands: Hands) -> None:
    mentor = a_mentor(buffer_minutes=15)
    at = in_hours(24)
    create_booking(a_mentee(), a_request(mentor, at))
    with pytest.raises(SlotTaken) as refused:
        create_booking(a_mentee(), a_request(mentor, at))
    near = [slot["startTime"] for slot in refused.value.extra["nearestSlots"]]
    assert near == ["2027-01-14T10:30:00Z", "2027-01-14T13:30:00Z", "2027-01-14T14:00:00Z"]
    assert counts()["sessions"] == 1


def test_sessions_may_touch_but_not_overlap_buffers(db: Database, hands: Hands) -> None:
    mentor = a_mentor(buffer_minutes=30)
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    for hours in (22.5, 23, 25):
        with pytest.raises(SlotTaken):
            create_booking(a_mentee(), a_request(mentor, in_hours(hours), duration=90))
    create_booking(a_mentee(), a_request(mentor, in_hours(25.5)))
    create_booking(a_mentee(), a_request(mentor, in_hours(22.5)))


def test_a_mentee_cannot_be_with_two_mentors_at_once(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    create_booking(mentee, a_request(a_mentor("One"), in_hours(24)))
    with pytest.raises(SlotTaken) as refused:
        create_booking(mentee, a_request(a_mentor("Two"), in_hours(24.5)))
    assert refused.value.detail == "You have another session at that time."
    create_booking(mentee, a_request(a_mentor("Three"), in_hours(25)))


def test_a_mentor_who_is_a_mentee_then_is_not_bookable_then(db: Database, hands: Hands) -> None:
    first, second = a_mentor("One"), a_mentor("Two")
    create_booking(first, a_request(second, in_hours(24)))
    with pytest.raises(SlotTaken):
        create_booking(a_mentee(), a_request(first, in_hours(24)))


def test_the_same_key_gives_the_first_answer_again(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    request = a_request(mentor, in_hours(24))
    first = create_booking(mentee, request, "key-1")
    hands.on(minutes=5)
    assert create_booking(mentee, dict(reversed(request.items())), "key-1") == first
    assert counts()["sessions"] == 1


def test_a_key_with_another_body_is_refused(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(mentee, a_request(mentor, in_hours(24)), "key-1")
    with pytest.raises(IdempotencyMismatch):
        create_booking(mentee, a_request(mentor, in_hours(30)), "key-1")


def test_a_key_belongs_to_one_person(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    create_booking(a_mentee(), a_request(mentor, in_hours(24)), "key-1")
    create_booking(a_mentee(), a_request(mentor, in_hours(30)), "key-1")
    assert counts()["sessions"] == 2


def test_a_refused_request_leaves_its_key_free(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    with pytest.raises(SlotTaken):
        create_booking(mentee, a_request(mentor, in_hours(24)), "key-1")
    create_booking(mentee, a_request(mentor, in_hours(26)), "key-1")


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "new\nline"])
def test_a_key_is_short_plain_text(sqlite_db: Database, hands: Hands, key: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        create_booking(a_mentee(), a_request(a_mentor(), in_hours(24)), key)
    assert list(refused.value.fields) == ["Idempotency-Key"]


@pytest.mark.parametrize("schedule", [{"require_confirmation": True}, {"allow_instant_booking": False}])
def test_a_mentor_who_asks_first_gets_a_request_that_holds_the_slot(
    db: Database, hands: Hands, schedule: dict[str, bool]
) -> None:
    mentor = a_mentor(**schedule)  # type: ignore[arg-type]
    booking = create_booking(a_mentee(), a_request(mentor, in_hours(72)))
    assert (booking.status, booking.expires_at) == ("pending", in_hours(48))
    soon = create_booking(a_mentee(), a_request(mentor, in_hours(5)))
    assert soon.expires_at == in_hours(5)
    with pytest.raises(SlotTaken):
        create_booking(a_mentee(), a_request(mentor, in_hours(72)))
    with read_transaction() as session:
        kinds = set(session.scalars(select(col(Notification.kind))))
        sent = set(session.scalars(select(col(OutboxMessage.kind))))
    # No room and no reminder of what may not take place.
    assert sent == {"mail.notice"}
    assert kinds == {NoticeKind.APPROVAL_REQUESTED, NoticeKind.APPROVAL_PENDING}


def test_the_price_is_that_of_the_moment_of_booking(db: Database, hands: Hands) -> None:
    mentor = a_mentor(rate="33.33", currency="EUR")
    booking = create_booking(a_mentee(), a_request(mentor, in_hours(24), duration=45))
    assert booking.price_minor == 2500
    yen = a_mentor(rate="9000", currency="JPY")
    assert create_booking(a_mentee(), a_request(yen, in_hours(24), duration=15)).price_minor == 2250


def test_what_is_shown_is_what_is_booked(db: Database, hands: Hands) -> None:
    """Compared where it is booked: nothing is written under other terms, and a retry is not asked again."""
    mentor, mentee, at = a_mentor(), a_mentee(), in_hours(24)
    refund = RefundTerms.of(SessionPolicies())
    shown = booking_terms(at, 60, 6000, "GBP", refund, asks_first=False)
    others = (
        booking_terms(in_hours(25), 60, 6000, "GBP", refund, asks_first=False),
        booking_terms(at, 45, 6000, "GBP", refund, asks_first=False),
        booking_terms(at, 60, 3000, "GBP", refund, asks_first=False),
        booking_terms(at, 60, 6000, "JPY", refund, asks_first=False),
        booking_terms(at, 60, 6000, "GBP", refund, asks_first=True),
        booking_terms(at, 60, 6000, "GBP", refund.moved_at(50), asks_first=False),
        "",
    )
    before = counts()
    for other in others:
        with pytest.raises(InvalidStatus, match="has changed just now"):
            create_booking(mentee, a_request(mentor, at), "key", shown_terms=other)
    assert counts() == before
    booked = create_booking(mentee, a_request(mentor, at), "key", shown_terms=shown)
    assert create_booking(mentee, a_request(mentor, at), "key", shown_terms=others[2]).id == booked.id


def test_of_what_is_free_no_terms_give_anything_back(db: Database, hands: Hands) -> None:
    refund = RefundTerms.of(SessionPolicies())
    free = {
        booking_terms(in_hours(24), 60, 0, "GBP", each, asks_first=False)
        for each in (refund, refund.moved_at(0))
    }
    create_booking(a_mentee(), a_request(a_mentor(rate="0"), in_hours(24)), shown_terms=free.pop())
    assert free == set()
