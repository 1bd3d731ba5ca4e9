"""The outbox: one worker at a time holds a message, and none is ever lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.services import outbox
from tests.conftest import NOON, Hands


def put(*keys: str, **values: Any) -> None:
    """Write messages with these dedupe keys."""
    with write_transaction() as session:
        outbox.add_messages(session, [("room.create", {"key": key}, key) for key in keys], **values)


def row() -> OutboxMessage:
    """The only message."""
    with read_transaction() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_a_leased_message_is_nobody_elses(db: Database, hands: Hands) -> None:
    put("one", "two")
    first = outbox.lease(most=1)
    second = outbox.lease()
    assert len(first) == len(second) == 1
    assert first[0].id != second[0].id
    assert outbox.lease() == []
    assert not outbox.anything_due()


def test_two_workers_at_once_share_the_messages(db: Database, hands: Hands) -> None:
    put(*(str(number) for number in range(40)))
    with ThreadPoolExecutor(8) as threads:
        leased = list(threads.map(lambda _: outbox.lease(most=5), range(16)))
    ids = [message.id for messages in leased for message in messages]
    assert len(ids) == len(set(ids)) == 40


def test_a_crash_only_delays_a_message_by_its_lease(db: Database, hands: Hands) -> None:
    put("one")
    outbox.lease()
    hands.on(seconds=59)
    assert outbox.lease() == []
    hands.on(seconds=1)
    assert outbox.anything_due()
    (again,) = outbox.lease()
    assert again.attempts == 2


def test_a_message_waits_until_it_is_due(db: Database, hands: Hands) -> None:
    put("reminder", at=NOON + timedelta(hours=1))
    assert outbox.lease() == []
    assert not outbox.anything_due()
    hands.on(hours=1)
    assert len(outbox.lease()) == 1


def test_done_is_done(db: Database, hands: Hands) -> None:
    put("one")
    outbox.mark_done(outbox.lease()[0].id)
    hands.on(days=1)
    assert outbox.lease() == []
    assert (row().state, row().done_at, row().leased_until) == ("done", NOON, None)


def test_each_failure_waits_twice_as_long_up_to_an_hour_and_the_twelfth_is_the_last(
    db: Database, hands: Hands
) -> None:
    put("one")
    waits = []
    for attempt in range(1, 13):
        (message,) = outbox.lease()
        assert message.attempts == attempt
        outbox.mark_failed(message, "down" * 200)
        waits.append((row().available_at - hands.now).total_seconds())
        hands.now = row().available_at
    for attempt, wait in enumerate(waits, start=1):
        base = min(3600, 2**attempt)
        assert base <= wait <= base * 1.25
    assert all(later > earlier for earlier, later in pairwise(waits[:11]))
    assert (row().state, row().attempts, len(row().last_error or "")) == ("dead", 12, 300)
    hands.on(days=30)
    assert outbox.lease() == []


def test_a_dedupe_key_is_written_once(db: Database, hands: Hands) -> None:
    put("one")
    with pytest.raises(IntegrityError):
        put("two", "one")
    assert row().dedupe_key == "one"
