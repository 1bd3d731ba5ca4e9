"""A cache that is bounded by what it holds, not by how many: what a stranger asks for cannot fill memory."""

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Generic, NamedTuple, TypeVar, TypeVarTuple

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Given = TypeVarTuple("Given")


class _Kept(NamedTuple):
    value: object
    weight: int


class ByteCache(Generic[K, V]):
    """Values by key, at most `most` bytes of them as `weigh(key, value)` counts; the longest unused go first.

    What weighs more than the whole cache is not kept. Any thread may call. Hold only what never changes.
    """

    def __init__(self, most: int, weigh: Callable[[K, V], int]) -> None:
        self._kept: LRUCache[K, _Kept] = LRUCache(most, getsizeof=lambda kept: kept.weight)
        self._weigh = weigh
        self._turn = Lock()

    def get(self, key: K) -> V | None:
        """Return the cached value, or `None`."""
        with self._turn:
            kept = self._kept.get(key)
        return kept.value if kept is not None else None  # type: ignore[return-value]

    def keep(self, key: K, value: V) -> None:
        """Cache a value in place of an earlier one under the same key."""
        weight = self._weigh(key, value)
        with self._turn:
            self._kept.pop(key, None)
            if weight <= self._kept.maxsize:
                self._kept[key] = _Kept(value, weight)

    def drop(self, key: K) -> None:
        """Remove the value of a key, if there is one."""
        with self._turn:
            self._kept.pop(key, None)

    def clear(self) -> None:
        """Remove every value."""
        with self._turn:
            self._kept.clear()

    def __len__(self) -> int:
        """Count the cached values."""
        return len(self._kept)

    @property
    def weight(self) -> int:
        """Return the bytes of all cached values."""
        return int(self._kept.currsize)

    @property
    def most(self) -> int:
        """Return the most bytes that may be cached."""
        return int(self._kept.maxsize)


def remembered(
    most: int, weigh: Callable[[tuple[*Given], V], int]
) -> Callable[[Callable[[*Given], V]], Callable[[*Given], V]]:
    """Cache the answers of a pure function by its arguments, at most `most` bytes of them.

    The arguments, of which `weigh` is given a tuple, are positional only: they are the key, and are kept.
    For answers whose size other people choose; where every answer is small, `lru_cache` is enough.
    """

    def remember(function: Callable[[*Given], V]) -> Callable[[*Given], V]:
        cache: ByteCache[tuple[*Given], V] = ByteCache(most, weigh)

        @wraps(function)
        def answer(*given: *Given) -> V:
            found = cache.get(given)
            if found is None:
                found = function(*given)
                cache.keep(given, found)
            return found

        answer.cache = cache  # type: ignore[attr-defined]
        return answer

    return remember
