"""Write people's names in short."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Up to two initials: `AL`."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


def first_name(name: str) -> str:
    """What to call somebody: the first word of their name."""
    return name.split()[0] if name.split() else name
