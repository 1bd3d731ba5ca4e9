"""Hours as they are edited, and what they were before each step."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mentorbook.domain.availability.draft import (
    Availability,
    AvailabilityDraft,
    DraftException,
    Schedule,
    parse_availability,
)
from mentorbook.domain.availability.week_editing import (
    A_DAY,
    Week,
    default_block,
    patterns_of,
    shift_week,
    wall_time,
    week_of,
)
from mentorbook.domain.schemas import parse
from mentorbook.domain.zones import local_date

MOST_STEPS = 100


class HoursDraft(NamedTuple):
    """A mentor's hours before they are saved. Nothing in it is ever changed in place."""

    schedule: Schedule
    week: Week
    exceptions: tuple[DraftException, ...] = ()

    def availability(self) -> AvailabilityDraft:
        """Return what would be published."""
        return AvailabilityDraft.model_construct(
            schedule=self.schedule, weekly_patterns=patterns_of(self.week), exceptions=list(self.exceptions)
        )


def draft_of(hours: Availability | AvailabilityDraft) -> HoursDraft:
    """Return published hours, or those of a draft, as they are edited."""
    exceptions = (
        DraftException.model_construct(
            **{name: getattr(each, name) for name in DraftException.model_fields if hasattr(each, name)}
        )
        for each in hours.exceptions
    )
    return HoursDraft(hours.schedule, week_of(hours.weekly_patterns), _in_order(exceptions))


def not_over(hours: Availability, now: datetime) -> Availability:
    """Return published hours as they are read now: without the exceptions that are over."""
    today = local_date(hours.schedule.timezone, now)
    left = [each for each in hours.exceptions if each.end_date >= today]
    return hours.model_copy(update={"exceptions": left})


def coming(draft: HoursDraft, now: datetime) -> HoursDraft:
    """Return the draft without the exceptions that are over: what was published of them stays on record."""
    today = local_date(draft.schedule.timezone, now)
    return draft._replace(exceptions=tuple(each for each in draft.exceptions if each.end_date >= today))


def checked(draft: HoursDraft) -> HoursDraft:
    """Return the draft if it may be published. Raises `ValidationFailed` that names what is wrong."""
    return draft_of(
        parse_availability(AvailabilityDraft, draft.availability().model_dump(by_alias=True, mode="json"))
    )


def with_rule(draft: HoursDraft, **values: object) -> HoursDraft:
    """Return the draft with other rules, by their names in `Schedule`. Raises `ValidationFailed`."""
    return draft._replace(schedule=parse(Schedule, draft.schedule.model_dump() | values))


def with_exception(draft: HoursDraft, exception: DraftException) -> HoursDraft:
    """Return the draft with one exception more."""
    return draft._replace(exceptions=_in_order([*draft.exceptions, exception]))


def without_exception(draft: HoursDraft, at: int) -> HoursDraft:
    """Return the draft without one of its exceptions."""
    return draft._replace(
        exceptions=tuple(each for place, each in enumerate(draft.exceptions) if place != at)
    )


def in_zone(draft: HoursDraft, zone: str, minutes: int | None) -> HoursDraft:
    """Return the draft in another zone, with its wall times kept, or moved so that the instants stay.

    `minutes` is how much later the new zone's clocks read; `None` keeps the wall times. Whole days of
    exceptions stay the dates that they are.
    """
    moved = with_rule(draft, timezone=zone)
    if not minutes:
        return moved
    default = default_block(draft.schedule)
    if default is not None:
        start, end = ((edge + minutes) % A_DAY for edge in (default.start, default.end))
        moved = with_rule(
            moved,
            default_start_time=wall_time(start),
            # What would be empty was a whole day, which has no other name than this one.
            default_end_time=wall_time(end or A_DAY, is_end=True)
            if end != start
            else wall_time(A_DAY, is_end=True),
        )
    return moved._replace(
        week=shift_week(draft.week, minutes, default),
        exceptions=_in_order(shifted_exception(each, minutes) for each in draft.exceptions),
    )


def shifted_exception(exception: DraftException, minutes: int) -> DraftException:
    """Return a partial exception whose times, and dates where they cross midnight, are so much later."""
    if exception.start_time is None or exception.end_time is None:
        return exception
    days, start = divmod(_minute(exception.start_time) + minutes, A_DAY)
    end = (_minute(exception.end_time) + minutes) % A_DAY
    return exception.model_copy(
        update={
            "start_date": exception.start_date + timedelta(days),
            "end_date": exception.end_date + timedelta(days),
            "start_time": wall_time(start),
            "end_time": wall_time(end or A_DAY, is_end=True),
        }
    )


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _in_order(exceptions: Iterable[DraftException]) -> tuple[DraftException, ...]:
    def key(each: DraftException) -> tuple[date, date, str]:
        return each.start_date, each.end_date, each.start_time or ""

    return tuple(sorted(exceptions, key=key))


class History(NamedTuple):
    """A draft, and the drafts before it, the latest last."""

    present: HoursDraft
    past: tuple[HoursDraft, ...] = ()
    step: str = ""

    def then(self, draft: HoursDraft, step: str = "") -> "History":
        """Add a step with another draft. Steps of one name that follow each other are undone together."""
        if draft == self.present:
            return self
        is_same_step = bool(step) and step == self.step and bool(self.past)
        past = self.past if is_same_step else (*self.past, self.present)[-MOST_STEPS:]
        return History(draft, past, step)

    def undone(self) -> "History":
        """Undo one step, if there is one."""
        return History(self.past[-1], self.past[:-1]) if self.past else self
