"""The adapter at work, and what is asked of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from mentorbook.domain.money.payments import Charge, ChargeOrder, ChargeStatus
from mentorbook.integrations.stripe import StripePayments
from tests.conftest import NOON
from tests.servers.stripe_double import StripeDouble

T = TypeVar("T")
DECLINED = "4000000000000002"


class Desk:
    """The adapter, made and closed for each thing that is asked of it."""

    def __init__(self, double: StripeDouble) -> None:
        self.double = double
        self.secret_key = double.secret_key
        self.timeout = 10.0

    def ask(self, asked: Callable[[StripePayments], Awaitable[T]]) -> T:
        async def asking() -> T:
            provider = StripePayments(
                self.secret_key, self.double.webhook_secret, address=self.double.url, timeout=self.timeout
            )
            try:
                return await asked(provider)
            finally:
                await provider.close_connections()

        return asyncio.run(asking())

    def open(self, order: ChargeOrder) -> str:
        return self.ask(lambda provider: provider.open(order)).reference

    def charge(self, reference: str) -> Charge:
        return self.ask(lambda provider: provider.charge(reference))

    def close(self, reference: str) -> Charge:
        return self.ask(lambda provider: provider.close(reference))

    def capture(self, reference: str, amount: int) -> Charge:
        return self.ask(lambda provider: provider.capture(reference, amount))

    def refund(self, reference: str, refund_id: UUID, amount: int) -> Charge:
        return self.ask(lambda provider: provider.refund(reference, refund_id, amount))


def an_order(**changes: Any) -> ChargeOrder:
    given: dict[str, Any] = {
        "payment_id": uuid4(),
        "amount_minor": 6000,
        "currency": "GBP",
        "is_authorisation": False,
        "title": "60 minutes with Ada",
        "payer_email": "mia@people.test",
        "return_url": "https://book.example/sessions/1",
        "pay_until": NOON + timedelta(hours=1),
    }
    return ChargeOrder(**(given | changes))


def paid(desk: Desk, **changes: Any) -> str:
    reference = desk.open(an_order(**changes))
    desk.double.books.pay(reference)
    return reference


def held(desk: Desk, **changes: Any) -> str:
    return paid(desk, is_authorisation=True, **changes)


def stands(charge: Charge) -> tuple[ChargeStatus, int, int]:
    """Status, what was taken, what was given back."""
    return charge.status, charge.captured_minor, charge.returned_minor


OPEN = (ChargeStatus.OPEN, 0, 0)
CAPTURED = (ChargeStatus.CAPTURED, 6000, 0)
AUTHORISED = (ChargeStatus.AUTHORISED, 0, 0)
CLOSED = (ChargeStatus.CLOSED, 0, 0)
VOIDED = (ChargeStatus.VOIDED, 0, 0)


def sessions_of(desk: Desk) -> list[str]:
    """The checkout sessions that there are."""
    return [name for name, each in desk.double.books.objects.items() if each["object"] == "checkout.session"]


def payment_of(desk: Desk, reference: str) -> str:
    """What Stripe calls the payment of a checkout session."""
    return str(desk.double.books.objects[reference]["payment_intent"])


async def begin_without_key(self: StripePayments, asked: dict[str, Any], key: str) -> Any:
    """What opening would be without its key; the library makes up one of its own for each call."""
    return await self._client.v1.checkout.sessions.create_async(asked)  # type: ignore[arg-type]
