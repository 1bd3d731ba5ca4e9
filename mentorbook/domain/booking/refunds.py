"""What the policies give back when a session is cancelled at a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mentorbook.domain.booking.policies import LATE_REFUND_PERCENT, SessionPolicies, policy_times
from mentorbook.domain.kinds import SessionStatus


class Priced(Protocol):
    """What the decision looks at; rows and views both have it."""

    @property
    def status(self) -> str: ...
    @property
    def scheduled_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def price_minor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Refund:
    """A share of the price in whole percent, the same in minor units, and the last moment it holds."""

    percent: int
    amount_minor: int
    until: datetime


def refund_now(session: Priced, policies: SessionPolicies, now: datetime) -> Refund:
    """Return the refund of a cancellation at this moment; instants are aware. Rights are not checked here.

    A request that nobody has accepted costs nothing to withdraw, however late. Half a minor unit is rounded
    up, in favour of who paid.
    """
    price = session.price_minor
    if session.status == SessionStatus.PENDING:
        return Refund(100, price, min(session.expires_at or session.scheduled_at, session.scheduled_at))
    return refund_of(price, session.scheduled_at, policies, now)


def refund_of(price_minor: int, starts_at: datetime, policies: SessionPolicies, now: datetime) -> Refund:
    """Return the refund of cancelling, at this moment, a confirmed session with this price and start."""
    price, times = price_minor, policy_times(policies, starts_at)
    if price == 0:
        return Refund(100, 0, times.cancel_until)
    if now <= times.free_until:
        return Refund(100, price, times.free_until)
    return Refund(LATE_REFUND_PERCENT, (price * LATE_REFUND_PERCENT + 50) // 100, times.cancel_until)
