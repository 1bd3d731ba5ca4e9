"""The queue for hashing passwords: two at a time, nobody fills it, known browsers go first."""

import asyncio
import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from mentorbook.domain.errors import RateLimited

P = ParamSpec("P")
R = TypeVar("R")

# Hashing a password fills a core for 140 ms by design: two at a time leave room for everybody else.
AT_ONCE = 2
# In each of the two queues: of all together, which is about two seconds, and of one network or known browser.
LONGEST_QUEUE, LARGEST_SHARE = 32, 8
_COME_BACK_IN = 3  # seconds


@dataclass(frozen=True, slots=True)
class Place:
    """Whose share of the queue a password takes. Known browsers have a queue of their own; it goes first.

    `known_as` is what a known browser is counted by besides its network. Not instead of it: an account has
    20 browsers, and a right password is free.
    """

    network: str
    known_as: str | None = None

    @property
    def is_known(self) -> bool:
        """Say whether it waits in the queue of known browsers."""
        return self.known_as is not None

    @property
    def shares(self) -> tuple[str, ...]:
        """Return the shares of the queue that it is counted under."""
        from_network = f"{'known' if self.is_known else 'new'} from {self.network}"
        return (from_network,) if self.known_as is None else (from_network, f"browser {self.known_as}")


class HashingQueue:
    """At most `AT_ONCE` calls run, and a bounded number wait. Callable from any event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[bool] = Counter()
        self._shares: Counter[str] = Counter()
        self._pools = {
            is_known: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashing") for is_known in (True, False)
        }
        self._turn = threading.Condition()
        self._free = AT_ONCE
        self._known_in_line = 0

    async def run(self, place: Place, work: Callable[[], R]) -> R:
        """Run `work` at its place in the queue. Raises `RateLimited` when the queue or its share is full."""
        self._enter(place)
        try:
            future = self._pools[place.is_known].submit(self._in_turn, place.is_known, work)
        except BaseException:
            self._leave(place)
            raise
        future.add_done_callback(lambda _done: self._leave(place))
        return await asyncio.wrap_future(future)

    def _in_turn(self, is_known: bool, work: Callable[[], R]) -> R:
        with self._one_of_two(is_known):
            return work()

    @contextmanager
    def _one_of_two(self, is_known: bool) -> Iterator[None]:
        with self._turn:
            self._known_in_line += is_known
            self._turn.wait_for(lambda: self._free and (is_known or not self._known_in_line))
            self._known_in_line -= is_known
            self._free -= 1
        try:
            yield
        finally:
            with self._turn:
                self._free += 1
                self._turn.notify_all()

    def _enter(self, place: Place) -> None:
        with self._lock:
            if self._waiting[place.is_known] >= LONGEST_QUEUE or any(
                self._shares[share] >= LARGEST_SHARE for share in place.shares
            ):
                raise RateLimited(
                    _COME_BACK_IN,
                    f"Many people are logging in at this moment. Try again in {_COME_BACK_IN} seconds.",
                )
            self._waiting[place.is_known] += 1
            self._shares.update(place.shares)

    def _leave(self, place: Place) -> None:
        with self._lock:
            self._waiting[place.is_known] -= 1
            for share in place.shares:
                self._shares[share] -= 1
                if not self._shares[share]:
                    del self._shares[share]


_queue = HashingQueue()


async def call_hashing(place: Place, service: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service that hashes passwords off the event loop, in a queue. Raises `RateLimited`."""
    return await _queue.run(place, functools.partial(service, *args, **kwargs))
