"""What is paid when it is too late, told late, twice, in another order, or not at all."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import Notification
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.errors import HoldLapsed, PaymentUnavailable
from mentorbook.domain.kinds import NoticeKind, PaymentStatus, RefundReason, RefundStatus, SessionStatus
from mentorbook.domain.money.payments import DEMO_CARD, Charge, ChargeEvent, ChargeOrder, OpenedCharge
from mentorbook.domain.ports import ProviderDown
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.clock import now
from mentorbook.services.money import books, events
from mentorbook.services.money.holds import release_hold
from mentorbook.services.money.payment_steps import follow
from mentorbook.services.money.provider import paid_by
from mentorbook.services.money.refunds import refund_by_hand
from tests.conftest import Hands
from tests.money_laws import broken_laws
from tests.paying import (
    charge_of,
    deliver,
    demo_payments,
    entries_of,
    pay_now,
    refunds_of,
    session_row,
    the_payment,
)
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours


class Elsewhere(DemoPayments):
    """A provider on whose own page one pays: `payer_pays` is the payer who does."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, now)
        self.card_form = None
        self.down = False
        self.closes = True

    async def open(self, order: ChargeOrder) -> OpenedCharge:
        """Open it, unless the provider is down."""
        if self.down:
            raise ProviderDown("the payment provider is down")
        opened = await super().open(order)
        return OpenedCharge(opened.reference, f"https://pay.test/{opened.reference}")

    async def charge(self, reference: str) -> Charge:
        """Say how it stands, unless the provider is down."""
        if self.down:
            raise ProviderDown("the payment provider is down")
        return await super().charge(reference)

    async def close(self, reference: str) -> Charge:
        """Close it, unless its payer is just paying."""
        return await (super().close(reference) if self.closes else super().charge(reference))

    def payer_pays(self, booking: Booking) -> None:
        """Pay on the provider's page, of which the app hears nothing yet."""
        reference = the_payment(booking).reference
        assert reference
        asyncio.run(self.present(reference, DEMO_CARD))


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Elsewhere]:
    """What takes the money, on a page of its own."""
    with demo_payments(tmp_path, monkeypatch), paid_by(elsewhere := Elsewhere(tmp_path / "elsewhere.db")):
        yield elsewhere


def begun(mentee: Account, mentor: Account, hours: float = 48) -> Booking:
    """A session that is held, and whose payment was begun."""
    held = create_booking(mentee, a_request(mentor, in_hours(hours)))
    assert pay_now(mentee, held, None).held_until is not None
    return held


def tell(booking: Booking, name: str) -> bool:
    """Have the provider call about a payment."""
    return events.take_in(ChargeEvent(name, the_payment(booking).id))


def notices_of(account: Account) -> list[str]:
    """What somebody was told."""
    with read_transaction() as session:
        query = select(col(Notification.kind)).where(col(Notification.user_id) == account.id)
        return list(session.scalars(query.order_by(col(Notification.created_at))))


def test_one_pays_where_the_provider_says_and_is_booked_when_it_calls(provider: Elsewhere) -> None:
    mentee = a_mentee()
    held = begun(mentee, a_mentor())
    assert the_payment(held).url
    provider.payer_pays(held)
    assert tell(held, "evt_1")
    deliver(provider)
    assert get_booking(mentee, held.id).status == SessionStatus.SCHEDULED


def test_one_who_comes_back_before_the_call_is_booked_then(provider: Elsewhere) -> None:
    mentee = a_mentee()
    held = begun(mentee, a_mentor())
    provider.payer_pays(held)
    assert pay_now(mentee, held, None).status == SessionStatus.SCHEDULED
    assert tell(held, "evt_1")
    deliver(provider)
    assert counts()["notifications"] == 2


def test_a_call_counts_once_and_one_about_nothing_of_ours_is_nothing(provider: Elsewhere) -> None:
    held = begun(a_mentee(), a_mentor())
    assert tell(held, "evt_1")
    assert not tell(held, "evt_1")
    assert not events.take_in(ChargeEvent("evt_2", None))


def test_without_any_call_it_is_booked_when_the_hold_would_end(provider: Elsewhere, hands: Hands) -> None:
    mentee = a_mentee()
    held = begun(mentee, a_mentor())
    provider.payer_pays(held)
    hands.on(minutes=10)
    deliver(provider)
    assert get_booking(mentee, held.id).status == SessionStatus.SCHEDULED


def test_who_pays_after_the_hold_has_their_time_again_if_it_is_free(
    provider: Elsewhere, hands: Hands
) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    held = begun(mentee, mentor)
    provider.closes = False
    hands.on(minutes=10)
    with pytest.raises(HoldLapsed):
        pay_now(mentee, held, None)
    deliver(provider)
    assert session_row(held).status == SessionStatus.CANCELLED
    provider.payer_pays(held)
    tell(held, "evt_1")
    deliver(provider)
    booked = get_booking(mentee, held.id)
    assert (booked.status, booked.held_until, booked.cancellation_reason) == ("scheduled", None, None)
    assert counts()["claims"] == 2
    assert notices_of(mentor) == [NoticeKind.BOOKING_CREATED]


def test_who_pays_after_the_hold_is_paid_back_when_the_time_is_gone(
    provider: Elsewhere, hands: Hands
) -> None:
    mentee, mentor, other = a_mentee(), a_mentor(), a_mentee("Other")
    held = begun(mentee, mentor)
    provider.closes = False
    hands.on(minutes=10)
    deliver(provider)
    create_booking(other, a_request(mentor, in_hours(48)))
    provider.payer_pays(held)
    tell(held, "evt_1")
    deliver(provider)
    assert session_row(held).status == SessionStatus.CANCELLED
    (refund,) = refunds_of(held)
    assert (refund.reason, refund.amount_minor) == (RefundReason.PAID_TOO_LATE, 6000)
    assert the_payment(held).status == PaymentStatus.VOIDED
    assert notices_of(mentee) == [NoticeKind.PAID_TOO_LATE]
    assert notices_of(mentor) == []


def test_who_pays_for_what_was_given_back_and_has_begun_is_paid_back(
    provider: Elsewhere, hands: Hands
) -> None:
    mentee = a_mentee()
    held = begun(mentee, a_mentor(), hours=200)
    provider.closes = False
    release_hold(mentee, held.id)
    deliver(provider)
    hands.now = in_hours(200)
    provider.payer_pays(held)
    tell(held, "evt_1")
    deliver(provider)
    assert the_payment(held).status == PaymentStatus.REFUNDED
    assert charge_of(provider, held).returned_minor == 6000


def test_an_answer_that_is_lost_opens_one_charge(provider: Elsewhere) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    provider.down = True
    with pytest.raises(PaymentUnavailable):
        pay_now(mentee, held, None)
    assert get_booking(mentee, held.id).held_until is not None
    provider.down = False
    pay_now(mentee, held, None)
    pay_now(mentee, held, None)
    assert len(asyncio.run(provider.charges_since(in_hours(-1)))) == 1


def test_a_hold_whose_charge_nobody_knows_is_closed_all_the_same(provider: Elsewhere, hands: Hands) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    provider.down = True
    with pytest.raises(PaymentUnavailable):
        pay_now(mentee, held, None)
    provider.down = False
    release_hold(mentee, held.id)
    hands.on(minutes=2)  # when it is looked again whether the provider is back
    deliver(provider)
    assert the_payment(held).status == PaymentStatus.CLOSED
    assert len(asyncio.run(provider.charges_since(in_hours(-1)))) == 1


def test_what_the_provider_says_may_come_in_any_order(provider: Elsewhere, hands: Hands) -> None:
    told: list[Charge] = []
    mentee = a_mentee()
    held = begun(mentee, a_mentor(), hours=200)
    told.append(charge_of(provider, held))
    provider.payer_pays(held)
    told.append(charge_of(provider, held))
    books.record(the_payment(held).id, told[1])
    cancel_booking(mentee, held.id, {"reasonCategory": "other", "reasonDetails": "No."})
    deliver(provider)
    told.append(charge_of(provider, held))
    entries = entries_of(held)
    for order in permutations(told):
        for charge in order:
            assert books.record(the_payment(held).id, charge) == []
    assert entries_of(held) == entries
    assert the_payment(held).status == PaymentStatus.REFUNDED


def test_what_goes_back_outside_meanwhile_is_not_given_twice(provider: Elsewhere) -> None:
    for outside, ours in ((6000, []), (4000, [2000])):
        mentee = a_mentee()
        held = begun(mentee, a_mentor(), hours=200)
        provider.payer_pays(held)
        pay_now(mentee, held, None)
        cancel_booking(mentee, held.id, {"reasonCategory": "technical_issues"})
        reference = the_payment(held).reference
        assert reference
        asyncio.run(provider.refund(reference, uuid4(), outside))
        deliver(provider)
        done = [each for each in refunds_of(held) if each.status == RefundStatus.DONE]
        assert sorted(each.amount_minor for each in done) == sorted([outside, *ours])
        assert session_row(held).refunded_minor == 6000
    assert broken_laws(provider) == []


def test_what_was_asked_for_and_not_answered_counts_before_what_went_back_outside(
    provider: Elsewhere, hands: Hands
) -> None:
    mentee, admin = a_mentee(), a_mentee("Admin", is_admin=True)
    held = begun(mentee, a_mentor(), hours=200)
    provider.payer_pays(held)
    pay_now(mentee, held, None)
    for reason in ("First", "Second"):
        hands.on(minutes=1)
        refund_by_hand(admin, held.id, {"amountMinor": 3000, "reason": reason})
    payment, (_, second) = the_payment(held), refunds_of(held)
    assert payment.reference
    asyncio.run(provider.refund(payment.reference, uuid4(), 2000))
    asyncio.run(provider.refund(payment.reference, second.id, 3000))  # its answer is lost
    deliver(provider)
    done = [each for each in refunds_of(held) if each.status == RefundStatus.DONE]
    assert sorted((each.amount_minor, each.note or "") for each in done) == [
        (1000, "First"),
        (2000, ""),
        (3000, "Second"),
    ]
    assert session_row(held).refunded_minor == 6000
    assert set(broken_laws(provider)) <= {"a live session has been paid back"}


def test_a_refund_that_fails_after_it_was_given_can_be_given_again(provider: Elsewhere) -> None:
    mentee, admin = a_mentee(), a_mentee("Admin", is_admin=True)
    held = begun(mentee, a_mentor(), hours=200)
    provider.payer_pays(held)
    pay_now(mentee, held, None)
    cancel_booking(mentee, held.id, {"reasonCategory": "technical_issues"})
    deliver(provider)
    charge = charge_of(provider, held)
    failed = replace(
        charge, refunds=tuple(replace(each, status=RefundStatus.FAILED) for each in charge.refunds)
    )
    assert books.record(the_payment(held).id, failed)
    payment = the_payment(held)
    assert (payment.status, payment.returned_minor) == (PaymentStatus.CAPTURED, 0)
    assert session_row(held).refunded_minor == 0
    assert refund_by_hand(admin, held.id, {"amountMinor": 6000, "reason": "Again"}).refunded_minor == 6000


def test_an_address_that_is_lost_on_the_way_is_there_again(provider: Elsewhere) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    provider.down = True
    with pytest.raises(PaymentUnavailable):
        pay_now(mentee, held, None)
    provider.down = False
    asyncio.run(follow(provider, the_payment(held).id))
    assert the_payment(held).url


def test_a_mentor_who_is_not_bookable_any_more_is_paid_back(provider: Elsewhere, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    held = begun(mentee, mentor)
    provider.closes = False
    hands.on(minutes=10)
    deliver(provider)
    deactivate(a_mentee("Admin", is_admin=True), mentor.id, {"reason": "Because"})
    provider.payer_pays(held)
    tell(held, "evt_1")
    deliver(provider)
    assert session_row(held).status == SessionStatus.CANCELLED
    assert the_payment(held).status == PaymentStatus.VOIDED


def test_a_mentor_has_two_days_from_the_payment_on_also_where_it_is_moved(
    provider: Elsewhere, hands: Hands
) -> None:
    """In time or hours after the hold: what is held first is put to the mentor when it is paid."""
    for minutes in (9, 40 * 60):
        mentee, mentor = a_mentee(), a_mentor(require_confirmation=True)
        made, start = hands.now, in_hours(400)
        held = begun(mentee, mentor, hours=400)
        provider.closes = False
        hands.on(minutes=minutes)
        deliver(provider)
        provider.payer_pays(held)
        tell(held, f"evt_{minutes}")
        deliver(provider)
        asked = get_booking(mentee, held.id)
        assert (asked.status, asked.held_until) == (SessionStatus.PENDING, None)
        assert asked.expires_at == made + timedelta(minutes=minutes, hours=48)
        for hours in (1, 2):
            later = {"scheduledAt": (start + timedelta(hours=2 * hours)).isoformat()}
            assert reschedule_booking(mentee, held.id, later).expires_at == asked.expires_at


def test_a_payment_that_its_provider_took_always_books(provider: Elsewhere, hands: Hands) -> None:
    """Late, and the fourth within a minute: it was taken, so it is no question any more."""
    mentee, mentor, free = a_mentee(), a_mentor(), a_mentor(rate="0")
    held = begun(mentee, mentor)
    provider.closes = False
    hands.on(minutes=10)
    deliver(provider)
    for each in range(3):
        create_booking(mentee, a_request(free, in_hours(60 + 2 * each)))
    provider.payer_pays(held)
    tell(held, "evt_1")
    deliver(provider)
    assert get_booking(mentee, held.id).status == SessionStatus.SCHEDULED
    assert session_row(held).booked_at == hands.now
