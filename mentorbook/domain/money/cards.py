"""A card as it was typed into the demo's form: it is kept nowhere, and no real one is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_LONGEST = 40
_SHORTEST_NUMBER, _LONGEST_NUMBER = 12, 19


@dataclass(frozen=True, slots=True)
class TypedCard:
    """What stands in the four fields; never in a text that shows this object."""

    number: str = field(repr=False)
    expiry: str = field(repr=False)
    code: str = field(repr=False)
    name: str = field(repr=False)

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "TypedCard":
        """Return what a form holds under the names `card-number`, `card-expiry`, `card-code`, `card-name`."""
        return cls(
            *(
                form.get(f"card-{each}", "").strip()[:_LONGEST]
                for each in ("number", "expiry", "code", "name")
            )
        )

    def problems(self, today: date) -> dict[str, str]:
        """Return what is wrong with each field, by its name; whether the card pays, its bank says."""
        digits = self.number.replace(" ", "").replace("-", "")
        checks = {
            "number": (
                _are_digits(digits) and _SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER,
                "Type the number of a test card.",
            ),
            "expiry": (
                _is_ahead(self.expiry, today),
                "Type month and year of a date to come, such as 12/34.",
            ),
            "code": (
                _are_digits(self.code) and len(self.code) in (3, 4),
                "Type the three or four digits of the security code.",
            ),
            "name": (bool(self.name), "Type the name on the card."),
        }
        return {name: said for name, (is_right, said) in checks.items() if not is_right}


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_ahead(expiry: str, today: date) -> bool:
    """Say whether `12/34` or `12 / 2034` is this month or one to come."""
    month, slash, year = (part.strip() for part in expiry.partition("/"))
    if not slash or not _are_digits(month) or not _are_digits(year) or len(year) not in (2, 4):
        return False
    full = int(year) + (2000 if len(year) == 2 else 0)
    return 1 <= int(month) <= 12 and (full, int(month)) >= (today.year, today.month)
