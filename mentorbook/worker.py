"""The worker: delivers the outbox and lets time pass over sessions. Runs inside the app by default."""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from uuid import UUID

from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.kinds import MessageKind, Provider
from mentorbook.domain.ports import (
    Mailer,
    MailRefused,
    PaymentProvider,
    PaymentRefused,
    ProviderDown,
    RecordingRefused,
    VideoRooms,
)
from mentorbook.mailing import written_mail
from mentorbook.services import change_feed, outbox, provider_health, retention
from mentorbook.services.booking import lifecycle, reminders
from mentorbook.services.clock import now
from mentorbook.services.mail.unowned_links import drop_unowned_links
from mentorbook.services.meeting import attendance, recording, recording_comparison, rooms
from mentorbook.services.money.payment_steps import follow
from mentorbook.services.money.reconciliation import reconcile
from mentorbook.services.offload import call
from mentorbook.services.outbox import Outcome

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
_BEAT_SECONDS = 15.0
_RECORDS_AGAIN_AFTER, _RECORDS_AGAIN_AT_LAST_AFTER = 0.2, 3.0  # seconds, twice as long each time
# When the database is back, other workers first have so long to say what they have sent meanwhile.
_OTHERS_RECORD_WITHIN = 10.0  # seconds
# So long an app that ends waits for what its worker is sending: what is not marked is sent again. A mail
# takes 17 seconds at most, and is marked after that. `serving.py` waits longer for the app.
_ENDS_WITHIN = 20.0  # seconds
_PURGE_SECONDS = 3600.0
# Only what the video server could not tell is learned so late.
_COMPARISON_SECONDS = 15.0
# Payments are compared with their provider so often, and sooner again when it was down.
_RECONCILED_SECONDS, _RECONCILED_AGAIN_SECONDS = 3600.0, 120.0


class Worker:
    """Work in rounds until stopped: let time pass over sessions, compare rooms and payments with their
    providers, delete what has had its time, and deliver every message that is due.

    `video` is where rooms are made, or nothing when no video server is set; `mailer` carries mail and
    `payments` takes money, which else wait. Before each step, and each message in it, `pages_first` is
    awaited, which returns within half a second in any case: what is sent can wait, and whoever looks at a
    page cannot. What has been sent is marked at once. Several workers may run at once, in any number of
    processes.
    """

    def __init__(
        self,
        video: VideoRooms | None,
        mailer: Mailer | None = None,
        payments: PaymentProvider | None = None,
        pages_first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._pages_first = pages_first or _nobody_waits
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._video, self._mailer, self._payments = video, mailer, payments
        absent = {Provider.MAIL: mailer is None, Provider.PAYMENTS: payments is None}
        lanes = [lane for lane in outbox.LANES if lane is None or not absent.get(lane)]
        self._steps: list[Callable[[], Awaitable[bool]]] = [
            self._tend,
            self._compare_rooms,
            self._compare_payments,
            *(partial(self._deliver_due, lane) for lane in lanes),
        ]
        self._last_beat = self._last_purge = self._last_comparison = float("-inf")
        self._reconciled_next = self._lost_database_at = float("-inf")
        self._stopping = asyncio.Event()
        self._unmarked: list[Outcome] = []
        self._marking, self._writing = asyncio.Lock(), asyncio.Lock()

    @property
    def is_stopping(self) -> bool:
        """Say whether the worker has been asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Ask the worker to stop after the present round: messages being sent are sent and marked."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped. What fails is logged and tried again; no lane waits for another."""
        async with asyncio.TaskGroup() as lanes:
            for step in self._steps:
                lanes.create_task(self._again(step))

    async def round(self) -> bool:
        """Run one round of everything, one part after the other; say whether there was something to do.

        Unlike `run`, raises whatever a part raises.
        """
        return any([await self._after_pages(step) for step in self._steps])

    async def _again(self, step: Callable[[], Awaitable[bool]]) -> None:
        """Take a step again and again, with a pause whenever there was nothing to do."""
        while not self.is_stopping:
            try:
                busy = await self._after_pages(step)
            except Exception as error:
                if isinstance(error, DatabaseBusy):
                    self._lost_database_at = asyncio.get_running_loop().time()
                log.exception("a round of the worker failed")
                busy = False
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), IDLE_SECONDS)

    async def _after_pages(self, step: Callable[[], Awaitable[bool]]) -> bool:
        """Take a step once pages are told of what has changed."""
        await self._pages_first()
        return await step()

    async def _tend(self) -> bool:
        """Give a sign of life, let time pass over sessions, and delete what has had its time."""
        loop_time = asyncio.get_running_loop().time()
        if loop_time - self._last_beat >= _BEAT_SECONDS:
            await call(outbox.record_heartbeat, self.name)
            self._last_beat = loop_time
        await call(drop_unowned_links)
        people = [*await call(lifecycle.expire_requests), *await call(lifecycle.advance_sessions)]
        # Last, so that nothing waits for it.
        await self._purge(loop_time)
        return bool(people)

    async def _compare_rooms(self) -> bool:
        """Compare, now and then, who is said to be in the open rooms with what the video server says."""
        loop_time = asyncio.get_running_loop().time()
        if self._video is None or loop_time - self._last_comparison < _COMPARISON_SECONDS:
            return False
        self._last_comparison = loop_time
        compared = await call(attendance.rooms_to_compare)
        # Before the server is asked: it may not answer, which is one of the reasons.
        late = await call(recording_comparison.give_up_late, [session_id for session_id, _ in compared])
        change_feed.announce(late)
        for session_id, name in compared:
            if self.is_stopping:
                return False
            asked_at = now()
            try:
                people = await self._video.participants(name)
            except ProviderDown as error:
                await call(provider_health.is_down, Provider.VIDEO, str(error), asked_at)
                return False
            await call(attendance.compare, session_id, people, asked_at)
        if compared:
            await call(outbox.provider_answered, Provider.VIDEO)
        await self._compare_recordings(self._video, [session_id for session_id, _ in compared])
        return False

    async def _compare_recordings(self, video: VideoRooms, session_ids: list[UUID]) -> None:
        """Compare what is said to be recorded in the open rooms with what is."""
        # Read before the server is asked: what changes meanwhile is not held against its answer.
        kept, asked_at = await call(recording_comparison.kept, session_ids), now()
        if not kept:
            return
        try:
            running = await video.running_recordings()
        except ProviderDown as error:
            await call(provider_health.is_down, Provider.VIDEO, str(error), asked_at)
            return
        change_feed.announce(await call(recording_comparison.compare, kept, running))

    async def _compare_payments(self) -> bool:
        """Compare, once an hour, what is said of payments with what their provider says."""
        loop_time = asyncio.get_running_loop().time()
        if self._payments is None or loop_time < self._reconciled_next:
            return False
        self._reconciled_next, asked_at = loop_time + _RECONCILED_SECONDS, now()
        try:
            await reconcile(self._payments)
        except ProviderDown as error:
            self._reconciled_next = loop_time + _RECONCILED_AGAIN_SECONDS
            await call(provider_health.is_down, Provider.PAYMENTS, str(error), asked_at)
        return False

    async def _deliver_due(self, lane: outbox.Lane) -> bool:
        """Deliver what is due of a lane, side by side."""
        # While the database was away, leases have ended of what was sent: who has sent it says so first.
        lost_for = asyncio.get_running_loop().time() - self._lost_database_at
        lapsed = lost_for >= _OTHERS_RECORD_WITHIN
        if not await call(outbox.anything_due, (lane,), lapsed=lapsed):
            return False
        messages = await call(outbox.lease, lanes=(lane,), lapsed=lapsed)
        await asyncio.gather(*(self._deliver(message) for message in messages))
        return True

    async def _purge(self, loop_time: float) -> None:
        """Delete expired rows once an hour; where there are many, some in every round."""
        if loop_time - self._last_purge >= _PURGE_SECONDS:
            self._last_purge = loop_time
            if await call(retention.purge):
                self._last_purge = float("-inf")

    async def _deliver(self, message: outbox.Message) -> None:
        # A booking that was made while this was leased is being told to pages by now.
        await self._pages_first()
        # Send, then mark: a crash in between sends twice, and every sending may come twice. Never none.
        await self._mark(await self._outcome(message))

    async def _outcome(self, message: outbox.Message) -> Outcome:
        try:
            async with asyncio.timeout(outbox.LEASE.total_seconds() / 2):
                was_asked = await self._send(message)
        except (ProviderDown, TimeoutError) as error:
            log.warning("%s will be tried again (try %d): %s", message.kind, message.attempts, error)
            return Outcome(message, str(error) or "timed out", is_down=True)
        except MailRefused as error:
            log.warning("%s was refused (try %d): %s", message.kind, message.attempts, error)
            return Outcome(
                message,
                str(error),
                is_up=error.by_server,
                is_put_off=error.is_put_off,
                is_final=error.is_final,
            )
        except PaymentRefused as error:
            log.error("%s was refused for good (try %d): %s", message.kind, message.attempts, error)
            return Outcome(message, str(error), is_up=True, is_final=True)
        except Exception as error:
            log.exception("%s failed (try %d)", message.kind, message.attempts)
            return Outcome(message, type(error).__name__)
        return Outcome(message, is_up=was_asked)

    async def _mark(self, outcome: Outcome) -> None:
        """Record what came of a message, in one transaction with others that end meanwhile.

        Each transaction is a write that bookings may wait for.
        """
        self._unmarked.append(outcome)
        async with self._marking:
            outcomes, self._unmarked = self._unmarked, []
            if outcomes:
                await self._record(outcomes)

    async def _record(self, outcomes: list[Outcome]) -> None:
        """Record outcomes, however long the database is away: what is not recorded is sent again.

        There are never more than are leased: a lane leases nothing before all it holds is recorded. A worker
        that is to stop does not wait for ever.
        """
        loop, pause, patience = asyncio.get_running_loop(), _RECORDS_AGAIN_AFTER, float("inf")
        for tries in itertools.count(1):
            try:
                return await call(outbox.record, outcomes)
            except DatabaseBusy:
                self._lost_database_at = loop.time()
                if tries == 1:
                    log.warning("%d messages cannot be marked yet", len(outcomes))
                if self.is_stopping:
                    patience = min(patience, loop.time() + _ENDS_WITHIN)
                if loop.time() >= patience:
                    log.error("%d messages could not be marked: they are sent again", len(outcomes))
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, _RECORDS_AGAIN_AT_LAST_AFTER)

    async def _send(self, message: outbox.Message) -> bool:
        """Do what a message is about; say whether its provider was asked."""
        match message.kind:
            case MessageKind.ROOM_CREATE:
                return await self._create_room(UUID(message.payload["sessionId"]))
            case MessageKind.ROOM_DELETE:
                if self._video is not None:
                    await self._video.delete_room(message.payload["name"])
                return self._video is not None
            case MessageKind.RECORDING:
                return await self._follow_recording(UUID(message.payload["sessionId"]))
            case MessageKind.REMINDER:
                change_feed.announce(await call(reminders.remind, message))
                return False
            case MessageKind.PAYMENT_COMPARE:
                # By the lane that compares anyway: it may take longer than a message is leased for.
                self._reconciled_next = float("-inf")
                return False
            case kind if message.provider == Provider.PAYMENTS:
                assert self._payments is not None, kind  # noqa: S101 - none is leased without one
                await follow(self._payments, UUID(message.payload["paymentId"]))
                return True
            case kind if message.provider == Provider.MAIL:
                assert self._mailer is not None, kind  # noqa: S101 - none is leased without one
                return await self._mail(message, self._mailer)
            case other:
                raise ValueError(f"unknown kind {other}")

    async def _mail(self, message: outbox.Message, mailer: Mailer) -> bool:
        """Write a mail and send it; say whether there was one to send.

        One is written at a time, and off the loop: a dozen threads at it are no faster, and a booking made in
        that moment would get a dozenth of the interpreter, and wait for as many writers of the database.
        """
        async with self._writing:
            await self._pages_first()
            mail = await call(written_mail, message)
        if mail is not None:
            await mailer.send(mail)
        return mail is not None

    async def _follow_recording(self, session_id: UUID) -> bool:
        plan = await call(recording.plan, session_id)
        if plan is None or self._video is None:
            return False
        egress, why = None, ""
        if not plan.is_wanted:
            await self._video.stop_recording(plan.room)
        else:
            try:
                egress = await self._video.start_recording(plan.room, plan.folder)
            except RecordingRefused as error:
                log.warning("a session is not recorded: %s", error)
                why = str(error)
        change_feed.announce(await call(recording.followed, session_id, egress, why))
        return True

    async def _create_room(self, session_id: UUID) -> bool:
        room = await call(rooms.room_wanted, session_id)
        if room is None or self._video is None:
            return False
        await self._video.create_room(room.name, empty_timeout=room.empty_timeout, metadata=room.metadata)
        people = await call(rooms.room_created, session_id)
        change_feed.announce(people)
        return True


async def _nobody_waits() -> None:
    """Return at once: no pages are open in this process."""


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
    """Run the worker while the block runs, and stop it afterwards, within 20 seconds."""
    task = asyncio.create_task(worker.run(), name="worker")
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait([task], timeout=_ENDS_WITHIN)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
