"""What Stripe keeps, and its rules: sessions of Checkout, payments, charges, refunds, and events of them.

Amounts are in the units of Stripe's API. Parameters are those that the official library knows; any other is
refused, as Stripe does.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentCaptureParams,
    RefundCreateParams,
    RefundListParams,
)
from stripe.params.checkout import SessionCreateParams, SessionListParams

HELD_FOR = timedelta(days=7)
_SHORTEST, _LONGEST = timedelta(minutes=30), timedelta(hours=24)
_IN_TENS = {"bhd", "jod", "kwd", "omr", "tnd"}
_IN_HUNDREDS = {"isk", "ugx"}
_LEAST = {"gbp": 30, "usd": 50, "eur": 50, "jpy": 50}
# A list inside another object holds so many.
_INNER = 10

GOOD = "4242424242424242"
ASKS_THE_BANK = "4000002760003184"
_DECLINED = {"4000000000000002": "card_declined", "4000000000009995": "insufficient_funds"}


@dataclass
class Refusal(Exception):
    """An error as Stripe tells it; `is_kept` when it is what the same key is answered from then on."""

    status: int
    code: str
    param: str = ""
    kind: str = "invalid_request_error"
    is_kept: bool = False
    message: str = "told to ada.private@people.test"

    def body(self) -> dict[str, Any]:
        told = {"type": self.kind, "code": self.code, "param": self.param, "message": self.message}
        return {"error": {name: value for name, value in told.items() if value}}


class CardProblem(Exception):
    """A card that did not pay; another may."""


class NotPayable(Exception):
    """A page that says that nothing is to be paid there."""


def _known(params: type, given: dict[str, Any]) -> None:
    """Refuse what the library's own types do not have."""
    for name in given:
        if name not in params.__annotations__:
            raise Refusal(400, "parameter_unknown", name)


class StripeBooks:
    """Everything by its id; `events` is what webhooks tell, oldest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.objects: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        # What becomes of a refund at first: `succeeded`, or `pending` until `settle_refund`.
        self.refunds_are = "succeeded"
        self.bad_addresses: set[str] = set()
        self._last = 0

    # What the API does.

    def open(self, given: dict[str, Any]) -> dict[str, Any]:
        _known(SessionCreateParams, given)
        if given.get("mode") != "payment":
            raise Refusal(400, "parameter_missing", "mode")
        if given.get("customer_email") in self.bad_addresses:
            raise Refusal(400, "email_invalid", "customer_email")
        if not str(given.get("success_url", "")).startswith("http"):
            raise Refusal(400, "url_invalid", "success_url")
        (line,) = given["line_items"].values()
        price = line["price_data"]
        amount, currency = int(price["unit_amount"]) * int(line["quantity"]), price["currency"]
        assert price["product_data"]["name"]
        _check_amount(amount, currency)
        if amount < _LEAST.get(currency, 1):
            raise Refusal(400, "amount_too_small", "amount")
        expires = int(given.get("expires_at") or self._stamp() + _LONGEST.total_seconds())
        ahead = timedelta(seconds=expires - self._stamp())
        if not _SHORTEST <= ahead <= _LONGEST:
            raise Refusal(400, "", "expires_at")
        return self._new(
            "cs_test",
            "checkout.session",
            amount_total=amount,
            currency=currency,
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            expires_at=expires,
            metadata=given.get("metadata", {}),
            client_reference_id=given.get("client_reference_id"),
            customer_email=given.get("customer_email"),
            success_url=given["success_url"],
            mode="payment",
            url="https://checkout.stripe.test/pay",
            asked=given,
        )

    def expire(self, reference: str) -> dict[str, Any]:
        session = self.get(reference)
        if session["status"] != "open":
            raise Refusal(400, "", is_kept=True)
        self._expired(session)
        return session

    def capture(self, payment: str, given: dict[str, Any]) -> dict[str, Any]:
        _known(PaymentIntentCaptureParams, given)
        intent = self.get(payment)
        if intent["status"] != "requires_capture":
            raise Refusal(400, "payment_intent_unexpected_state", is_kept=True)
        amount = int(given.get("amount_to_capture", intent["amount"]))
        _check_amount(amount, intent["currency"])
        if amount > intent["amount_capturable"]:
            raise Refusal(400, "amount_too_large", "amount_to_capture", is_kept=True)
        self._captured(intent, amount)
        self._tell("charge.captured", self.get(intent["latest_charge"]))
        return intent

    def cancel(self, payment: str, given: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        _known(PaymentIntentCancelParams, given)
        intent = self.get(payment)
        if intent["status"] != "requires_capture":
            raise Refusal(400, "payment_intent_unexpected_state", is_kept=True)
        intent |= {"status": "canceled", "amount_capturable": 0, "cancellation_reason": reason}
        self._tell("payment_intent.canceled", intent)
        return intent

    def refund(self, given: dict[str, Any]) -> dict[str, Any]:
        _known(RefundCreateParams, given)
        intent = self.get(given["payment_intent"])
        if intent["status"] != "succeeded":
            raise Refusal(400, "charge_not_captured", is_kept=True)
        charge = self.get(intent["latest_charge"])
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = int(given.get("amount", left))
        _check_amount(amount, intent["currency"])
        if not left:
            raise Refusal(400, "charge_already_refunded", is_kept=True)
        if not 0 < amount <= left:
            raise Refusal(400, "", "amount", is_kept=True)
        charge["amount_refunded"] += amount
        refund = self._new(
            "re",
            "refund",
            amount=amount,
            currency=intent["currency"],
            charge=charge["id"],
            payment_intent=intent["id"],
            metadata=given.get("metadata", {}),
            status=self.refunds_are,
        )
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return refund

    def sessions(self, given: dict[str, Any]) -> dict[str, Any]:
        _known(SessionListParams, given)
        since = int(given.get("created", {}).get("gte", 0))
        found = [each for each in self._all("checkout.session") if each["created"] >= since]
        return _page("/v1/checkout/sessions", found, given)

    def refunds(self, given: dict[str, Any]) -> dict[str, Any]:
        _known(RefundListParams, given)
        found = [each for each in self._all("refund") if each["payment_intent"] == given["payment_intent"]]
        return _page("/v1/refunds", found, given)

    def get(self, name: str, kind: str = "") -> dict[str, Any]:
        """Return an object as it is by now."""
        self._let_lapse()
        found = self.objects.get(name)
        if found is None or (kind and found["object"] != kind):
            raise Refusal(404, "resource_missing", "id")
        return found

    def rendered(self, found: dict[str, Any], expand: list[str]) -> dict[str, Any]:
        """Return a copy of an object in which these fields are objects instead of ids."""
        shown = {name: value for name, value in copy.deepcopy(found).items() if name != "asked"}
        for field in {each.partition(".")[0] for each in expand}:
            inner = [each.partition(".")[2] for each in expand if each.partition(".")[0] == field]
            inner = [each for each in inner if each]
            if field == "data":
                shown["data"] = [self.rendered(each, inner) for each in shown["data"]]
            elif field == "refunds":
                of_charge = [each for each in self._all("refund") if each["charge"] == found["id"]]
                shown[field] = _page("/v1/refunds", of_charge, {"limit": _INNER})
            elif isinstance(found.get(field), str):
                shown[field] = self.rendered(self.get(found[field]), inner)
        return shown

    # What a payer does on the page, and what is done at the dashboard.

    def pay(self, reference: str, card: str = GOOD) -> str:
        """Pay at a session's page; return the status of the payment."""
        session = self.get(reference)
        if session["status"] != "open":
            raise NotPayable(session["status"])
        intent = self._intent_of(session)
        if card in _DECLINED:
            intent["last_payment_error"] = {"code": _DECLINED[card]}
            self._tell("payment_intent.payment_failed", intent)
            raise CardProblem(_DECLINED[card])
        if card == ASKS_THE_BANK:
            intent["status"] = "requires_action"
            self._tell("payment_intent.requires_action", intent)
        elif card == GOOD:
            self._paid(session, intent)
        else:
            raise CardProblem("incorrect_number")
        return str(intent["status"])

    def answer_the_bank(self, reference: str, *, agrees: bool = True) -> str:
        """Say yes or no to one's bank, which has asked (3-D Secure)."""
        session = self.get(reference)
        intent = self.get(session["payment_intent"])
        if session["status"] != "open" or intent["status"] != "requires_action":
            raise NotPayable(intent["status"])
        if agrees:
            self._paid(session, intent)
        else:
            intent["status"] = "requires_payment_method"
            self._tell("payment_intent.payment_failed", intent)
        return str(intent["status"])

    def refund_by_hand(self, reference: str, amount: int) -> str:
        """Refund at the dashboard, where nobody knows our ids; return the refund's own."""
        refund = self.refund({"payment_intent": self.get(reference)["payment_intent"], "amount": amount})
        return str(refund["id"])

    def settle_refund(self, refund: str, status: str, reason: str | None = None) -> None:
        """Have a refund succeed, or come back as `failed`."""
        found = self.get(refund)
        if status == "failed":
            self.get(found["charge"])["amount_refunded"] -= found["amount"]
        found |= {"status": status, "failure_reason": reason}
        self._tell("refund.failed" if status == "failed" else "refund.updated", found)

    def charges_of(self, payment_id: Any) -> list[dict[str, Any]]:
        """List what was charged for a payment of ours, in however many sessions."""
        return [each for each in self._all("charge") if each["metadata"].get("payment_id") == str(payment_id)]

    # How it goes on from there.

    def _intent_of(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["payment_intent"] is None:
            data = session["asked"].get("payment_intent_data", {})
            intent = self._new(
                "pi",
                "payment_intent",
                amount=session["amount_total"],
                currency=session["currency"],
                amount_capturable=0,
                amount_received=0,
                capture_method=data.get("capture_method", "automatic_async"),
                metadata=data.get("metadata", {}),
                latest_charge=None,
                status="requires_payment_method",
            )
            session["payment_intent"] = intent["id"]
        return self.objects[session["payment_intent"]]

    def _paid(self, session: dict[str, Any], intent: dict[str, Any]) -> None:
        charge = self._new(
            "ch",
            "charge",
            amount=intent["amount"],
            currency=intent["currency"],
            amount_captured=0,
            amount_refunded=0,
            payment_intent=intent["id"],
            metadata=dict(intent["metadata"]),
        )
        intent["latest_charge"] = charge["id"]
        self._tell("charge.succeeded", charge)
        if intent["capture_method"] == "manual":
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._tell("payment_intent.amount_capturable_updated", intent)
        else:
            self._captured(intent, intent["amount"])
        is_taken = intent["status"] == "succeeded"
        session |= {"status": "complete", "url": None, "payment_status": "paid" if is_taken else "unpaid"}
        self._tell("checkout.session.completed", session)

    def _captured(self, intent: dict[str, Any], amount: int) -> None:
        self.objects[intent["latest_charge"]]["amount_captured"] = amount
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        self._tell("payment_intent.succeeded", intent)

    def _expired(self, session: dict[str, Any]) -> None:
        session |= {"status": "expired", "url": None}
        if session["payment_intent"]:
            self.objects[session["payment_intent"]]["status"] = "canceled"
        self._tell("checkout.session.expired", session)

    def _let_lapse(self) -> None:
        for session in self._all("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= self._stamp():
                self._expired(session)
        for charge in self._all("charge"):
            intent = self.objects[charge["payment_intent"]]
            is_old = charge["created"] + HELD_FOR.total_seconds() <= self._stamp()
            if is_old and intent["status"] == "requires_capture":
                intent |= {"status": "canceled", "amount_capturable": 0, "cancellation_reason": "expired"}
                self._tell("payment_intent.canceled", intent)

    def _new(self, prefix: str, kind: str, **fields: Any) -> dict[str, Any]:
        self._last += 1
        made = {"id": f"{prefix}_{self._last}", "object": kind, "created": self._stamp(), **fields}
        self.objects[made["id"]] = made
        return made

    def _all(self, kind: str) -> list[dict[str, Any]]:
        """List the objects of a kind, the newest first."""
        return [each for each in reversed(self.objects.values()) if each["object"] == kind]

    def _tell(self, kind: str, about: dict[str, Any]) -> None:
        event = {"id": f"evt_{len(self.events) + 1}", "object": "event", "type": kind}
        told = {"data": {"object": self.rendered(about, [])}, "created": self._stamp(), "livemode": False}
        self.events.append(event | told)

    def _stamp(self) -> int:
        return int(self.now().timestamp())


def _check_amount(amount: int, currency: str) -> None:
    if currency != currency.lower():
        raise Refusal(400, "invalid_currency", "currency")
    if (currency in _IN_TENS and amount % 10) or (currency in _IN_HUNDREDS and amount % 100):
        raise Refusal(400, "invalid_charge_amount_no_decimal_compatible", "amount")


def _page(url: str, found: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    """Return so many of them, from the one after that was seen last."""
    limit, after = int(given.get("limit", 10)), given.get("starting_after")
    if after is not None:
        names = [each["id"] for each in found]
        found = found[names.index(after) + 1 :]
    return {"object": "list", "url": url, "data": found[:limit], "has_more": len(found) > limit}
