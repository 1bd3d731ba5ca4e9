"""Lengths of time as rules say them: in refusals, on pages and over the API, the same words everywhere."""

from datetime import timedelta


def spoken(length: timedelta) -> str:
    """Write whole minutes as `30 minutes`, `90 minutes`, and whole hours as `1 hour`, `36 hours`."""
    minutes = round(length.total_seconds() / 60)
    if minutes % 60 == 0 and minutes:
        return f"{minutes // 60} hour{'s' if minutes != 60 else ''}"
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def spoken_hours(hours: float) -> str:
    """Write a number of hours, as policies and notices have it, as `spoken` does."""
    return spoken(timedelta(hours=hours))
