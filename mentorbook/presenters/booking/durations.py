"""The lengths of a session that one may choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.schemas import DURATION_STEP, MAX_DURATION, MIN_DURATION
from mentorbook.presenters.dates import clock, length

LENGTHS = tuple(range(MIN_DURATION, MAX_DURATION + 1, DURATION_STEP))
# These stand beside the calendar, the others behind *More*.
COMMON_LENGTHS = (30, 45, 60, 90, 120)


@dataclass(frozen=True)
class DurationChoice:
    """One length that fits the chosen slot."""

    minutes: int
    label: str


def duration_choices(minutes: Sequence[int]) -> list[DurationChoice]:
    """Return the lengths as choices, in the given order."""
    return [DurationChoice(each, length(each)) for each in minutes]


def fits_words(minutes: Sequence[int], start: datetime | None, zone: str) -> str:
    """Return `Up to 2 h fit at 14:30.` of the lengths that fit at a start; empty when none does, or without
    a start."""
    if not minutes or start is None:
        return ""
    return f"Up to {length(max(minutes))} fit at {clock(start, zone)}."


def does_not_fit_words(minutes: int, start: datetime, zone: str) -> str:
    """Say that a chosen start is not free for as long as that."""
    return f"{length(minutes)} do not fit at {clock(start, zone)}. Choose another time."
