"""Where the database is away, or does not answer, no process ends, waits or loses what was announced."""

import logging
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.services import change_sharing
from mentorbook.services.change_feed import announce, listening
from mentorbook.services.change_sharing import sharing
from tests.services.change_readers import Heard, a_reader, one, until


@pytest.mark.usefixtures("quick")
def test_a_database_that_is_away_ends_neither_side_and_nothing_is_lost(
    db: Database, elsewhere: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    heard, tries = Heard(), {"write": 0, "ask": 0}
    reader, news = a_reader(db), [one(uuid4()) for _ in range(3)]
    reader._deliver = heard.append

    def away(name: str) -> Callable[..., Any]:
        def refuse(*_: Any) -> Any:
            tries[name] += 1
            raise DatabaseBusy

        return refuse

    with (
        caplog.at_level(logging.INFO, change_sharing.__name__),
        change_sharing._in_a_thread(reader, "reader"),
        sharing(elsewhere, sends=True, receives=False),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(elsewhere, "write", away("write"))
            patch.setattr(db, "ask", away("ask"))
            for each in news:
                announce(each)
            until(lambda: min(tries.values()) >= 5)
            assert heard == []
        until(lambda: frozenset().union(*heard) == frozenset().union(*news))
        until(lambda: len(caplog.records) == 4)
    said = sorted(record.levelname for record in caplog.records)
    assert said == ["INFO", "INFO", "WARNING", "WARNING"]
    assert all(record.exc_info is None for record in caplog.records)


def test_a_database_that_comes_and_goes_is_complained_of_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    complaint = change_sharing._Complaint("it fails")
    with caplog.at_level(logging.INFO, change_sharing.__name__):
        for _ in range(10):
            complaint.fails(DatabaseBusy())
            complaint.works()
    assert [record.getMessage() for record in caplog.records] == [
        "it fails: DatabaseBusy",
        "no longer so: it fails",
    ]


def test_a_process_that_begins_while_the_database_is_away_begins(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = a_reader(db)
    reader._last = 0

    def refuse(*_: Any) -> Any:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(db, "ask", refuse)
        reader.begin()
    assert reader.look()


@pytest.mark.usefixtures("quick")
def test_announcing_waits_for_no_database_and_nor_does_the_end(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that does not answer at all: whoever announces would wait for ever with it."""
    begun, answers = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        answers.wait(60)
        raise DatabaseBusy

    monkeypatch.setattr(sqlite_db, "write", hang)
    monkeypatch.setattr(change_sharing, "_ENDS_WITHIN", 0.1)
    heard = Heard()
    with listening(heard.append), sharing(sqlite_db, sends=True, receives=True):
        announce(one(uuid4()))
        assert begun.wait(60)
        announce(one(uuid4()))
        assert len(heard) == 2
    assert not answers.is_set()
    (left,) = [thread for thread in threading.enumerate() if thread.name == "changes-sent"]
    answers.set()
    left.join(60)
    assert not left.is_alive()
