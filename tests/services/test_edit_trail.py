"""An edit leaves a row that says what stood there before and after."""

from uuid import UUID

from sqlalchemy import select

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession, SessionAuditLog
from mentorbook.domain.booking.entity_tags import tag_of
from mentorbook.domain.kinds import MeetingKind
from mentorbook.services import change_feed
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.booking.booking_queries import BookingQuery, get_booking, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.booking.timeline import session_timeline
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

WHY = {"reasonCategory": "schedule_conflict"}


def test_an_edit_keeps_what_stood_there_before_and_after(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24), title="Before", description="Notes"))
    wanted = {"title": "After", "description": "", "meetingType": "video"}
    update_booking(mentee, booked.id, wanted, origin=Origin("10.0.0.7", "Browser"))
    with read_transaction() as session:
        deed = session.scalars(select(SessionAuditLog)).one()
    assert (deed.action, deed.changes) == (
        "edited",
        {"title": ["Before", "After"], "description": ["Notes", None]},
    )
    for person in (mentee, mentor):
        told = session_timeline(person, booked.id)[0]
        assert [(each.field, each.before, each.after) for each in told.changes] == [
            ("title", "Before", "After"),
            ("description", "Notes", None),
        ]


def test_an_edit_that_changes_nothing_leaves_no_trace(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24), title="The same"))
    before, heard = get_booking(mentor, booked.id), list[UUID]()
    hands.on(minutes=1)
    with change_feed.listening(heard.extend):
        for wanted in ({"title": "The same", "description": ""}, {}):
            said = update_booking(mentee, booked.id, wanted)
            assert tag_of(said) == tag_of(get_booking(mentor, booked.id)) == tag_of(before)
        assert (said.updated_at, heard) == (before.updated_at, [])
        # Positive control: what changes is heard of and has another tag.
        said = update_booking(mentee, booked.id, {"title": "Another"})
        assert tag_of(said) != tag_of(before)
        assert set(heard) == {mentor.id, mentee.id, change_feed.SESSIONS}
        update_booking(mentee, booked.id, {"title": "The same"})
    with read_transaction() as session:
        assert len(session.scalars(select(SessionAuditLog)).all()) == 2


def test_rows_without_changes_are_none_in_the_database(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    cancel_booking(mentee, booked.id, WHY)
    with read_transaction() as session:
        assert session.connection().exec_driver_sql("SELECT changes FROM session_audit_log").scalar() is None
    assert session_timeline(mentee, booked.id)[0].changes == []


def test_a_way_to_meet_that_another_version_knew_takes_no_list_down(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(24), meetingType="audio"))
    assert get_booking(mentee, booking.id).meeting_type == MeetingKind.AUDIO
    with write_transaction() as session:
        session.get_one(MentoringSession, booking.id).meeting_type = "phone"
    for person in (mentor, mentee):
        assert [each.meeting_type for each in list_bookings(person, BookingQuery()).bookings] == [
            MeetingKind.VIDEO
        ]
