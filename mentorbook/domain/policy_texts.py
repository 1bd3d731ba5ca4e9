"""Each policy in words, with its allowed range as the schema has it."""

from dataclasses import dataclass
from typing import Any

from annotated_types import Ge, Le

from mentorbook.domain.policies import SessionPolicies, whole_minutes


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What a policy is called, what it means, and in what it is counted (nothing for yes or no)."""

    title: str
    meaning: str
    unit: str


TEXTS = {
    "cancellation_cutoff_hours": PolicyText(
        "Cancel at the latest", "Hours before the start when cancelling closes.", "hours"
    ),
    "reschedule_cutoff_hours": PolicyText(
        "Move at the latest", "Hours before the start when moving closes.", "hours"
    ),
    "max_reschedules_per_session": PolicyText(
        "Moves a session", "How often one session may be moved.", "times"
    ),
    "free_cancellation_hours": PolicyText(
        "Free to cancel", "Hours before the start until when all is refunded.", "hours"
    ),
    "require_cancellation_reason": PolicyText("Ask for a reason", "Mentees must say why they cancel.", ""),
}


def allowed_range(key: str) -> tuple[int, int]:
    """Lowest and highest value of a policy that is a number."""
    limits: dict[type, Any] = {type(limit): limit for limit in SessionPolicies.model_fields[key].metadata}
    return int(limits[Ge].ge), int(limits[Le].le)


def default_of(key: str) -> Any:
    """The value of a new installation."""
    return SessionPolicies.model_fields[key].default


def spoken_value(value: Any) -> str:
    """A value as people write it: `2`, `2.5`, `yes`; exact to the minute."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{round(value, 4):.8g}"


def typed_value(key: str, text: str) -> float | int:
    """What was typed, as a number in the policy's range. Raises ValueError with what is allowed."""
    low, high = allowed_range(key)
    whole = isinstance(default_of(key), int) and TEXTS[key].unit == "times"
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
