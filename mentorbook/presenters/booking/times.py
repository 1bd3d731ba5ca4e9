"""The time of a session or slot on the reader's clock and on the other person's."""

from datetime import datetime, timedelta

from mentorbook.domain.wall_clock import same_clock
from mentorbook.presenters.dates import clock, clock_range, day, place, short_date


def here_words(start: datetime, minutes: int, zone: str) -> str:
    """Return `Tue 24 November, 14:30 – 15:30 Kolkata`."""
    return f"{day(start, zone)}, {clock_range(start, start + timedelta(minutes=minutes), zone)} {place(zone)}"


def there_words(start: datetime, minutes: int, zone: str, there: str) -> str:
    """Return the other clock, with its date where that differs; empty where both read the same."""
    if same_clock(zone, there, start):
        return ""
    date = f"{day(start, there)}, " if day(start, there) != day(start, zone) else ""
    return f"{date}{clock_range(start, start + timedelta(minutes=minutes), there)} {place(there)}"


def slot_words(start: datetime, minutes: int, zone: str, there: str, now: datetime) -> str:
    """Return one slot on both clocks: `Wed 25 Nov, 15:00 – 16:00 Kolkata · 09:30 London`."""
    end = start + timedelta(minutes=minutes)
    here = f"{short_date(start, zone, now)}, {clock_range(start, end, zone)} {place(zone)}"
    if same_clock(zone, there, start):
        return here
    return f"{here} · {other_day(start, zone, there)}{clock(start, there)} {place(there)}"


def other_day(start: datetime, zone: str, there: str) -> str:
    """Return the weekday `there` with a space, `Sat `, where the two clocks are on different days."""
    on_day = day(start, there)
    return f"{on_day[:3]} " if on_day != day(start, zone) else ""


def short_time(start: datetime, zone: str) -> str:
    """Return `Tue 14:30`: for buttons, beside the full date."""
    return f"{day(start, zone)[:3]} {clock(start, zone)}"
