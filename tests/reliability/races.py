"""What races share: everybody at once, and the guard taken off for the positive controls."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import text

from mentorbook.db import claims
from mentorbook.db.engine import Database
from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account
from mentorbook.services.booking import bookings
from tests.people import a_request

CALLERS = 50
ROUNDS = 50


@contextmanager
def no_guard(db: Database) -> Iterator[None]:
    """Take off what keeps racers apart: the constraint or the triggers, the locks, the one writer."""
    with db.engine.begin() as connection:
        if db.is_sqlite:
            connection.execute(text("DROP TRIGGER session_claims_no_overlap_INSERT"))
            connection.execute(text("DROP TRIGGER session_claims_no_overlap_UPDATE"))
        else:
            connection.execute(text("ALTER TABLE session_claims DROP CONSTRAINT session_claims_no_overlap"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "lock_people", lambda *_: None)
        yield


def race(callers: list[Account], book: Callable[[Account], object]) -> Counter[str]:
    """Everybody at once; counts the answers by error code, `booked` for a booking."""
    barrier = threading.Barrier(len(callers))

    def attempt(caller: Account) -> str:
        barrier.wait()
        try:
            book(caller)
        except DomainError as error:
            return error.code
        return "booked"

    with ThreadPoolExecutor(len(callers)) as threads:
        return Counter(threads.map(attempt, callers))


def bookings_of(mentor: Account, at: datetime) -> Callable[[Account], object]:
    """What each caller does: book this time of this mentor."""
    return lambda caller: bookings.create_booking(caller, a_request(mentor, at))
