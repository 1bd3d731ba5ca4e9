"""Prices in integer minor units, with the codes and digits of Babel."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes that are legal tender somewhere today: no gold, test or retired codes."""
    used = (entry for entries in get_global("territory_currencies").values() for entry in entries)
    return frozenset(code for code, _since, until, is_tender in used if is_tender and until is None)


def is_currency(code: object) -> bool:
    """Say whether a price may be in this currency; only in exactly that spelling. Never raises."""
    return isinstance(code, str) and code in currencies()


def exponent(currency: str) -> int:
    """Return the number of decimals of the currency; 2 for a code that is unknown or retired."""
    return get_currency_precision(currency)


def payable_step(currency: str) -> int:
    """Return of how many minor units amounts on cards are multiples: networks know no thousandths."""
    return 10 if exponent(currency) == 3 else 1


def payable(amount_minor: int, currency: str) -> int:
    """Return what a card is charged of a price: what is no multiple of the step is left to the payer."""
    return amount_minor - amount_minor % payable_step(currency)


def on_cards(amount_minor: int, currency: str) -> int:
    """Return what is given back on a card of an amount that is owed: rounded up to what cards can carry."""
    step = payable_step(currency)
    return -(-amount_minor // step) * step


def price_minor(rate: Decimal, currency: str, minutes: int) -> int:
    """Return the price of a session in minor units: hourly rate times minutes, half rounded up."""
    exact = rate * minutes * (10 ** exponent(currency)) / 60
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
