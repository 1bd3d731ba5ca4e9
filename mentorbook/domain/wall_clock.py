"""The wall clock of a zone at an instant: for showing and for the turn of the day, never for counting."""

from datetime import UTC, datetime, timedelta

from mentorbook.domain.zones import DAY, EPOCH, MINUTE, local_day, minute_of, offset_at, offset_periods

# A zone that steps back over the date line lives a date twice; none lives it three times.
_LONGEST_DATE = 3 * DAY


def local(instant: datetime, zone: str) -> datetime:
    """Return the wall clock of a zone at an instant, as a naive datetime: for display, not for arithmetic."""
    minute = minute_of(instant)
    return (instant.astimezone(UTC) + timedelta(minutes=offset_at(zone, minute))).replace(tzinfo=None)


def same_clock(first: str, second: str, instant: datetime) -> bool:
    """Say whether two zones read the same wall clock at an instant."""
    minute = minute_of(instant)
    return offset_at(first, minute) == offset_at(second, minute)


def is_read_twice(instant: datetime, zone: str) -> bool:
    """Say whether the zone's clock, set back, shows the time of an instant at another instant as well."""
    minute = minute_of(instant)
    offset = offset_at(zone, minute)
    for other in {offset_at(zone, minute - DAY), offset_at(zone, minute + DAY)} - {offset}:
        if offset_at(zone, minute + offset - other) == other:
            return True
    return False


def midnight_after(instant: datetime, zone: str) -> datetime:
    """Return the first instant of the next local date, in UTC; `instant` is aware.

    Counted in the zone alone, whatever zone this process runs in. Where a clock skips midnight or a whole
    day, the day that follows begins at the skip.
    """
    minute = minute_of(instant)
    today = local_day(zone, minute)
    for first, end, offset in offset_periods(zone, minute, minute + _LONGEST_DATE):
        begins = max(first, (today + 1) * DAY - offset)
        if begins < end:
            return EPOCH + begins * MINUTE
    raise AssertionError(f"no local date outlasts {_LONGEST_DATE} minutes")
