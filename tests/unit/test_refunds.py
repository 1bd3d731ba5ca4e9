"""What cancelling gives back: percent and minor units, to the second, by the terms of the booking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.refunds import (
    Refund,
    RefundTerms,
    refund_now,
    refund_stages,
    share_of,
)
from mentorbook.presenters.prices import format_minor

START = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
DEFAULTS = SessionPolicies()


@dataclass(frozen=True)
class A:
    """A session that costs something."""

    status: str = "scheduled"
    scheduled_at: datetime = START
    expires_at: datetime | None = None
    mentor_absent_at: datetime | None = None
    price_minor: int = 6000
    refunded_minor: int = 0
    currency: str = "GBP"
    paid_minor: int | None = None
    held_until: datetime | None = None
    refund_terms: Mapping[str, Any] | None = None


def before(hours: float, seconds: int = 0) -> datetime:
    """So long before the start, and so many seconds later."""
    return START - timedelta(hours=hours) + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("session", "now", "back"),
    [
        (A(), before(48), Refund(100, 6000, before(24))),
        (A(), before(24), Refund(100, 6000, before(24))),
        (A(), before(24, 1), Refund(50, 3000, before(2))),
        (A(), before(2), Refund(50, 3000, before(2))),
        (A(), before(2, 1), Refund(0, 0, before(2))),
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
    assert refund_now(A(), strict, before(48, 1)).percent == 0


def test_the_terms_of_the_booking_hold_whatever_the_policies_are_by_now() -> None:
    kept = A(refund_terms=RefundTerms(48, 6, 30).stored())
    today = SessionPolicies(
        free_cancellation_hours=12, cancellation_cutoff_hours=1, late_cancellation_refund_percent=80
    )
    assert refund_now(kept, today, before(48)) == Refund(100, 6000, before(48))
    assert refund_now(kept, today, before(48, 1)) == Refund(30, 1800, before(6))
    # It may be cancelled for longer than it was said then, and nothing comes back for that.
    assert refund_now(kept, today, before(6, 1)) == Refund(0, 0, before(1))
    # Or not as long: then the last moment is that of today.
    sooner = SessionPolicies(cancellation_cutoff_hours=24)
    assert refund_now(kept, sooner, before(30)) == Refund(30, 1800, before(24))


def test_all_is_given_back_when_the_mentor_was_absent() -> None:
    absent = A(mentor_absent_at=START + timedelta(minutes=10), price_minor=6001)
    for hours in (3, 0, -30):
        back = refund_now(absent, DEFAULTS, before(hours))
        assert (back.percent, back.amount_minor) == (100, 6001)


@pytest.mark.parametrize("stored", [None, {}, {"late_cancellation_refund_percent": 101}, [1], {"other": 1}])
def test_terms_of_another_version_are_those_of_now(stored: Any) -> None:
    today = SessionPolicies(free_cancellation_hours=36, late_cancellation_refund_percent=10)
    assert RefundTerms.read(stored, today) == RefundTerms.of(today) == RefundTerms(36, 2, 10)


def test_what_is_sound_of_stored_terms_is_kept() -> None:
    stored = {"free_cancellation_hours": 72, "cancellation_cutoff_hours": "2", "more": {}}
    assert RefundTerms.read(stored, DEFAULTS) == RefundTerms(72, 2, 50)


@pytest.mark.parametrize(
    ("currency", "price", "percent", "said"),
    [
        ("GBP", 6001, 50, "£30.01"),
        ("GBP", 999, 33, "£3.30"),
        ("GBP", 1, 1, "£0.01"),
        ("JPY", 4500, 33, "¥1,485"),
        ("JPY", 101, 50, "¥51"),
        ("JPY", 1, 1, "¥1"),
        ("KWD", 12345, 50, "KWD 6.173"),
        ("KWD", 10001, 33, "KWD 3.301"),
        ("KWD", 1, 1, "KWD 0.001"),
    ],
)
def test_a_part_of_the_smallest_unit_is_the_payers(
    currency: str, price: int, percent: int, said: str
) -> None:
    assert format_minor(share_of(price, percent), currency).replace("\xa0", " ") == said


# Policies are hours in whole minutes.
hours = st.integers(0, 168 * 60).map(lambda minutes: minutes / 60)
policies = st.builds(
    SessionPolicies,
    free_cancellation_hours=st.integers(0, 720 * 60).map(lambda minutes: minutes / 60),
    cancellation_cutoff_hours=hours,
    late_cancellation_refund_percent=st.integers(0, 100),
)
prices = st.integers(0, 2_000_000_000)


@given(prices, policies, policies, st.integers(-1000, 60_000))
def test_the_law_of_the_moment(
    price: int, then: SessionPolicies, today: SessionPolicies, minutes: int
) -> None:
    """Written out once more, from the rule's words."""
    moment = START - timedelta(minutes=minutes)
    kept = A(price_minor=price, refund_terms=RefundTerms.of(then).stored())
    back = refund_now(kept, today, moment)
    ahead = START - moment
    if ahead < timedelta(hours=today.cancellation_cutoff_hours):
        assert back.until < moment
        return
    if price == 0 or (
        ahead >= timedelta(hours=then.free_cancellation_hours)
        and ahead >= timedelta(hours=then.cancellation_cutoff_hours)
    ):
        percent = 100
    elif ahead >= timedelta(hours=then.cancellation_cutoff_hours):
        percent = then.late_cancellation_refund_percent
    else:
        percent = 0
    assert back.percent == percent
    assert back.until >= moment
    assert 0 <= back.amount_minor <= price
    # Up, and by less than one unit.
    assert 0 <= back.amount_minor * 100 - price * percent < 100


@given(prices, policies, policies, st.integers(0, 60_000), st.integers(0, 60_000))
def test_waiting_never_gives_back_more_and_what_is_said_holds_until_then(
    price: int, then: SessionPolicies, today: SessionPolicies, one: int, other: int
) -> None:
    kept = A(price_minor=price, refund_terms=RefundTerms.of(then).stored())
    early, late = (START - timedelta(minutes=each) for each in sorted((one, other), reverse=True))
    first, second = (refund_now(kept, today, each) for each in (early, late))
    assert second.amount_minor <= first.amount_minor
    if late <= first.until:
        assert second == first


@given(policies, policies, st.booleans())
def test_the_stages_are_in_order_end_with_cancelling_and_differ_from_their_neighbours(
    then: SessionPolicies, today: SessionPolicies, is_free: bool
) -> None:
    stages = refund_stages(RefundTerms.of(then), today, START, is_free=is_free)
    assert stages[-1].until == START - timedelta(hours=today.cancellation_cutoff_hours)
    pairs = list(pairwise(stages))
    assert all(a.until < b.until and a.percent > b.percent for a, b in pairs)


@given(policies)
def test_terms_are_read_as_they_were_stored(given_: SessionPolicies) -> None:
    terms = RefundTerms.of(given_)
    assert RefundTerms.read(terms.stored(), DEFAULTS) == terms
