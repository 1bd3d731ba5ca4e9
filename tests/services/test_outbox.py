"""The outbox: one worker at a time holds a message, and none is ever lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.domain.kinds import MessageKind, Provider
from mentorbook.services import outbox, provider_health
from mentorbook.services.outbox import Outcome
from tests.conftest import NOON, Hands


def put(*keys: str, **values: Any) -> None:
    """Write messages with these dedupe keys."""
    with write_transaction() as session:
        kind = values.pop("kind", MessageKind.ROOM_CREATE)
        new = [outbox.NewMessage(kind, {"key": key}, key, **values) for key in keys]
        outbox.add_messages(session, new)


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
    outbox.record([Outcome(outbox.lease()[0], is_up=True)])
    hands.on(days=1)
    assert outbox.lease() == []
    assert (row().state, row().done_at, row().leased_until) == ("done", NOON, None)


@pytest.mark.parametrize(
    ("kind", "state"), [(MessageKind.MAIL_NOTICE, "void"), (MessageKind.REMINDER, "done")]
)
def test_what_its_provider_was_not_asked_for_is_void(
    db: Database, hands: Hands, kind: MessageKind, state: str
) -> None:
    put("one", kind=kind)
    outbox.record([Outcome(outbox.lease()[0])])
    hands.on(days=1)
    assert outbox.lease() == []
    assert (row().state, row().done_at, row().leased_until) == (state, NOON, None)


def test_each_failure_waits_twice_as_long_up_to_forty_seconds_and_after_a_day_it_is_given_up(
    db: Database, hands: Hands
) -> None:
    put("one")
    waits = list[float]()
    while row().state == "waiting":
        (message,) = outbox.lease()
        assert message.attempts == len(waits) + 1
        outbox.record([Outcome(message, "down" * 200)])
        waits.append((row().available_at - hands.now).total_seconds())
        before, hands.now = hands.now, row().available_at
    for attempt, wait in enumerate(waits[:80], start=1):
        base = min(40, 2**attempt)
        # 80 of them are less than an hour; later nobody is in a hurry any more.
        assert base <= wait <= base * 1.25
    assert waits[-1] >= 900
    assert timedelta(days=1) <= before - NOON < timedelta(days=1, minutes=20)
    assert (row().state, len(row().last_error or "")) == ("dead", 300)
    hands.on(days=30)
    assert outbox.lease() == []


def test_what_will_always_be_refused_is_given_up_at_once(db: Database, hands: Hands) -> None:
    put("one")
    outbox.record([Outcome(outbox.lease()[0], "no such mailbox", is_final=True)])
    assert (row().state, row().last_error) == ("dead", "no such mailbox")


def test_one_after_the_other_of_a_stream_and_no_other_waits_for_it(db: Database, hands: Hands) -> None:
    put("first", stream="mail:a")
    hands.on(seconds=1)
    put("second", stream="mail:a")
    put("other", stream="mail:b")
    put("free")
    leased = {message.payload["key"]: message for message in outbox.lease()}
    assert set(leased) == {"first", "other", "free"}
    assert outbox.lease() == []
    assert not outbox.anything_due()
    outbox.record([Outcome(leased["first"], "later")])
    assert outbox.lease() == []
    hands.on(seconds=3)
    (again,) = outbox.lease()
    assert again.payload["key"] == "first"
    outbox.record([Outcome(again)])
    (after,) = outbox.lease()
    assert after.payload["key"] == "second"


def test_what_is_given_up_holds_its_stream_up_no_longer(db: Database, hands: Hands) -> None:
    put("first", stream="mail:a")
    hands.on(seconds=1)
    put("second", stream="mail:a")
    outbox.record([Outcome(outbox.lease()[0], "no", is_final=True)])
    assert [message.payload["key"] for message in outbox.lease()] == ["second"]


def test_while_a_provider_is_down_one_message_is_tried_at_a_time(db: Database, hands: Hands) -> None:
    put(*(str(number) for number in range(5)))
    for message in outbox.lease(most=2):
        outbox.record([Outcome(message, "refused", is_down=True)])
    assert not outbox.anything_due()
    assert outbox.lease() == []
    tries = 0
    while hands.now < NOON + timedelta(minutes=10):
        hands.on(seconds=1)
        leased = outbox.lease()
        assert len(leased) <= 1
        # Another worker finds nothing to do meanwhile.
        assert outbox.lease() == []
        for message in leased:
            tries += 1
            outbox.record([Outcome(message, "refused", is_down=True)])
    assert 18 <= tries <= 24


def test_when_a_provider_is_back_everything_is_tried_within_half_a_minute(db: Database, hands: Hands) -> None:
    put(*(str(number) for number in range(9)))
    while hands.now < NOON + timedelta(minutes=30):
        for message in outbox.lease():
            outbox.record([Outcome(message, "refused", is_down=True)])
        hands.on(seconds=1)
    for _ in range(31):
        if leased := outbox.lease():
            break
        hands.on(seconds=1)
    outbox.record([Outcome(leased[0], is_up=True)])
    assert outbox.anything_due()
    assert len(outbox.lease()) == 8


def test_a_message_that_brings_a_provider_down_is_not_hurried_and_holds_no_other_up(
    db: Database, hands: Hands
) -> None:
    put("poison", "one")
    by_key = {message.payload["key"]: message for message in outbox.lease()}
    outbox.record([Outcome(by_key["poison"], "reset by peer", is_down=True)])
    outbox.record([Outcome(by_key["one"])])
    put("two")
    assert [message.payload["key"] for message in outbox.lease()] == ["two"]


def test_another_providers_messages_go_on(db: Database, hands: Hands) -> None:
    put("room")
    outbox.record([Outcome(outbox.lease()[0], "refused", is_down=True)])
    hands.on(seconds=1)
    put("mail", kind=MessageKind.MAIL_LINK)
    put("another room")
    assert [message.payload["key"] for message in outbox.lease()] == ["mail"]


def test_a_probe_whose_worker_died_is_made_again(db: Database, hands: Hands) -> None:
    put("one", "two")
    outbox.record([Outcome(outbox.lease(most=1)[0], "refused", is_down=True)])
    hands.on(seconds=2)
    assert len(outbox.lease()) == 1
    hands.on(seconds=34)
    assert outbox.lease() == []
    hands.on(seconds=1)
    assert len(outbox.lease()) == 1


def test_a_day_without_the_provider_gives_up_what_was_never_tried_too(db: Database, hands: Hands) -> None:
    put("one", "two", "three")
    outbox.record([Outcome(outbox.lease(most=1)[0], "refused", is_down=True)])
    hands.on(days=1, seconds=1)
    # Nobody has worked since: whether it is still down is looked at first.
    (probe,) = outbox.lease()
    hands.on(seconds=1)
    outbox.record([Outcome(probe, "refused", is_down=True)])
    hands.on(seconds=30)
    outbox.lease()
    with read_transaction() as session:
        rows = session.scalars(select(OutboxMessage)).all()
    assert {(each.state, each.last_error) for each in rows} == {("dead", "refused")}


def test_a_clock_that_is_put_back_does_not_keep_a_provider_from_being_tried(
    db: Database, hands: Hands
) -> None:
    put("one", "two")
    for message in outbox.lease(most=1):
        outbox.record([Outcome(message, "refused", is_down=True)])
    hands.on(hours=-2)
    put("three")
    assert outbox.anything_due()
    assert len(outbox.lease()) == 1


def test_a_message_that_comes_to_nothing_lets_the_next_one_ask(db: Database, hands: Hands) -> None:
    put("one", "two", "three")
    outbox.record([Outcome(outbox.lease(most=1)[0], "refused", is_down=True)])
    hands.on(seconds=2)
    (unreadable,) = outbox.lease()
    outbox.record([Outcome(unreadable, "KeyError")])
    assert len(outbox.lease()) == 1


def put_off(*messages: outbox.Message) -> None:
    """The provider answers "not now"."""
    outbox.record([Outcome(each, "451", is_up=True, is_put_off=True) for each in messages])


def failing() -> dict[Provider, provider_health.Failing]:
    """The providers that are down."""
    with read_transaction() as session:
        return provider_health.failing(session)


def test_three_messages_that_are_put_off_in_a_row_are_an_outage(db: Database, hands: Hands) -> None:
    put(*(str(number) for number in range(6)))
    for message in outbox.lease(most=2):
        put_off(message)
    assert failing() == {}
    put_off(*outbox.lease(most=1))
    assert failing()[Provider.VIDEO].is_outage
    # The others wait, untried.
    assert outbox.lease() == []
    hands.on(seconds=2)
    (probe,) = outbox.lease()
    outbox.record([Outcome(probe, is_up=True)])
    assert failing() == {}
    assert len(outbox.lease()) == 5


def test_one_message_that_is_put_off_again_and_again_is_no_outage(db: Database, hands: Hands) -> None:
    put("one", "two")
    for _ in range(6):
        put_off(*outbox.lease())
        hands.on(minutes=1)
    assert failing() == {}


def test_what_is_taken_between_begins_the_row_anew(db: Database, hands: Hands) -> None:
    put(*(str(number) for number in range(5)))
    first, second, taken, third, fourth = outbox.lease()
    put_off(first, second)
    outbox.record([Outcome(taken, is_up=True)])
    put_off(third, fourth)
    assert failing() == {}


def test_where_everything_is_put_off_known_and_new_messages_are_tried_by_turns(
    db: Database, hands: Hands
) -> None:
    put(*"abc")
    put_off(*outbox.lease())
    put(*"defgh")
    tried = list[bool]()
    while len(tried) < 4:
        hands.on(seconds=30)
        (message,) = outbox.lease()
        tried.append(message.payload["key"] in "abc")
        put_off(message)
    assert tried == [True, False, True, False]


def test_of_workers_that_see_the_same_one_probes(
    postgres_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite they see it one after the other."""
    put(*(str(number) for number in range(9)))
    outbox.record([Outcome(outbox.lease(most=1)[0], "refused", is_down=True)])
    hands.on(seconds=3)
    together, seen = threading.Barrier(4), provider_health.failing

    def see_together(session: Session) -> dict[Provider, provider_health.Failing]:
        found = seen(session)
        together.wait(60)
        return found

    monkeypatch.setattr(provider_health, "failing", see_together)
    with ThreadPoolExecutor(4) as threads:
        leased = list(threads.map(lambda _: outbox.lease(), range(4)))
    assert sorted(len(each) for each in leased) == [0, 0, 0, 1]


def test_a_failure_that_is_said_too_late_takes_the_message_from_nobody(db: Database, hands: Hands) -> None:
    put("one")
    (late,) = outbox.lease()
    hands.on(minutes=2)
    outbox.lease()
    outbox.record([Outcome(late, "timed out")])
    hands.on(seconds=10)
    assert outbox.lease() == []


def test_a_lease_lasts_a_minute_also_for_who_has_waited_for_the_database(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("one")
    seen = provider_health.failing

    def slowly(session: Session) -> dict[Provider, provider_health.Failing]:
        hands.on(seconds=20)
        return seen(session)

    monkeypatch.setattr(provider_health, "failing", slowly)
    (message,) = outbox.lease()
    assert row().leased_until == hands.now + outbox.LEASE == message.leased_at + outbox.LEASE


def test_of_another_lane_nothing_is_taken(db: Database, hands: Hands) -> None:
    put("mail", kind=MessageKind.MAIL_LINK)
    assert outbox.lease(lanes=(None, Provider.VIDEO)) == []
    assert not outbox.anything_due((None, Provider.VIDEO))
    assert len(outbox.lease()) == 1


def test_a_dedupe_key_is_written_once(db: Database, hands: Hands) -> None:
    put("one")
    with pytest.raises(IntegrityError):
        put("two", "one")
    assert row().dedupe_key == "one"
