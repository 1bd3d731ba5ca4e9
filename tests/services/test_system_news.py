"""What admins hear of at once: outages, their ends, and what was given up; not each message that goes out."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from mentorbook.db.engine import Database, write_transaction
from mentorbook.domain.kinds import MessageKind, Provider
from mentorbook.services import change_feed, outbox, provider_health
from mentorbook.services.outbox import Outcome
from tests.conftest import Hands

Heard = list[frozenset[UUID]]
NEWS = frozenset({change_feed.SYSTEM})


@pytest.fixture
def heard(db: Database, hands: Hands) -> Iterator[Heard]:
    """What is announced while the test runs."""
    told: Heard = []
    with change_feed.listening(told.append):
        yield told


def put(*keys: str) -> None:
    """Write messages that the video server carries."""
    with write_transaction() as session:
        new = [outbox.NewMessage(MessageKind.ROOM_CREATE, {"key": key}, key) for key in keys]
        outbox.add_messages(session, new)


def refuse(hands: Hands) -> None:
    """Try a message whose provider cannot be reached."""
    (message,) = outbox.lease(most=1)
    hands.on(seconds=1)
    outbox.record([Outcome(message, "refused", is_down=True)])


def test_what_goes_out_is_not_announced(heard: Heard) -> None:
    put("one", "two")
    outbox.record([Outcome(message, is_up=True) for message in outbox.lease()])
    outbox.record_heartbeat("a worker")
    assert heard == []


def test_the_beginning_of_an_outage_is_announced_once_and_its_end(heard: Heard, hands: Hands) -> None:
    put("one", "two")
    refuse(hands)
    assert heard == [NEWS]
    for _ in range(2):
        hands.on(seconds=30)
        refuse(hands)
    assert heard == [NEWS]
    hands.on(seconds=30)
    outbox.record([Outcome(message, is_up=True) for message in outbox.lease(most=1)])
    assert heard == [NEWS, NEWS]


def test_the_end_of_a_single_failure_is_announced_like_its_beginning(heard: Heard, hands: Hands) -> None:
    put("one")
    refuse(hands)
    hands.on(seconds=30)
    outbox.record([Outcome(message, is_up=True) for message in outbox.lease(most=1)])
    assert heard == [NEWS, NEWS]


def test_an_outage_that_another_call_ends_is_announced_too(heard: Heard, hands: Hands) -> None:
    outbox.provider_answered(Provider.VIDEO)
    assert heard == []
    provider_health.is_down(Provider.VIDEO, "refused", hands.now)
    outbox.provider_answered(Provider.VIDEO)
    assert heard == [NEWS, NEWS]


def test_a_provider_that_puts_everything_off_is_announced(heard: Heard) -> None:
    put("one", "two", "three")
    messages = outbox.lease()
    outbox.record([Outcome(each, "later", is_up=True, is_put_off=True) for each in messages[:2]])
    assert heard == []
    outbox.record([Outcome(each, "later", is_up=True, is_put_off=True) for each in messages[2:]])
    assert heard == [NEWS]


def test_a_message_that_is_given_up_is_announced(heard: Heard) -> None:
    put("one", "two")
    first, second = outbox.lease()
    outbox.record([Outcome(first, "not now", is_up=True)])
    assert heard == []
    outbox.record([Outcome(second, "no such address", is_up=True, is_final=True)])
    assert heard == [NEWS]


def test_what_has_waited_a_day_for_its_provider_is_announced_when_it_is_given_up(
    heard: Heard, hands: Hands
) -> None:
    put("one", "two", "three")
    refuse(hands)
    hands.on(days=1, seconds=1)
    refuse(hands)
    heard.clear()
    hands.on(seconds=30)
    outbox.lease()
    assert heard == [NEWS]
