"""`/api/health` and `/api/policies`."""

from pathlib import Path

import pytest
from sqlalchemy import update

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, connect, write_transaction
from mentorbook.domain.kinds import MessageKind, Provider
from mentorbook.services import outbox, provider_health
from tests.api.conftest import Door
from tests.conftest import Hands


def test_all_is_well_while_a_worker_goes_round(db: Database, hands: Hands, calling: Door) -> None:
    outbox.record_heartbeat("here:1")
    answer = calling().get("/api/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "worker": "ok",
        "outboxWaiting": 0,
        "outboxWaitingSince": None,
        "outboxDead": 0,
        "failingProviders": [],
        "ignoredPolicies": [],
        "video": "not_configured",
    }


def test_a_resting_worker_degrades(db: Database, hands: Hands, calling: Door) -> None:
    answer = calling().get("/api/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["worker"]) == (
        200,
        "degraded",
        "resting",
    )
    outbox.record_heartbeat("here:1")
    hands.on(seconds=60)
    assert calling().get("/api/health").json()["worker"] == "resting"


@pytest.mark.parametrize(("state", "status"), [("waiting", "ok"), ("done", "ok"), ("dead", "degraded")])
def test_messages_that_died_degrade(
    db: Database, hands: Hands, calling: Door, state: str, status: str
) -> None:
    outbox.record_heartbeat("here:1")
    with write_transaction() as session:
        outbox.add_messages(session, [outbox.NewMessage(MessageKind.ROOM_CREATE, {}, "one")])
        session.flush()
        session.execute(update(OutboxMessage).values(state=state))
    assert calling().get("/api/health").json()["status"] == status


def test_messages_that_wait_for_long_degrade(db: Database, hands: Hands, calling: Door) -> None:
    since = hands.now
    with write_transaction() as session:
        outbox.add_messages(session, [outbox.NewMessage(MessageKind.MAIL_LINK, {}, "one")])
    hands.on(minutes=5)
    outbox.record_heartbeat("here:1")
    assert calling().get("/api/health").json()["status"] == "ok"
    hands.on(seconds=1)
    answer = calling().get("/api/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["outboxWaitingSince"] == since.isoformat().replace("+00:00", "Z")


def test_a_provider_that_is_down_degrades_but_one_failure_does_not(
    db: Database, hands: Hands, calling: Door
) -> None:
    outbox.record_heartbeat("here:1")
    for tries, status in ((1, "ok"), (2, "ok"), (3, "degraded")):
        hands.on(seconds=1)
        provider_health.is_down(Provider.MAIL, "no answer", hands.now)
        answer = calling().get("/api/health")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert answer.json()["failingProviders"] == (["mail"] if tries == 3 else [])


def test_a_lost_database_is_down_and_said_in_the_one_shape(
    sqlite_db: Database, hands: Hands, calling: Door, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.mkdir()
    connect(f"sqlite:///{broken}")
    answer = calling().get("/api/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (503, "down", "down")
    busy = calling().get("/api/mentors")
    assert (busy.status_code, busy.json()["error"]) == (503, "busy")
    assert str(broken) not in busy.text


def test_a_postgres_that_is_gone_is_down(hands: Hands, calling: Door, sqlite_db: Database) -> None:
    connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = calling().get("/api/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")


def test_policies_are_open_to_everybody(db: Database, hands: Hands, calling: Door) -> None:
    assert calling().get("/api/policies").json() == {
        "cancellation_cutoff_hours": 2,
        "reschedule_cutoff_hours": 4,
        "max_reschedules_per_session": 2,
        "require_cancellation_reason": True,
        "free_cancellation_hours": 24,
        "late_cancellation_refund_percent": 50,
    }
