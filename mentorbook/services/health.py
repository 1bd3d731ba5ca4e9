"""Whether MentorBook works, for load balancers and people who watch it."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage, WorkerBeat
from mentorbook.db.engine import read_transaction
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.views import View
from mentorbook.services.admin.policies import ignored_policies
from mentorbook.services.clock import now
from mentorbook.settings import settings

BEAT_LASTS = timedelta(seconds=60)


class Health(View):
    """`status` is ok, degraded (works, but the worker rests, messages died or policies are ignored) or down.

    `ignored_policies` are stored ones that this version does not know or allow.
    """

    status: str
    database: str
    worker: str
    outbox_waiting: int
    outbox_dead: int
    ignored_policies: list[str]
    video: str


def check_health() -> Health:
    """Report the state of database, worker, outbox, policies and video; never raises."""
    video = "configured" if settings.video_configured else "not_configured"
    try:
        with read_transaction() as session:
            ignored = ignored_policies(session)
            beat = session.scalar(select(func.max(col(WorkerBeat.beat_at))))
            by_state = {
                row[0]: row[1]
                for row in session.execute(
                    select(col(OutboxMessage.state), func.count())
                    .where(col(OutboxMessage.state) != "done", col(OutboxMessage.due_at) <= now())
                    .group_by(col(OutboxMessage.state))
                )
            }
    except DatabaseBusy:
        return Health(
            status="down",
            database="down",
            worker="unknown",
            outbox_waiting=0,
            outbox_dead=0,
            ignored_policies=[],
            video=video,
        )
    alive = beat is not None and now() - beat < BEAT_LASTS
    dead = by_state.get("dead", 0)
    return Health(
        status="ok" if alive and not dead and not ignored else "degraded",
        database="ok",
        worker="ok" if alive else "resting",
        outbox_waiting=by_state.get("waiting", 0),
        outbox_dead=dead,
        ignored_policies=ignored,
        video=video,
    )
