"""A tuple that is hashed once, however often a cache is asked by it."""

from typing import Any, TypeVar

T = TypeVar("T")


class HashedOnce(tuple[T, ...]):
    """The same as a tuple, but the hash is computed at its first use and kept.

    Whatever is drawn of a month of slots is cached by these slots, and looked up a dozen times for every open
    page when one of them is taken: hashing hundreds of instants each time was a sixth of that page's cost.
    """

    _hash: int

    def __hash__(self) -> int:
        """Return the hash of the plain tuple, so that both are the same key."""
        try:
            return self._hash
        except AttributeError:
            self._hash = super().__hash__()
            return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the hash behind: in another process the same items may have another."""
        return type(self), (tuple(self),)
