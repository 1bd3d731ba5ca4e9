"""Write times and lengths in short English, always in somebody's zone."""

from datetime import date, datetime

from mentorbook.domain.wall_clock import is_read_twice, local
from mentorbook.domain.zones import city, offset_label

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def clock(instant: datetime, zone: str) -> str:
    """Return the time as `14:30`; with its offset, `01:30 GMT+1`, where the clock shows it twice (S5)."""
    time = f"{local(instant, zone):%H:%M}"
    return f"{time} {offset_label(zone, instant)}" if is_read_twice(instant, zone) else time


def clock_range(start: datetime, end: datetime, zone: str) -> str:
    """Return the times as `14:30 – 15:30`."""
    return f"{clock(start, zone)} – {clock(end, zone)}"


def day(instant: datetime, zone: str, *, year: bool = False) -> str:
    """Return the date as `Tue 24 November`, with the year where it matters."""
    wall = local(instant, zone)
    text = f"{_DAYS[wall.weekday()][:3]} {wall.day} {MONTHS[wall.month - 1]}"
    return f"{text} {wall.year}" if year else text


def long_day(wall: date) -> str:
    """Return a wall-clock date as `Tuesday 24 November`."""
    return f"{_DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]}"


def when(instant: datetime, zone: str, now: datetime) -> str:
    """Return the shortest unambiguous name of a moment near `now`.

    `today 19:00`, `tomorrow 09:00`, `Mon 14:30` within six days to come, otherwise `Tue 24 Nov, 14:30`,
    with the year when it is not this one.
    """
    wall, today = local(instant, zone), local(now, zone)
    time = clock(instant, zone)
    ahead = (wall.date() - today.date()).days
    if ahead == 0:
        return f"today {time}"
    if ahead == 1:
        return f"tomorrow {time}"
    if ahead == -1:
        return f"yesterday {time}"
    if 1 < ahead < 7:
        return f"{_DAYS[wall.weekday()][:3]} {time}"
    return f"{short_date(instant, zone, now)}, {time}"


def short_date(instant: datetime, zone: str, now: datetime) -> str:
    """Return the date as `Tue 24 Nov`, with the year when it is not the present one."""
    wall = local(instant, zone)
    text = f"{_DAYS[wall.weekday()][:3]} {wall.day} {MONTHS[wall.month - 1][:3]}"
    return text if wall.year == local(now, zone).year else f"{text} {wall.year}"


def moment(instant: datetime, zone: str, now: datetime) -> str:
    """Return a moment with its date, for promises: `Mon 23 Nov, 14:30`."""
    return f"{short_date(instant, zone, now)}, {clock(instant, zone)}"


def distance(instant: datetime, now: datetime) -> str:
    """Say how far away: `in 2 days`, `5 minutes ago`, `now`. Only ever shown beside the time itself."""
    seconds = (instant - now).total_seconds()
    size = abs(seconds)
    if size < 60:
        return "now"
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if size >= length:
            count = int(size // length)
            words = f"{count} {name}{'s' if count != 1 else ''}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "now"


def age(instant: datetime, now: datetime) -> str:
    """Say how old, short enough for a list: `now`, `2 min`, `3 h`, `4 d`."""
    seconds = max(0, int((now - instant).total_seconds()))
    if seconds < 60:
        return "now"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    return f"{seconds // 3_600} h" if seconds < 86_400 else f"{seconds // 86_400} d"


def length(minutes: int) -> str:
    """Write a length as `45 min`, `90 min`, and from two hours on `2 h`, `2 h 15 min`."""
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest else [])
    return " ".join(parts)


def place(zone: str) -> str:
    """Return the city that a zone is named after: `Kolkata`."""
    return city(zone)
