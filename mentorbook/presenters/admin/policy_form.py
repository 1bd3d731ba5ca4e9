"""The form of the session policies: each in words, with its range, and what saving would do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from annotated_types import Ge, Le

from mentorbook.domain.booking.policies import (
    AffectedSessions,
    PolicyPreview,
    PolicyState,
    SessionPolicies,
    whole_minutes,
)
from mentorbook.presenters.dates import short_date, when


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What a policy is called, what it means, in what it is counted (nothing for yes or no), and what it is
    called on record, beside its value."""

    title: str
    meaning: str
    unit: str
    on_record: str


TEXTS = {
    "cancellation_cutoff_hours": PolicyText(
        title="Cancel at the latest",
        meaning="Hours before the start when cancelling closes.",
        unit="hours",
        on_record="Cancel until",
    ),
    "reschedule_cutoff_hours": PolicyText(
        title="Move at the latest",
        meaning="Hours before the start when moving closes.",
        unit="hours",
        on_record="Move until",
    ),
    "max_reschedules_per_session": PolicyText(
        title="Moves a session",
        meaning="How often one session may be moved.",
        unit="times",
        on_record="Moves allowed",
    ),
    "free_cancellation_hours": PolicyText(
        title="Free to cancel",
        meaning="Hours before the start until when all is refunded.",
        unit="hours",
        on_record="Free to cancel until",
    ),
    "late_cancellation_refund_percent": PolicyText(
        title="Refund after that",
        meaning="Percent of the price that is refunded after that, until cancelling closes.",
        unit="%",
        on_record="Refunded after that",
    ),
    "require_cancellation_reason": PolicyText(
        title="Ask for a reason",
        meaning="Mentees must say why they cancel.",
        unit="",
        on_record="Reason required",
    ),
}


# Units of which there are no parts.
_COUNTED = ("times", "%")


def allowed_range(key: str) -> tuple[int, int]:
    """Return the lowest and highest value of a policy that is a number."""
    limits: dict[type, Any] = {type(limit): limit for limit in SessionPolicies.model_fields[key].metadata}
    return int(limits[Ge].ge), int(limits[Le].le)


def default_of(key: str) -> Any:
    """Return a policy's value in a new installation."""
    return SessionPolicies.model_fields[key].default


def spoken_value(value: Any) -> str:
    """Write a value as people do: `2`, `2.5`, `yes`; exact to the minute."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{round(value, 4):.8g}"


def typed_value(key: str, text: str) -> float | int:
    """Parse what was typed as a number in the policy's range. Raises ValueError with what is allowed."""
    low, high = allowed_range(key)
    whole = TEXTS[key].unit in _COUNTED
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if not low <= number <= high or (whole and number != int(number)):
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"Must be {kind} from {low} to {high}.")
    if TEXTS[key].unit == "hours":
        try:
            number = whole_minutes(number)
        except ValueError as error:
            raise ValueError(f"{str(error).capitalize()}.") from None
    return int(number) if number == int(number) else number


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy as the form shows it; `value` is what stands in the field, `error` what is wrong with it."""

    key: str
    title: str
    meaning: str
    unit: str
    value: str
    saved: str
    last: str
    is_switch: bool
    changed: bool = False
    error: str = ""


def policy_row(state: PolicyState, *, zone: str, now: datetime) -> PolicyRow:
    """Return a policy as it is saved, with its range, its default, and who set it when (by `zone`)."""
    text, value = TEXTS[state.key], spoken_value(state.value)
    meaning = text.meaning
    if text.unit:
        low, high = allowed_range(state.key)
        meaning = f"{meaning} {low} to {high}."
    last = "never changed"
    if state.changed_at is not None:
        last = f"set {short_date(state.changed_at, zone, now)} by {state.changed_by}"
    default = spoken_value(default_of(state.key))
    return PolicyRow(
        key=state.key,
        title=text.title,
        meaning=meaning,
        unit=text.unit,
        value=value,
        saved=value,
        last=f"Default {default} · {last}",
        is_switch=not text.unit,
    )


def typed_row(row: PolicyRow, text: str) -> PolicyRow:
    """Return the row with what was just typed, or switched to (`yes`, `no`), and what is wrong with it."""
    if row.is_switch:
        return replace(row, value=text, changed=text != row.saved)
    try:
        value = spoken_value(typed_value(row.key, text))
    except ValueError as error:
        return replace(row, value=text, changed=True, error=str(error))
    return replace(row, value=text, changed=value != row.saved, error="")


def wanted_values(rows: Sequence[PolicyRow]) -> dict[str, Any]:
    """Return the changed policies with their new values; rows with an error are left out."""
    return {
        row.key: row.value == "yes" if row.is_switch else typed_value(row.key, row.value)
        for row in rows
        if row.changed and not row.error
    }


@dataclass(frozen=True)
class EffectLine:
    """A session that saving would affect."""

    title: str
    time: str


@dataclass(frozen=True)
class Effect:
    """What saving would do to some coming sessions: `tone` is warn for what is taken away, else ok."""

    words: str
    count: str
    tone: str
    sessions: list[EffectLine]
    more: str


def policy_effects(preview: PolicyPreview, *, zone: str, now: datetime) -> list[Effect]:
    """List what saving would take away and give, each with its first sessions; times by `zone`."""
    parts = (
        (preview.no_longer_cancellable, "could no longer be cancelled.", "warn"),
        (preview.no_longer_movable, "could no longer be moved.", "warn"),
        (preview.cancellable_again, "could be cancelled again.", "ok"),
        (preview.movable_again, "could be moved again.", "ok"),
    )
    return [_effect(sessions, words, tone, zone, now) for sessions, words, tone in parts if sessions.count]


def _effect(affected: AffectedSessions, words: str, tone: str, zone: str, now: datetime) -> Effect:
    count = f"{affected.count:,} coming session{'s' if affected.count != 1 else ''}"
    lines = [EffectLine(each.title, when(each.starts_at, zone, now)) for each in affected.first]
    left = affected.count - len(lines)
    return Effect(words, count, tone, lines, f"and {left:,} more" if left > 0 else "")


def saved_words(count: int) -> str:
    """Return the message that so many changes are saved."""
    return f"{count} change{'s' if count != 1 else ''} saved. Open pages follow at once."
