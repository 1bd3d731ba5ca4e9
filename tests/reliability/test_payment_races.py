"""Races of money, each with a positive control: pay × expiry, double pay, pay × book, cancel × capture, two
refunds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from mentorbook.db import claims
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.money import Payment
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking import bookings, lifecycle
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.session_transaction import if_unchanged
from mentorbook.services.clock import now
from mentorbook.services.money import books, holds, paying, refunds
from mentorbook.services.money.payment_steps import follow
from tests.conftest import Hands
from tests.money_laws import broken_laws
from tests.paying import charge_of, deliver, demo_payments, pay_now, the_payment
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.reliability.races import no_guard
from tests.reliability.test_change_races import at_once

ROUNDS = 12
WHY = {"reasonCategory": "schedule_conflict"}


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money; the same people book again and again."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 10_000)
    monkeypatch.setattr(holds, "MOST_HOLDS", 10_000)
    monkeypatch.setattr(holds, "MOST_HOLDS_A_MINUTE", 10_000)
    monkeypatch.setattr(paying, "MOST_TRIES", 10_000)
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def paid_elsewhere(provider: DemoPayments, mentee: Account, held: Booking) -> None:
    """The payer has paid, and we have not heard of it."""
    pay_now(mentee, held, None)
    reference = the_payment(held).reference
    assert reference
    asyncio.run(provider.present(reference, DEMO_CARD))


def pay_against_expiry(provider: DemoPayments, hands: Hands) -> list[str]:
    """The news of a payment comes while its hold lapses and somebody else wants the time."""
    mentor, mentee, other = a_mentor(), a_mentee(), a_mentee("Other")
    broken = []
    for number in range(ROUNDS):
        at = in_hours(48 + 2 * number)
        held = create_booking(mentee, a_request(mentor, at))
        paid_elsewhere(provider, mentee, held)
        hands.on(minutes=10)
        at_once(
            partial(books.record, the_payment(held).id, charge_of(provider, held)),
            lifecycle.expire_requests,
            partial(create_booking, other, a_request(mentor, at)),
        )
        broken += broken_laws(provider, is_quiet=False)
        hands.on(minutes=11)
        deliver(provider)
    return broken + broken_laws(provider)


def test_who_pays_while_the_hold_lapses_has_the_time_or_the_money(
    provider: DemoPayments, hands: Hands
) -> None:
    assert pay_against_expiry(provider, hands) == []


def test_without_the_guards_two_have_the_time(provider: DemoPayments, hands: Hands, db: Database) -> None:
    def looks_away(*_: object, **__: object) -> bool:
        return True

    with no_guard(db), pytest.MonkeyPatch.context() as patch:
        # What is offered and what is free is not looked at either: a round trip apart from the claim anyhow.
        patch.setattr(bookings, "offered", looks_away)
        patch.setattr(claims, "busy_of", lambda session, people, *_, **__: dict.fromkeys(people))
        assert pay_against_expiry(provider, hands) != []


def double_pay(provider: DemoPayments) -> list[str]:
    """The same session is paid in two tabs at the same moment."""
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(ROUNDS):
        held = create_booking(mentee, a_request(mentor, in_hours(48 + 2 * number)))
        at_once(partial(pay_now, mentee, held), partial(pay_now, mentee, held))
    deliver(provider)
    return broken_laws(provider)


def test_what_is_paid_in_two_tabs_is_paid_once(provider: DemoPayments) -> None:
    assert double_pay(provider) == []


@contextmanager
def payments_not_looked_for(db: Database) -> Iterator[None]:
    """Take off what makes two payments of a session one."""
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX one_payment_in_force"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paying, "open_payment", lambda *_: None)
        yield


def test_without_the_guards_it_is_paid_twice(provider: DemoPayments, db: Database) -> None:
    with payments_not_looked_for(db):
        assert "a session was paid twice" in double_pay(provider)


def pay_against_book(patch: pytest.MonkeyPatch, hands: Hands) -> int:
    """Somebody pays for three times and books three that are free, all at the same moment; how many at most
    become sessions within one minute."""
    mentor, free, mentee = a_mentor(), a_mentor(rate="0"), a_mentee()
    patch.setattr(bookings, "MOST_A_MINUTE", 3)
    most = 0
    for number in range(ROUNDS):
        hands.on(minutes=11)
        start = in_hours(48 + 12 * number)
        at = [start + timedelta(hours=2 * each) for each in range(6)]
        held = [create_booking(mentee, a_request(mentor, each)) for each in at[:3]]
        hands.on(minutes=2)
        at_once(
            *(partial(pay_now, mentee, each) for each in held),
            *(partial(create_booking, mentee, a_request(free, each)) for each in at[3:]),
        )
        most = max(most, list_bookings(mentee, BookingQuery(status=SessionStatus.SCHEDULED)).total)
        for each in list_bookings(mentee, BookingQuery()).bookings:
            if each.status == SessionStatus.SCHEDULED:
                cancel_booking(mentee, each.id, WHY)
    return most


def test_no_more_than_three_are_booked_a_minute_whatever_is_paid_meanwhile(
    provider: DemoPayments, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pay_against_book(monkeypatch, hands) == 3


def test_without_counting_what_is_being_paid_there_are_more(
    provider: DemoPayments, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookings, "being_paid_until", lambda *_: [])
    # Where all payments of every round are quicker than all bookings, there are none more: tried again.
    assert any(pay_against_book(monkeypatch, hands) > 3 for _ in range(5))


def cancel_against_capture(provider: DemoPayments, hands: Hands) -> list[str]:
    """A session is cancelled while the worker takes its payment from the card."""
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(ROUNDS):
        # Some of them late, so that half of it is kept.
        request = a_request(mentor, in_hours(10 + 2 * number))
        booked = pay_now(mentee, create_booking(mentee, request))
        with write_transaction() as session:
            session.execute(
                update(Payment).where(col(Payment.session_id) == booked.id).values(capture_at=now())
            )
        at_once(
            partial(cancel_booking, mentee, booked.id, WHY),
            partial(asyncio.run, follow(provider, the_payment(booked).id)),
        )
    deliver(provider)
    return broken_laws(provider)


def test_what_is_cancelled_while_it_is_taken_is_given_back(provider: DemoPayments, hands: Hands) -> None:
    assert cancel_against_capture(provider, hands) == []


def test_without_looking_again_it_is_not_given_back(
    provider: DemoPayments, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "due", lambda _: None)
    assert cancel_against_capture(provider, hands) != []


def two_refunds(provider: DemoPayments) -> list[str]:
    """Two admins give everything back at the same moment."""
    mentor, mentee = a_mentor(), a_mentee()
    admins = [a_mentee("Admin", is_admin=True) for _ in range(2)]
    everything = {"amountMinor": 6000, "reason": "Because"}
    for number in range(ROUNDS):
        booked = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(200 + number))))
        at_once(*(partial(refunds.refund_by_hand, admin, booked.id, everything) for admin in admins))
    deliver(provider)
    return broken_laws(provider)


def test_two_refunds_give_no_more_than_was_paid(provider: DemoPayments) -> None:
    # Once a session is paid back by hand it is still to take place: that is the admin's to say.
    assert set(two_refunds(provider)) <= {"a live session has been paid back"}


def test_without_looking_at_what_is_promised_more_is_given_back(
    provider: DemoPayments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunds, "promised_back", lambda *_: 0)
    monkeypatch.setattr("mentorbook.services.money.payment_orders.promised_back", lambda *_: 0)
    assert any("of 6000 is given back" in each for each in two_refunds(provider))


@pytest.mark.parametrize("is_conditional", [True, False])
def test_of_refunds_of_what_was_seen_one_is_ordered(
    provider: DemoPayments, hands: Hands, is_conditional: bool
) -> None:
    """The tag is compared after the lock; without a condition all are ordered, one after the other."""
    mentee, admin = a_mentee(), a_mentee("Admin", is_admin=True)
    paid = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(48))))
    condition = IfMatch(frozenset({tag_of(paid)})) if is_conditional else None
    wanted = {"amountMinor": 100, "reason": "Because"}
    refund = partial(if_unchanged, condition, partial(refunds.refund_by_hand, admin, paid.id, wanted))
    outcomes = at_once(*[refund] * 4)
    expected = ["changed_meanwhile"] * 3 + ["done"] if is_conditional else ["done"] * 4
    assert sorted(outcomes) == expected
