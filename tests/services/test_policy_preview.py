"""What a change of policies would do is read from the few sessions that it is about: never another answer
than that of asking about each session twice."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.rows import add_rows
from mentorbook.db.sessions import MentoringSession, SessionPolicy
from mentorbook.domain.booking.actions import allowed_actions
from mentorbook.domain.booking.policies import (
    AffectedSession,
    AffectedSessions,
    PolicyPreview,
    SessionPolicies,
)
from mentorbook.domain.views import Account
from mentorbook.services.admin import policies
from mentorbook.services.admin.policies import MOST_PREVIEWED, preview_policies
from tests.conftest import NOON, Hands
from tests.people import a_mentee, a_mentor
from tests.statements import statements

HOURS = (0, 0.25, 1, 1.5, 2, 4, 24, 168)
TINY = timedelta(microseconds=1)


def a_start(chance: random.Random) -> datetime:
    """Around the instants at which policies decide, and often right at one of them."""
    edge = NOON + timedelta(hours=chance.choice(HOURS)) + chance.choice((-TINY, timedelta(), TINY))
    return chance.choice((edge, NOON + timedelta(minutes=chance.randint(-600, 12_000))))


def add_sessions(chance: random.Random, count: int) -> None:
    """Sessions of every status, moved up to three times; requests lapse before, at and after the present."""
    mentor, mentee = a_mentor().id, a_mentee().id
    rows: list[dict[str, Any]] = []
    for number in range(count):
        start = a_start(chance)
        status = chance.choice(("pending", "pending", "scheduled", "scheduled", "scheduled", "cancelled"))
        lapses = chance.choice((None, NOON - TINY, NOON, NOON + TINY, start)) if status == "pending" else None
        rows.append(
            {
                "id": uuid4(),
                "mentor_id": mentor,
                "mentee_id": mentee,
                "title": f"Session {number}",
                "status": status,
                "scheduled_at": start,
                "ends_at": start + timedelta(hours=1),
                "expires_at": lapses,
                "duration": 60,
                "meeting_url": "",
                "rate": Decimal(0),
                "currency": "GBP",
                "price_minor": 0,
                "reschedule_count": chance.randint(0, 3),
                "created_at": NOON,
                "updated_at": NOON,
            }
        )
    with write_transaction() as session:
        add_rows(session, MentoringSession, rows)


def some_policies(chance: random.Random) -> dict[str, Any]:
    """Values for the policies that decide, or for some of them."""
    values = {
        "cancellation_cutoff_hours": chance.choice(HOURS),
        "reschedule_cutoff_hours": chance.choice(HOURS),
        "max_reschedules_per_session": chance.randint(0, 4),
    }
    names = chance.sample(sorted(values), chance.randint(1, 3))
    return {name: values[name] for name in names}


def asked_one_by_one(before: SessionPolicies, after: SessionPolicies) -> PolicyPreview:
    """The same by asking about every coming session twice."""
    found: dict[tuple[str, bool], list[AffectedSession]] = {}
    with read_transaction() as session:
        rows = session.scalars(
            select(MentoringSession)
            .where(col(MentoringSession.scheduled_at) > NOON)
            .order_by(col(MentoringSession.scheduled_at), col(MentoringSession.id))
        ).all()
    for row in rows:
        could, can = (allowed_actions(row, row.mentee_id, each, NOON) for each in (before, after))
        for action in ("cancel", "reschedule"):
            if could[action].allowed != can[action].allowed:
                affected = AffectedSession(row.title, row.scheduled_at)
                found.setdefault((action, can[action].allowed), []).append(affected)
    cells = [(action, may) for action in ("cancel", "reschedule") for may in (False, True)]
    listed = [found.get(cell, []) for cell in cells]
    return PolicyPreview(*(AffectedSessions(len(each), tuple(each[:MOST_PREVIEWED])) for each in listed))


def compare(admin: Account, chance: random.Random, rounds: int) -> list[PolicyPreview]:
    """Hold the previews of random changes against the answers one by one."""
    previews = []
    for _ in range(rounds):
        stored, wanted = some_policies(chance), some_policies(chance)
        with write_transaction() as session:
            for key, value in stored.items():
                session.merge(SessionPolicy(key=key, value=value))
        before = policies.current_policies()
        after = SessionPolicies.model_validate(before.model_dump() | wanted)
        preview = preview_policies(admin, wanted)
        assert preview == asked_one_by_one(before, after), (before, after)
        previews.append(preview)
    return previews


def test_a_preview_is_what_asking_about_each_session_says(db: Database, hands: Hands) -> None:
    chance, admin = random.Random(8), a_mentee("Admin", is_admin=True)
    add_sessions(chance, 400)
    previews = compare(admin, chance, 60)
    # The comparison was about something in each of the four lists.
    for name in ("no_longer_cancellable", "cancellable_again", "no_longer_movable", "movable_again"):
        assert sum(getattr(preview, name).count > MOST_PREVIEWED for preview in previews) > 5


WRONG: dict[str, Callable[..., Any]] = {
    "_cancellable": lambda each, moment: policies._Possible(
        ("scheduled",), moment + timedelta(hours=each.cancellation_cutoff_hours) + TINY, None
    ),
    "_movable": lambda each, moment: policies._Possible(
        ("scheduled", "pending"), moment + timedelta(hours=each.reschedule_cutoff_hours), None
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_comparison_finds_a_wrong_band(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Positive control."""
    chance, admin = random.Random(8), a_mentee("Admin", is_admin=True)
    add_sessions(chance, 400)
    monkeypatch.setattr(policies, name, WRONG[name])
    with pytest.raises(AssertionError):
        compare(admin, chance, 60)


def test_only_what_changes_is_read(db: Database, hands: Hands) -> None:
    admin = a_mentee("Admin", is_admin=True)
    with statements() as said:
        preview_policies(admin, {"free_cancellation_hours": 30, "require_cancellation_reason": False})
    assert len(said) == 1
    with statements() as said:
        preview_policies(admin, {"cancellation_cutoff_hours": 30})
    assert len(said) == 2
