"""Which characters of what people write can be seen."""

import unicodedata

# They are never seen themselves, and decide how letters of Persian or Hindi, and emoji, are joined.
_JOINERS = "\u200c\u200d"
# Letters and signs to Unicode, and blank in every font.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
# Control, formatting, half a character. Not what Python's tables do not know yet: next year's emoji are text.
_NO_TEXT = ("Cc", "Cf", "Cs")


def is_text(character: str) -> bool:
    """Say whether a character is part of a text, a space included; not control and formatting characters."""
    kind = unicodedata.category(character)
    return kind not in _NO_TEXT or character.isspace() or character in _JOINERS


def can_be_seen(text: str) -> bool:
    """Say whether there is anything in a text that a reader sees."""
    return any(_is_seen(character) for character in text)


def _is_seen(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind not in _NO_TEXT and not kind.startswith("Z") and character not in _BLANK
