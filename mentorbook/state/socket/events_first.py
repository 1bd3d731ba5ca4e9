"""Handle what somebody has just done before open pages are told of what others did."""

import asyncio
from collections.abc import Set
from typing import Any
from weakref import WeakSet

import reflex as rx


class Courtesy:
    """Let the events of other tabs pass while some tabs are reloaded, as long as the patience lasts.

    An event that takes longer than that is not waited for again by anybody: a slow handler keeps followers
    waiting once, and a flood of events no longer than the patience of all their reloads.
    """

    _slow: WeakSet[asyncio.Task[Any]] = WeakSet()

    def __init__(self, app: rx.App, reloaded: Set[str], patience: float) -> None:
        """Be patient for so many seconds in all. Events of `reloaded` tabs wait for their own reload."""
        self._processor: Any = app.event_processor
        self._reloaded = reloaded
        self._patience = patience

    async def let_pass(self) -> None:
        """Wait for at least one turn of the loop, until no event is in flight or the patience has run out."""
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (left := self._patience - (loop.time() - began)) > 0:
            if handled := self._handled():
                _, unfinished = await asyncio.wait(handled, timeout=left)
                self._slow.update(unfinished)
            elif self._processor._queue is not None and self._processor._queue.qsize():
                await asyncio.sleep(0)
            else:
                break
        self._patience -= loop.time() - began

    def _handled(self) -> list[asyncio.Task[Any]]:
        """Return the tasks that handle the first event of each other tab: Reflex says it nowhere else."""
        queues = self._processor._token_queues.items()
        first = (queue[0][0].ctx.txid for tab, queue in queues if queue and tab not in self._reloaded)
        tasks = (self._processor._tasks.get(event) for event in first)
        return [task for task in tasks if task is not None and task not in self._slow]
