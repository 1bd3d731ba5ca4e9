"""What admins see of the machinery: what waits to be delivered, who delivers it, who outside carries it."""

from datetime import datetime, timedelta
from uuid import UUID

from mentorbook.domain.kinds import Provider
from mentorbook.domain.views import View

# What has waited longer than this is not delivered as it should be, whoever is to blame.
LATE_AFTER = timedelta(minutes=5)


def is_late(oldest_due_at: datetime | None, now: datetime) -> bool:
    """Say whether the oldest message that waits has waited too long; without one, nothing is late."""
    return oldest_due_at is not None and now - oldest_due_at > LATE_AFTER


class QueueState(View):
    """The outbox: `waiting` are due and not delivered yet, the oldest since `oldest_due_at`.

    `late_error` is what the tries of those that have waited too long most often came to, if any was tried.
    `later` are due at another time; `dead` were given up.
    """

    waiting: int
    oldest_due_at: datetime | None
    late_error: str | None = None
    later: int
    dead: int


class WorkerState(View):
    """A worker that went round within the last day; `is_alive` while its last sign of life is fresh."""

    name: str
    beat_at: datetime
    is_alive: bool


class ProviderState(View):
    """Who carries rooms, mail or payments. `carrier` is what is set: a server's host, `files`, the way of
    payment, or nothing.

    It fails since `failing_since` for the reason `last_error`, and is tried again at `next_try_at`; all three
    are empty while nothing bad is known. `delivered_at` is when it last did what it was asked. Somebody was
    in a room at `untold_at` and the video server has told nothing since: its webhook does not arrive.
    """

    provider: Provider
    carrier: str | None
    failing_since: datetime | None
    last_error: str | None
    next_try_at: datetime | None
    delivered_at: datetime | None
    untold_at: datetime | None = None


class DeadMessage(View):
    """A message that was given up: its kind, whom and what it is about as far as that is known, and why."""

    id: UUID
    kind: str
    person_name: str | None
    notice_kind: str | None
    session_id: UUID | None
    attempts: int
    due_at: datetime
    last_error: str | None


class SystemState(View):
    """How the machinery stands; `dead_messages` is one page of those that were given up, latest first."""

    version: str
    database: str
    queue: QueueState
    workers: list[WorkerState]
    providers: list[ProviderState]
    dead_messages: list[DeadMessage]
    page: int
    pages: int


class MessagesRetried(View):
    """How many messages are tried again."""

    retried: int
