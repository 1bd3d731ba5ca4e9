"""What several tests of services need."""

from collections.abc import Iterator

import pytest

from tests.servers.valkey import running_valkey


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The address of a real Redis-compatible server."""
    with running_valkey() as url:
        yield url
