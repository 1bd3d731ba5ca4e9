"""Why a mentor does not offer a time, as a fact; `presenters/refusals.py` has the words."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mentorbook.domain.slots import MentorCalendar, grid_starts, open_slots


class NotOfferedReason(StrEnum):
    """The first of these that holds, in this order."""

    IN_THE_PAST = "in_the_past"
    TOO_SOON = "too_soon"
    TOO_FAR_AHEAD = "too_far_ahead"
    DOES_NOT_FIT = "does_not_fit"
    OFF_THE_GRID = "off_the_grid"
    OUTSIDE_HOURS = "outside_hours"
    # Only of a move: the session is there already.
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class NotOffered:
    """Why a time is not offered: the reason, whose time it is, and the numbers that the words need.

    `duration` is in minutes, `notice_hours` what the mentor asks for, `window_days` how far ahead they take
    bookings.
    """

    reason: NotOfferedReason
    mentor_name: str = ""
    duration: int = 0
    notice_hours: float = 0
    window_days: int | None = None


def why_not_offered(
    calendar: MentorCalendar, name: str, at: datetime, duration: int, now: datetime
) -> NotOffered | None:
    """Return why `open_slots` does not list `at`, or `None` when only a session stands in the way.

    `calendar` has no `busy`; `duration` in minutes; instants are aware.
    """
    reason = _reason(calendar, at, duration, now)
    if reason is None:
        return None
    return NotOffered(reason, name, duration, calendar.min_advance_hours, calendar.max_advance_days)


def _reason(calendar: MentorCalendar, at: datetime, duration: int, now: datetime) -> NotOfferedReason | None:
    window = (at, at + timedelta(microseconds=1))
    if at in open_slots(calendar, starts=window, duration=duration, now=now):
        return None
    if at <= now:
        return NotOfferedReason.IN_THE_PAST
    whenever = replace(calendar, min_advance_hours=0, max_advance_days=None)
    if at in open_slots(whenever, starts=window, duration=duration, now=now):
        is_too_soon = at < now + timedelta(hours=calendar.min_advance_hours)
        return NotOfferedReason.TOO_SOON if is_too_soon else NotOfferedReason.TOO_FAR_AHEAD
    if any(start == at for start, _ in grid_starts(whenever, starts=window, duration=duration, now=now)):
        return NotOfferedReason.DOES_NOT_FIT
    around = (at - timedelta(minutes=29), at + timedelta(minutes=30))
    if grid_starts(whenever, starts=around, duration=duration, now=now):
        return NotOfferedReason.OFF_THE_GRID
    return NotOfferedReason.OUTSIDE_HOURS
