"""A mentor's profile as it is sent: who they are, what they offer and at what rate; camelCase on the wire."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from babel import Locale
from pydantic import (
    AfterValidator,
    AnyUrl,
    BeforeValidator,
    Field,
    TypeAdapter,
    UrlConstraints,
    ValidationError,
)

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.money.prices import exponent, is_currency
from mentorbook.domain.schemas import Request, Text, parse

# Four hours of it fit a column of 32 bits in thousandths, the smallest minor unit that money has.
HIGHEST_RATE = 500_000
HEADLINE_LENGTH, ABOUT_LENGTH, CITY_LENGTH = 120, 4_000, 80
LEAST_TOPIC, LONGEST_TOPIC, MOST_TOPICS = 2, 40, 12
MOST_LANGUAGES, MOST_LINKS = 10, 5
LINK_LENGTH, LABEL_LENGTH = 300, 60
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_CODE = re.compile(r"[a-z]{2,3}")
# Codes that stand for no language, for many, or for one that is not known.
_NO_LANGUAGES = frozenset({"mul", "und", "zxx"})
# Characters that turn the text after them round: a line with one in it can be made to read as another.
_TURNING = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})
_https = TypeAdapter(Annotated[AnyUrl, UrlConstraints(allowed_schemes=["https"])])


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """Return the primary codes of BCP 47 for which Babel knows a name, such as `en`, `de` and `fil`."""
    known = (str(code) for code in Locale("en").languages)
    return frozenset(code for code in known if _CODE.fullmatch(code)) - _NO_LANGUAGES


def _one_line(text: str) -> str:
    if any(unicodedata.category(c) == "Cc" or unicodedata.bidirectional(c) in _TURNING for c in text):
        raise ValueError("must be one line of plain text")
    return " ".join(text.split())


def _topic(text: str) -> str:
    # The directory's search keeps topics apart with bars.
    if "|" in text:
        raise ValueError("must not contain |")
    if not LEAST_TOPIC <= len(text) <= LONGEST_TOPIC:
        raise ValueError(f"must have {LEAST_TOPIC} to {LONGEST_TOPIC} characters")
    return text


def _amount(value: Any) -> Any:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value) or Decimal(value) > HIGHEST_RATE:
        raise ValueError(f'must be text such as "60" or "12.50", from 0 to {HIGHEST_RATE:,}')
    return value


def _currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("must be the ISO 4217 code of a currency in use, such as GBP")
    return code


def _language(code: str) -> str:
    if code not in languages():
        raise ValueError("is not the BCP 47 code of a language, such as en or de")
    return code


def _address(given: str) -> str:
    try:
        url = _https.validate_python(given)
    except ValidationError:
        raise ValueError("must be an address that begins with https://") from None
    if url.username is not None or url.password is not None:
        raise ValueError("must not contain a user name or a password")
    # As it was parsed: names of hosts in ASCII, so that none can pass for another.
    if len(str(url)) > LINK_LENGTH:
        raise ValueError(f"may have at most {LINK_LENGTH} characters")
    return str(url)


def _at_most(most: int, least: int = 0) -> Callable[[list[Any]], list[Any]]:
    allowed = f"{least} to {most}" if least else f"at most {most}"

    def check(entries: list[Any]) -> list[Any]:
        if not least <= len(entries) <= most:
            raise ValueError(f"must be {allowed}")
        return entries

    return check


def _different(entries: list[str]) -> list[str]:
    if len({entry.casefold() for entry in entries}) < len(entries):
        raise ValueError("must not contain the same twice")
    return entries


Line = Annotated[Text, AfterValidator(_one_line)]
Topic = Annotated[Line, AfterValidator(_topic)]
Topics = Annotated[list[Topic], AfterValidator(_at_most(MOST_TOPICS, 1)), AfterValidator(_different)]
Language = Annotated[str, AfterValidator(_language)]
Languages = Annotated[list[Language], AfterValidator(_at_most(MOST_LANGUAGES)), AfterValidator(_different)]
Address = Annotated[str, Field(max_length=LINK_LENGTH), AfterValidator(_address)]


class TopicUpdate(Request):
    """One topic by itself, while it is being chosen."""

    topic: Topic


class LinkUpdate(Request):
    """An address elsewhere, https only, and what stands for it."""

    url: Address
    label: Annotated[Line, Field(max_length=LABEL_LENGTH)] | None = None


class ProfileUpdate(Request):
    """What a mentor says about themselves. `rate` is per hour, as text, in `currency`; 0 is free."""

    headline: Annotated[Line, Field(min_length=1, max_length=HEADLINE_LENGTH)]
    about: Annotated[Text, Field(max_length=ABOUT_LENGTH)] = ""
    expertise: Topics
    rate: Annotated[str, BeforeValidator(_amount)]
    currency: Annotated[str, AfterValidator(_currency)]
    city: Annotated[Line, Field(max_length=CITY_LENGTH)] | None = None
    languages: Languages = []
    links: Annotated[list[LinkUpdate], AfterValidator(_at_most(MOST_LINKS))] = []
    is_available: Annotated[bool, Field(strict=True)] = True


def parse_profile(data: Mapping[str, Any] | ProfileUpdate) -> ProfileUpdate:
    """Return a profile. Raises `ValidationFailed` that names every wrong field."""
    wanted = parse(ProfileUpdate, data)
    digits = exponent(wanted.currency)
    amount = Decimal(wanted.rate)
    if amount != round(amount, digits):
        allowed = f"at most {digits} decimals" if digits else "no decimals"
        raise ValidationFailed({"rate": f"may have {allowed} in {wanted.currency}"})
    return wanted
