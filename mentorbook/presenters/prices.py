"""Write prices: amounts in minor units, hourly rates."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_symbol

from mentorbook.domain.money.prices import exponent, price_minor

_LOCALE = "en"


def format_minor(amount: int, currency: str) -> str:
    """Write an amount as people do: `£60.00`, `¥9,000`, `CHF 45.50`; nothing to pay is `Free`.

    A code that nobody knows is written like any other: what is stored can always be shown.
    """
    return format_amount(amount, currency) if amount else "Free"


def format_amount(amount: int, currency: str) -> str:
    """Write an amount as `format_minor` does, also none: `£0.00`."""
    number = Decimal(amount).scaleb(-exponent(currency))
    return format_currency(number, currency, format=_pattern(currency), locale=_LOCALE)


@lru_cache(maxsize=512)
def _pattern(currency: str) -> str:
    """Return the pattern of an amount: the currency's sign before the number, or its code where the sign has
    letters (`CHF`, `CA$`, `F CFA`), which would run into the number."""
    symbol = get_currency_symbol(currency, _LOCALE)
    has_letters = any(character.isalpha() for character in symbol)
    return "¤¤ #,##0.00" if has_letters or symbol == currency else "¤#,##0.00"


# One rate stands in several places of each page that shows a mentor, which is drawn when a slot is taken.
@lru_cache(maxsize=1024)
def format_rate(rate: Decimal, currency: str, *, short: bool = False) -> str:
    """Write an hourly rate as people do: `£60.00`, or `£60` when `short` and there are no cents."""
    text = format_minor(price_minor(rate, currency, 60), currency)
    digits = exponent(currency)
    return text.removesuffix("." + "0" * digits) if short and digits else text
