"""The worker: delivers the outbox and lets time pass over sessions. Runs inside the app by default."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator
from uuid import UUID

from mentorbook.domain.ports import ProviderDown, VideoRooms
from mentorbook.services import change_feed, outbox, retention
from mentorbook.services.booking import lifecycle
from mentorbook.services.meeting import rooms
from mentorbook.services.offload import call

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
_BEAT_SECONDS = 15.0
_PURGE_SECONDS = 3600.0


class Worker:
    """Goes round until it is stopped: expiries, every message that is due, then what has had its time.

    `video` is where rooms are made, or nothing when no video server is set. Several workers may run at
    once, in any number of processes.
    """

    def __init__(self, video: VideoRooms | None) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._video = video
        self._last_beat = self._last_purge = float("-inf")
        self._stopping = asyncio.Event()

    @property
    def is_stopping(self) -> bool:
        """Say whether the worker has been asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Ask the worker to stop after the present round: messages being sent are sent and marked."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped. A round that fails is logged and the next one tries again."""
        while not self.is_stopping:
            try:
                busy = await self.round()
            except Exception:
                log.exception("a round of the worker failed")
                busy = False
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), IDLE_SECONDS)

    async def round(self) -> bool:
        """Run one round; say whether there was something to do."""
        loop_time = asyncio.get_running_loop().time()
        if loop_time - self._last_beat >= _BEAT_SECONDS:
            await call(outbox.record_heartbeat, self.name)
            self._last_beat = loop_time
        people = [*await call(lifecycle.expire_requests), *await call(lifecycle.advance_sessions)]
        if people:
            change_feed.announce([*people, change_feed.SESSIONS])
        is_due = await call(outbox.anything_due)
        if is_due:
            messages = await call(outbox.lease)
            await asyncio.gather(*(self._deliver(message) for message in messages))
        # Last, so that nothing waits for it.
        await self._purge(loop_time)
        return is_due or bool(people)

    async def _purge(self, loop_time: float) -> None:
        """Delete expired rows once an hour; where there are many, some in every round."""
        if loop_time - self._last_purge >= _PURGE_SECONDS:
            self._last_purge = loop_time
            if await call(retention.purge):
                self._last_purge = float("-inf")

    async def _deliver(self, message: outbox.Message) -> None:
        try:
            async with asyncio.timeout(outbox.LEASE.total_seconds() / 2):
                await self._send(message)
        except (ProviderDown, TimeoutError) as error:
            log.warning("%s will be tried again (try %d): %s", message.kind, message.attempts, error)
            await call(outbox.mark_failed, message, str(error) or "timed out")
        except Exception as error:
            log.exception("%s failed (try %d)", message.kind, message.attempts)
            await call(outbox.mark_failed, message, type(error).__name__)
        else:
            # Send, then mark: a crash in between sends twice, and every sending may come twice. Never none.
            await call(outbox.mark_done, message.id)

    async def _send(self, message: outbox.Message) -> None:
        match message.kind:
            case "room.create":
                await self._create_room(UUID(message.payload["sessionId"]))
            case "room.delete":
                if self._video is not None:
                    await self._video.delete_room(message.payload["name"])
            case other:
                raise ValueError(f"unknown kind {other}")

    async def _create_room(self, session_id: UUID) -> None:
        room = await call(rooms.room_wanted, session_id)
        if room is None or self._video is None:
            return
        await self._video.create_room(room.name, empty_timeout=room.empty_timeout, metadata=room.metadata)
        people = await call(rooms.room_created, session_id)
        change_feed.announce(people)


async def run_until_signalled(worker: Worker) -> None:
    """Run the worker in a process of its own until SIGTERM or Ctrl-C; a second one ends it in mid-round."""
    task = asyncio.create_task(worker.run(), name="worker")

    def stop(number: signal.Signals) -> None:
        if worker.is_stopping:
            task.cancel()
        else:
            log.info("%s: the worker ends after this round", number.name)
            worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    log.info("the worker %s is running", worker.name)
    with contextlib.suppress(asyncio.CancelledError):
        await task


@contextlib.asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[Worker]:
    """Run the worker beside what the caller does, and stop it afterwards."""
    task = asyncio.create_task(worker.run(), name="worker")
    try:
        yield worker
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
