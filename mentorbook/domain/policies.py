"""The session policies that an admin sets, and what they mean for one session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

# Share of the price that is given back after the free period and before the cancellation cutoff.
LATE_REFUND_PERCENT = 50
# How long before its start a session's room can be entered.
ROOM_OPENS = timedelta(minutes=10)


class SessionPolicies(BaseModel):
    """The five policies, typed; the defaults are those of a new installation. Hours are before the start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cancellation_cutoff_hours: float = Field(2, ge=0, le=168)
    reschedule_cutoff_hours: float = Field(4, ge=0, le=168)
    max_reschedules_per_session: int = Field(2, ge=0, le=10)
    require_cancellation_reason: bool = True
    free_cancellation_hours: float = Field(24, ge=0, le=720)


@dataclass(frozen=True, slots=True)
class PolicyTimes:
    """The policies as instants of one session: each is the last moment at which the thing is possible."""

    free_until: datetime
    cancel_until: datetime
    reschedule_until: datetime
    starts_at: datetime


def policy_times(policies: SessionPolicies, starts_at: datetime) -> PolicyTimes:
    """What the policies mean for a session that starts then; aware instants in, aware instants out.

    Free cancellation cannot outlast cancellation itself, so a cutoff longer than the free period wins.
    """
    cancel_until = starts_at - timedelta(hours=policies.cancellation_cutoff_hours)
    free_until = starts_at - timedelta(hours=policies.free_cancellation_hours)
    return PolicyTimes(
        free_until=min(free_until, cancel_until),
        cancel_until=cancel_until,
        reschedule_until=starts_at - timedelta(hours=policies.reschedule_cutoff_hours),
        starts_at=starts_at,
    )
