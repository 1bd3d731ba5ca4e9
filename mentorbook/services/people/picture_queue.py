"""The queue for making pictures: one at a time, in a thread of its own, and nobody fills it."""

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from uuid import UUID

from mentorbook.domain.errors import RateLimited

P = ParamSpec("P")
R = TypeVar("R")

# With the one that is being made. Each holds up to 2 MiB, and takes two seconds at worst.
LONGEST_QUEUE = 8
_COME_BACK_IN = 5  # seconds


class PictureQueue:
    """One call runs, a bounded number wait, and each person has one of them. Callable from any event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: set[UUID] = set()
        # To decode takes much memory, so no two at once; and whoever else has to be served does not wait.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="pictures")

    async def run(self, person: UUID, work: Callable[[], R]) -> R:
        """Run `work` for this person. Raises `RateLimited` when the queue is full or has theirs already."""
        self._enter(person)
        try:
            future = self._pool.submit(work)
        except BaseException:
            self._leave(person)
            raise
        future.add_done_callback(lambda _done: self._leave(person))
        return await asyncio.wrap_future(future)

    def _enter(self, person: UUID) -> None:
        with self._lock:
            if person in self._people:
                raise RateLimited(_COME_BACK_IN, "Your last picture is still being made. Try again soon.")
            if len(self._people) >= LONGEST_QUEUE:
                raise RateLimited(
                    _COME_BACK_IN,
                    f"Many people are changing their picture. Try again in {_COME_BACK_IN} seconds.",
                )
            self._people.add(person)

    def _leave(self, person: UUID) -> None:
        with self._lock:
            self._people.discard(person)


_queue = PictureQueue()


async def call_making(person: UUID, service: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service that makes a picture for `person` off the event loop, in a queue.

    Raises `RateLimited`.
    """
    return await _queue.run(person, functools.partial(service, *args, **kwargs))
