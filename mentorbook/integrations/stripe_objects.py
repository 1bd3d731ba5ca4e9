"""What Stripe's objects say, in the words of the domain, and amounts in the units that its API counts in."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from mentorbook.domain.kinds import RefundStatus
from mentorbook.domain.money.payments import Charge, ChargeStatus, ReturnedMoney
from mentorbook.domain.money.prices import exponent, payable_step
from mentorbook.domain.ports import PaymentRefused
from mentorbook.domain.schemas import as_uuid

PAYMENT_ID, REFUND_ID = "payment_id", "refund_id"

# As https://docs.stripe.com/currencies has it. Every other currency counts hundredths there, also where
# nobody else does: ISK and UGX for the sake of older programs, and what is not worth a hundredth any more.
_NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})

_REFUND_STATUSES = {
    "succeeded": RefundStatus.DONE,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


def to_stripe(amount_minor: int, currency: str) -> int:
    """Return an amount as Stripe counts it. Raises `PaymentRefused` for one that it does not take."""
    if amount_minor % payable_step(currency):
        raise PaymentRefused(f"cards are charged in steps of {payable_step(currency)}, not {amount_minor}")
    up, down = _factors(currency)
    amount, rest = divmod(amount_minor * up, down)
    if rest:
        raise PaymentRefused(f"Stripe knows fewer decimals of {currency}")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """Return an amount of Stripe's in minor units."""
    up, down = _factors(currency)
    return amount * down // up


def _factors(currency: str) -> tuple[int, int]:
    code = currency.upper()
    decimals = 0 if code in _NO_DECIMALS else 3 if code in _THREE_DECIMALS else 2
    more = decimals - exponent(code)
    return 10 ** max(more, 0), 10 ** max(-more, 0)


def as_charge(session: dict[str, Any], refunds: Iterable[dict[str, Any]]) -> Charge:
    """Return the charge of a Checkout Session, in which its payment is expanded, with all its refunds.

    Raises `KeyError`, `TypeError` or `ValueError` for what is no such session.
    """
    currency = session["currency"].upper()
    payment = session.get("payment_intent") or {}
    status = _status(session["status"], payment.get("status"))
    is_captured = status == ChargeStatus.CAPTURED
    return Charge(
        reference=session["id"],
        payment_id=as_uuid((session.get("metadata") or {}).get(PAYMENT_ID)),
        status=status,
        amount_minor=from_stripe(session["amount_total"], currency),
        currency=currency,
        created_at=datetime.fromtimestamp(session["created"], UTC),
        captured_minor=from_stripe(payment["amount_received"], currency) if is_captured else 0,
        refunds=tuple(_returned(each, currency) for each in refunds),
    )


def _status(of_session: str, of_payment: str | None) -> ChargeStatus:
    """Return how a charge stands; the payment says more than the session, which may lag behind."""
    match of_payment:
        case "succeeded":
            return ChargeStatus.CAPTURED
        case "requires_capture":
            return ChargeStatus.AUTHORISED
        case "canceled" if of_session == "complete":
            return ChargeStatus.VOIDED
        case "processing":
            return ChargeStatus.OPEN
    return ChargeStatus.OPEN if of_session == "open" else ChargeStatus.CLOSED


def _returned(refund: dict[str, Any], currency: str) -> ReturnedMoney:
    return ReturnedMoney(
        reference=refund["id"],
        amount_minor=from_stripe(refund["amount"], currency),
        # What is pending may take its days.
        status=_REFUND_STATUSES.get(refund["status"], RefundStatus.ORDERED),
        refund_id=as_uuid((refund.get("metadata") or {}).get(REFUND_ID)),
        problem=refund.get("failure_reason") or "",
    )
