"""What a change of policies would do, with 20,000 coming sessions, after each typed figure."""

import statistics
import tempfile
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from benchmarks.bench_http import Row
from mentorbook.db.engine import connect, write_transaction
from mentorbook.db.migrate import upgrade
from mentorbook.db.people import User
from mentorbook.db.rows import add_rows
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.views import Account
from mentorbook.services.admin.policies import preview_policies
from mentorbook.services.availability import publishing
from mentorbook.services.clock import now
from mentorbook.services.people import accounts, mentor_directory
from tests.servers.postgres import fresh_database, running_postgres

COMING, ROUNDS = 20_000, 20
TYPED: dict[str, dict[str, Any]] = {
    "a cutoff of 2 hours becomes 3": {"cancellation_cutoff_hours": 3},
    "a cutoff of 4 hours becomes 168": {"reschedule_cutoff_hours": 168},
    "a limit of 2 moves becomes 1": {"max_reschedules_per_session": 1},
    "a limit of 2 moves becomes 0": {"max_reschedules_per_session": 0},
}


def run() -> list[Row]:
    """Rows of (what, measured, beside, target), on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        rows = _on(f"sqlite:///{folder}/bench.db", "SQLite")
    with running_postgres(durable=True) as url:
        return rows + _on(fresh_database(url), "PostgreSQL")


def _on(url: str, name: str) -> list[Row]:
    upgrade(connect(url))
    admin = _fill()
    return [_measure(admin, f"policies, {what} ({name})", wanted) for what, wanted in TYPED.items()]


def _measure(admin: Account, what: str, wanted: dict[str, Any]) -> Row:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        preview = preview_policies(admin, wanted)
        times.append(time.perf_counter() - started)
    found = preview.no_longer_cancellable.count + preview.no_longer_movable.count
    median = statistics.median(times) * 1000
    return what, f"{median:.1f} ms", f"{found:,} of {COMING:,} sessions", "50 ms"


def _fill() -> Account:
    """An admin, and coming sessions of one mentor over sixty days; each third was moved once, some twice."""
    moment = now()
    with write_transaction() as session:
        made = [
            User(email=f"p{n}@bench.test", name="P", timezone="UTC", password_hash="none", created_at=moment)
            for n in range(2)
        ]
        made[1].is_admin = True
        session.add_all(made)
        mentor, admin = (user.id for user in made)
    mentor_directory.publish_profile(
        mentor, mentor_directory.Profile("Bench", "", (), mentor_directory.checked_rate("60", "GBP"))
    )
    publishing.publish_hours(mentor, publishing.Hours())
    with write_transaction() as session:
        add_rows(session, MentoringSession, [_session(n, mentor, admin) for n in range(COMING)])
    return accounts.account(admin)


def _session(number: int, mentor: UUID, mentee: UUID) -> dict[str, Any]:
    moment = now()
    start = moment + timedelta(minutes=1 + number * 60 * 24 * 60 // COMING)
    return {
        "mentor_id": mentor,
        "mentee_id": mentee,
        "title": f"Session {number}",
        "status": "scheduled",
        "scheduled_at": start,
        "ends_at": start + timedelta(minutes=15),
        "duration": 15,
        "meeting_url": "",
        "rate": mentor_directory.checked_rate("60", "GBP"),
        "currency": "GBP",
        "price_minor": 1500,
        "reschedule_count": (0, 0, 1, 0, 0, 2)[number % 6],
        "created_at": moment,
        "updated_at": moment,
    }


if __name__ == "__main__":
    for row in run():
        print("  ".join(row))
