"""Refusals in words: what a `DomainError` says to whom it refuses, on pages and over the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mentorbook.domain.availability.not_offered import NotOffered, NotOfferedReason
from mentorbook.domain.errors import DomainError, SlotUnavailable
from mentorbook.domain.slots import STEP
from mentorbook.domain.spoken_lengths import spoken_hours


@dataclass(frozen=True, slots=True)
class Refusal:
    """A sentence, and the JSON-ready facts beside it."""

    detail: str
    extra: dict[str, Any]


def refusal(error: DomainError) -> Refusal:
    """Return the error in words. A time that is not offered says why, also at its field."""
    if isinstance(error, SlotUnavailable) and error.why is not None:
        if error.why.reason == NotOfferedReason.UNCHANGED:
            detail = "That is when the session is already."
        else:
            detail = f"That time {not_offered_words(error.why)}."
        return Refusal(detail, {**error.extra, "fields": {"scheduledAt": not_offered_words(error.why)}})
    return Refusal(error.detail, error.extra)


def not_offered_words(why: NotOffered) -> str:
    """Return a predicate for the time that was asked for: `is too soon: Ada asks for 2 hours of notice`."""
    return NOT_OFFERED_WORDS[why.reason](why)


NOT_OFFERED_WORDS: dict[NotOfferedReason, Callable[[NotOffered], str]] = {
    NotOfferedReason.IN_THE_PAST: lambda why: "is in the past",
    NotOfferedReason.TOO_SOON: lambda why: (
        f"is too soon: {why.mentor_name} asks for {spoken_hours(why.notice_hours)} of notice"
    ),
    NotOfferedReason.TOO_FAR_AHEAD: lambda why: (
        f"is too far ahead: {why.mentor_name} takes bookings up to {why.window_days} days ahead"
    ),
    NotOfferedReason.DOES_NOT_FIT: lambda why: (
        f"is too late for {why.duration} minutes: {why.mentor_name} is not free until the end"
    ),
    NotOfferedReason.OFF_THE_GRID: lambda why: (
        f"is not one of the offered starts, which are {STEP} minutes apart"
    ),
    NotOfferedReason.OUTSIDE_HOURS: lambda why: f"is outside the hours of {why.mentor_name}",
    NotOfferedReason.UNCHANGED: lambda why: "is the present time",
}
