"""Counts that lapse by themselves: in memory, or in Redis where several processes share them."""

import functools
import hashlib
import logging
import threading
import time
from typing import Protocol

from cachetools import TLRUCache
from limits.storage import RedisStorage

from mentorbook.services.clock import now
from mentorbook.settings import settings

log = logging.getLogger(__name__)

# About 300 bytes each. Whoever wants one forgotten has to make that many new ones first.
_MOST = 20_000


class Counts(Protocol):
    """Numbers by name. A count lapses so many seconds after it was begun."""

    def add(self, name: str, lasts: int, amount: int = 1) -> int:
        """Add, as one step; the new count."""

    def get(self, name: str) -> int:
        """The count, 0 when there is none."""

    def left(self, name: str) -> float:
        """Seconds until it lapses, 0 when there is none."""

    def clear(self, name: str) -> None:
        """Forget it."""


class MemoryCounts:
    """Counts of this process; beyond `most` of them the least used ones are forgotten."""

    def __init__(self, most: int = _MOST) -> None:
        self._kept: TLRUCache[str, tuple[int, float]] = TLRUCache(
            most, ttu=lambda _name, count, _now: count[1], timer=lambda: now().timestamp()
        )
        self._lock = threading.Lock()

    def add(self, name: str, lasts: int, amount: int = 1) -> int:
        """Add, as one step; the new count."""
        with self._lock:
            count, until = self._kept.get(name) or (0, now().timestamp() + lasts)
            self._kept[name] = (count + amount, until)
            return count + amount

    def get(self, name: str) -> int:
        """The count, 0 when there is none."""
        with self._lock:
            return (self._kept.get(name) or (0, 0))[0]

    def left(self, name: str) -> float:
        """Seconds until it lapses, 0 when there is none."""
        with self._lock:
            found = self._kept.get(name)
        return max(0.0, found[1] - now().timestamp()) if found else 0.0

    def clear(self, name: str) -> None:
        """Forget it."""
        with self._lock:
            self._kept.pop(name, None)

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


class SharedCounts:
    """Counts in Redis, by the server's clock. While it is out of reach, this process counts for itself."""

    def __init__(self, url: str) -> None:
        self._storage = RedisStorage(url)
        self._alone = MemoryCounts()

    def add(self, name: str, lasts: int, amount: int = 1) -> int:
        """Add, as one step; the new count."""
        try:
            return self._storage.incr(_key(name), lasts, amount)
        except self._storage.base_exceptions as error:
            return self._without(error).add(name, lasts, amount)

    def get(self, name: str) -> int:
        """The count, 0 when there is none."""
        try:
            return self._storage.get(_key(name))
        except self._storage.base_exceptions as error:
            return self._without(error).get(name)

    def left(self, name: str) -> float:
        """Seconds until it lapses, 0 when there is none."""
        try:
            return max(0.0, self._storage.get_expiry(_key(name)) - time.time())
        except self._storage.base_exceptions as error:
            return self._without(error).left(name)

    def clear(self, name: str) -> None:
        """Forget it."""
        try:
            self._storage.clear(_key(name))
        except self._storage.base_exceptions as error:
            self._without(error).clear(name)

    def _without(self, error: Exception) -> MemoryCounts:
        log.error("Redis is out of reach, so log-in limits are this process's own: %s", error)
        return self._alone


def _key(name: str) -> str:
    # Names hold what people typed and where they are: Redis gets neither, and nothing long.
    return f"mentorbook:{hashlib.sha256(name.encode()).hexdigest()}"


@functools.lru_cache(maxsize=1)
def counts() -> Counts:
    """The counts that the settings ask for."""
    return SharedCounts(settings.redis_url) if settings.redis_url else MemoryCounts()


def forget() -> None:
    """Begin anew, with nothing counted in this process."""
    counts.cache_clear()
