"""Many tries at the same moment are no way round the limit, in memory or in a real Redis."""

import threading
import time
from collections.abc import Iterator

import pytest

from mentorbook.domain.errors import RateLimited
from mentorbook.services import rate_counters
from mentorbook.services.people import login_throttle
from mentorbook.services.people.login_throttle import FREE_TRIES, Guesser
from mentorbook.services.rate_counters import Counts, MemoryCounts, SharedCounts
from tests.conftest import Hands

AT_ONCE = 40


class Torn(MemoryCounts):
    """Reads and writes in two steps."""

    def add(self, name: str, lasts: int) -> int:
        """Lose what others add meanwhile."""
        count = self.get(name)
        time.sleep(0.02)
        self.clear(name)
        for _ in range(count + 1):
            super().add(name, lasts)
        return count + 1


def admitted_at_once(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of AT_ONCE tries that begin together are let in."""
    monkeypatch.setattr(login_throttle, "counts", lambda: counts)
    guesser, gate = Guesser("an account", "an address"), threading.Barrier(AT_ONCE)
    admitted: list[bool] = []

    def guess() -> None:
        gate.wait(30)
        try:
            login_throttle.admit(guesser)
        except RateLimited:
            return
        admitted.append(True)

    threads = [threading.Thread(target=guess) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(admitted)


def test_no_more_get_in_at_once_than_one_after_the_other(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert admitted_at_once(MemoryCounts(), monkeypatch) == FREE_TRIES


def test_nor_in_several_processes(redis: str, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    assert admitted_at_once(SharedCounts(redis), monkeypatch) == FREE_TRIES


def test_counting_in_two_steps_would_let_more_in(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positive control."""
    assert admitted_at_once(Torn(), monkeypatch) > FREE_TRIES


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """No test sees another's counts."""
    rate_counters.forget()
    yield
    rate_counters.forget()


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("the command line", "the command line"),
        ("x" * 500, "x" * 64),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, one: str) -> None:
    assert login_throttle.network(address) == one


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (1, "1 second"),
        (1.2, "2 seconds"),
        (60, "60 seconds"),
        (89.5, "2 minutes"),
        (61 * 60, "61 minutes"),
    ],
)
def test_waits_in_words(seconds: float, words: str) -> None:
    assert login_throttle.in_words(seconds) == words


def test_tries_that_were_never_made_wash_nothing_out(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_counters, "MOST_COUNTS", 100)
    rate_counters.forget()
    kept = rate_counters.counts()
    assert isinstance(kept, MemoryCounts)
    waiting = Guesser("a waiting account", "198.51.100.1")
    for _ in range(FREE_TRIES):
        login_throttle.admit(waiting)
    before = len(kept)
    for n in range(200):
        login_throttle.admit(Guesser(f"account {n}", "192.0.2.1"))
        login_throttle.withdraw(Guesser(f"account {n}", "192.0.2.1"))
    assert len(kept) == before
    with pytest.raises(RateLimited):
        login_throttle.admit(waiting)


def test_no_number_of_pairs_pushes_a_ceiling_out(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_counters, "MOST_COUNTS", 100)
    rate_counters.forget()
    for n in range(login_throttle.ACCOUNT_CEILING):
        login_throttle.failed(Guesser("an account", f"198.51.100.{n}"))
    for _ in range(login_throttle.REGISTRATIONS):
        login_throttle.count_registration("198.51.100.1")
    for n in range(200):
        login_throttle.admit(Guesser(f"account {n}", "192.0.2.1"))
    with pytest.raises(RateLimited):
        login_throttle.admit(Guesser("an account", "203.0.113.1"))
    with pytest.raises(RateLimited):
        login_throttle.count_registration("198.51.100.1")


def test_a_try_that_was_never_made_is_given_back(hands: Hands) -> None:
    guesser = Guesser("an account", "an address")
    for _ in range(FREE_TRIES * 3):
        login_throttle.admit(guesser)
        login_throttle.withdraw(guesser)
    for _ in range(FREE_TRIES):
        login_throttle.admit(guesser)
    with pytest.raises(RateLimited):
        login_throttle.admit(guesser)
