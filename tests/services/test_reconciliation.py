"""The provider and the tables are compared: what was missed is booked, what differs is shown."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.money import Payment, PaymentDifference, Refund
from mentorbook.domain.errors import NotPermitted
from mentorbook.domain.kinds import (
    DifferenceKind,
    MessageKind,
    PaymentStatus,
    PaymentWay,
    RefundReason,
    RefundStatus,
)
from mentorbook.domain.money.payments import DEMO_CARD, ChargeOrder
from mentorbook.domain.views import Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.clock import now
from mentorbook.services.money.reconciliation import Difference, reconcile
from mentorbook.services.money.reconciliation_orders import order_comparison, payment_comparison
from mentorbook.services.money.refunds import refund_by_hand
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.paying import deliver, demo_payments, pay_now, refunds_of, session_row, the_payment
from tests.people import a_mentee, a_mentor, a_request, in_hours


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def compared(provider: DemoPayments) -> list[Difference]:
    """What differs; the same is kept for admins."""
    found = asyncio.run(reconcile(provider))
    with read_transaction() as session:
        kept = session.scalars(select(PaymentDifference)).all()
        assert {(row.reference, row.kind) for row in kept} == {(each.reference, each.kind) for each in found}
    return found


def kinds(found: list[Difference]) -> set[DifferenceKind]:
    """In what they differ."""
    return {each.kind for each in found}


def a_paid_session(hours: float = 48) -> Booking:
    """A session that somebody has paid for."""
    mentee = a_mentee()
    return pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(hours))))


def test_where_nothing_differs_nothing_is_kept(provider: DemoPayments) -> None:
    a_paid_session()
    a_paid_session(200)
    assert compared(provider) == []


def test_a_payment_of_which_nobody_told_is_booked(provider: DemoPayments) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    pay_now(mentee, held, None)
    reference = the_payment(held).reference
    assert reference
    asyncio.run(provider.present(reference, DEMO_CARD))
    assert compared(provider) == []
    assert session_row(held).status == "scheduled"


def test_a_refund_from_outside_is_booked(provider: DemoPayments) -> None:
    booked = a_paid_session(200)
    payment = the_payment(booked)
    assert payment.reference
    outside = payment.id  # any id that is not one of our refunds
    asyncio.run(provider.refund(payment.reference, outside, 1500))
    assert compared(provider) == []
    (refund,) = refunds_of(booked)
    assert (refund.reason, refund.amount_minor) == (RefundReason.OUTSIDE, 1500)
    assert the_payment(booked).returned_minor == 1500


def test_a_charge_that_no_session_knows_is_shown_until_it_is_gone(provider: DemoPayments) -> None:
    order = ChargeOrder(a_mentee().id, 4200, "GBP", False, "Somebody else's", "x@people.test", "")
    opened = asyncio.run(provider.open(order))
    assert compared(provider) == []  # nobody has paid it
    asyncio.run(provider.present(opened.reference, DEMO_CARD))
    (found,) = compared(provider)
    assert (found.kind, found.theirs, found.payment_id) == (DifferenceKind.UNKNOWN_HERE, "4200", None)
    assert len(compared(provider)) == 1


def test_a_payment_that_the_provider_does_not_know_is_shown(provider: DemoPayments) -> None:
    booked = a_paid_session()
    with write_transaction() as session:
        session.execute(update(Payment).values(reference="demo_gone"))
    forget_everything(provider)
    (found,) = compared(provider)
    assert (found.kind, found.payment_id) == (DifferenceKind.UNKNOWN_THERE, the_payment(booked).id)


def test_other_amounts_are_shown_and_not_booked(provider: DemoPayments) -> None:
    booked = a_paid_session(200)
    with write_transaction() as session:
        session.execute(update(Payment).values(amount_minor=7000))
    assert kinds(compared(provider)) == {DifferenceKind.AMOUNT}
    with write_transaction() as session:
        session.execute(update(Payment).values(amount_minor=6000, captured_minor=5000))
    assert kinds(compared(provider)) == {DifferenceKind.CAPTURED}
    with write_transaction() as session:
        session.execute(update(Payment).values(captured_minor=6000, status=PaymentStatus.VOIDED))
    assert kinds(compared(provider)) == {DifferenceKind.STATUS}
    assert the_payment(booked).status == PaymentStatus.VOIDED


def test_what_was_due_and_forgotten_is_ordered_again(provider: DemoPayments, hands: Hands) -> None:
    booked = a_paid_session()
    with write_transaction() as session:
        session.execute(update(Payment).values(capture_at=in_hours(1)))
    hands.now = in_hours(2)
    deliver(provider)
    assert the_payment(booked).status == PaymentStatus.CAPTURED


def test_payments_of_another_way_are_left_alone(provider: DemoPayments) -> None:
    a_paid_session()
    with write_transaction() as session:
        session.execute(update(Payment).values(way=PaymentWay.STRIPE, reference="cs_test_1"))
    assert compared(provider) == []


def test_what_could_not_be_given_back_is_shown_until_it_is_ordered_anew(
    provider: DemoPayments, hands: Hands
) -> None:
    booked, admin = a_paid_session(200), a_mentee("Admin", is_admin=True)
    refund_by_hand(admin, booked.id, {"amountMinor": 2500, "reason": "Noise"})
    (refund,) = refunds_of(booked)
    # Weeks later its bank sends it back: by then the payment itself is compared no more.
    with write_transaction() as session:
        session.execute(update(Refund).values(status=RefundStatus.FAILED, problem="account closed"))
    assert kinds(compared(provider)) == {DifferenceKind.NOT_GIVEN_BACK}
    hands.on(days=60)
    (found,) = compared(provider)
    assert (found.kind, found.ours, found.theirs) == (DifferenceKind.NOT_GIVEN_BACK, "2500", "account closed")
    assert (found.payment_id, found.currency) == (refund.payment_id, "GBP")
    refund_by_hand(admin, booked.id, {"amountMinor": 2000, "reason": "Once more"})
    (found,) = compared(provider)
    assert (found.ours, found.theirs) == ("500", "account closed")
    refund_by_hand(admin, booked.id, {"amountMinor": 500, "reason": "Once more"})
    assert compared(provider) == []


def test_an_admin_has_payments_compared_now(provider: DemoPayments) -> None:
    admin, worker = a_mentee("Admin", is_admin=True), Worker(None, None, provider)

    def rounds(number: int) -> None:
        async def run() -> None:
            for _ in range(number):
                await worker.round()

        asyncio.run(run())

    rounds(1)
    a_charge_from_nowhere(provider)
    rounds(2)
    # It compares once an hour, so it has not seen that yet.
    assert payment_comparison(admin).differences == []
    order_comparison(admin)
    order_comparison(admin)
    asked = payment_comparison(admin)
    assert (asked.is_awaited, asked.begun_at, asked.can_ask) == (True, None, True)
    with read_transaction() as session:
        kind = col(OutboxMessage.kind) == MessageKind.PAYMENT_COMPARE
        assert len(session.scalars(select(OutboxMessage).where(kind)).all()) == 1
    rounds(2)
    found = payment_comparison(admin)
    assert [each.kind for each in found.differences] == [DifferenceKind.UNKNOWN_HERE]
    assert (found.is_awaited, found.begun_at) == (False, now())


def test_only_admins_have_payments_compared(provider: DemoPayments) -> None:
    for call in (payment_comparison, order_comparison):
        with pytest.raises(NotPermitted):
            call(a_mentee())


def a_charge_from_nowhere(provider: DemoPayments) -> None:
    """Somebody has paid what no session knows of."""
    order = ChargeOrder(a_mentee().id, 4200, "GBP", False, "Somebody else's", "x@people.test", "")
    asyncio.run(provider.present(asyncio.run(provider.open(order)).reference, DEMO_CARD))


def forget_everything(provider: DemoPayments) -> None:
    """Have the provider lose its books."""
    with sqlite3.connect(provider._books._file) as books:
        books.execute("DELETE FROM charges")
