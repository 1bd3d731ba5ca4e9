"""A double of Stripe, and the adapter that asks it."""

from collections.abc import Iterator

import pytest
import stripe

from tests.conftest import Hands
from tests.servers.stripe_double import StripeDouble, running_stripe
from tests.services.stripe.desk import Desk


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for half a second before the library asks again by itself."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)


@pytest.fixture
def double(hands: Hands) -> Iterator[StripeDouble]:
    with running_stripe(hands) as double:
        yield double


@pytest.fixture
def desk(double: StripeDouble) -> Desk:
    return Desk(double)
