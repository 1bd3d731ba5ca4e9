"""Prices in integer minor units, and how they are written, with the codes and digits of Babel."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

_LOCALE = "en"


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """The ISO 4217 codes that are legal tender somewhere today: no gold, no test codes, nothing retired."""
    used = (entry for entries in get_global("territory_currencies").values() for entry in entries)
    return frozenset(code for code, _since, until, is_tender in used if is_tender and until is None)


def is_currency(code: object) -> bool:
    """Whether a price may be asked in this currency; only in exactly that spelling. Never raises."""
    return isinstance(code, str) and code in currencies()


def exponent(currency: str) -> int:
    """Number of decimals of the currency; 2 for a code that nobody knows (any more)."""
    return get_currency_precision(currency)


def price_minor(rate: Decimal, currency: str, minutes: int) -> int:
    """Price of a session in the currency's minor units: hourly rate times minutes, half rounded up."""
    exact = rate * minutes * (10 ** exponent(currency)) / 60
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_minor(amount: int, currency: str) -> str:
    """An amount as people write it: `£60.00`, `¥9,000`, `CHF 45.50`; nothing to pay is `Free`.

    A code that nobody knows is written like any other: what is stored can always be shown.
    """
    if amount == 0:
        return "Free"
    number = Decimal(amount).scaleb(-exponent(currency))
    return format_currency(number, currency, format=_pattern(currency), locale=_LOCALE)


@lru_cache(maxsize=512)
def _pattern(currency: str) -> str:
    """A sign stands before the number; letters (`CHF`, `CA$`, `F CFA`) would run into it: then the code."""
    symbol = get_currency_symbol(currency, _LOCALE)
    has_letters = any(character.isalpha() for character in symbol)
    return "¤¤ #,##0.00" if has_letters or symbol == currency else "¤#,##0.00"


def format_rate(rate: Decimal, currency: str, *, short: bool = False) -> str:
    """An hourly rate as people write it: `£60.00`, or `£60` when `short` and there are no cents."""
    text = format_minor(price_minor(rate, currency, 60), currency)
    digits = exponent(currency)
    return text.removesuffix("." + "0" * digits) if short and digits else text
