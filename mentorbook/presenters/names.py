"""Write people's names in short."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Return up to two initials: `AL`."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


def first_name(name: str) -> str:
    """Return the first word of a person's name, by which the pages call them."""
    return name.split()[0] if name.split() else name
