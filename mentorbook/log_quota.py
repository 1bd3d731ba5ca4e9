"""How many log lines strangers may cause."""

from collections import Counter


class Quota:
    """Counts lines that clients cause in one stretch of `seconds`: so many from one address of one kind, of
    one kind, and in all. Its memory is bounded, since only lines that are admitted are told apart by address,
    and kinds are places in programs. Not for several threads at once."""

    def __init__(self, *, seconds: float = 60, address: int = 3, kind: int = 10, overall: int = 20) -> None:
        self.seconds = seconds
        self._most_of_address, self._most_of_kind, self._most = address, kind, overall
        self._admitted: Counter[tuple[str, str | None]] = Counter()
        self._of_kind: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def admits(self, kind: str, address: str | None) -> bool:
        """Say whether one more line may be written, and count it. Without an address the kind decides."""
        of_address = self._admitted.get((kind, address), 0)
        if (
            (address is not None and of_address >= self._most_of_address)
            or self._of_kind[kind] >= self._most_of_kind
            or self._of_kind.total() >= self._most
        ):
            self._left_out[kind] += 1
            return False
        self._admitted[(kind, address)] += 1
        self._of_kind[kind] += 1
        return True

    def settle(self) -> dict[str, int]:
        """Return how many lines of each kind were left out, and reset all counters."""
        left_out = dict(self._left_out)
        for counter in (self._admitted, self._of_kind, self._left_out):
            counter.clear()
        return left_out
