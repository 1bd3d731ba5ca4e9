"""Shares what is announced between the processes of one database, by a table that those with pages read.

ADR 21 says why it is a table, who writes and who reads. What is lost when a process is killed before it has
written is seen by the pages of others at their next own look.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, func, insert, select
from sqlmodel import col

from mentorbook.db.delivery import Announcement
from mentorbook.db.engine import Database
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.services import change_feed
from mentorbook.services.change_feed import EVERYBODY
from mentorbook.services.clock import now

log = logging.getLogger(__name__)

LOOKS_EVERY = 0.5  # seconds
KEPT = timedelta(minutes=10)
MOST_SUBJECTS = 500
# What is announced within so long of a row that was written goes into one row.
_GATHERS_FOR = 0.1  # seconds
_AGAIN_AFTER = 1.0  # seconds after the database was not to be had
_SWEEPS_EVERY = _COMPLAINS_EVERY = 60.0  # seconds
# An id that is missing between two others is waited for so long: its transaction may still be open. What took
# so long to be written that it may not have been waited for is written once more.
_WAITED_FOR, _TOO_LATE = 120.0, 60.0  # seconds
_ENDS_WITHIN = 2.0  # seconds

_SINCE = (
    select(col(Announcement.id), col(Announcement.process_id), col(Announcement.subjects))
    .where(col(Announcement.id) >= bindparam("last"))
    .order_by(col(Announcement.id))
)
_NEWEST = select(func.max(col(Announcement.id)))


class ChangeSender:
    """Publisher that delivers to this process at once, and writes for the others in a thread of its own.

    What cannot be written is kept and tried again, as one row; never more than `MOST_SUBJECTS` ids, for
    which `EVERYBODY` stands then.
    """

    def __init__(self, database: Database, process_id: UUID) -> None:
        self._database, self._process_id = database, process_id
        self._pending: set[UUID] = set()
        self._waking, self._stopping = threading.Condition(), threading.Event()
        self._swept_at = float("-inf")
        self._complaint = _Complaint("other processes cannot be told what has changed")

    def __call__(self, changed: frozenset[UUID], /) -> None:
        """Deliver here, and have the others told. Waits for nothing."""
        change_feed.deliver(changed)
        self._keep(changed)

    def run(self) -> None:
        """Write what is announced until stopped, and then what is left, once."""
        while changed := self._next():
            try:
                self.write(changed)
            except Exception as error:
                self._keep(changed)
                self._complaint.fails(error)
                if self._stopping.is_set():
                    return
                self._stopping.wait(_AGAIN_AFTER)
            else:
                self._complaint.works()
                self._stopping.wait(_GATHERS_FOR)

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()
        with self._waking:
            self._waking.notify()

    def write(self, changed: frozenset[UUID]) -> None:
        """Write one row, and delete, once a minute, those that have had their time."""
        begun_at = time.monotonic()
        row = {
            "process_id": self._process_id,
            "subjects": sorted(map(str, changed)),
            "announced_at": now(),
        }
        with self._database.write() as session:
            session.execute(insert(Announcement).values(row))
        done_at = time.monotonic()
        if done_at - begun_at > _TOO_LATE:
            self._keep(changed)
        if done_at - self._swept_at >= _SWEEPS_EVERY:
            self._swept_at = done_at
            self._sweep()

    def _sweep(self) -> None:
        lapsed = _NEWEST.where(col(Announcement.announced_at) < now() - KEPT).scalar_subquery()
        with self._database.write() as session:
            session.execute(delete(Announcement).where(col(Announcement.id) < lapsed))

    def _keep(self, changed: frozenset[UUID]) -> None:
        with self._waking:
            self._pending |= changed
            if len(self._pending) > MOST_SUBJECTS:
                self._pending = {EVERYBODY}
            self._waking.notify()

    def _next(self) -> frozenset[UUID]:
        """Wait for something to write; return nothing when stopped and nothing is left."""
        with self._waking:
            self._waking.wait_for(lambda: self._pending or self._stopping.is_set())
            changed, self._pending = frozenset(self._pending), set()
        return changed


class ChangeReceiver:
    """Reads in a thread of its own what other processes have announced, and delivers it here.

    Whatever may have been missed, because it was swept meanwhile, is delivered as `EVERYBODY`.
    """

    def __init__(
        self,
        database: Database,
        process_id: UUID,
        deliver: Callable[[frozenset[UUID]], None] = change_feed.deliver,
    ) -> None:
        self._database, self._process_id, self._deliver = database, process_id, deliver
        self._last = 0
        """The id of a row that was read, before which none is waited for; 0 where there was no row."""
        self._read: dict[int, float] = {}
        """Ids after that which were read too, with when that was."""
        self._stopping = threading.Event()
        self._complaint = _Complaint("what other processes have changed is not known")

    def begin(self) -> None:
        """Begin with what is announced from now on."""
        try:
            self._last = self._database.ask(_NEWEST, {})[0][0] or 0
        except Exception as error:
            self._complaint.fails(error)

    def run(self) -> None:
        """Look twice a second until stopped."""
        while not self._stopping.wait(LOOKS_EVERY):
            try:
                changed = self.look()
            except Exception as error:
                self._complaint.fails(error)
                continue
            self._complaint.works()
            if changed:
                self._deliver(changed)

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()

    def look(self) -> frozenset[UUID]:
        """Return what others have announced since the last look, each row once. Takes one statement."""
        rows = self._database.ask(_SINCE, {"last": self._last})
        ids = [row.id for row in rows]
        first, newest = (ids[0], ids[-1]) if ids else (0, 0)
        # Rows are swept from the beginning on: where the last one known is left, or the very first, none that
        # came after it is missing.
        if first != (self._last or min(first, 1)):
            self._last, self._read = newest, {}
            return frozenset({EVERYBODY})
        fresh = [row for row in rows if row.id > self._last and row.id not in self._read]
        self._remember(ids)
        others = [row.subjects for row in fresh if row.process_id != self._process_id]
        return frozenset().union(*map(_subjects, others))

    def _remember(self, ids: Sequence[int]) -> None:
        """Go on to the last id before which none is missing that may still come."""
        at = time.monotonic()
        read = {number: self._read.get(number, at) for number in ids if number > self._last}
        for number in list(read):
            if number != self._last + 1 and at - read[number] < _WAITED_FOR:
                break
            self._last = number
            del read[number]
        self._read = read


def _subjects(stored: Any) -> frozenset[UUID]:
    try:
        return frozenset(map(UUID, stored))
    except (TypeError, ValueError, AttributeError):
        # As another version may write it.
        return frozenset({EVERYBODY})


class _Complaint:
    """Logs that something fails, once a minute at most, and that it works again."""

    def __init__(self, what: str) -> None:
        self._what, self._said_at, self._is_open = what, float("-inf"), False

    def fails(self, error: Exception) -> None:
        """Log the error, unless one was logged within the minute."""
        at = time.monotonic()
        if at - self._said_at >= _COMPLAINS_EVERY:
            self._said_at, self._is_open = at, True
            is_usual = isinstance(error, DatabaseBusy)
            log.warning("%s: %s", self._what, type(error).__name__, exc_info=None if is_usual else error)

    def works(self) -> None:
        """Log that it works, if it was logged that it does not."""
        if self._is_open:
            self._is_open = False
            log.info("no longer so: %s", self._what)


class _Running(Protocol):
    def run(self) -> None: ...

    def stop(self) -> None: ...


@contextlib.contextmanager
def sharing(database: Database, *, sends: bool, receives: bool) -> Iterator[None]:
    """Tell the other processes of the database what is announced here, hear what is announced there, or both.

    Returns once what was announced is written; where the database is not to be had, two seconds later.
    """
    process_id = uuid4()
    with contextlib.ExitStack() as stack:
        if receives:
            receiver = ChangeReceiver(database, process_id)
            receiver.begin()
            stack.enter_context(_in_a_thread(receiver, "changes-received"))
        if sends:
            sender = ChangeSender(database, process_id)
            stack.enter_context(_in_a_thread(sender, "changes-sent"))
            stack.enter_context(change_feed.published_by(sender))
        yield


@contextlib.contextmanager
def _in_a_thread(running: _Running, name: str) -> Iterator[None]:
    # A daemon: a database that does not answer must not keep the process.
    thread = threading.Thread(target=running.run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        running.stop()
        thread.join(_ENDS_WITHIN)
