"""Payments in tests: the demo's provider, which keeps real books, and how the tables stand."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
import stripe
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment, PaymentEntry, Refund
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import DEMO_CARD, Charge, ChargeEvent
from mentorbook.domain.ports import PaymentProvider
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.integrations.stripe import StripePayments
from mentorbook.services.clock import now
from mentorbook.services.money.paying import pay
from mentorbook.services.money.provider import paid_by
from mentorbook.settings import settings
from mentorbook.worker import Worker
from tests.servers.stripe_double import StripeDouble

DECLINED = "4000 0000 0000 0002"


@contextmanager
def demo_payments(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[DemoPayments]:
    """Have sessions paid with test cards while the block runs."""
    patch.setattr(settings, "payments", PaymentWay.DEMO)
    provider = DemoPayments(folder / "demo_payments.db", now)
    with paid_by(provider):
        yield provider


class StripeAnywhere:
    """The adapter of Stripe, made anew for each thing that is asked, so that it works in any loop."""

    way, card_form = PaymentWay.STRIPE, None

    def __init__(self, double: StripeDouble) -> None:
        self.double = double

    def __getattr__(self, asked: str) -> Any:
        async def ask(*given: Any) -> Any:
            provider = self._adapter()
            try:
                return await getattr(provider, asked)(*given)
            finally:
                await provider.close_connections()

        return ask

    def read_event(self, body: bytes, signature: str) -> ChargeEvent:
        """Return what a webhook tells."""
        return self._adapter().read_event(body, signature)

    def _adapter(self) -> StripePayments:
        return StripePayments(
            self.double.secret_key, self.double.webhook_secret, address=self.double.url, timeout=5
        )


@contextmanager
def stripe_payments(double: StripeDouble, patch: pytest.MonkeyPatch) -> Iterator[PaymentProvider]:
    """Have sessions paid at a double of Stripe while the block runs."""
    patch.setattr(settings, "payments", PaymentWay.STRIPE)
    patch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    provider = cast(PaymentProvider, StripeAnywhere(double))
    with paid_by(provider):
        yield provider


def without_ids(text: str) -> str:
    """The text without ids: the last digits of a card stand in one now and then, by chance."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", "…", text)


def pay_now(actor: Account, booking: Booking | UUID, card: str | None = DEMO_CARD) -> Booking:
    """Pay for a session that is held."""
    identifier = booking.id if isinstance(booking, Booking) else booking
    return asyncio.run(pay(actor, identifier, card)).booking


def deliver(provider: PaymentProvider, rounds: int = 3) -> None:
    """Let the worker do what is due with payments, and let time pass over sessions."""
    worker = Worker(None, None, provider)

    async def go() -> None:
        for _ in range(rounds):
            await worker.round()

    asyncio.run(go())


def payments_of(booking: Booking | UUID) -> list[Payment]:
    """The payments of a session, oldest first."""
    identifier = booking.id if isinstance(booking, Booking) else booking
    with read_transaction() as session:
        query = select(Payment).where(col(Payment.session_id) == identifier)
        found = list(session.scalars(query.order_by(col(Payment.created_at))))
        session.expunge_all()
        return found


def the_payment(booking: Booking | UUID) -> Payment:
    """The one payment of a session."""
    (payment,) = payments_of(booking)
    return payment


def refunds_of(booking: Booking | UUID) -> list[Refund]:
    """What is given back of a session's payments, oldest first."""
    identifiers = [payment.id for payment in payments_of(booking)]
    with read_transaction() as session:
        query = select(Refund).where(col(Refund.payment_id).in_(identifiers))
        found = list(session.scalars(query.order_by(col(Refund.created_at))))
        session.expunge_all()
        return found


def entries_of(booking: Booking | UUID) -> list[tuple[str, int]]:
    """What happened to a session's payments, by their books."""
    identifiers = [payment.id for payment in payments_of(booking)]
    with read_transaction() as session:
        query = select(PaymentEntry).where(col(PaymentEntry.payment_id).in_(identifiers))
        rows = session.scalars(query.order_by(col(PaymentEntry.created_at)))
        return [(row.kind, row.amount_minor) for row in rows]


def session_row(booking: Booking | UUID) -> MentoringSession:
    """The row of a session."""
    identifier = booking.id if isinstance(booking, Booking) else booking
    with read_transaction() as session:
        row = session.get_one(MentoringSession, identifier)
        session.expunge(row)
        return row


def charge_of(provider: PaymentProvider, booking: Booking | UUID) -> Charge:
    """How the provider says that the session's payment stands."""
    reference = the_payment(booking).reference
    assert reference
    return asyncio.run(provider.charge(reference))
