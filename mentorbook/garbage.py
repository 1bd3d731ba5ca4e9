"""Full garbage collections happen while nobody waits."""

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator

# Young objects are looked through as usual; old ones only by `Collector`.
_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000
LOOKS_EVERY = 0.25  # seconds
# The process is idle when it has used less of a core than this from one look to the next, for so long:
# whoever has just done something is the likeliest to do the next thing.
_IDLE_BELOW, _IDLE_FOR = 0.1, 1.0  # of a core; seconds
_SOONEST, _LATEST = 15.0, 120.0  # seconds after the last


class Collector:
    """Decide when to collect: when the process has been idle for a second, at the latest after two minutes
    without such a moment.

    A full collection with 500 open pages stops everything for 60 to 200 ms, and Python by itself begins it in
    the very moment in which much is made: when a change is drawn for many pages.
    """

    def __init__(self, looked_at: float, processor: float) -> None:
        """Begin at a moment (seconds of any clock), with the seconds of processor used so far."""
        self._collected_at = self._looked_at = self._busy_at = looked_at
        self._processor = processor

    def is_due(self, at: float, processor: float) -> bool:
        """Say whether to collect now, which then counts as done."""
        if processor - self._processor >= _IDLE_BELOW * (at - self._looked_at):
            self._busy_at = at
        is_idle = at - self._busy_at >= _IDLE_FOR
        self._looked_at, self._processor = at, processor
        is_due = at - self._collected_at >= (_SOONEST if is_idle else _LATEST)
        if is_due:
            self._collected_at = at
        return is_due


@contextlib.asynccontextmanager
async def collecting_when_idle() -> AsyncIterator[None]:
    """Collect garbage in full when the process is idle, and not when Python would, while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
    task = asyncio.create_task(_collect(), name="garbage")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        gc.set_threshold(*before)


async def _collect() -> None:
    collector = Collector(time.monotonic(), time.process_time())
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        if collector.is_due(time.monotonic(), time.process_time()):
            gc.collect()
