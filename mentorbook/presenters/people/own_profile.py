"""A mentor's own profile as a form: names of languages and currencies, what is wrong, the card it makes."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale

from mentorbook.domain.money.prices import currencies, is_currency
from mentorbook.domain.people.own_profile import HIGHEST_RATE, MOST_LANGUAGES, MOST_TOPICS, languages
from mentorbook.presenters.field_errors import field_sentence
from mentorbook.presenters.names import initials
from mentorbook.presenters.people.mentor_card import MentorRow
from mentorbook.presenters.prices import format_rate

CHANGED_MEANWHILE = (
    "Your profile was saved somewhere else meanwhile, perhaps in another tab. What you typed here is kept."
)
# What the picture's part of the page says, by the names that `assets/picture_crop.js` has for it.
PICTURE_WORDS = {
    "choose": "Choose a picture",
    "another": "Choose another",
    "remove": "Remove picture",
    "frame": "Part of the picture that is shown",
    "zoom": "Zoom",
    "hint": "Drag the picture, or move it with the arrow keys. Zoom with the bar, two fingers, or + and -.",
    "save": "Use this picture",
    "saving": "Saving …",
    "cancel": "Cancel",
    "saved": "Your picture is saved.",
    "removed": "Your picture is removed. Your initials stand in.",
    "subject": "The file",
    "unreadable": "This file cannot be read as a picture. Choose a JPEG, PNG or WebP.",
    "tooLarge": "This picture is too large to be sent. Choose another.",
    "refused": "Your picture could not be changed. Reload the page and try again.",
    "unreachable": "MentorBook cannot be reached. Try again in a moment.",
}
_LOCALE = "en"
_SUBJECTS = {
    "headline": "The headline",
    "about": "The text",
    "rate": "The rate",
    "currency": "The currency",
    "city": "The city",
}


@dataclass(frozen=True)
class Choice:
    """Something to choose, by the code that stands for it."""

    value: str
    label: str


@dataclass(frozen=True)
class LinkFields:
    """One link as it is typed, with what is wrong about it."""

    url: str = ""
    label: str = ""
    url_error: str = ""
    label_error: str = ""


@lru_cache(maxsize=1)
def language_choices() -> list[Choice]:
    """List every language that a profile can name, by its English name."""
    names = Locale(_LOCALE).languages
    choices = [Choice(code, names[code]) for code in languages()]
    return sorted(choices, key=lambda choice: choice.label.casefold())


@lru_cache(maxsize=1)
def currency_choices() -> list[Choice]:
    """List every currency that a rate can be in, by its code."""
    names = Locale(_LOCALE).currencies
    return [Choice(code, f"{code} · {names.get(code, code)}") for code in sorted(currencies())]


def languages_named(codes: list[str]) -> list[Choice]:
    """Return languages with their names, in this order."""
    names = Locale(_LOCALE).languages
    return [Choice(code, names.get(code, code)) for code in codes]


def profile_errors(fields: dict[str, str]) -> dict[str, str]:
    """Return a sentence for each wrong control of the form, by its id."""
    found = {name: field_sentence(subject, fields.get(name)) for name, subject in _SUBJECTS.items()}
    if fields.get("rate", "").startswith("must be"):
        found["rate"] = f"Write the rate as a number such as 60 or 12.50, up to {HIGHEST_RATE:,}."
    found["expertise"] = _list_error(fields, "expertise", "Topic", f"Choose 1 to {MOST_TOPICS} topics.")
    most = f"Choose at most {MOST_LANGUAGES} languages."
    found["languages"] = _list_error(fields, "languages", "Language", most)
    return {name: sentence for name, sentence in found.items() if sentence}


def topic_error(why: str) -> str:
    """Say what is wrong with a topic that is being added."""
    return field_sentence("A topic", why)


def _list_error(fields: dict[str, str], name: str, subject: str, count: str) -> str:
    whole = fields.get(name, "")
    if whole:
        return "Each may be there only once." if "twice" in whole else count
    for place, why in fields.items():
        if place.startswith(f"{name}."):
            return field_sentence(f"{subject} {int(place.partition('.')[2]) + 1}", why)
    return ""


def links_with_errors(links: list[LinkFields], fields: dict[str, str]) -> list[LinkFields]:
    """Return the links, each with what is wrong about it."""
    return [
        replace(
            link,
            url_error=field_sentence("It", fields.get(f"links.{place}.url")),
            label_error=field_sentence("It", fields.get(f"links.{place}.label")),
        )
        for place, link in enumerate(links)
    ]


def preview_row(name: str, headline: str, expertise: list[str], rate: str, currency: str) -> MentorRow:
    """Return the card that these would make in the directory."""
    return MentorRow(
        id="",
        href="",
        name=name,
        initials=initials(name),
        headline=headline.strip() or "Your headline",
        expertise=expertise,
        next_free="Next: your first free time",
        is_free=True,
        rate=_rate(rate, currency),
    )


def _rate(typed: str, currency: str) -> str:
    """Write what was typed as a rate, or nothing while it is none."""
    try:
        rate = Decimal(typed.strip())
    except InvalidOperation:
        return ""
    if not rate.is_finite() or not 0 <= rate <= HIGHEST_RATE or not is_currency(currency):
        return ""
    words = format_rate(rate, currency, short=True)
    return f"{words} / h" if rate else words
