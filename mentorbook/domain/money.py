"""Prices in integer minor units, and how they are written."""

from decimal import ROUND_HALF_UP, Decimal

_SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "INR": "₹"}
# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}


def exponent(currency: str) -> int:
    """Number of decimals of the currency (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def price_minor(rate: Decimal, currency: str, minutes: int) -> int:
    """Price of a session in the currency's minor units: hourly rate times minutes, half rounded up."""
    exact = rate * minutes * (10 ** exponent(currency)) / 60
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_minor(amount: int, currency: str) -> str:
    """An amount as people write it: `£60.00`, `¥9,000`, `CHF 45.50`; nothing to pay is `Free`."""
    if amount == 0:
        return "Free"
    digits = exponent(currency)
    number = f"{Decimal(amount).scaleb(-digits):,.{digits}f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{currency} {number}"


def format_rate(rate: Decimal, currency: str, *, short: bool = False) -> str:
    """An hourly rate as people write it: `£60.00`, or `£60` when `short` and there are no cents."""
    text = format_minor(price_minor(rate, currency, 60), currency)
    digits = exponent(currency)
    return text.removesuffix("." + "0" * digits) if short and digits else text
