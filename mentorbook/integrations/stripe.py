"""Stripe: the provider that takes cards, on a page of its own (Checkout)."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import stripe

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import Charge, ChargeEvent, ChargeOrder, ChargeStatus, OpenedCharge
from mentorbook.domain.ports import CardForm, NotGenuine, PaymentRefused, ProviderDown
from mentorbook.domain.schemas import as_uuid
from mentorbook.integrations.stripe_objects import PAYMENT_ID, REFUND_ID, as_charge, to_stripe

# For one answer, and for all that one call of the port asks.
_ANSWERS_WITHIN, _TIMEOUT = 6.0, 20.0  # seconds
_RETRIES = 1
_TOLERANCE = 300  # seconds that a signature of a webhook counts
_PAGE = 100
_LONGEST_TITLE = 250
_IN_SESSION = ["payment_intent.latest_charge.refunds"]
_IN_LIST = [f"data.{each}" for each in _IN_SESSION]
# What the operator mends, or what passes: another try may succeed.
_DOWN = (
    stripe.APIConnectionError,
    stripe.APIError,
    stripe.RateLimitError,
    stripe.AuthenticationError,
    stripe.PermissionError,
)
_CODE = re.compile(r"[a-z0-9_.]{1,80}")

# Nothing of this installation is told but what a payment needs.
stripe.enable_telemetry = False
# At INFO they write a line a call, at DEBUG what is sent, with people's addresses.
for _name in ("stripe", "httpx"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class StripePayments:
    """Checkout Sessions at Stripe, for `domain.ports.PaymentProvider`.

    A reference is the id of a session. Whatever is asked has a key, and what is done only once is looked at
    before it is asked for, since Stripe forgets keys after a day. Made and closed inside the running loop.
    """

    way = PaymentWay.STRIPE
    card_form: CardForm | None = None

    def __init__(
        self, secret_key: str, webhook_secret: str, *, address: str | None = None, timeout: float = _TIMEOUT
    ) -> None:
        """Ask at Stripe's own address unless a test has another, `timeout` seconds at most for each call."""
        self._http = stripe.HTTPXClient(timeout=min(_ANSWERS_WITHIN, timeout))
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            max_network_retries=_RETRIES,
            base_addresses={"api": address} if address else {},
        )
        self._webhook_secret, self._timeout = webhook_secret, timeout

    async def open(self, order: ChargeOrder) -> OpenedCharge:
        """Begin a Checkout Session. Raises `ProviderDown`, `PaymentRefused`."""
        asked = _session_of(order)
        key = str(order.payment_id)
        async with self._reaching():
            try:
                session = await self._begin(asked, key)
            except stripe.InvalidRequestError as error:
                if error.param != "customer_email":
                    raise
                # An address that Stripe takes for none is typed on its page.
                del asked["customer_email"]
                session = await self._begin(asked, f"{key}:no-address")
            return OpenedCharge(session.id, session.url)

    async def _begin(self, asked: dict[str, Any], key: str) -> stripe.checkout.Session:
        options: stripe.RequestOptions = {"idempotency_key": key}
        return await self._client.v1.checkout.sessions.create_async(asked, options)  # type: ignore[arg-type]

    async def charge(self, reference: str) -> Charge:
        """Return a session as it is now. Raises `ProviderDown`, `PaymentRefused`."""
        async with self._reaching():
            return (await self._looked_at(reference))[0]

    async def close(self, reference: str) -> Charge:
        """Expire a session that nobody has paid. Raises `ProviderDown`, `PaymentRefused`."""
        async with self._reaching():
            charge, _ = await self._looked_at(reference)
            if charge.status != ChargeStatus.OPEN:
                return charge
            # What was paid, or has expired, just now is refused: that is what is told.
            with suppress(stripe.InvalidRequestError):
                await self._client.v1.checkout.sessions.expire_async(reference)
            return (await self._looked_at(reference))[0]

    async def capture(self, reference: str, amount_minor: int) -> Charge:
        """Capture an authorised payment, or cancel it for 0. Raises `ProviderDown`, `PaymentRefused`."""
        async with self._reaching():
            charge, payment = await self._looked_at(reference)
            if charge.status == ChargeStatus.AUTHORISED:
                amount, key = to_stripe(amount_minor, charge.currency), f"capture:{reference}:{amount_minor}"
                try:
                    await self._settle(payment, amount, key)
                except stripe.APIError as error:
                    # A fault of Stripe's own is kept under the key for a day, and the card is held for a few.
                    # A payment is captured once whatever the key.
                    if not _is_kept(error):
                        raise
                    await self._settle(payment, amount, f"{key}:{uuid4()}")
                charge, _ = await self._looked_at(reference)
            status = ChargeStatus.CAPTURED if amount_minor else ChargeStatus.VOIDED
            if (charge.status, charge.captured_minor) != (status, amount_minor):
                raise PaymentRefused(f"it is {charge.status}, with {charge.captured_minor} captured")
            return charge

    async def _settle(self, payment: str, amount: int, key: str) -> None:
        options: stripe.RequestOptions = {"idempotency_key": key}
        intents = self._client.v1.payment_intents
        if amount:
            await intents.capture_async(payment, {"amount_to_capture": amount}, options)
        else:
            await intents.cancel_async(payment, {}, options)

    async def refund(self, reference: str, refund_id: UUID, amount_minor: int) -> Charge:
        """Refund so much of a captured payment. Raises `ProviderDown`, `PaymentRefused`."""
        async with self._reaching():
            charge, payment = await self._looked_at(reference)
            known = [each for each in charge.refunds if each.refund_id == refund_id]
            if not known:
                if charge.status != ChargeStatus.CAPTURED:
                    raise PaymentRefused(f"nothing was captured: it is {charge.status}")
                metadata = {REFUND_ID: str(refund_id), PAYMENT_ID: str(charge.payment_id or "")}
                await self._client.v1.refunds.create_async(
                    {
                        "payment_intent": payment,
                        "amount": to_stripe(amount_minor, charge.currency),
                        "metadata": metadata,
                    },
                    {"idempotency_key": str(refund_id)},
                )
                return (await self._looked_at(reference))[0]
            if known[0].amount_minor != amount_minor:
                raise PaymentRefused("this refund was made before, of another amount")
            return charge

    async def charges_since(self, moment: datetime) -> list[Charge]:
        """List the sessions that were begun for payments of ours since then; an account may have others.

        Each page of them may last as long as any other call. Raises `ProviderDown`.
        """
        async with self._reaching():
            page = await self._client.v1.checkout.sessions.list_async(
                {"created": {"gte": int(moment.timestamp())}, "limit": _PAGE, "expand": _IN_LIST}
            )
        charges: list[Charge] = []
        while True:
            async with self._reaching():
                charges += [
                    await self._charge_of(each) for each in map(_content, page.data) if _is_ours(each)
                ]
                if not page.has_more:
                    return charges
                page = await page.next_page_async()

    def read_event(self, body: bytes, signature: str) -> ChargeEvent:
        """Return what a webhook tells. Raises `NotGenuine` for what Stripe has not signed just now."""
        try:
            event = self._client.construct_event(body, signature, self._webhook_secret, _TOLERANCE)
            return ChargeEvent(str(event.id), _payment_id(_content(event)["data"]["object"]))
        # The library raises whatever comes up in parsing what anybody may send.
        except Exception as error:
            raise NotGenuine(type(error).__name__) from None

    async def close_connections(self) -> None:
        """Close the client's connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _looked_at(self, reference: str) -> tuple[Charge, str]:
        """Return a charge as it is now, and the id of its payment, empty while it has none."""
        found = await self._client.v1.checkout.sessions.retrieve_async(reference, {"expand": _IN_SESSION})
        session = _content(found)
        return await self._charge_of(session), (session.get("payment_intent") or {}).get("id", "")

    async def _charge_of(self, session: dict[str, Any]) -> Charge:
        """Return the charge of a session with every refund; its own list holds the first ones only."""
        payment = session.get("payment_intent") or {}
        refunds = (payment.get("latest_charge") or {}).get("refunds") or {}
        if not refunds.get("has_more"):
            return as_charge(session, refunds.get("data") or [])
        listed = await self._client.v1.refunds.list_async({"payment_intent": payment["id"], "limit": _PAGE})
        return as_charge(session, [_content(each) async for each in listed.auto_paging_iter()])

    @asynccontextmanager
    async def _reaching(self) -> AsyncIterator[None]:
        # Never with the library's own words, nor after them: they may name people and parts of keys.
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except TimeoutError:
            raise ProviderDown(f"Stripe did not answer within {self._timeout:g} s") from None
        except _DOWN as error:
            raise ProviderDown(f"Stripe {_answer(error)}") from None
        except stripe.StripeError as error:
            raise PaymentRefused(f"Stripe refused it: {_answer(error)}") from None
        # What is told as anything but the object that was asked for.
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ProviderDown("what Stripe answered cannot be read") from None


def _content(found: stripe.StripeObject) -> dict[str, Any]:
    return found.to_dict()


def _payment_id(found: dict[str, Any]) -> UUID | None:
    return as_uuid((found.get("metadata") or {}).get(PAYMENT_ID))


def _is_ours(session: dict[str, Any]) -> bool:
    return _payment_id(session) is not None


def _session_of(order: ChargeOrder) -> dict[str, Any]:
    """Return the Checkout Session to ask for: the same for the same order, which Stripe compares."""
    metadata = {PAYMENT_ID: str(order.payment_id)}
    price = {
        "currency": order.currency.lower(),
        "unit_amount": to_stripe(order.amount_minor, order.currency),
        "product_data": {"name": order.title[:_LONGEST_TITLE]},
    }
    asked: dict[str, Any] = {
        "mode": "payment",
        # What else there is does not hold money, or takes days to say that it was paid.
        "allowed_payment_method_types": ["card"],
        # The amount that was shown is the one on the card.
        "adaptive_pricing": {"enabled": False},
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": {
            "capture_method": "manual" if order.is_authorisation else "automatic",
            "metadata": metadata,
        },
        "metadata": metadata,
        "client_reference_id": str(order.payment_id),
        "customer_email": order.payer_email,
        "success_url": order.return_url,
        "cancel_url": order.return_url,
    }
    if order.pay_until is not None:
        asked["expires_at"] = int(order.pay_until.timestamp())
    return asked


def _is_kept(error: stripe.StripeError) -> bool:
    """Say whether this is the answer to an earlier call under the same key."""
    return (error.headers or {}).get("idempotent-replayed") == "true"


def _answer(error: stripe.StripeError) -> str:
    """Say what Stripe answered, in its codes."""
    if error.http_status is None:
        return "cannot be reached"
    code = error.code or ""
    return f"answered {error.http_status}" + (f" {code}" if _CODE.fullmatch(code) else "")
