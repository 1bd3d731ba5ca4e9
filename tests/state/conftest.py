"""What every test of a state needs."""

from collections.abc import Iterator

import pytest

from mentorbook.state.socket.live_pages import live
from tests.probes import probing


@pytest.fixture(autouse=True)
def probes() -> Iterator[None]:
    """The states of the tests themselves are there."""
    with probing():
        yield


@pytest.fixture(autouse=True)
def nobody_follows() -> Iterator[None]:
    """No tab of an earlier test follows anybody."""
    live.clear()
    yield
    live.clear()
