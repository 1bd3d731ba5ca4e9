"""What is given back when a session is cancelled at a moment, by the terms that it was booked under."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from mentorbook.domain.booking.policies import SessionPolicies, policy_times
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.money.prices import payable_step

_POLICIES = ("free_cancellation_hours", "cancellation_cutoff_hours", "late_cancellation_refund_percent")


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """The policies that say what a cancellation gives back, as they were when the session was booked.

    `at_most_percent` is no policy: what a cancellation gave back at the moment at which a paid session was
    moved, so that moving it first gives back no more.
    """

    free_cancellation_hours: float
    cancellation_cutoff_hours: float
    late_cancellation_refund_percent: int
    at_most_percent: int = 100

    @classmethod
    def of(cls, policies: SessionPolicies) -> Self:
        """Return the terms of a session that is booked under these policies."""
        return cls(**{name: getattr(policies, name) for name in _POLICIES})

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None, policies: SessionPolicies) -> Self:
        """Return the terms that a session keeps; what is missing or out of range is as in `policies`.

        Sessions of an earlier version keep none, and those of a newer one perhaps others.
        """
        kept = stored if isinstance(stored, Mapping) else {}
        sound = {name: _sound(name, kept.get(name), getattr(policies, name)) for name in _POLICIES}
        ceiling = kept.get("at_most_percent")
        known = ceiling if isinstance(ceiling, int) and 0 <= ceiling <= 100 else 100
        return cls(**sound, at_most_percent=known)

    def stored(self) -> dict[str, Any]:
        """Return what a session keeps of the terms."""
        kept = asdict(self)
        return kept if self.at_most_percent < 100 else {name: kept[name] for name in _POLICIES}

    def moved_at(self, percent: int) -> Self:
        """Return the terms of a session that is moved while a cancellation gives so many percent back."""
        return replace(self, at_most_percent=min(self.at_most_percent, percent))


def _sound(name: str, value: Any, standing: Any) -> Any:
    try:
        return getattr(SessionPolicies.model_validate({name: value}, strict=True), name)
    except ValueError:
        return standing


class Priced(Protocol):
    """What the decision looks at; rows and views both have it."""

    @property
    def status(self) -> str: ...
    @property
    def scheduled_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def held_until(self) -> datetime | None: ...
    @property
    def mentor_absent_at(self) -> datetime | None: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def paid_minor(self) -> int | None: ...
    @property
    def refunded_minor(self) -> int: ...
    @property
    def refund_terms(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Refund:
    """A share of the price in whole percent, the same in minor units, and the last moment it holds."""

    percent: int
    amount_minor: int
    until: datetime


@dataclass(frozen=True, slots=True)
class RefundStage:
    """A share of the price in whole percent that cancelling gives back, until a last moment."""

    percent: int
    until: datetime


def share_of(amount_minor: int, percent: int) -> int:
    """Return a share of an amount in minor units; a part of a unit is rounded up, in favour of who paid."""
    return -(-amount_minor * percent // 100)


def refund_stages(
    terms: RefundTerms, policies: SessionPolicies, starts_at: datetime, *, is_free: bool = False
) -> list[RefundStage]:
    """List what cancelling gives back, each until its last moment, in order: all, the percentage, nothing.

    It ends when the policies of now close cancelling; until then what the terms say holds: all at or before
    their free limit, nothing after their cutoff. Neighbours that give back the same are one.
    """
    closes = policy_times(policies, starts_at).cancel_until
    cutoff = starts_at - timedelta(hours=terms.cancellation_cutoff_hours)
    free = starts_at - timedelta(hours=terms.free_cancellation_hours)
    ceiling = 100 if is_free else terms.at_most_percent
    planned = [
        RefundStage(ceiling, closes if is_free else min(free, cutoff)),
        RefundStage(min(ceiling, terms.late_cancellation_refund_percent), cutoff),
        RefundStage(0, closes),
    ]
    stages: list[RefundStage] = []
    for stage in planned:
        until = min(stage.until, closes)
        if stages and stages[-1].percent == stage.percent:
            stages[-1] = RefundStage(stage.percent, max(stages[-1].until, until))
        elif not stages or until > stages[-1].until:
            stages.append(RefundStage(stage.percent, until))
    return stages


def refund_now(session: Priced, policies: SessionPolicies, now: datetime) -> Refund:
    """Return the refund of a cancellation at this moment; instants are aware. Rights are not checked here.

    A request that nobody has accepted costs nothing to withdraw, however late, nor does a time that is held.
    When the mentor was absent all is given back, whenever that is decided, and nothing is left to cancel.
    Of what is only held nothing was paid. What was given back already is not given twice, and what cards
    cannot carry is rounded up.
    """
    back = _refund_now(session, policies, now)
    if session.held_until is not None and session.paid_minor is None:
        return replace(back, amount_minor=0)
    paid = session.price_minor if session.paid_minor is None else session.paid_minor
    step, left = payable_step(session.currency), paid - session.refunded_minor
    amount = min(-(-back.amount_minor // step) * step, left)
    return back if back.amount_minor == amount else replace(back, amount_minor=amount)


def _refund_now(session: Priced, policies: SessionPolicies, now: datetime) -> Refund:
    price, start = session.price_minor, session.scheduled_at
    if session.status == SessionStatus.PENDING:
        return Refund(100, price, min(session.expires_at or start, start))
    if session.mentor_absent_at is not None:
        return Refund(100, price, policy_times(policies, start).cancel_until)
    return refund_of(price, start, RefundTerms.read(session.refund_terms, policies), policies, now)


def refund_of(
    price_minor: int, starts_at: datetime, terms: RefundTerms, policies: SessionPolicies, now: datetime
) -> Refund:
    """Return the refund of cancelling, at this moment, a confirmed session of this price, start and terms."""
    stages = refund_stages(terms, policies, starts_at, is_free=price_minor == 0)
    for stage in stages:
        if now <= stage.until:
            return Refund(stage.percent, share_of(price_minor, stage.percent), stage.until)
    return Refund(0, 0, stages[-1].until)
