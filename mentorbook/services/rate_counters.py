"""Counts that lapse by themselves: in memory, or in Redis where several processes share them."""

import functools
import hashlib
import logging
import threading
import time
from typing import Protocol

from cachetools import TLRUCache, TTLCache
from limits.storage import RedisStorage

from mentorbook.services.clock import now
from mentorbook.settings import settings

log = logging.getLogger(__name__)

# 320 to 450 bytes each. Whoever wants one forgotten has to make that many new ones first. Of ceilings that is
# more than come of the passwords that can be hashed while one lasts: two a try, some 14 tries a second, for a
# quarter of an hour.
MOST_COUNTS, MOST_CEILINGS = 20_000, 50_000
_SAID_EVERY = 60  # seconds

_said: TTLCache[str, None] = TTLCache(1, _SAID_EVERY, timer=lambda: now().timestamp())
_saying = threading.Lock()


_TAKE_BACK = b"""
local count = tonumber(redis.call("get", KEYS[1]) or 0)
if count > 1 then
    redis.call("decr", KEYS[1])
else
    redis.call("del", KEYS[1])
end
"""


class Counts(Protocol):
    """Numbers by name. A count lapses so many seconds after it was begun."""

    def add(self, name: str, lasts: int) -> int:
        """Increment the count atomically; returns the new one."""

    def take_back(self, name: str) -> None:
        """Decrement the count atomically. A count that reaches 0 is deleted."""

    def get(self, name: str) -> int:
        """Return the count, 0 when there is none."""

    def left(self, name: str) -> float:
        """Return the seconds until the count lapses, 0 when there is none."""

    def clear(self, name: str) -> None:
        """Delete the count."""


class MemoryCounts:
    """Counts of this process; beyond `most` of them the least used ones are forgotten."""

    def __init__(self, most: int = MOST_COUNTS) -> None:
        self._kept: TLRUCache[str, tuple[int, float]] = TLRUCache(
            most, ttu=lambda _name, count, _now: count[1], timer=lambda: now().timestamp()
        )
        self._lock = threading.Lock()

    def add(self, name: str, lasts: int) -> int:
        """Increment the count atomically; returns the new one."""
        with self._lock:
            count, until = self._kept.get(name) or (0, now().timestamp() + lasts)
            self._kept[name] = (count + 1, until)
            return count + 1

    def take_back(self, name: str) -> None:
        """Decrement the count atomically. A count that reaches 0 is deleted."""
        with self._lock:
            count, until = self._kept.pop(name, (0, 0.0))
            if count > 1:
                self._kept[name] = (count - 1, until)

    def get(self, name: str) -> int:
        """Return the count, 0 when there is none."""
        with self._lock:
            return (self._kept.get(name) or (0, 0))[0]

    def left(self, name: str) -> float:
        """Return the seconds until the count lapses, 0 when there is none."""
        with self._lock:
            found = self._kept.get(name)
        return max(0.0, found[1] - now().timestamp()) if found else 0.0

    def clear(self, name: str) -> None:
        """Delete the count."""
        with self._lock:
            self._kept.pop(name, None)

    def __len__(self) -> int:
        return len(self._kept)


class SharedCounts:
    """Counts in Redis, by the server's clock. While it is out of reach, this process counts for itself."""

    def __init__(self, url: str, most: int = MOST_COUNTS) -> None:
        self._storage = RedisStorage(url)
        self._alone = MemoryCounts(most)
        self._take_back = self._storage.get_connection().register_script(_TAKE_BACK)

    def add(self, name: str, lasts: int) -> int:
        """Increment the count atomically; returns the new one."""
        try:
            return self._storage.incr(_key(name), lasts)
        except self._storage.base_exceptions as error:
            return self._without(error).add(name, lasts)

    def take_back(self, name: str) -> None:
        """Decrement the count atomically. A count that reaches 0 is deleted."""
        try:
            self._take_back([self._storage.prefixed_key(_key(name))])
        except self._storage.base_exceptions as error:
            self._without(error).take_back(name)

    def get(self, name: str) -> int:
        """Return the count, 0 when there is none."""
        try:
            return self._storage.get(_key(name))
        except self._storage.base_exceptions as error:
            return self._without(error).get(name)

    def left(self, name: str) -> float:
        """Return the seconds until the count lapses, 0 when there is none."""
        try:
            return max(0.0, self._storage.get_expiry(_key(name)) - time.time())
        except self._storage.base_exceptions as error:
            return self._without(error).left(name)

    def clear(self, name: str) -> None:
        """Delete the count."""
        try:
            self._storage.clear(_key(name))
        except self._storage.base_exceptions as error:
            self._without(error).clear(name)

    def _without(self, error: Exception) -> MemoryCounts:
        with _saying:
            is_said = "away" in _said
            _said.setdefault("away")
        if not is_said:
            log.error("Redis is out of reach, so log-in limits are this process's own: %s", error)
        return self._alone


def _key(name: str) -> str:
    # Names hold what people typed and where they are: Redis gets neither, and nothing long.
    return f"mentorbook:{hashlib.sha256(name.encode()).hexdigest()}"


@functools.lru_cache(maxsize=1)
def counts() -> Counts:
    """Return the counts that the settings ask for."""
    return _counts(MOST_COUNTS)


@functools.lru_cache(maxsize=1)
def ceilings() -> Counts:
    """Return the counts of whole accounts and networks, kept apart so that `counts` cannot evict them."""
    return _counts(MOST_CEILINGS)


@functools.lru_cache(maxsize=1)
def mail_counts() -> Counts:
    """Return the counts of mail that was asked for, kept apart since asking costs nothing: however many there
    are, they push no count of guesses out."""
    return _counts(MOST_COUNTS)


def _counts(most: int) -> Counts:
    return SharedCounts(settings.redis_url, most) if settings.redis_url else MemoryCounts(most)


def forget() -> None:
    """Drop all counts of this process."""
    counts.cache_clear()
    ceilings.cache_clear()
    mail_counts.cache_clear()
    _said.clear()
