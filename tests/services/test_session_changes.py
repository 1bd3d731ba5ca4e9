"""Cancel, reschedule, no-show, accept, decline, edit: what they write, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession, SessionAuditLog, SessionClaim
from mentorbook.domain.booking.policies import AffectedSessions, SessionPolicies
from mentorbook.domain.errors import (
    CancellationCutoffPassed,
    InvalidStatus,
    MaxReschedulesReached,
    NoShowWindowClosed,
    NotFound,
    NotPermitted,
    PoliciesChanged,
    RescheduleCutoffPassed,
    SlotTaken,
    SlotUnavailable,
    ValidationFailed,
)
from mentorbook.domain.views import Account
from mentorbook.presenters.notices import notice_words
from mentorbook.services.admin.policies import change_policies, current_policies, preview_policies
from mentorbook.services.booking import lifecycle
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.booking.timeline import session_timeline
from mentorbook.services.notifications import list_notifications
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours, overlapping_claims

WHY = {"reasonCategory": "schedule_conflict"}


def titles_of(person: Account) -> list[str]:
    return [notice_words(each)[0] for each in list_notifications(person).notices]


def test_cancelling_frees_the_time_and_leaves_a_trail(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    hands.on(minutes=5)
    request = {"reasonCategory": "other", "reasonDetails": "The train"}
    done = cancel_booking(mentee, booked.id, request, origin=Origin("10.0.0.7", "Browser"))
    assert (done.status, done.cancelled_by, done.cancellation_reason) == (
        "cancelled",
        mentee.id,
        "Other: The train",
    )
    with read_transaction() as session:
        assert session.scalars(select(SessionClaim)).all() == []
        deed = session.scalars(select(SessionAuditLog)).one()
        kinds = {message.kind for message in session.scalars(select(OutboxMessage))}
    assert (deed.action, deed.reason_category, deed.reason_details) == ("cancelled", "other", "The train")
    assert (deed.ip_address, deed.user_agent) == ("10.0.0.7", "Browser")
    assert deed.policy_snapshot == SessionPolicies().model_dump()
    assert "room.delete" in kinds
    assert titles_of(mentor)[0] == "Session Cancelled"
    assert titles_of(mentee)[0] == "Cancellation Confirmed"
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))


@pytest.mark.parametrize(("seconds", "allowed"), [(0, True), (1, False)])
def test_the_cancellation_cutoff_holds_to_the_second(
    db: Database, hands: Hands, seconds: int, allowed: bool
) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    hands.on(hours=22, seconds=seconds)
    if allowed:
        assert cancel_booking(mentee, booked.id, WHY).status == "cancelled"
    else:
        with pytest.raises(CancellationCutoffPassed):
            cancel_booking(mentee, booked.id, WHY)
        assert counts()["claims"] == 2


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({}, "reasonCategory"),
        ({"reasonCategory": "whim"}, "reasonCategory"),
        ({"reasonCategory": "other"}, "reasonDetails"),
        ({"reasonCategory": "other", "reasonDetails": "  "}, "reasonDetails"),
        ({"reasonCategory": "other", "reasonDetails": "x" * 501}, "reasonDetails"),
    ],
)
def test_a_reason_is_required(
    sqlite_db: Database, hands: Hands, request_: dict[str, str], field: str
) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    with pytest.raises(ValidationFailed) as refused:
        cancel_booking(mentee, booked.id, request_)
    assert list(refused.value.fields) == [field]


def test_no_reason_is_needed_when_the_policy_says_so(db: Database, hands: Hands) -> None:
    admin, mentee = a_mentee("Admin", is_admin=True), a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    change_policies(admin, {"require_cancellation_reason": False})
    assert cancel_booking(mentee, booked.id, {}).status == "cancelled"


def test_mentors_cannot_cancel_or_move_and_strangers_see_nothing(db: Database, hands: Hands) -> None:
    mentor, mentee, stranger = a_mentor(), a_mentee(), a_mentee("Stranger")
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    move = {"scheduledAt": in_hours(30).isoformat()}
    for deed, body in ((cancel_booking, WHY), (reschedule_booking, move)):
        with pytest.raises(NotPermitted, match="Only the mentee can cancel or reschedule this session"):
            deed(mentor, booked.id, body)
        with pytest.raises(NotFound):
            deed(stranger, booked.id, body)


def test_moving_keeps_count_and_claims_follow(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(buffer_minutes=15), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    hands.on(seconds=1)
    moved = reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(24.5).isoformat(), "duration": 90})
    assert (moved.scheduled_at, moved.duration, moved.price_minor) == (in_hours(24.5), 90, 9000)
    assert moved.reschedule_count == 1
    with read_transaction() as session:
        claims = {c.user_id: (c.starts_at, c.ends_at) for c in session.scalars(select(SessionClaim))}
        deed = session.scalars(select(SessionAuditLog)).one()
    assert claims[mentor.id] == (in_hours(24.5), in_hours(26) + timedelta(minutes=15))
    assert (deed.previous_scheduled_at, deed.new_scheduled_at) == (in_hours(24), in_hours(24.5))
    assert titles_of(mentor)[0] == "Session Rescheduled"
    assert titles_of(mentee)[0] == "Reschedule Confirmed"


def test_the_third_move_is_refused(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    for hours in (30, 36):
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(hours).isoformat()})
    with pytest.raises(MaxReschedulesReached, match="twice, which is the limit"):
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(40).isoformat()})


@pytest.mark.parametrize(("seconds", "allowed"), [(0, True), (1, False)])
def test_the_move_cutoff_counts_to_the_present_start(
    db: Database, hands: Hands, seconds: int, allowed: bool
) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    hands.on(hours=20, seconds=seconds)
    move = {"scheduledAt": in_hours(48).isoformat()}
    if allowed:
        assert reschedule_booking(mentee, booked.id, move).scheduled_at == in_hours(48)
    else:
        with pytest.raises(RescheduleCutoffPassed):
            reschedule_booking(mentee, booked.id, move)


def test_a_failed_move_loses_nothing(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    create_booking(a_mentee(), a_request(mentor, in_hours(30)))
    with pytest.raises(SlotTaken) as taken:
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(30).isoformat()})
    assert len(taken.value.extra["nearestSlots"]) == 3
    with pytest.raises(SlotUnavailable):
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(30.25).isoformat()})
    with pytest.raises(SlotUnavailable):
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(24).isoformat()})
    with read_transaction() as session:
        row = session.get_one(MentoringSession, booked.id)
    assert (row.scheduled_at, row.reschedule_count) == (in_hours(24), 0)
    assert counts()["claims"] == 4
    assert overlapping_claims() == 0


def test_a_stale_page_does_not_move_a_session_again(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(30).isoformat()}, seen=in_hours(24))
    with pytest.raises(InvalidStatus, match="moved meanwhile"):
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(36).isoformat()}, seen=in_hours(24))
    with pytest.raises(InvalidStatus, match="moved meanwhile"):
        cancel_booking(mentee, booked.id, WHY, seen=in_hours(24))


def test_keys_replay_cancel_and_move(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    move = {"scheduledAt": in_hours(30).isoformat()}
    first = reschedule_booking(mentee, booked.id, move, key="move")
    assert (
        reschedule_booking(mentee, booked.id, move, key="move").reschedule_count
        == first.reschedule_count
        == 1
    )
    cancel_booking(mentee, booked.id, WHY, key="cancel")
    assert cancel_booking(mentee, booked.id, WHY, key="cancel").status == "cancelled"
    with pytest.raises(InvalidStatus):
        cancel_booking(mentee, booked.id, WHY)


@pytest.mark.parametrize(("hours", "allowed"), [(-0.001, False), (0, True), (24, True), (24.001, False)])
def test_a_no_show_can_be_marked_for_a_day(db: Database, hands: Hands, hours: float, allowed: bool) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    with pytest.raises(NotPermitted):
        mark_no_show(mentee, booked.id)
    hands.on(hours=24 + hours)
    if allowed:
        assert mark_no_show(mentor, booked.id).status == "no_show"
        assert counts()["claims"] == 0
    else:
        with pytest.raises(NoShowWindowClosed):
            mark_no_show(mentor, booked.id)


def test_a_request_is_accepted_or_declined_by_the_mentor(db: Database, hands: Hands) -> None:
    mentor = a_mentor(require_confirmation=True)
    first, second = a_mentee("First"), a_mentee("Second")
    one = create_booking(first, a_request(mentor, in_hours(72)))
    two = create_booking(second, a_request(mentor, in_hours(80)))
    hands.on(seconds=1)
    with pytest.raises(NotPermitted):
        accept_booking(first, one.id)
    assert accept_booking(mentor, one.id).status == "scheduled"
    assert decline_booking(mentor, two.id).status == "cancelled"
    with pytest.raises(InvalidStatus):
        accept_booking(mentor, two.id)
    assert titles_of(first)[0] == "Booking confirmed"
    assert titles_of(second)[0] == "Request declined"
    assert counts()["claims"] == 2


def test_an_answer_that_comes_too_late_is_refused(db: Database, hands: Hands) -> None:
    mentor = a_mentor(require_confirmation=True)
    asked = create_booking(a_mentee(), a_request(mentor, in_hours(72)))
    hands.on(hours=48)
    with pytest.raises(InvalidStatus, match="time to answer"):
        accept_booking(mentor, asked.id)
    lifecycle.expire_requests()
    with read_transaction() as session:
        assert session.get_one(MentoringSession, asked.id).status == "cancelled"
        assert session.scalars(select(SessionAuditLog)).one().action == "expired"


def test_only_the_mentee_is_told_what_cancelling_gives_back(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(48)), "once")

    def told() -> Any:
        refund = get_booking(mentee, booked.id).refund
        return refund and (refund.percent, refund.amount_minor, refund.until)

    assert booked.refund is not None
    assert told() == (100, 6000, in_hours(24))
    for other in (mentor, a_mentee("Admin", is_admin=True)):
        assert get_booking(other, booked.id).refund is None
    hands.now = in_hours(24)
    assert told() == (100, 6000, in_hours(24))
    hands.on(seconds=1)
    assert told() == (50, 3000, in_hours(46))
    # An answer that is given again is the first one, and says until when it held.
    assert create_booking(mentee, a_request(mentor, in_hours(48)), "once").refund == booked.refund
    hands.now = in_hours(46) + timedelta(seconds=1)
    assert told() is None


def test_what_was_said_when_it_was_booked_is_what_cancelling_gives_back(db: Database, hands: Hands) -> None:
    mentor, mentee, admin = a_mentor(), a_mentee(), a_mentee("Admin", is_admin=True)
    booked = create_booking(mentee, a_request(mentor, in_hours(48)))
    assert booked.refund_terms == {
        "free_cancellation_hours": 24,
        "cancellation_cutoff_hours": 2,
        "late_cancellation_refund_percent": 50,
    }
    change_policies(
        admin,
        {
            "free_cancellation_hours": 72,
            "cancellation_cutoff_hours": 1,
            "late_cancellation_refund_percent": 0,
        },
    )

    def told() -> Any:
        refund = get_booking(mentee, booked.id).refund
        return refund and (refund.percent, refund.amount_minor, refund.until)

    assert told() == (100, 6000, in_hours(24))
    hands.now = in_hours(45)
    assert told() == (50, 3000, in_hours(46))
    # By now it may be cancelled for an hour more, of which nothing was said then.
    hands.now = in_hours(46.5)
    assert told() == (0, 0, in_hours(47))
    # One that has kept no terms, from an earlier version, is under those of now.
    with write_transaction() as session:
        session.execute(update(MentoringSession).values(refund_terms=None))
    hands.now = in_hours(1)
    assert told() == (0, 0, in_hours(47))


def test_what_gives_back_something_else_than_was_shown_is_not_cancelled(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    hands.now = in_hours(24) + timedelta(seconds=1)
    with pytest.raises(InvalidStatus, match="has changed just now"):
        cancel_booking(mentee, booked.id, WHY, shown_refund=6000)
    assert get_booking(mentee, booked.id).status == "scheduled"
    assert cancel_booking(mentee, booked.id, WHY, shown_refund=3000).status == "cancelled"


def test_what_costs_nothing_keeps_no_terms(db: Database, hands: Hands) -> None:
    booked = create_booking(a_mentee(), a_request(a_mentor(rate="0"), in_hours(48)))
    assert (booked.price_minor, booked.refund_terms) == (0, None)


def test_only_the_mentee_edits_and_only_before_the_start(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24), description="Old"))
    changed = update_booking(mentee, booked.id, {"title": "New", "meetingType": "chat", "description": None})
    assert (changed.title, changed.meeting_type, changed.description) == ("New", "chat", None)
    with pytest.raises(NotPermitted):
        update_booking(mentor, booked.id, {"title": "Mine"})
    with pytest.raises(ValidationFailed):
        update_booking(mentee, booked.id, {"title": None})
    hands.on(hours=24)
    with pytest.raises(InvalidStatus):
        update_booking(mentee, booked.id, {"title": "Late"})


def test_policies_are_set_by_admins_all_or_none(db: Database, hands: Hands) -> None:
    admin = a_mentee("Admin", is_admin=True)
    with pytest.raises(NotPermitted):
        change_policies(a_mentee(), {"cancellation_cutoff_hours": 6})
    with pytest.raises(ValidationFailed) as wrong:
        change_policies(admin, {"cancellation_cutoff_hours": 6, "max_reschedules_per_session": 11})
    assert list(wrong.value.fields) == ["max_reschedules_per_session"]
    assert current_policies() == SessionPolicies()
    change_policies(admin, {"cancellation_cutoff_hours": 6})
    assert current_policies().cancellation_cutoff_hours == 6
    with pytest.raises(PoliciesChanged):
        change_policies(admin, {"cancellation_cutoff_hours": 3}, seen=SessionPolicies())


def test_a_preview_says_what_saving_would_do(db: Database, hands: Hands) -> None:
    admin, mentee = a_mentee("Admin", is_admin=True), a_mentee()
    create_booking(mentee, a_request(a_mentor(), in_hours(5), title="Soon"))
    create_booking(mentee, a_request(a_mentor(), in_hours(24), title="Later"))
    preview = preview_policies(admin, {"cancellation_cutoff_hours": 6})
    assert [each.title for each in preview.no_longer_cancellable.first] == ["Soon"]
    assert (
        preview.cancellable_again == preview.no_longer_movable == preview.movable_again == AffectedSessions()
    )
    assert current_policies() == SessionPolicies()


def test_only_admins_see_snapshot_address_and_agent_in_the_timeline(db: Database, hands: Hands) -> None:
    admin, mentee = a_mentee("Admin", is_admin=True), a_mentee("Mina Park")
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    hands.on(minutes=1)
    cancel_booking(mentee, booked.id, WHY, origin=Origin("10.0.0.7", "Browser"))
    own, seen = session_timeline(mentee, booked.id), session_timeline(admin, booked.id)
    assert [(each.action, each.actor_name) for each in own] == [
        ("cancelled", "Mina Park"),
        ("booked", "Mina Park"),
    ]
    assert (own[0].policy_snapshot, own[0].ip_address, own[0].user_agent) == (None, None, None)
    assert (seen[0].ip_address, seen[0].user_agent) == ("10.0.0.7", "Browser")
    assert seen[0].policy_snapshot == SessionPolicies().model_dump()
    with pytest.raises(NotFound):
        session_timeline(a_mentee("Stranger"), booked.id)


def test_a_move_into_ones_own_other_session_says_so(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    create_booking(mentee, a_request(a_mentor("Other"), in_hours(30)))
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    with pytest.raises(SlotTaken, match="You have another session at that time") as refused:
        reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(30).isoformat()})
    assert refused.value.extra["own"] is True


def test_a_no_show_ends_with_the_session_and_closes_the_room(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    hands.now = in_hours(47)
    mark_no_show(mentor, booked.id)
    with read_transaction() as session:
        assert session.get_one(MentoringSession, booked.id).ended_at == in_hours(25)
        kinds = {message.kind for message in session.scalars(select(OutboxMessage))}
    assert "room.delete" in kinds
