"""A session that costs something: held, paid once, booked, and taken after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.money import Payment
from mentorbook.db.people import User
from mentorbook.domain.errors import (
    CardRefused,
    HoldLapsed,
    InvalidStatus,
    NotFound,
    NotPermitted,
    PaymentUnavailable,
    RateLimited,
    SlotTaken,
    TooManyHolds,
    ValidationFailed,
)
from mentorbook.domain.kinds import (
    PaymentStatus,
    PaymentWay,
    SessionStatus,
)
from mentorbook.domain.money.payments import ChargeStatus
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.approval import accept_booking
from mentorbook.services.booking.booking_queries import BookingQuery, get_booking, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.money.holds import extend_hold, release_hold
from mentorbook.services.money.statements import own_earnings
from tests.conftest import Hands
from tests.paying import (
    DECLINED,
    charge_of,
    deliver,
    demo_payments,
    entries_of,
    pay_now,
    the_payment,
)
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

REASON = {"reasonCategory": "schedule_conflict"}


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def test_a_time_is_held_before_it_is_paid_and_nobody_hears_of_it(provider: DemoPayments) -> None:
    mentee, mentor, other = a_mentee(), a_mentor(), a_mentee("Other")
    held = create_booking(mentee, a_request(mentor, in_hours(48)))
    assert (held.status, held.held_until) == (SessionStatus.PENDING, in_hours(10 / 60))
    assert counts() == {"sessions": 1, "claims": 2, "notifications": 0, "outbox": 0}
    with pytest.raises(SlotTaken):
        create_booking(other, a_request(mentor, in_hours(48)))
    with pytest.raises(NotFound):
        get_booking(mentor, held.id)
    assert list_bookings(mentor, BookingQuery()).total == 0
    assert list_bookings(mentee, BookingQuery()).total == 1


def test_what_is_paid_is_booked_and_told(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    held = create_booking(mentee, a_request(mentor, in_hours(48)))
    paid = pay_now(mentee, held)
    assert (paid.status, paid.held_until, paid.expires_at) == (SessionStatus.SCHEDULED, None, None)
    assert paid.payment_status == PaymentStatus.AUTHORISED
    assert counts()["notifications"] == 2
    assert list_bookings(mentor, BookingQuery()).total == 1
    assert pay_now(mentee, held).id == held.id  # a second time, it is as it was
    assert charge_of(provider, held).status == ChargeStatus.AUTHORISED
    assert entries_of(held) == [("opened", 6000), ("authorised", 6000)]


def test_what_starts_later_than_a_card_is_held_is_taken_at_once(provider: DemoPayments) -> None:
    mentee = a_mentee()
    near = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(6 * 24))))
    far = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(6 * 24 + 1))))
    assert (near.payment_status, far.payment_status) == (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)


def test_an_authorised_amount_is_taken_when_the_session_is_over(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(48))))
    hands.now = in_hours(48.9)
    deliver(provider)
    assert the_payment(booked).status == PaymentStatus.AUTHORISED
    hands.now = in_hours(49)
    deliver(provider)
    assert the_payment(booked).status == PaymentStatus.CAPTURED
    assert charge_of(provider, booked).captured_minor == 6000


def test_a_session_that_is_moved_far_away_is_taken_before_the_card_lets_go(
    provider: DemoPayments, hands: Hands
) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(48))))
    reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(20 * 24).isoformat()})
    hands.now = in_hours(49)
    deliver(provider)
    assert the_payment(booked).status == PaymentStatus.AUTHORISED
    hands.now = in_hours(6 * 24 + 12)
    deliver(provider)
    assert the_payment(booked).status == PaymentStatus.CAPTURED


def test_a_held_session_is_not_moved_and_a_paid_one_gets_no_longer(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    booked = create_booking(mentee, a_request(mentor, in_hours(48)))
    elsewhere = {"scheduledAt": in_hours(72).isoformat(), "duration": 90}
    with pytest.raises(InvalidStatus):
        reschedule_booking(mentee, booked.id, elsewhere)
    pay_now(mentee, booked)
    with pytest.raises(ValidationFailed) as refused:
        reschedule_booking(mentee, booked.id, elsewhere)
    assert set(refused.value.fields) == {"duration"}
    moved = reschedule_booking(mentee, booked.id, elsewhere | {"duration": 60})
    assert (moved.price_minor, moved.refunded_minor) == (6000, 0)


def test_a_declined_card_keeps_the_time_and_may_be_tried_again(provider: DemoPayments) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    with pytest.raises(CardRefused):
        pay_now(mentee, held, DECLINED)
    assert get_booking(mentee, held.id).held_until is not None
    assert pay_now(mentee, held).status == SessionStatus.SCHEDULED
    assert len(entries_of(held)) == 2


def test_a_hold_that_is_not_paid_gives_its_time_back(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor, other = a_mentee(), a_mentor(), a_mentee("Other")
    held = create_booking(mentee, a_request(mentor, in_hours(48)))
    hands.on(minutes=10)
    with pytest.raises(HoldLapsed):
        pay_now(mentee, held)
    deliver(provider)
    assert get_booking(mentee, held.id).status == SessionStatus.CANCELLED
    assert list_bookings(mentee, BookingQuery()).total == 0
    assert create_booking(other, a_request(mentor, in_hours(48))).held_until is not None
    assert counts()["notifications"] == 0


def test_a_hold_is_extended_once(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    held = create_booking(mentee, a_request(mentor, in_hours(48)))
    with pytest.raises(NotFound):
        extend_hold(mentor, held.id)
    hands.on(minutes=9)
    assert extend_hold(mentee, held.id).held_until == in_hours(20 / 60)
    with pytest.raises(InvalidStatus):
        extend_hold(mentee, held.id)
    hands.on(minutes=10)
    deliver(provider)
    assert pay_now(mentee, held).status == SessionStatus.SCHEDULED
    with pytest.raises(InvalidStatus):
        extend_hold(mentee, held.id)


def test_a_hold_is_given_back_without_a_reason(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    for is_cancelled in (False, True):
        held = create_booking(mentee, a_request(mentor, in_hours(48)))
        after = cancel_booking(mentee, held.id, {}) if is_cancelled else release_hold(mentee, held.id)
        assert after.status == SessionStatus.CANCELLED
        assert counts()["claims"] == 0
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(48))))
    with pytest.raises(InvalidStatus):
        release_hold(mentee, booked.id)


def test_nobody_holds_more_than_three_times(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    held = [create_booking(mentee, a_request(mentor, in_hours(48 + 2 * each))) for each in range(3)]
    with pytest.raises(TooManyHolds):
        create_booking(mentee, a_request(mentor, in_hours(60)))
    release_hold(mentee, held[0].id)
    create_booking(mentee, a_request(mentor, in_hours(60)))
    hands.on(minutes=10)
    create_booking(mentee, a_request(mentor, in_hours(62)))


def test_free_mentors_are_booked_at_once(provider: DemoPayments) -> None:
    booked = create_booking(a_mentee(), a_request(a_mentor(rate="0"), in_hours(48)))
    assert (booked.status, booked.payment_status) == (SessionStatus.SCHEDULED, None)


def test_a_stranger_pays_nothing_and_learns_nothing(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    held = create_booking(mentee, a_request(mentor, in_hours(48)))
    admin = a_mentee("Admin", is_admin=True)
    for stranger in (mentor, a_mentee("Other"), admin):
        with pytest.raises(NotFound):
            pay_now(stranger, held)
        with pytest.raises(NotFound):
            get_booking(stranger, held.id)
    pay_now(mentee, held)
    assert get_booking(admin, held.id).paid_minor == 6000
    with pytest.raises(NotPermitted):
        pay_now(mentor, held)


def test_a_price_that_no_card_can_carry_is_none(provider: DemoPayments) -> None:
    mentor = a_mentor(rate="0.010", currency="KWD")
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(48), duration=30))
    assert (booked.status, booked.price_minor, booked.held_until) == (SessionStatus.SCHEDULED, 0, None)


def test_a_held_time_promises_no_money(provider: DemoPayments) -> None:
    held = create_booking(a_mentee(), a_request(a_mentor(), in_hours(48)))
    assert held.refund
    assert held.refund.amount_minor == 0


def test_a_mentor_who_is_an_admin_accepts_nothing_that_is_not_paid(provider: DemoPayments) -> None:
    mentor = a_mentor("Greta", require_confirmation=True)
    held = create_booking(a_mentee(), a_request(mentor, in_hours(48)))
    with write_transaction() as session:
        session.execute(update(User).where(col(User.id) == mentor.id).values(is_admin=True))
    with pytest.raises(NotFound):
        accept_booking(mentor.model_copy(update={"is_admin": True}), held.id)


def test_a_mentor_earns_when_the_session_is_over(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(200))))
    (total,) = own_earnings(mentor).totals
    assert (total.earned_minor, total.expected_minor) == (0, 6000)
    hands.now = booked.ends_at
    (total,) = own_earnings(mentor).totals
    assert (total.earned_minor, total.expected_minor) == (6000, 0)


def test_a_payment_of_another_way_is_left_to_that(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(48))))
    begun = create_booking(mentee, a_request(a_mentor(), in_hours(60)))
    pay_now(mentee, begun, None)
    with write_transaction() as session:
        session.execute(update(Payment).values(way=PaymentWay.STRIPE))
    cancel_booking(mentee, booked.id, REASON)
    deliver(provider)
    assert charge_of(provider, booked).status == ChargeStatus.AUTHORISED
    with pytest.raises(PaymentUnavailable):
        pay_now(mentee, begun)


def test_what_was_held_before_counts_when_it_is_paid(provider: DemoPayments, hands: Hands) -> None:
    """Holding three times first makes no six of the three bookings a minute."""
    mentee, mentor, free = a_mentee(), a_mentor(), a_mentor(rate="0")
    held = [create_booking(mentee, a_request(mentor, in_hours(48 + 2 * each))) for each in range(3)]
    hands.on(seconds=61)
    for each in held:
        assert pay_now(mentee, each).status == SessionStatus.SCHEDULED
    for one in (mentor, free):
        with pytest.raises(RateLimited) as refused:
            create_booking(mentee, a_request(one, in_hours(60)))
        assert refused.value.retry_after == 60
    hands.on(seconds=60)
    create_booking(mentee, a_request(free, in_hours(60)))


def test_a_fourth_in_a_minute_is_refused_before_it_is_paid(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor, free = a_mentee(), a_mentor(), a_mentor(rate="0")
    held = create_booking(mentee, a_request(mentor, in_hours(48)))
    hands.on(seconds=30)
    for number in range(3):
        create_booking(mentee, a_request(free, in_hours(60 + 2 * number)))
        hands.on(seconds=1)
    with pytest.raises(RateLimited, match="3 bookings a minute") as refused:
        pay_now(mentee, held)
    assert refused.value.retry_after == 57
    assert entries_of(held) == []
    hands.on(seconds=57)
    assert pay_now(mentee, held).status == SessionStatus.SCHEDULED


def test_what_is_being_paid_is_one_of_the_three(provider: DemoPayments, hands: Hands) -> None:
    """Its provider may say at any moment that it is paid, which always books it."""
    mentee, mentor, free = a_mentee(), a_mentor(), a_mentor(rate="0")
    held = [create_booking(mentee, a_request(mentor, in_hours(48 + 2 * each))) for each in range(3)]
    for each in held:
        assert pay_now(mentee, each, None).held_until is not None
    with pytest.raises(RateLimited, match="what you are paying for among them") as refused:
        create_booking(mentee, a_request(free, in_hours(60)))
    assert refused.value.retry_after == 600
    # What has begun goes on, and what is given back or lapses counts no more.
    assert pay_now(mentee, held[0]).status == SessionStatus.SCHEDULED
    release_hold(mentee, held[1].id)
    create_booking(mentee, a_request(free, in_hours(60)))
    hands.on(minutes=10)
    for number in range(3):
        create_booking(mentee, a_request(free, in_hours(70 + 2 * number)))
