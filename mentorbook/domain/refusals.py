"""Why a mentor does not offer a time, in words that help to choose another."""

from dataclasses import replace
from datetime import datetime, timedelta

from mentorbook.domain.slots import MentorCalendar, grid_starts, open_slots


def why_not_offered(
    calendar: MentorCalendar, name: str, at: datetime, duration: int, now: datetime
) -> str | None:
    """Why `open_slots` does not list `at`, or nothing when only a session stands in the way.

    `calendar` has no `busy`; `duration` in minutes; instants are aware. The sentence starts with what the
    time is, so that it reads well behind the field's name.
    """
    window = (at, at + timedelta(microseconds=1))
    if at in open_slots(calendar, starts=window, duration=duration, now=now):
        return None
    if at <= now:
        return "is in the past"
    whenever = replace(calendar, min_advance_hours=0, max_advance_days=None)
    if at in open_slots(whenever, starts=window, duration=duration, now=now):
        return _too_soon_or_far(calendar, name, at, now)
    if any(start == at for start, _ in grid_starts(whenever, starts=window, duration=duration, now=now)):
        return f"is too late for {duration} minutes: {name} is not free until the end"
    around = (at - timedelta(minutes=29), at + timedelta(minutes=30))
    if grid_starts(whenever, starts=around, duration=duration, now=now):
        return "is not one of the offered starts, which are 30 minutes apart"
    return f"is outside the hours of {name}"


def _too_soon_or_far(calendar: MentorCalendar, name: str, at: datetime, now: datetime) -> str:
    if at < now + timedelta(hours=calendar.min_advance_hours):
        minutes = round(calendar.min_advance_hours * 60)
        notice = f"{minutes} minutes" if minutes < 120 else f"{calendar.min_advance_hours:g} hours"
        return f"is too soon: {name} asks for {notice} of notice"
    return f"is too far ahead: {name} takes bookings up to {calendar.max_advance_days} days ahead"
