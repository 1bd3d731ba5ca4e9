"""Wall times as people type them."""

import re

_TIME = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)


def typed_minute(text: str, *, is_end: bool = False) -> int | None:
    """Read `9`, `930`, `9:30`, `9.30`, `9 pm` or `24:00` as minutes since midnight; `None` for anything else.

    An end of `00:00` or `24:00` is the end of the day, 1440.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    whole = hour * 60 + minute
    if minute > 59 or whole > 1440 or (whole == 1440 and not is_end):
        return None
    return 1440 if is_end and whole == 0 else whole
