"""What Stripe calls: signed, it has a payment looked at; forged, altered, old or too large, it is refused."""

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.money import PaymentEvent
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.ports import PaymentProvider
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.money.paying import pay
from tests.api.conftest import Door
from tests.conftest import Hands
from tests.paying import deliver, entries_of, session_row, stripe_payments, the_payment
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours
from tests.servers.stripe_double import StripeDouble, running_stripe

PATH = "/api/stripe/webhook"
REFUSED = "what claims to come from the payment provider was refused: is it signed with the webhook's secret?"


@pytest.fixture
def double(hands: Hands) -> Iterator[StripeDouble]:
    with running_stripe(hands) as double:
        yield double


@pytest.fixture
def provider(double: StripeDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaymentProvider]:
    with stripe_payments(double, monkeypatch) as provider:
        yield provider


def a_paid_page(double: StripeDouble) -> UUID:
    """A session whose payer has paid at Stripe, and did not come back."""
    mentee = a_mentee("Mina")
    held = create_booking(mentee, a_request(a_mentor(), in_hours(200)))
    asyncio.run(pay(mentee, held.id))
    double.books.pay(the_payment(held).reference or "")
    return held.id


def told(calling: Door, body: bytes, signature: str) -> tuple[int, Any]:
    """Call the webhook; its status, and what it says of an error."""
    caller = calling()
    headers = {"Stripe-Signature": signature} if signature else {}
    answer = caller.run(caller.client.post(PATH, content=body, headers=headers))
    return answer.status_code, answer.json()["error"] if answer.content else ""


def events_kept() -> int:
    with read_transaction() as session:
        return session.scalars(select(func.count()).select_from(PaymentEvent)).one()


def test_events_in_any_order_and_twice_book_it_once(
    db: Database, hands: Hands, calling: Door, double: StripeDouble, provider: PaymentProvider
) -> None:
    booked = a_paid_page(double)
    waiting = counts()["outbox"]
    for number, event in enumerate(reversed(double.books.events), 1):
        for _ in range(2):
            assert told(calling, *double.signed(event)) == (204, "")
        assert counts()["outbox"] == waiting + number
    deliver(provider)
    assert session_row(booked).status == SessionStatus.SCHEDULED
    assert entries_of(booked) == [("opened", 6000), ("captured", 6000)]
    assert events_kept() == len(double.books.events)


def test_what_stripe_has_not_signed_changes_nothing(
    sqlite_db: Database,
    hands: Hands,
    calling: Door,
    double: StripeDouble,
    provider: PaymentProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    booked = a_paid_page(double)
    event = double.books.events[-1]
    body, signature = double.signed(event)
    waiting = counts()["outbox"]
    caplog.set_level(logging.DEBUG, "mentorbook")
    forged = [
        (body, ""),
        (body, "t=1,v1=00"),
        (body.replace(b"complete", b"refunded"), signature),
        double.signed(event, secret="whsec_other"),
        double.signed(event, at=time.time() - 301),
        (b"", signature),
    ]
    for each in forged:
        assert told(calling, *each) == (401, "not_signed")
    large = double.signed({"id": "evt_1", "object": "event", "data": {"object": {"x": "x" * 300_000}}})
    assert told(calling, *large)[0] == 422
    assert session_row(booked).status == SessionStatus.PENDING
    assert (events_kept(), counts()["outbox"]) == (0, waiting)
    said = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert said == [REFUSED]


def test_what_is_signed_and_about_no_payment_of_ours_asks_nothing(
    sqlite_db: Database, hands: Hands, calling: Door, double: StripeDouble, provider: PaymentProvider
) -> None:
    for metadata in (None, {}, {"payment_id": str(uuid4())}, {"payment_id": "x" * 36}):
        event = {"id": f"evt_{metadata}", "object": "event", "data": {"object": {"metadata": metadata}}}
        assert told(calling, *double.signed(event)) == (204, "")
    assert counts()["outbox"] == 0
