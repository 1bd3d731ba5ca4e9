"""Whether MentorBook works, for load balancers and people who watch it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage, WorkerBeat
from mentorbook.db.engine import read_transaction
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.system_views import is_late
from mentorbook.domain.views import View
from mentorbook.services import provider_health
from mentorbook.services.admin.policies import ignored_policies
from mentorbook.services.clock import now
from mentorbook.settings import settings

BEAT_LASTS = timedelta(seconds=60)


class Health(View):
    """`status` is ok, degraded or down.

    Degraded is what works, but the worker rests, messages died or have waited for more than five minutes, a
    provider does not do what it is asked, or policies are ignored. `outbox_waiting_since` is when the oldest
    waiting message was due; `failing_providers` are those that have failed several times in a row;
    `ignored_policies` are stored ones that this version does not know or allow.
    """

    status: str
    database: str
    worker: str
    outbox_waiting: int
    outbox_waiting_since: datetime | None = None
    outbox_dead: int
    failing_providers: list[str]
    ignored_policies: list[str]
    video: str


def check_health() -> Health:
    """Report the state of database, worker, outbox, policies and video; never raises."""
    video = "configured" if settings.video_configured else "not_configured"
    try:
        with read_transaction() as session:
            ignored = ignored_policies(session)
            beat = session.scalar(select(func.max(col(WorkerBeat.beat_at))))
            failing = provider_health.failing(session)
            by_state = {
                row[0]: (row[1], row[2])
                for row in session.execute(
                    select(col(OutboxMessage.state), func.count(), func.min(col(OutboxMessage.due_at)))
                    .where(
                        col(OutboxMessage.state).in_(("waiting", "dead")), col(OutboxMessage.due_at) <= now()
                    )
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
            failing_providers=[],
            ignored_policies=[],
            video=video,
        )
    alive = beat is not None and now() - beat < BEAT_LASTS
    waiting, since = by_state.get("waiting", (0, None))
    dead, _ = by_state.get("dead", (0, None))
    outages = sorted(each.value for each, how in failing.items() if how.is_outage)
    is_well = alive and not (dead or ignored or outages or is_late(since, now()))
    return Health(
        status="ok" if is_well else "degraded",
        database="ok",
        worker="ok" if alive else "resting",
        outbox_waiting=waiting,
        outbox_waiting_since=since,
        outbox_dead=dead,
        failing_providers=outages,
        ignored_policies=ignored,
        video=video,
    )
