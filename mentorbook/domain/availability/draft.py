"""A mentor's hours as they are sent and answered: schedule, week, exceptions; camelCase on the wire."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from mentorbook.domain.availability.mentor_calendar import (
    CalendarException,
    MentorCalendar,
    WeeklyBlock,
    wall_minute,
)
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.schemas import Day, Duration, Request, Text, Zone, parse

MOST_BLOCKS, MOST_BUFFER, MOST_WINDOW, MOST_NOTICE = 48, 240, 365, 8_760
MOST_EXCEPTIONS, MOST_EXCEPTION_DAYS, REASON_LENGTH = 300, 366, 200
DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_PATTERN = re.compile(r"^weeklyPatterns\.(\d+)(?:\.timeBlocks\.(\d+))?")

# What is said of a block's start or end that is no wall time.
NO_START = "must be a time from 00:00 to 23:59, such as 09:30"
NO_END = "must be a time from 00:00 to 24:00, such as 17:30"

Model = TypeVar("Model", bound=BaseModel)


def _start(text: Any) -> Any:
    try:
        wall_minute(text)
    except (ValueError, TypeError):
        raise ValueError(NO_START) from None
    return text


def _end(text: Any) -> Any:
    try:
        wall_minute(text, is_end=True)
    except (ValueError, TypeError):
        raise ValueError(NO_END) from None
    return text


def _whole(least: int, most: int, unit: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be {least} to {most}{unit}")
        return value

    return BeforeValidator(check)


def _hours(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MOST_NOTICE:
        raise ValueError(f"must be 0 to {MOST_NOTICE} hours")
    return value


def _at_most(most: int, what: str) -> BeforeValidator:
    """Refuse a list that is too long before anything in it is looked at."""

    def check(value: Any) -> Any:
        if isinstance(value, list) and len(value) > most:
            raise ValueError(f"may have at most {most} {what}")
        return value

    return BeforeValidator(check)


WallStart = Annotated[str, BeforeValidator(_start), Field(examples=["09:00"])]
WallEnd = Annotated[str, BeforeValidator(_end), Field(examples=["17:00"])]
Flag = Annotated[bool, Field(strict=True)]


class TimeBlock(Request):
    """A wall-clock range of a weekday; one that ends before it starts runs into the next day (S2)."""

    start_time: WallStart
    end_time: WallEnd
    type: BlockType = BlockType.AVAILABLE


class DayPattern(Request):
    """A weekday, 0 for Sunday. An enabled one without blocks has the schedule's default hours (S2)."""

    day_of_week: Annotated[int, _whole(0, 6, ", 0 for Sunday")]
    is_enabled: Flag = True
    time_blocks: Annotated[list[TimeBlock], _at_most(MOST_BLOCKS, "blocks")] = []


Week = Annotated[list[DayPattern], _at_most(7, "days")]


class Schedule(Request):
    """How a mentor takes bookings. In minutes, but for the notice and the window; a window of
    null is no limit."""

    timezone: Zone
    default_session_duration: Duration = 60
    buffer_time_between_sessions: Annotated[int, _whole(0, MOST_BUFFER, " minutes")] = 0
    min_advance_booking_hours: Annotated[float, BeforeValidator(_hours)] = 0.5
    max_advance_booking_days: Annotated[int, _whole(0, MOST_WINDOW, " days")] | None = 60
    default_start_time: WallStart = "09:00"
    default_end_time: WallEnd = "21:00"
    is_active: Flag = True
    allow_instant_booking: Flag = True
    require_confirmation: Flag = False


class NewException(Request):
    """Dates, both included, on which the week does not hold (S3). Without times it is about whole days."""

    start_date: Day
    end_date: Day
    type: BlockType
    start_time: WallStart | None = None
    end_time: WallEnd | None = None
    reason: Annotated[Text, Field(max_length=REASON_LENGTH)] | None = None


class SavedException(NewException):
    """An exception that has been saved."""

    id: UUID


class DraftException(NewException):
    """An exception of a draft, with its id where it has been saved."""

    id: UUID | None = None


class AvailabilityUpdate(Request):
    """What a mentor publishes, all or none. Days left out are disabled; exceptions are left alone."""

    schedule: Schedule
    weekly_patterns: Week
    # As the answer has them, so that it can be sent back; they have requests of their own.
    exceptions: list[Any] | None = None


class AvailabilityDraft(Request):
    """What a mentor may publish, exceptions included, to see what would follow from it."""

    schedule: Schedule
    weekly_patterns: Week
    exceptions: Annotated[list[DraftException], _at_most(MOST_EXCEPTIONS, "exceptions")] = []


class Availability(Request):
    """What a mentor has published: every weekday, and the exceptions that are not over."""

    schedule: Schedule
    weekly_patterns: list[DayPattern]
    exceptions: list[SavedException]


def parse_exception(data: Mapping[str, Any] | NewException) -> NewException:
    """Return an exception. Raises `ValidationFailed` that names every wrong field."""
    wanted = parse(NewException, data)
    if wrong := _wrong_dates(wanted):
        raise ValidationFailed(wrong)
    return wanted


def parse_availability(model: type[Model], data: Mapping[str, Any] | BaseModel) -> Model:
    """Return hours as `model`. Raises `ValidationFailed` whose words name the day and the block."""
    try:
        wanted: Any = parse(model, data)
    except ValidationFailed as wrong:
        raise ValidationFailed(
            {name: _with_place(name, why, data) for name, why in wrong.fields.items()}
        ) from None
    fields: dict[str, str] = {}
    seen: set[int] = set()
    for at, pattern in enumerate(wanted.weekly_patterns):
        if pattern.day_of_week in seen:
            fields[f"weeklyPatterns.{at}.dayOfWeek"] = (
                f"{DAY_NAMES[pattern.day_of_week]}: may be there only once"
            )
        seen.add(pattern.day_of_week)
    if isinstance(wanted, AvailabilityDraft):
        for at, exception in enumerate(wanted.exceptions):
            fields |= {f"exceptions.{at}.{name}": why for name, why in _wrong_dates(exception).items()}
    if fields:
        raise ValidationFailed(fields)
    return wanted  # type: ignore[no-any-return]


def _wrong_dates(exception: NewException) -> dict[str, str]:
    fields: dict[str, str] = {}
    if exception.end_date < exception.start_date:
        fields["endDate"] = "must not be before startDate"
    elif (exception.end_date - exception.start_date).days >= MOST_EXCEPTION_DAYS:
        fields["endDate"] = f"may be at most {MOST_EXCEPTION_DAYS - 1} days after startDate"
    if (exception.start_time is None) != (exception.end_time is None):
        missing = "startTime" if exception.start_time is None else "endTime"
        fields[missing] = "is required with the other time; leave both out for whole days"
    return fields


def _with_place(name: str, why: str, data: Mapping[str, Any] | BaseModel) -> str:
    """Return a refusal's words with the day and the block that they are about, where there are any."""
    found = _PATTERN.match(name)
    if found is None or not isinstance(data, Mapping):
        return why
    try:
        number = data["weeklyPatterns"][int(found[1])]["dayOfWeek"]
    except (LookupError, TypeError):
        return why
    if type(number) is not int or not 0 <= number < len(DAY_NAMES):
        return why
    day = DAY_NAMES[number]
    block = f", block {int(found[2]) + 1}" if found[2] else ""
    return f"{day}{block}: {why}"


def weekly_blocks(patterns: list[DayPattern], schedule: Schedule) -> tuple[WeeklyBlock, ...]:
    """Return the week of the slot calculator: the blocks of enabled days, or the default hours where none."""
    default = TimeBlock(start_time=schedule.default_start_time, end_time=schedule.default_end_time)
    return tuple(
        WeeklyBlock(pattern.day_of_week, block.start_time, block.end_time, block.type)
        for pattern in patterns
        if pattern.is_enabled
        for block in pattern.time_blocks or [default]
    )


def calendar_of(draft: AvailabilityDraft) -> MentorCalendar:
    """Return the calendar that follows from a draft, without sessions."""
    schedule = draft.schedule
    return MentorCalendar(
        timezone=schedule.timezone,
        weekly=weekly_blocks(draft.weekly_patterns, schedule),
        exceptions=tuple(
            CalendarException(each.start_date, each.end_date, each.type, each.start_time, each.end_time)
            for each in draft.exceptions
        ),
        buffer_minutes=schedule.buffer_time_between_sessions,
        min_advance_hours=schedule.min_advance_booking_hours,
        max_advance_days=schedule.max_advance_booking_days,
        default_start=schedule.default_start_time,
        default_end=schedule.default_end_time,
    )
