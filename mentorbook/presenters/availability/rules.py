"""The rules by which a mentor takes bookings: each with its value, and in one sentence what it does."""

from dataclasses import dataclass

from mentorbook.domain.availability.draft import MOST_BUFFER, MOST_NOTICE, MOST_WINDOW, Schedule
from mentorbook.domain.spoken_lengths import spoken_hours
from mentorbook.presenters.dates import length, place

TITLES = {
    "is_active": "Taking bookings",
    "require_confirmation": "Ask me before each booking",
    "allow_instant_booking": "Instant booking",
    "default_session_duration": "Usual length",
    "buffer_time_between_sessions": "Buffer between sessions",
    "min_advance_booking_hours": "Notice",
    "max_advance_booking_days": "Booking window",
    "default_start_time": "Default hours, from",
    "default_end_time": "Default hours, to",
}


@dataclass(frozen=True)
class Rules:
    """All rules as texts, and what they mean; `city` is what the mentor's zone is named after."""

    city: str = ""
    is_active: bool = True
    require_confirmation: bool = False
    allow_instant_booking: bool = True
    duration: int = 60
    buffer: str = ""
    notice: str = ""
    notice_unit: str = "hours"
    window: str = ""
    default_start: str = ""
    default_end: str = ""
    active_line: str = ""
    confirmation_line: str = ""
    instant_line: str = ""
    duration_line: str = ""
    buffer_line: str = ""
    notice_line: str = ""
    window_line: str = ""
    default_line: str = ""


def rules_of(schedule: Schedule, unit: str = "") -> Rules:
    """Return the rules of a schedule as they are shown; the notice in the unit, if one was chosen."""
    minutes = round(schedule.min_advance_booking_hours * 60)
    in_hours = unit == "hours" if unit else minutes % 60 == 0
    asks = schedule.require_confirmation or not schedule.allow_instant_booking
    return Rules(
        city=place(schedule.timezone),
        is_active=schedule.is_active,
        require_confirmation=schedule.require_confirmation,
        allow_instant_booking=schedule.allow_instant_booking,
        duration=schedule.default_session_duration,
        buffer=str(schedule.buffer_time_between_sessions),
        notice=f"{minutes / 60:g}" if in_hours else str(minutes),
        notice_unit="hours" if in_hours else "minutes",
        window="" if schedule.max_advance_booking_days is None else str(schedule.max_advance_booking_days),
        default_start=schedule.default_start_time,
        default_end=schedule.default_end_time,
        active_line="Mentees can book you."
        if schedule.is_active
        else "You are paused: nobody can book you. Booked sessions stay.",
        confirmation_line="Each booking waits for your answer, and holds its time meanwhile."
        if asks
        else "Bookings are confirmed at once.",
        instant_line=_instant(schedule),
        duration_line=f"Mentees see times for {length(schedule.default_session_duration)} first, "
        "and may choose another length.",
        buffer_line=_buffer(schedule.buffer_time_between_sessions),
        notice_line=f"Mentees book at the latest {spoken_hours(schedule.min_advance_booking_hours)} "
        "before a session starts."
        if minutes
        else "Mentees may book up to the moment a session starts.",
        window_line=_window(schedule),
        default_line="The hours of a day that is on and has no blocks of its own.",
    )


def _instant(schedule: Schedule) -> str:
    if schedule.require_confirmation:
        return "Has no effect while you are asked before each booking."
    if schedule.allow_instant_booking:
        return "Who books gets the time without waiting."
    return "Off: each booking waits for your answer."


def _window(schedule: Schedule) -> str:
    days = schedule.max_advance_booking_days
    if days is None:
        return "Mentees book as far ahead as they like."
    words = f"{days} day{'s' if days != 1 else ''}"
    return f"Mentees book at most {words} ahead, counted in {place(schedule.timezone)}."


def _buffer(minutes: int) -> str:
    if not minutes:
        return "Sessions may follow each other without a pause."
    return f"At least {minutes} minutes stay free before and after each session."


LIMITS = {
    "buffer_time_between_sessions": f"0 to {MOST_BUFFER} minutes",
    "min_advance_booking_hours": f"0 to {MOST_NOTICE} hours",
    "max_advance_booking_days": f"0 to {MOST_WINDOW} days, or nothing for no limit",
}


def typed_rule(name: str, text: str, unit: str) -> int | float | None:
    """Return the value of a rule that was typed as a number. Raises `ValueError` when it is none."""
    plain = text.strip().replace(",", ".")
    if name == "max_advance_booking_days" and not plain:
        return None
    if len(plain) > 10:
        raise ValueError
    if name != "min_advance_booking_hours":
        return int(plain)
    hours = float(plain) / (60 if unit == "minutes" else 1)
    if not 0 <= hours < float("inf"):
        raise ValueError
    return hours
