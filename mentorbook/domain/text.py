"""Which characters of what people write can be seen."""

# They are never seen themselves, and decide how letters of Persian or Hindi, and emoji, are joined.
_JOINERS = "\u200c\u200d"
# Letters and signs to Unicode, and blank in every font.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"


def is_text(character: str) -> bool:
    """Say whether a character is part of a text, a space included; not control and formatting characters."""
    return character.isprintable() or character.isspace() or character in _JOINERS


def can_be_seen(text: str) -> bool:
    """Say whether there is anything in a text that a reader sees."""
    return any(c.isprintable() and not c.isspace() and c not in _BLANK for c in text)
