"""How times, lengths and names are written: the field's short English, always in somebody's zone."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mentorbook.domain.zones import DAY, EPOCH, MINUTE, city, local_day, minute_of, offset_at, offset_periods

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# A zone that steps back over the date line lives a date twice; none lives it three times.
_LONGEST_DATE = 3 * DAY


def local(instant: datetime, zone: str) -> datetime:
    """The wall clock of a zone at an instant, as a naive datetime: for showing, never for counting."""
    minute = minute_of(instant)
    return (instant.astimezone(UTC) + timedelta(minutes=offset_at(zone, minute))).replace(tzinfo=None)


def midnight_after(instant: datetime, zone: str) -> datetime:
    """The first instant of the next local date, in UTC; `instant` is aware.

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


def clock(instant: datetime, zone: str) -> str:
    """`14:30`."""
    return f"{local(instant, zone):%H:%M}"


def clock_range(start: datetime, end: datetime, zone: str) -> str:
    """`14:30 – 15:30`."""
    return f"{clock(start, zone)} – {clock(end, zone)}"


def day(instant: datetime, zone: str, *, year: bool = False) -> str:
    """`Tue 24 November`, with the year where it matters."""
    wall = local(instant, zone)
    text = f"{_DAYS[wall.weekday()][:3]} {wall.day} {MONTHS[wall.month - 1]}"
    return f"{text} {wall.year}" if year else text


def long_day(wall: datetime) -> str:
    """`Tuesday 24 November` of a wall-clock date."""
    return f"{_DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]}"


def when(instant: datetime, zone: str, now: datetime) -> str:
    """The shortest unmistakable way to name a moment near `now`.

    `today 19:00`, `tomorrow 09:00`, `Mon 14:30` within six days to come, otherwise `Tue 24 Nov, 14:30`,
    with the year when it is not this one.
    """
    wall, today = local(instant, zone), local(now, zone)
    time = f"{wall:%H:%M}"
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
    """`Tue 24 Nov`, with the year when it is not the present one."""
    wall = local(instant, zone)
    text = f"{_DAYS[wall.weekday()][:3]} {wall.day} {MONTHS[wall.month - 1][:3]}"
    return text if wall.year == local(now, zone).year else f"{text} {wall.year}"


def moment(instant: datetime, zone: str, now: datetime) -> str:
    """A moment with its date, for promises: `Mon 23 Nov, 14:30`."""
    return f"{short_date(instant, zone, now)}, {clock(instant, zone)}"


def distance(instant: datetime, now: datetime) -> str:
    """How far away: `in 2 days`, `5 minutes ago`, `now`. Only ever said beside the time itself."""
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
    """How old, in the space of a list: `now`, `2 min`, `3 h`, `4 d`."""
    seconds = max(0, int((now - instant).total_seconds()))
    if seconds < 60:
        return "now"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    return f"{seconds // 3_600} h" if seconds < 86_400 else f"{seconds // 86_400} d"


def length(minutes: int) -> str:
    """`45 min`, `90 min`, and from two hours on `2 h`, `2 h 15 min`."""
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest else [])
    return " ".join(parts)


def same_clock(first: str, second: str, instant: datetime) -> bool:
    """Whether two zones read the same wall clock at an instant."""
    minute = minute_of(instant)
    return offset_at(first, minute) == offset_at(second, minute)


def place(zone: str) -> str:
    """The city that a zone is named after: `Kolkata`."""
    return city(zone)


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Up to two initials: `AL`."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


def first_name(name: str) -> str:
    """What to call somebody: the first word of their name."""
    return name.split()[0] if name.split() else name
