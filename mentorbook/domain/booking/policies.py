"""The session policies that an admin sets, and what they mean for one session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

# How long before its start a session's room can be entered, and how long after its end.
ROOM_OPENS, ROOM_STAYS = timedelta(minutes=10), timedelta(minutes=30)
# For how long after its start somebody's absence can be said of a session.
NO_SHOW_WINDOW = timedelta(hours=24)
# For how long a request waits for its mentor.
MENTOR_ANSWERS_WITHIN = timedelta(hours=48)
# For how long a time is held for whoever pays for it, and once more where they ask for it.
HOLD_LASTS = timedelta(minutes=10)

# How far from a whole minute hours may be that somebody wrote with a few decimals: 0.33 is no 20 minutes.
_ROUNDED_MINUTES = 0.01


def whole_minutes(hours: float) -> float:
    """Return hours as the nearest whole minutes. Raises ValueError for what is no whole number of minutes."""
    minutes = round(hours * 60)
    if abs(hours * 60 - minutes) > _ROUNDED_MINUTES or (minutes == 0 and hours != 0):
        raise ValueError("must be whole minutes: 0.25 is a quarter of an hour, 0 is none")
    return minutes / 60


class SessionPolicies(BaseModel):
    """The six policies, typed; the defaults are those of a new installation. Hours are before the start, in
    whole minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cancellation_cutoff_hours: Annotated[float, Field(ge=0, le=168), AfterValidator(whole_minutes)] = 2
    reschedule_cutoff_hours: Annotated[float, Field(ge=0, le=168), AfterValidator(whole_minutes)] = 4
    max_reschedules_per_session: int = Field(2, ge=0, le=10)
    require_cancellation_reason: bool = True
    free_cancellation_hours: Annotated[float, Field(ge=0, le=720), AfterValidator(whole_minutes)] = 24
    # What is given back of the price after that and until the cancellation cutoff.
    late_cancellation_refund_percent: int = Field(50, ge=0, le=100)


def stored_policies(values: Mapping[str, Any]) -> tuple[SessionPolicies, dict[str, str]]:
    """Return the policies that are stored, and why some are ignored: for those the default holds.

    Rows of a newer version, or out of today's range, come back from an upgrade that was undone; they must not
    take down what reads policies, which is nearly everything.
    """
    ignored = {key: "is not a policy" for key in values if key not in SessionPolicies.model_fields}
    known = {key: value for key, value in values.items() if key not in ignored}
    try:
        return SessionPolicies.model_validate(known), ignored
    except ValidationError as error:
        ignored |= {str(each["loc"][0]): each["msg"] for each in error.errors(include_url=False)}
    sound = {key: value for key, value in known.items() if key not in ignored}
    return SessionPolicies.model_validate(sound), ignored


@dataclass(frozen=True, slots=True)
class PolicyTimes:
    """The policies as instants of one session: each is the last moment at which the thing is possible."""

    cancel_until: datetime
    reschedule_until: datetime
    starts_at: datetime


def policy_times(policies: SessionPolicies, starts_at: datetime) -> PolicyTimes:
    """Return what the policies mean for a session that starts then; aware instants in, aware instants out."""
    return PolicyTimes(
        cancel_until=starts_at - timedelta(hours=policies.cancellation_cutoff_hours),
        reschedule_until=starts_at - timedelta(hours=policies.reschedule_cutoff_hours),
        starts_at=starts_at,
    )


@dataclass(frozen=True, slots=True)
class PolicyState:
    """One policy as it stands, and who set it last, if anybody did."""

    key: str
    value: Any
    changed_by: str | None
    changed_at: datetime | None


class AffectedSession(NamedTuple):
    """A coming session for which a change of policies would change what its mentee may do."""

    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class AffectedSessions:
    """How many coming sessions a change would affect, and the soonest of them."""

    count: int = 0
    first: tuple[AffectedSession, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """What saving would do to coming sessions at this moment."""

    no_longer_cancellable: AffectedSessions
    cancellable_again: AffectedSessions
    no_longer_movable: AffectedSessions
    movable_again: AffectedSessions
