"""What cancelling gives back: percent and minor units, to the second."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.booking.policies import LATE_REFUND_PERCENT, SessionPolicies
from mentorbook.domain.booking.refunds import Refund, refund_now

START = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
DEFAULTS = SessionPolicies()


@dataclass(frozen=True)
class A:
    """A session that costs something."""

    status: str = "scheduled"
    scheduled_at: datetime = START
    expires_at: datetime | None = None
    price_minor: int = 6000


def before(hours: float, seconds: int = 0) -> datetime:
    """So long before the start, and so many seconds later."""
    return START - timedelta(hours=hours) + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("session", "now", "back"),
    [
        (A(), before(48), Refund(100, 6000, before(24))),
        (A(), before(24), Refund(100, 6000, before(24))),
        (A(), before(24, 1), Refund(50, 3000, before(2))),
        (A(price_minor=6001), before(3), Refund(50, 3001, before(2))),
        (A(price_minor=1), before(3), Refund(50, 1, before(2))),
        # What costs nothing has nothing to give back, and it is all of it.
        (A(price_minor=0), before(3), Refund(100, 0, before(2))),
        # A request costs nothing to withdraw, however late.
        (A("pending"), before(0, -1), Refund(100, 6000, START)),
        (A("pending", expires_at=before(5)), before(6), Refund(100, 6000, before(5))),
    ],
)
def test_the_share_is_that_of_the_moment(session: A, now: datetime, back: Refund) -> None:
    assert refund_now(session, DEFAULTS, now) == back


def test_the_free_period_cannot_outlast_cancellation() -> None:
    strict = DEFAULTS.model_copy(update={"cancellation_cutoff_hours": 48})
    assert refund_now(A(), strict, before(48)) == Refund(100, 6000, before(48))
    assert refund_now(A(), strict, before(48, 1)).percent == LATE_REFUND_PERCENT


# Policies are hours in whole minutes.
@given(
    st.integers(0, 2_000_000_000),
    st.integers(0, 720 * 60).map(lambda minutes: minutes / 60),
    st.integers(0, 168 * 60).map(lambda minutes: minutes / 60),
    st.integers(-1000, 10_000),
)
def test_nobody_gets_back_more_than_the_price_nor_less_than_the_share(
    price: int, free: float, cutoff: float, minutes: int
) -> None:
    policies = SessionPolicies(free_cancellation_hours=free, cancellation_cutoff_hours=cutoff)
    back = refund_now(A(price_minor=price), policies, START - timedelta(minutes=minutes))
    assert 0 <= back.amount_minor <= price
    assert 0 <= back.amount_minor * 100 - price * back.percent < 100
