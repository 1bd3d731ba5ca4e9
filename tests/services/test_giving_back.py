"""What was paid for a session is given back by the terms of its booking, and to whom waited in vain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import (
    InvalidStatus,
)
from mentorbook.domain.kinds import (
    NoticeKind,
    PaymentStatus,
    RefundReason,
    RefundStatus,
    SessionStatus,
)
from mentorbook.domain.money.payments import ChargeStatus
from mentorbook.domain.views import Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show, report_absent_mentor
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.notifications import list_notifications
from tests.conftest import Hands
from tests.money_laws import broken_laws
from tests.paying import (
    charge_of,
    deliver,
    demo_payments,
    pay_now,
    refunds_of,
    session_row,
    the_payment,
)
from tests.people import a_mentee, a_mentor, a_request, in_hours

REASON = {"reasonCategory": "schedule_conflict"}


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


@pytest.mark.parametrize(("hours", "back"), [(48, 3000), (10, 1500)])
def test_a_paid_session_that_is_made_shorter_gives_back_by_the_terms(
    provider: DemoPayments, hands: Hands, hours: float, back: int
) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(hours))))
    moved = reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(72).isoformat(), "duration": 30})
    assert (moved.price_minor, moved.refunded_minor, moved.paid_minor) == (3000, back, 6000)
    deliver(provider)
    # While it is to take place, the card is left alone.
    assert charge_of(provider, booked).status == ChargeStatus.AUTHORISED
    (told,) = (each for each in list_notifications(mentee).notices if each.facts.moved_from)
    assert told.facts.refund_minor == back
    hands.now = in_hours(60)
    assert cancel_booking(mentee, booked.id, REASON).refunded_minor == back + 1500
    deliver(provider)
    assert charge_of(provider, booked).captured_minor == 4500 - back
    assert broken_laws(provider) == []


def test_a_move_that_gives_back_something_else_than_was_shown_is_refused(provider: DemoPayments) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(10))))
    shorter = {"scheduledAt": in_hours(72).isoformat(), "duration": 30}
    with pytest.raises(InvalidStatus):
        reschedule_booking(mentee, booked.id, shorter, shown_refund=3000)
    assert get_booking(mentee, booked.id).duration == 60
    assert reschedule_booking(mentee, booked.id, shorter, shown_refund=1500).refunded_minor == 1500


def test_what_is_given_back_before_it_was_taken_is_never_taken(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    early = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(48))))
    late = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(51))))
    cancel_booking(mentee, early.id, REASON)
    hands.now = in_hours(40)
    cancelled = cancel_booking(mentee, late.id, REASON)
    assert cancelled.refunded_minor == 3000
    deliver(provider)
    assert charge_of(provider, early).status == ChargeStatus.VOIDED
    assert charge_of(provider, late).captured_minor == 3000
    assert the_payment(early).status == PaymentStatus.VOIDED
    (refund,) = refunds_of(late)
    assert (refund.amount_minor, refund.status, refund.is_release) == (3000, RefundStatus.DONE, True)
    hands.now = in_hours(60)
    deliver(provider)
    assert charge_of(provider, late).captured_minor == 3000


def test_what_was_taken_is_given_back_by_the_terms(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    early = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(200))))
    late = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(205))))
    cancel_booking(mentee, early.id, REASON)
    hands.now = in_hours(200)
    cancel_booking(mentee, late.id, REASON)
    deliver(provider)
    assert charge_of(provider, early).returned_minor == 6000
    assert charge_of(provider, late).returned_minor == 3000
    assert the_payment(early).status == PaymentStatus.REFUNDED
    assert the_payment(late).status == PaymentStatus.CAPTURED
    assert session_row(late).refunded_minor == 3000


@pytest.mark.parametrize("hours", [48, 200])
def test_a_request_is_paid_back_when_it_is_declined_or_not_answered(
    provider: DemoPayments, hands: Hands, hours: float
) -> None:
    mentee, mentor = a_mentee(), a_mentor("Greta", require_confirmation=True)
    declined = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(hours))))
    lapsed = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(hours + 2))))
    accepted = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(hours + 4))))
    assert (declined.status, declined.expires_at) == (SessionStatus.PENDING, in_hours(48))
    decline_booking(mentor, declined.id)
    assert accept_booking(mentor, accepted.id).status == SessionStatus.SCHEDULED
    hands.now = in_hours(48)
    deliver(provider)
    for booking, reason in ((declined, RefundReason.DECLINED), (lapsed, RefundReason.EXPIRED)):
        (refund,) = refunds_of(booking)
        assert (refund.reason, refund.amount_minor, refund.status) == (reason, 6000, RefundStatus.DONE)
        assert the_payment(booking).status in (PaymentStatus.VOIDED, PaymentStatus.REFUNDED)
    assert refunds_of(accepted) == []


def test_a_card_is_charged_what_it_can_carry_and_rounding_is_the_payers(
    provider: DemoPayments, hands: Hands
) -> None:
    mentee, mentor = a_mentee(), a_mentor(rate="12.345", currency="KWD")
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(200))))
    assert the_payment(booked).amount_minor == booked.price_minor == 12340
    change_policies(a_mentee("Admin", is_admin=True), {"late_cancellation_refund_percent": 33})
    hands.now = in_hours(190)
    cancelled = cancel_booking(mentee, booked.id, REASON)
    assert cancelled.refunded_minor == 6170  # by the terms of then
    late = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(213))))
    hands.now = in_hours(200)
    assert cancel_booking(mentee, late.id, REASON).refunded_minor == 4080


def over(booking: Booking, hands: Hands, **attended: object) -> None:
    """The session has its end; who was there is on its row."""
    with write_transaction() as session:
        of_it = update(MentoringSession).where(col(MentoringSession.id) == booking.id)
        session.execute(of_it.values(updated_at=booking.updated_at, **attended))
    hands.now = booking.ends_at


def test_a_no_show_is_paid_in_full(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(48))))
    over(booked, hands)
    mark_no_show(mentor, booked.id)
    deliver(provider)
    assert charge_of(provider, booked).captured_minor == 6000
    assert refunds_of(booked) == []


@pytest.mark.parametrize("is_reported_first", [True, False])
def test_who_came_and_waited_for_nobody_has_everything_back(
    provider: DemoPayments, hands: Hands, is_reported_first: bool
) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(200))))
    hands.now = in_hours(200.5)
    if is_reported_first:
        report_absent_mentor(mentee, booked.id)
        assert refunds_of(booked) == []  # the mentor may still come
    over(booked, hands, mentee_attended_at=in_hours(200))
    deliver(provider)
    if not is_reported_first:
        report_absent_mentor(mentee, booked.id)
        deliver(provider)
    (refund,) = refunds_of(booked)
    assert (refund.reason, refund.amount_minor) == (RefundReason.MENTOR_ABSENT, 6000)
    assert the_payment(booked).status == PaymentStatus.REFUNDED
    (told,) = (each for each in list_notifications(mentee).notices if each.kind == NoticeKind.MONEY_RETURNED)
    assert (told.facts.refund_minor, told.facts.paid_minor) == (6000, 6000)


def test_where_nobody_knows_who_came_an_admin_decides(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(48))))
    over(booked, hands)
    deliver(provider)
    report_absent_mentor(mentee, booked.id)
    deliver(provider)
    assert refunds_of(booked) == []


def test_moving_first_gives_back_no_more(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(5))))
    assert booked.refund
    assert booked.refund.amount_minor == 3000
    moved = reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(240).isoformat()})
    assert moved.refund
    assert (moved.refund.percent, moved.refund.amount_minor) == (50, 3000)
    again = reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(250).isoformat()})
    assert again.refund
    assert again.refund.percent == 50
    assert cancel_booking(mentee, booked.id, REASON).refunded_minor == 3000


def test_moving_in_time_takes_nothing_away(provider: DemoPayments) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(48))))
    moved = reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(240).isoformat()})
    assert moved.refund
    assert moved.refund.amount_minor == 6000


def test_who_looks_in_after_the_end_has_not_come(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(48))))
    over(booked, hands, mentee_attended_at=in_hours(48), mentor_attended_at=in_hours(49.4))
    report_absent_mentor(mentee, booked.id)
    deliver(provider)
    (refund,) = refunds_of(booked)
    assert refund.amount_minor == 6000


def test_what_the_mentor_calls_a_no_show_may_be_reported_all_the_same(
    provider: DemoPayments, hands: Hands
) -> None:
    mentee, mentor, admin = a_mentee(), a_mentor(), a_mentee("Admin", is_admin=True)
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(48))))
    hands.now = in_hours(48)
    mark_no_show(mentor, booked.id)
    report_absent_mentor(mentee, booked.id)
    deliver(provider)
    assert refunds_of(booked) == []  # one says this, the other that
    assert NoticeKind.ABSENCE_TO_REVIEW in {each.kind for each in list_notifications(admin).notices}
