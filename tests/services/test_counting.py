"""Counts that lapse: the same promises in memory and in a real Redis, where there is one."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from mentorbook.services import rate_counters
from mentorbook.services.rate_counters import Counts, MemoryCounts, SharedCounts
from tests.conftest import Hands
from tests.servers.ports import free_port


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    patience = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def nothing_said() -> Iterator[None]:
    """No test sees what another left."""
    rate_counters.forget()
    yield
    rate_counters.forget()


@pytest.fixture(params=["memory", "redis"])
def counts(request: pytest.FixtureRequest) -> Counts:
    """Counts, once of each kind."""
    if request.param == "memory":
        return MemoryCounts()
    return SharedCounts(request.getfixturevalue("redis"))


def test_counts_go_up_down_and_away(counts: Counts) -> None:
    assert (counts.get("a"), counts.left("a")) == (0, 0)
    assert [counts.add("a", 60), counts.add("a", 60)] == [1, 2]
    counts.take_back("a")
    assert (counts.get("a"), counts.get("b")) == (1, 0)
    assert 58 <= counts.left("a") <= 60
    counts.clear("a")
    assert (counts.get("a"), counts.left("a")) == (0, 0)


def test_a_count_that_comes_to_nothing_is_forgotten(counts: Counts, hands: Hands) -> None:
    counts.take_back("nothing")
    assert counts.add("nothing", 2) == 1
    counts.take_back("nothing")
    assert (counts.get("nothing"), counts.left("nothing")) == (0, 0)
    counts.take_back("nothing")
    assert counts.add("nothing", 60) == 1
    assert counts.left("nothing") > 2


def test_a_count_lapses_after_it_was_begun(counts: Counts, hands: Hands) -> None:
    counts.add("a", 2)
    hands.on(seconds=1.5)
    counts.add("a", 2)
    hands.on(seconds=0.6)
    until(lambda: counts.get("a") == 0)


def test_many_at_once_lose_none(counts: Counts) -> None:
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(counts.add("many", 60))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 21))


def test_processes_share_what_is_in_redis(redis: str) -> None:
    one, other = SharedCounts(redis), SharedCounts(redis)
    one.add("shared", 60)
    assert other.add("shared", 60) == 2


def test_without_redis_a_process_counts_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    counts = SharedCounts(f"redis://127.0.0.1:{free_port()}/0")
    assert [counts.add("a", 60), counts.add("a", 60), counts.get("a")] == [1, 2, 2]
    assert counts.left("a") > 0
    counts.take_back("a")
    assert counts.get("a") == 1
    counts.clear("a")
    assert counts.get("a") == 0
    assert "out of reach" in caplog.text


def test_that_redis_is_away_is_said_once_a_minute(hands: Hands, caplog: pytest.LogCaptureFixture) -> None:
    away = [SharedCounts(f"redis://127.0.0.1:{free_port()}/0") for _ in range(2)]
    for counts in away * 5:
        counts.add("a", 60)
    assert caplog.text.count("out of reach") == 1
    hands.on(seconds=61)
    for counts in away * 5:
        counts.get("a")
    assert caplog.text.count("out of reach") == 2


def test_memory_has_an_end() -> None:
    counts = MemoryCounts(most=100)
    for n in range(1_000):
        counts.add(f"name {n}", 60)
    assert len(counts) == 100
    assert counts.get("name 999") == 1
