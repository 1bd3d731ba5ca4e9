"""What several tests of services need."""

from collections.abc import Iterator

import pytest

from tests.servers.redis import SERVER, running_redis


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis; without one on this machine the test is skipped."""
    if SERVER is None:
        pytest.skip("needs redis-server or valkey-server on the PATH")
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url
