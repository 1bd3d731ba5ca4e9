"""People for tests, made the way the app makes them, but without hashing passwords."""

import itertools
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from mentorbook.db.delivery import Notification, OutboxMessage
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.availability import publishing
from mentorbook.services.clock import now
from mentorbook.services.people import accounts, mentor_directory
from tests.conftest import NOON

_numbers = itertools.count(1)
EVERY_DAY = tuple(WeeklyBlock(day, "00:00", "24:00", "AVAILABLE") for day in range(7))


def a_mentee(name: str = "Mina", zone: str = "UTC", **values: Any) -> Account:
    """Somebody with an account."""
    # The number apart: names may end with one. Of the letters only such as every address may have.
    letters = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")[:40] or "somebody"
    email = f"{letters}-{next(_numbers)}@people.test"
    with write_transaction() as session:
        user = User(email=email, name=name, timezone=zone, password_hash="none", created_at=now(), **values)
        session.add(user)
        identifier = user.id
    return accounts.account(identifier)


def who_logs_in(credentials: dict[str, str]) -> Account:
    """Whose credentials these are, without the queue that the app puts before the hashing."""
    return accounts.finish_log_in(accounts.begin_log_in(credentials, address="192.0.2.1")).account


def a_mentor(
    name: str = "Moira",
    zone: str = "UTC",
    weekly: tuple[WeeklyBlock, ...] = EVERY_DAY,
    rate: str = "60",
    currency: str = "GBP",
    is_available: bool = True,
    exceptions: tuple[Any, ...] = (),
    **schedule: Any,
) -> Account:
    """A mentor, open around the clock unless told otherwise; `schedule` names columns of the schedule."""
    account = a_mentee(name, zone)
    profile = mentor_directory.Profile(
        "Mentor of tests", "", ("Testing",), Decimal(rate), currency, is_available
    )
    mentor_directory.publish_profile(account.id, profile)
    publishing.publish_hours(
        account.id, publishing.Hours(weekly=weekly, exceptions=exceptions, schedule=dict(schedule))
    )
    return accounts.account(account.id)


def a_request(mentor: Account | UUID, at: datetime, **values: Any) -> dict[str, Any]:
    """The body of a booking."""
    identifier = mentor.id if isinstance(mentor, Account) else mentor
    return {
        "mentorId": str(identifier),
        "scheduledAt": at.isoformat(),
        "duration": 60,
        "meetingType": "video",
        "title": "A session",
        **values,
    }


def counts() -> dict[str, int]:
    """How many rows there are of what a booking writes."""
    tables = {
        "sessions": MentoringSession,
        "claims": SessionClaim,
        "notifications": Notification,
        "outbox": OutboxMessage,
    }
    with read_transaction() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }


def overlapping_claims() -> int:
    """How many pairs of claims put one person in two places: 0, or the first promise is broken."""
    with read_transaction() as session:
        claims = session.execute(
            select(
                col(SessionClaim.user_id), col(SessionClaim.starts_at), col(SessionClaim.ends_at)
            ).order_by(col(SessionClaim.user_id), col(SessionClaim.starts_at))
        ).all()
    return sum(
        1 for first, second in itertools.pairwise(claims) if first[0] == second[0] and second[1] < first[2]
    )


def in_hours(hours: float) -> datetime:
    """An instant so many hours after NOON, wherever the hands stand."""
    return NOON + timedelta(hours=hours)
